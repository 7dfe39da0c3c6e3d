from modeltranslation.translator import TranslationOptions, register

from .models import Actor, ApplicationCount, Call, Milestone, Pole, PoleFigure, Sector


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("name", "note")


@register(ApplicationCount)
class ApplicationCountTranslation(TranslationOptions):
    fields = ("note",)


@register(Sector)
class SectorTranslation(TranslationOptions):
    fields = ("name",)


@register(Pole)
class PoleTranslation(TranslationOptions):
    fields = (
        "hook", "summary", "story", "trade", "lead_organisation", "legal_form", "evidence_note",
        "territory", "location_note", "status_note", "website_note", "unknowns",
        "seo_title", "description",
    )  # fmt: skip


@register(Actor)
class ActorTranslation(TranslationOptions):
    fields = ("role",)


@register(PoleFigure)
class PoleFigureTranslation(TranslationOptions):
    fields = ("label", "value", "period")


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("date_note", "title", "text", "caution")
