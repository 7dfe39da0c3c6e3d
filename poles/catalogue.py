"""The published poles as the directory reads them: light, in memory, one copy a language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from ptce_site.addresses import reader
from ptce_site.editorial.content_version import content_version
from ptce_site.kept import Kept
from ptce_site.search import STOP_WORDS, Document, Index, sort_key

from .geography import search_key
from .map import spot
from .models import Call, Pole, Region, Sector
from .querysets import pole_titles, pole_words

FACETS = ("region", "secteur", "appel", "situation", "preuve")
MOST_SUGGESTED, LEAST_ALIKE, LEAST_INITIALS = 3, 65, 3


def reading_order(pole: Pole) -> str:
    """What sorts poles wherever they are listed."""
    return sort_key(pole.short_name or pole.name)


def initials(region: str) -> set[str]:
    """A région's name for short, with and without its small words: "idf", "paca" among others."""
    said = search_key(region).split()
    short = ("".join(w[0] for w in said), "".join(w[0] for w in said if w not in STOP_WORDS["fr"]))
    return {name for name in short if len(name) >= LEAST_INITIALS}


@dataclass(frozen=True)
class Entry:
    """One pole: the values it is chosen by, and what it is sorted by."""

    key: int
    slug: str
    values: dict[str, frozenset[str]]
    order: dict[str, Any]
    position: tuple[float, float] | None


class Catalogue:
    """Every published pole in reading order, their index, and the words the filters use."""

    def __init__(self, language: str = "fr") -> None:
        poles = sorted(Pole.objects.for_catalogue(), key=reading_order)
        regions = list(Region.objects.all())
        self.entries = [_entry(pole) for pole in poles]
        self.by_key = {entry.key: entry for entry in self.entries}
        self.by_slug = {entry.slug: entry for entry in self.entries}
        documents = (Document(pole.pk, pole_titles(pole), *pole_words(pole)) for pole in poles)
        self.index = Index(documents, language)
        self.labels: dict[str, dict[str, str]] = {
            "region": {
                region.code: region.name.replace("'", "’")
                for region in sorted(regions, key=lambda region: sort_key(region.name))
                if region.current
            },
            "secteur": {sector.slug: sector.name for sector in Sector.objects.all()},
            "appel": {call.slug: call.name for call in Call.objects.all()},
            "situation": {status.value: str(status.label) for status in _statuses()},
            "preuve": {proof.value: str(proof.label) for proof in Pole.Evidence},
        }
        self.regions = {key: region.name for region in regions for key in initials(region.name)}
        self.regions |= {search_key(region.name): region.name for region in regions}
        self.of_region = _by_region(poles)
        names = [name for pole in poles for name in (pole.short_name or pole.name, spot(pole))]
        self._names = {search_key(name): name for name in names + [r.name for r in regions]}

    def near(self, typed: str) -> list[str]:
        """Names of poles, of their places and of régions that look like what was typed."""
        key = search_key(typed)
        found = process.extract(
            key,
            [name for name in self._names if name != key],
            scorer=fuzz.ratio,
            score_cutoff=LEAST_ALIKE,
            limit=MOST_SUGGESTED,
        )
        return [self._names[name] for name, _, _ in found]


def _statuses() -> list[Pole.Status]:
    """The situations that are known, then the unknown one."""
    return sorted(Pole.Status, key=lambda status: status == Pole.Status.UNKNOWN)


def _entry(pole: Pole) -> Entry:
    name = reading_order(pole)
    return Entry(
        key=pole.pk,
        slug=pole.slug,
        values={
            "region": frozenset([pole.region.code]),
            "secteur": frozenset(sector.slug for sector in pole.sectors.all()),
            "appel": frozenset([pole.call.slug]),
            "situation": frozenset([pole.status]),
            "preuve": frozenset([pole.evidence]),
        },
        order={
            "nom": name,
            "commune": sort_key(spot(pole)),
            "region": sort_key(pole.region.name),
            "situation": _statuses().index(Pole.Status(pole.status)),
        },
        position=pole.position,
    )


def _by_region(poles: Iterable[Pole]) -> dict[str, set[int]]:
    """The keys of the poles of each région, of today or of before 2016, by its folded name."""
    found: dict[str, set[int]] = {}
    for pole in poles:
        for region in filter(None, (pole.region, pole.former_region)):
            found.setdefault(search_key(region.name), set()).add(pole.pk)
    return found


_catalogue: Kept[Catalogue] = Kept(Catalogue, content_version)


def catalogue() -> Catalogue:
    """The catalogue in the active language, made again when the content has changed."""
    return _catalogue.get(reader())
