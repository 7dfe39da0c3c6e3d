"""What leaves as files: the figures with their passports, the definitions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.exports import NAMED, TRACE, described, head, long_text, with_sources
from ptce_site.tabular import Column, Table

from .models import Definition, KeyFigure


def nuance(figure: KeyFigure) -> str:
    """ "plus de", "environ"; nothing for a figure that its source gives without any."""
    return figure.get_qualifier_display() if figure.qualifier else ""


def disputes(figure: KeyFigure) -> list[str]:
    """The identifiers of the public figures that contradict it."""
    return sorted(other.slug for other in figure.disputes.all() if other.is_published)


def neighbours(definition: Definition) -> list[str]:
    return sorted(other.slug for other in definition.related.all())


FIGURES = Table(
    "chiffres",
    _("Les chiffres"),
    _("Chaque chiffre avec son passeport : date, périmètre, méthode, et ce qui le contredit."),
    (
        *NAMED,
        Column("nuance", _("nuance"), nuance),
        Column("valeur", _("valeur"), "value", "number"),
        Column("unite", _("unité"), "unit"),
        Column("libelle", _("ce que le chiffre compte"), "label"),
        Column("sujet", _("sujet"), "get_theme_display"),
        Column("epoque", _("époque"), "get_era_display"),
        Column("solidite", _("solidité"), "get_standing_display"),
        Column("perimetre", _("périmètre"), "scope"),
        Column("date_reference", _("date de référence"), "reference_date", "date"),
        Column("date_note", _("précision sur la date"), "reference_note"),
        Column("date_publication", _("date de publication"), "publication_date", "date"),
        long_text("methode", _("méthode et précautions"), "method_note"),
        long_text("rupture", _("rupture de série"), "series_break"),
        Column("prend_la_suite_de", _("identifiant du chiffre précédent"), "follows.slug"),
        Column("comparable", _("comparable au chiffre précédent"), "get_comparable_display"),
        Column("comparaison_note", _("pourquoi"), "comparison_note"),
        Column("contredit_par", _("identifiants des chiffres contraires"), disputes, "list"),
        *TRACE,
    ),
)

DEFINITIONS = Table(
    "definitions",
    _("Les définitions"),
    _("Les mots du glossaire : la réponse courte, le détail, la référence légale."),
    (
        *NAMED,
        Column("terme", _("terme"), "term"),
        Column("sigle", _("sigle"), "acronym"),
        Column("reponse_courte", _("réponse courte"), "short_answer"),
        long_text("explication", _("explication"), "explanation"),
        Column("reference_legale", _("référence légale"), "legal_reference"),
        Column("origine", _("origine"), "get_origin_display"),
        Column("termes_voisins", _("identifiants des termes voisins"), neighbours, "list"),
        *TRACE,
    ),
)
FILES = {
    FIGURES.name: (FIGURES, KeyFigure.objects.for_list),
    DEFINITIONS.name: (DEFINITIONS, Definition.objects.for_glossary),
}


def whole_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """All the figures or all the definitions. Raises Http404 for another name or format."""
    table, rows = FILES.get(name, (None, None))
    if not table or form not in table.formats:
        raise Http404
    claims = with_sources(rows(), "source_keys")
    return table.download(form, claims, head(table, request.path), whole=not request.GET)


def datasets() -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    return [
        described(FIGURES, KeyFigure.objects.published().tally(), "pages:export", "chiffres"),
        described(
            DEFINITIONS, Definition.objects.published().tally(), "pages:export", "definitions"
        ),
    ]
