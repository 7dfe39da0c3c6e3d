"""Poles, calls, milestones and territories in the editors' room."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from ptce_site.editorial.base_admin import EditorialAdmin, PublishableAdmin
from ptce_site.editorial.guarding import GuardedAdmin
from ptce_site.editorial.publication import State
from ptce_site.editorial.sheets.room import SheetAdmin
from ptce_site.editorial.taking_up import PublishingForm
from ptce_site.editorial.titles import ReadOnlyAdmin

from .geography import search_key
from .models import (
    Actor,
    ApplicationCount,
    Call,
    Commune,
    Department,
    Milestone,
    Pole,
    PoleFigure,
    PoleName,
    Region,
    Sector,
    SectorWording,
)


class ReferenceAdmin(ReadOnlyAdmin):
    """Territories come from the State's own tables: to look up, not to edit."""


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    list_display = ["name", "code", "current", "became"]
    list_filter = ["current"]
    search_fields = ["name"]


@admin.register(Department)
class DepartmentAdmin(ReferenceAdmin):
    list_display = ["code", "name", "region", "former_region"]
    search_fields = ["name", "code"]


@admin.register(Commune)
class CommuneAdmin(ReferenceAdmin):
    list_display = ["name", "code", "department", "postcodes", "population"]
    search_fields = ["search_name"]
    search_help_text = _("Nom, code postal ou code Insee")
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        return (queryset.matching(term, search_key(term)) if term else queryset), False


class SectorWordingInline(admin.StackedInline):
    model = SectorWording
    extra = 0


@admin.register(Sector)
class SectorAdmin(GuardedAdmin, EditorialAdmin):
    new_title = _("Nouveau secteur")
    list_display = ["name", "position"]
    search_fields = ["name_fr"]
    inlines = [SectorWordingInline]
    shared = [(None, ("slug", "position"))]
    translated = ("name",)


class ApplicationCountInline(TranslationStackedInline):
    model = ApplicationCount
    extra = 0
    autocomplete_fields = ["source", "other_sources"]


@admin.register(Call)
class CallAdmin(GuardedAdmin, EditorialAdmin):
    new_title = _("Nouvel appel à projets")
    list_display = ["name", "launched_on", "announced_on", "laureates"]
    inlines = [ApplicationCountInline]
    autocomplete_fields = ["source", "other_sources"]
    shared = [
        (None, ("slug", ("launched_on", "announced_on"), ("laureates", "admissible"))),
        (_("Argent"), ("envelope_eur", ("award_min_eur", "award_max_eur"))),
        (_("Sources"), ("source", "other_sources")),
    ]
    translated = ("name", "note")


class PoleForm(PublishingForm):
    """Takes over from the commune what the editor leaves empty."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if commune := data.get("commune"):
            department = commune.department
            data["department"] = data.get("department") or department
            data["region"] = data.get("region") or department.region
            data["former_region"] = data.get("former_region") or department.former_region
            if data.get("latitude") is None and data.get("longitude") is None:
                data["latitude"], data["longitude"] = commune.latitude, commune.longitude
        known = data.get("status") != Pole.Status.UNKNOWN
        if known and not data.get("status_sources"):
            self.add_error(
                "status_sources",
                _("Une situation connue cite au moins une source : choisissez-la."),
            )
        return data


class PoleNameInline(admin.StackedInline):
    model = PoleName
    extra = 0
    fields = [("position", "name"), ("start", "end"), "source", "other_sources"]
    autocomplete_fields = ["source", "other_sources"]


class ActorInline(TranslationStackedInline):
    model = Actor
    extra = 0
    classes = ["collapse"]
    autocomplete_fields = ["source", "other_sources"]


class PoleFigureInline(TranslationStackedInline):
    model = PoleFigure
    extra = 0
    classes = ["collapse"]
    autocomplete_fields = ["source", "other_sources"]


class MilestoneForm(PublishingForm):
    """What was withdrawn stays so, whatever is mended in it here: its own form puts it back."""

    def clean(self) -> dict[str, Any]:
        withdrawn = self.instance.state == State.WITHDRAWN
        data = super().clean()
        if withdrawn:
            self.instance.state = State.WITHDRAWN
        return data


class MilestoneInline(TranslationStackedInline):
    model = Milestone
    extra = 0
    classes = ["collapse"]
    autocomplete_fields = ["source", "other_sources"]
    form = MilestoneForm
    exclude = ["state", "created_at", "updated_at", "review_on", "withdraw_at"]


@admin.register(Pole)
class PoleAdmin(SheetAdmin):
    new_title = _("Nouveau pôle")
    form = PoleForm
    sheet_prefixes = {
        "commune": "COM-",
        "department": "DEP-",
        "region": "REG-",
        "former_region": "REG-",
    }
    sheet_most = 30  # with all their parts in the history
    list_display = ["name", "place", "region", "evidence", "status", "state", "verified_on"]
    list_filter = ["state", "evidence", "status", "precision", "sectors", "region"]
    list_select_related = ["commune", "department", "region"]
    search_fields = ["name", "short_name", "commune__name", "summary_fr"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = [
        "commune",
        "department",
        "source",
        "other_sources",
        "status_sources",
        "sectors",
        "image",
    ]
    inlines = [PoleNameInline, ActorInline, PoleFigureInline, MilestoneInline]
    parts_before = 2
    shared = [
        (None, ("name", ("slug", "short_name"), "call", "sectors", "featured", "image")),
        (
            _("Lieu"),
            (
                "commune",
                "precision",
                ("department", "region", "former_region"),
                "address",
                ("latitude", "longitude"),
            ),
        ),
        (_("Lauréat"), ("evidence", "source", "other_sources", "award_eur", "founded")),
        (
            _("Aujourd’hui"),
            (("status", "status_as_of"), "status_sources", "website"),
        ),
        (_("Suivi"), (("verified_on", "review_on"), "withdraw_at", ("created_at", "updated_at"))),
    ]
    translated = (
        "hook",
        "summary",
        "story",
        "trade",
        "lead_organisation",
        "legal_form",
        "evidence_note",
        "territory",
        "location_note",
        "status_note",
        "website_note",
        "unknowns",
        "seo_title",
        "description",
    )

    def reversion_register(self, model: type[Model], **kwargs: Any) -> None:
        """A milestone has a room of its own: what is saved there moves its pole's history too,
        or the pole's form, which holds it, would put the old text back without a word."""
        if model is Milestone:
            kwargs["follow"] = ("pole",)
        super().reversion_register(model, **kwargs)

    @admin.display(description=_("lieu"))
    def place(self, pole: Pole) -> str:
        return pole.place


@admin.register(Milestone)
class MilestoneAdmin(PublishableAdmin):
    new_title = _("Nouveau repère")
    list_display = ["date", "title", "pole", "state"]
    list_filter = ["state", ("pole", admin.EmptyFieldListFilter)]
    list_select_related = ["pole"]
    search_fields = ["title_fr", "text_fr", "date"]
    autocomplete_fields = ["pole", "source", "other_sources"]
    shared = [
        (None, ("pole", "date")),
        (_("Sources"), ("source", "other_sources")),
        (_("Suivi"), (("verified_on", "review_on"), "withdraw_at", ("created_at", "updated_at"))),
    ]
    translated = ("title", "text", "date_note", "caution")
