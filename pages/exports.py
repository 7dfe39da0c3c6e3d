"""What leaves as files: the figures with their passports, the definitions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial import exports as files
from ptce_site.editorial.exports import choice, described, head, with_sources
from ptce_site.tabular import Column, Row, Table

from .models import Definition, KeyFigure


def figure_url(row: Row) -> str:
    return KeyFigure(slug=row["slug"]).get_absolute_url()


def definition_url(row: Row) -> str:
    return Definition(slug=row["slug"]).get_absolute_url()


FIGURES = Table(
    "chiffres",
    _("Les chiffres"),
    _("Chaque chiffre avec son passeport : date, périmètre, méthode, et ce qui le contredit."),
    (
        files.SLUG,
        files.page_of(figure_url, "slug"),
        choice("nuance", _("nuance à garder devant la valeur"), "qualifier", KeyFigure.Qualifier),
        Column(
            "valeur",
            _("valeur du chiffre"),
            "value",
            "number",
            _("Dans l’unité de la colonne suivante."),
        ),
        Column("unite", _("unité de la valeur"), "unit"),
        Column("libelle", _("ce que le chiffre compte"), "label"),
        choice("sujet", _("sujet"), "theme", KeyFigure.Theme),
        choice("epoque", _("époque"), "era", KeyFigure.Era),
        choice("solidite", _("solidité"), "standing", KeyFigure.Standing),
        Column("perimetre", _("ce que le chiffre englobe"), "scope"),
        Column("date_reference", _("date de référence"), "reference_date", "date"),
        Column("date_note", _("précision sur la date"), "reference_note"),
        Column("date_publication", _("date de publication"), "publication_date", "date"),
        files.long_text("methode", _("méthode et précautions"), "method_note"),
        files.long_text("rupture", _("rupture de série"), "series_break"),
        Column("prend_la_suite_de", _("identifiant du chiffre précédent"), "followed_slug"),
        choice(
            "comparable", _("comparable au chiffre précédent"), "comparable", KeyFigure.Comparable
        ),
        Column("comparaison_note", _("pourquoi on peut comparer, ou non"), "comparison_note"),
        files.slugs("contredit_par", _("identifiants des chiffres contraires"), "dispute_slugs"),
        *files.TRACE,
    ),
)

DEFINITIONS = Table(
    "definitions",
    _("Les définitions"),
    _("Les mots du glossaire : la réponse courte, le détail, la référence légale."),
    (
        files.SLUG,
        files.page_of(definition_url, "slug"),
        Column("terme", _("terme défini"), "term"),
        Column("sigle", _("sigle"), "acronym"),
        Column("reponse_courte", _("réponse courte"), "short_answer"),
        files.long_text("explication", _("le détail"), "explanation"),
        Column("reference_legale", _("référence légale"), "legal_reference"),
        choice("origine", _("origine"), "origin", Definition.Origin),
        files.slugs("termes_voisins", _("identifiants des termes voisins"), "related_slugs"),
        *files.TRACE,
    ),
)
FILES = {FIGURES.name: (FIGURES, KeyFigure), DEFINITIONS.name: (DEFINITIONS, Definition)}


def whole_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """All the figures or all the definitions. Raises Http404 for another name or format."""
    table, model = FILES.get(name, (None, None))
    if not table or not model or form not in table.formats:
        raise Http404
    rows = with_sources(model.objects.for_export(table.paths))
    return table.download(form, rows, head(table, request.path), whole=not request.GET)


def datasets() -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    return [
        described(table, model.objects.published().tally(), "pages:export", name)
        for name, (table, model) in FILES.items()
    ]
