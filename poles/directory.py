"""Which poles a query string asks for, and in which order."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from .models import Pole

FACETS: dict[str, Callable[[Pole], set[str]]] = {
    "region": lambda pole: {pole.region.code},
    "secteur": lambda pole: {sector.slug for sector in pole.sectors.all()},
    "appel": lambda pole: {str(pole.call_id)},
    "situation": lambda pole: {pole.status},
    "preuve": lambda pole: {pole.evidence},
}


@dataclass(frozen=True)
class Selection:
    keys: list[int]
    query: str


def select(params: QueryDict) -> Selection:
    """The published poles that answer `params`; a value that no pole has is left out."""
    poles = sorted(Pole.objects.for_list(), key=_reading_order)
    asked = []
    for name, read in FACETS.items():
        known = {value for pole in poles for value in read(pole)}
        asked += [(name, value) for value in dict.fromkeys(params.getlist(name)) if value in known]
    for name, read in FACETS.items():
        wanted = {value for facet, value in asked if facet == name}
        poles = [pole for pole in poles if not wanted or wanted & read(pole)]
    return Selection([pole.pk for pole in poles], urlencode(asked))


def _reading_order(pole: Pole) -> str:
    folded = unicodedata.normalize("NFKD", pole.short_name or pole.name)
    return folded.encode("ascii", "ignore").decode().lower()
