"""What leaves as files: the poles, and what happened to them and to the policy."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial import exports as files
from ptce_site.editorial.exports import choice, described, head, with_sources
from ptce_site.tabular import Column, Row, Table, Words

from .directory import select
from .models import Milestone, Pole
from .sectors import named


def pole_url(row: Row) -> str:
    return reverse("poles:pole", args=[row["slug"]])


def event_url(row: Row) -> str:
    """Its year, on the page of its pole or on that of the policy."""
    view, slug = (
        ("poles:pole", row["pole__slug"]) if row["pole__slug"] else ("pages:page", "reperes")
    )
    return f"{reverse(view, args=[slug])}#annee-{row['date'][:4]}"


def insee(key: str, label: Words, kind: str, path: str) -> Column:
    """An Insee code that a spreadsheet keeps whole: "DEP-08", not the number 8."""

    def coded(row: Row) -> str:
        return f"{kind}-{row[path]}" if row[path] else ""

    return Column(key, label, coded, about=CODED, needs=(path,))


def borne(row: Row) -> list[str]:
    """The names with when they were borne: "FE2I (2014–2020)", "VALO’LAB (depuis 2020)"."""
    since, until = gettext("depuis %s"), gettext("jusqu’à %s")
    said = []
    for name, start, end in row["names"]:
        when = f"{start}–{end}" if start and end else start and since % start or end and until % end
        said.append(f"{name} ({when})" if when else name)
    return said


def sectors(row: Row) -> list[str]:
    """The sectors, in the site's order (see `with_sector_names`)."""
    return named(row["sector_rows"])


def number(row: Row) -> str:
    """Events have no word of their own: their number in the database, which never changes."""
    return f"repere-{row['pk']}"


def position(row: Row) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, the order of GeoJSON."""
    place = row["longitude"], row["latitude"]
    return None if None in place else place


CODED = _("Code Insee ; ce qui le précède fait garder le zéro de tête aux tableurs.")
DEGREES = _("En degrés, WGS 84. Le point n’est exact que pour une adresse ou une commune.")

POLES = Table(
    "poles",
    _("Les pôles"),
    _("Les lauréats documentés du premier appel : où ils sont, ce qu’ils font, ce qui le prouve."),
    (
        files.SLUG,
        files.page_of(pole_url, "slug"),
        Column("nom", _("nom complet"), "name"),
        Column("nom_court", _("nom court"), "short_name"),
        Column("noms_portes", _("tous ses noms, avec leurs dates"), borne, "list"),
        Column("accroche", _("une phrase : qui fait quoi, où"), "hook"),
        Column("resume", _("l’essentiel en quelques lignes"), "summary"),
        Column("metiers", _("ce que le pôle fait, en toutes lettres"), "trade"),
        Column(
            "secteurs",
            _("secteurs, parmi ceux par lesquels le site classe les pôles"),
            sectors,
            "list",
            needs=("sector_rows",),
        ),
        Column("porteur", _("structure qui porte le pôle"), "lead_organisation"),
        Column("forme_juridique", _("forme juridique du porteur ou du pôle"), "legal_form"),
        Column("creation", _("date de création"), "founded", "date"),
        Column("site", _("site du pôle"), "website", "address", _("Parfois fermé depuis.")),
        Column("appel", _("appel à projets qui l’a retenu"), "call__name"),
        choice("statut_laureat", _("statut de lauréat"), "evidence", Pole.Evidence),
        Column("preuve", _("ce qui établit qu’il est lauréat"), "evidence_note"),
        Column("aide_eur", _("aide reçue de l’appel"), "award_eur", "number", _("En euros.")),
        Column("commune", _("commune du siège"), "commune__name"),
        insee("commune_code", _("code de la commune"), "COM", "commune_id"),
        Column("departement", _("département"), "department__name"),
        insee("departement_code", _("code du département"), "DEP", "department_id"),
        Column("region", _("région"), "region__name"),
        insee("region_code", _("code de la région"), "REG", "region__code"),
        Column("ancienne_region", _("région au moment de l’appel"), "former_region__name"),
        Column("territoire", _("territoire d’action"), "territory"),
        Column("latitude", _("latitude"), "latitude", "number", DEGREES),
        Column("longitude", _("longitude"), "longitude", "number", DEGREES),
        choice("precision_lieu", _("précision du lieu"), "precision", Pole.Precision),
        Column("lieu_note", _("précision sur le lieu"), "location_note"),
        choice("situation", _("situation actuelle"), "status", Pole.Status),
        Column("situation_date", _("date de la page la plus récente lue"), "status_as_of", "date"),
        Column("situation_note", _("ce qui montre cette situation"), "status_note"),
        Column(
            "situation_sources",
            _("sources sur la situation"),
            lambda row: row["status_told"],
            "list",
            needs=("status_source_keys",),
        ),
        Column("inconnues", _("ce que nous ne savons pas encore"), "unknowns"),
        *files.TRACE,
    ),
    position,
)

EVENTS = Table(
    "reperes",
    _("Les repères"),
    _("Ce qui s’est passé, date par date : pour la politique publique et pour chaque pôle."),
    (
        Column(
            "identifiant",
            _("numéro qui désigne la ligne"),
            number,
            about=files.STABLE,
            needs=("pk",),
        ),
        files.page_of(event_url, "pole__slug", "date"),
        Column("date", _("date du repère"), "date", "date"),
        Column("date_note", _("précision sur la date"), "date_note"),
        Column(
            "pole",
            _("identifiant du pôle"),
            "pole__slug",
            about=_("Vide : politique publique."),
        ),
        Column("pole_nom", _("nom du pôle"), "pole__name"),
        Column("titre", _("titre du repère"), "title"),
        files.long_text("texte", _("ce qui s’est passé"), "text"),
        Column("reserve", _("ce dont les sources ne sont pas sûres"), "caution"),
        *files.TRACE,
    ),
)


def poles_file(request: HttpRequest, form: str) -> HttpResponse:
    """The poles that the query string chooses, in its order."""
    chosen = select(request.GET)
    rows = with_sources(Pole.objects.for_export(chosen.keys, POLES.paths))
    path = f"{request.path}?{chosen.query}" if chosen.query else request.path
    return POLES.download(form, rows, head(POLES, path), whole=not request.GET)


def events_file(request: HttpRequest, form: str) -> HttpResponse:
    rows = with_sources(Milestone.objects.for_export(EVENTS.paths))
    return EVENTS.download(form, rows, head(EVENTS, request.path), whole=not request.GET)


def datasets() -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    return [
        described(POLES, Pole.objects.published().tally(), "poles:export"),
        described(EVENTS, Milestone.objects.public().tally(), "poles:events"),
    ]
