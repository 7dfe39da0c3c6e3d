from modeltranslation.translator import TranslationOptions, register

from .models import AccessibilityAudit, Image


@register(AccessibilityAudit)
class AccessibilityAuditTranslation(TranslationOptions):
    fields = ("findings",)


@register(Image)
class ImageTranslation(TranslationOptions):
    fields = ("alt", "caption")
