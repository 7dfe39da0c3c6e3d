"""What leaves as files: the poles, and what happened to them and to the policy."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.exports import NAMED, TRACE, described, head, long_text, told, with_sources
from ptce_site.tabular import Column, Table

from .directory import select
from .models import Milestone, Pole, PoleName


def coded(kind: str, code: str | None) -> str | None:
    """An Insee code that a spreadsheet keeps whole: "DEP-08", not the number 8."""
    return f"{kind}-{code}" if code else None


def borne(name: PoleName) -> str:
    """A name with when it was borne: "FE2I (2014–2020)", "VALO’LAB (depuis 2020)"."""
    if name.start and name.end:
        return f"{name.name} ({name.start}–{name.end})"
    if name.start:
        return gettext("%(name)s (depuis %(date)s)") % {"name": name.name, "date": name.start}
    if name.end:
        return gettext("%(name)s (jusqu’à %(date)s)") % {"name": name.name, "date": name.end}
    return name.name


def position(pole: Pole) -> tuple[float, float] | None:
    """Longitude and latitude in degrees, the order of GeoJSON."""
    return pole.position and (pole.position[1], pole.position[0])


CODED = _("Code Insee ; ce qui le précède fait garder le zéro de tête aux tableurs.")
PRECISE = _("Le point n’est exact que pour une adresse ou une commune.")

POLES = Table(
    "poles",
    _("Les pôles"),
    _("Les lauréats documentés du premier appel : où ils sont, ce qu’ils font, ce qui le prouve."),
    (
        *NAMED,
        Column("nom", _("nom"), "name"),
        Column("nom_court", _("nom court"), "short_name"),
        Column("noms_portes", _("noms portés"), lambda p: [*map(borne, p.names.all())], "list"),
        Column("accroche", _("accroche"), "hook"),
        Column("resume", _("résumé"), "summary"),
        Column("metiers", _("métiers"), "trade"),
        Column("secteurs", _("secteurs"), lambda p: [s.name for s in p.sectors.all()], "list"),
        Column("porteur", _("porté par"), "lead_organisation"),
        Column("forme_juridique", _("forme juridique"), "legal_form"),
        Column("creation", _("créé en"), "founded", "date"),
        Column("site", _("site du pôle"), "website", "address", _("Parfois fermé depuis.")),
        Column("appel", _("appel à projets"), "call.name"),
        Column("statut_laureat", _("lauréat"), "get_evidence_display"),
        Column("preuve", _("ce qui l’établit"), "evidence_note"),
        Column("aide_eur", _("aide reçue"), "award_eur", "number", _("En euros.")),
        Column("commune", _("commune"), "commune.name"),
        Column(
            "commune_code",
            _("code de la commune"),
            lambda p: coded("COM", p.commune_id),
            about=CODED,
        ),
        Column("departement", _("département"), "department.name"),
        Column(
            "departement_code",
            _("code du département"),
            lambda p: coded("DEP", p.department_id),
            about=CODED,
        ),
        Column("region", _("région"), "region.name"),
        Column(
            "region_code",
            _("code de la région"),
            lambda p: coded("REG", p.region.code),
            about=CODED,
        ),
        Column("ancienne_region", _("région au moment de l’appel"), "former_region.name"),
        Column("territoire", _("territoire d’action"), "territory"),
        Column("latitude", _("latitude"), "latitude", "number", _("En degrés, WGS 84.")),
        Column("longitude", _("longitude"), "longitude", "number", _("En degrés, WGS 84.")),
        Column("precision_lieu", _("précision du lieu"), "get_precision_display", about=PRECISE),
        Column("lieu_note", _("précision sur le lieu"), "location_note"),
        Column("situation", _("situation actuelle"), "get_status_display"),
        Column("situation_date", _("date de la page la plus récente lue"), "status_as_of", "date"),
        Column("situation_note", _("ce qui le montre"), "status_note"),
        Column("situation_sources", _("sources sur la situation"), told("status_keys"), "list"),
        Column("inconnues", _("ce que nous ne savons pas encore"), "unknowns"),
        *TRACE,
    ),
    position,
)

EVENTS = Table(
    "reperes",
    _("Les repères"),
    _("Ce qui s’est passé, date par date : pour la politique publique et pour chaque pôle."),
    (
        Column("identifiant", _("identifiant"), lambda event: f"repere-{event.pk}"),
        NAMED[1],
        Column("date", _("date"), "date", "date"),
        Column("date_note", _("précision sur la date"), "date_note"),
        Column("pole", _("identifiant du pôle"), "pole.slug"),
        Column("pole_nom", _("nom du pôle"), "pole.name"),
        Column("titre", _("titre"), "title"),
        long_text("texte", _("ce qui s’est passé"), "text"),
        Column("reserve", _("réserve"), "caution"),
        *TRACE,
    ),
)


def poles_file(request: HttpRequest, form: str) -> HttpResponse:
    """The poles that the query string chooses, in its order."""
    chosen = select(request.GET)
    poles = with_sources(Pole.objects.for_export(chosen.keys), "source_keys", "status_keys")
    path = f"{request.path}?{chosen.query}" if chosen.query else request.path
    return POLES.download(form, poles, head(POLES, path), whole=not request.GET)


def events_file(request: HttpRequest, form: str) -> HttpResponse:
    events = with_sources(Milestone.objects.for_export(), "source_keys")
    return EVENTS.download(form, events, head(EVENTS, request.path), whole=not request.GET)


def datasets() -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    return [
        described(POLES, Pole.objects.published().tally(), "poles:export"),
        described(EVENTS, Milestone.objects.public().tally(), "poles:events"),
    ]
