from modeltranslation.translator import TranslationOptions, register

from .models import Definition, KeyFigure, Page, Section


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "nav_title", "lead", "seo_title", "description")


@register(Section)
class SectionTranslation(TranslationOptions):
    fields = ("title", "body", "more_label")


@register(KeyFigure)
class KeyFigureTranslation(TranslationOptions):
    fields = (
        "label", "unit", "scope", "reference_note", "method_note", "series_break",
        "comparison_note", "seo_title", "description",
    )  # fmt: skip


@register(Definition)
class DefinitionTranslation(TranslationOptions):
    fields = ("term", "acronym", "short_answer", "explanation", "legal_reference")
