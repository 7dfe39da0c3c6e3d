"""Pages, figures and definitions in the editors' room."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationStackedInline

from ptce_site.editorial.base_admin import PublishableAdmin
from ptce_site.editorial.numbers import number
from ptce_site.editorial.sheets.room import SheetAdmin
from ptce_site.editorial.taking_up import PublishingForm

from .models import Definition, KeyFigure, Page, Section

SOURCES = (_("Sources"), ("source", "other_sources"))


class SectionInline(TranslationStackedInline):
    model = Section
    fk_name = "page"
    extra = 0
    autocomplete_fields = ["image"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("position", "kind", "anchor"),
                    "title_fr",
                    "body_fr",
                    "image",
                    ("more", "more_label_fr"),
                ]
            },
        ),
        ("English", {"fields": ["title_en", "body_en", "more_label_en"], "classes": ["collapse"]}),
        ("Deutsch", {"fields": ["title_de", "body_de", "more_label_de"], "classes": ["collapse"]}),
    ]


@admin.register(Page)
class PageAdmin(PublishableAdmin):
    new_title = _("Nouvelle page")
    list_display = ["title", "slug", "menu", "position", "state", "verified_on"]
    list_filter = ["state", "menu"]
    search_fields = ["title_fr", "slug"]
    prepopulated_fields = {"slug": ["title_fr"]}
    inlines = [SectionInline]
    order_groups = ("menu", (Page.Menu.MAIN, Page.Menu.FOOTER, Page.Menu.NONE))
    shared = [
        (None, ("slug", ("menu", "position"))),
        (_("Suivi"), (("verified_on", "review_on"), "withdraw_at", ("created_at", "updated_at"))),
    ]
    translated = ("title", "nav_title", "lead", "seo_title", "description")

    def get_readonly_fields(self, request: HttpRequest, obj: Page | None = None) -> list[str]:
        # As it is saved: a form that was refused has put on the object the word that was typed.
        saved = self.get_object(request, str(obj.pk)) if obj and obj.is_main else None
        return [*self.readonly_fields, *(["slug"] if saved and saved.is_main else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Page | None = None) -> dict:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        main = obj is not None and obj.is_main
        return not main and super().has_delete_permission(request, obj)


class KeyFigureForm(PublishingForm):
    """Shows a value as it is said, 2700000 and not 2700000.0000."""

    def get_initial_for_field(self, field: Field, field_name: str) -> Any:
        value = super().get_initial_for_field(field, field_name)
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value


@admin.register(KeyFigure)
class KeyFigureAdmin(SheetAdmin):
    new_title = _("Nouveau chiffre clé")
    form = KeyFigureForm
    list_display = ["label", "worth", "reference_date", "theme", "era", "standing", "state"]
    list_filter = ["state", "theme", "era", "standing", "featured"]
    search_fields = ["label_fr", "unit_fr", "value", "slug", "scope_fr"]
    autocomplete_fields = ["source", "other_sources", "supersedes", "disputes"]
    order_groups = ("theme", KeyFigure.Theme.values)
    shared = [
        (
            None,
            ("slug", ("qualifier", "value"), ("theme", "era"), ("featured", "position")),
        ),
        (
            _("Passeport"),
            (("reference_date", "publication_date"), "standing", "drawing"),
        ),
        SOURCES,
        (_("Comparaison"), ("supersedes", "comparable", "disputes")),
        (_("Suivi"), (("verified_on", "review_on"), "withdraw_at", ("created_at", "updated_at"))),
    ]
    translated = (
        "label",
        "unit",
        "scope",
        "reference_note",
        "method_note",
        "series_break",
        "comparison_note",
        "seo_title",
        "description",
    )

    @admin.display(description=_("valeur"), ordering="value")
    def worth(self, figure: KeyFigure) -> str:
        return f"{number(figure.value)} {figure.unit}".strip()


@admin.register(Definition)
class DefinitionAdmin(SheetAdmin):
    new_title = _("Nouvelle définition")
    list_display = ["term", "acronym", "origin", "woven", "state", "verified_on"]
    list_filter = ["state", "origin", "woven"]
    search_fields = ["term_fr", "acronym_fr", "short_answer_fr"]
    prepopulated_fields = {"slug": ["term_fr"]}
    autocomplete_fields = ["source", "other_sources", "related"]
    address_help = _("Le mot qui suit le # dans l’adresse, sans accent ni espace.")
    shared = [
        (None, ("slug", "origin", "woven")),
        SOURCES,
        (_("Termes voisins"), ("related",)),
        (_("Suivi"), (("verified_on", "review_on"), "withdraw_at", ("created_at", "updated_at"))),
    ]
    translated = ("term", "acronym", "short_answer", "explanation", "legal_reference")
