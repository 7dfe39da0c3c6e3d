from modeltranslation.translator import TranslationOptions, register

from .models import AccessibilityAudit


@register(AccessibilityAudit)
class AccessibilityAuditTranslation(TranslationOptions):
    fields = ("findings",)
