"""Which poles a query string asks for, in which order, and what else can be asked of them.

The page, the map, the table, the files and the frame all read the same `select(request.GET)`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext

from . import geo
from .catalogue import FACETS, Catalogue, Entry, catalogue
from .criteria import NAMES, SORTS, Criteria, Pair, link, read
from .geography import search_key

PAGE, MOST_ON_MAP = 50, 300


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    """One filter with the choices that would leave something, and those already made."""

    name: str
    title: str | Promise
    choices: list[Choice]

    @property
    def checked(self) -> int:
        return sum(choice.checked for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """One thing asked, and where one goes without it; `left` is how many poles that leaves."""

    kind: str | Promise
    label: str
    url: str
    left: int = 0


@dataclass(frozen=True)
class Found:
    """The poles a text finds, best first; how it was read, if not as it was written."""

    entries: list[Entry]
    region: str = ""
    corrected: str = ""
    partial: bool = False


@dataclass(frozen=True)
class Selection:
    """The answer. `keys` are all the poles found, in order; `page` those to show now."""

    criteria: Criteria
    keys: list[int]
    facets: list[Facet]
    total: int
    found: Found
    sort: str
    lit: set[str]
    distances: dict[int, int]
    chips: list[Chip] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The query string that chooses and orders these very poles."""
        return urlencode(self.criteria.pairs + [("comparer", s) for s in self.criteria.compared])

    @property
    def seen(self) -> str:
        """The query string of this view, for its pages."""
        return urlencode(self.criteria.seen)

    @property
    def filtered(self) -> bool:
        return bool(self.criteria.filters or self.criteria.compared)

    @property
    def page(self) -> Page:
        return Paginator(self.keys, PAGE).get_page(self.criteria.page or 1)

    @property
    def mapped(self) -> list[int]:
        """The keys the map shows: all of them, or those of the page when they are too many."""
        return self.keys if len(self.keys) <= MOST_ON_MAP else list(self.page)

    @property
    def clear(self) -> str:
        return link(pair for pair in self.criteria.seen if pair[0] == "vue")

    @property
    def views(self) -> dict[str, str]:
        return {view: link(replace(self.criteria, view=view).seen) for view in ("liste", "tableau")}

    @property
    def sorts(self) -> list[tuple[str, str | Promise]]:
        """The orders on offer; one asked the other way round is on offer too."""
        offered = dict(SORTS)
        if self.criteria.sort.startswith("-"):
            offered[self.criteria.sort] = gettext("%s, à rebours") % SORTS[self.criteria.sort[1:]]
        return list(offered.items())

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """Of each column that sorts: where its heading leads, and how it is sorted now."""
        columns = {}
        for name in SORTS:
            up = self.sort == name
            now = "ascending" if up else "descending" if self.sort == f"-{name}" else ""
            columns[name] = (link(self.criteria.replacing("tri", f"-{name}" if up else name)), now)
        return columns

    @property
    def communes(self) -> list[tuple[str, str]]:
        """The communes one may have meant, with where each leads."""
        others = map(str, self.criteria.around.others)
        return [(name, link(self.criteria.replacing("autour", name))) for name in others]


def select(params: QueryDict) -> Selection:
    """The published poles that `params` asks for. Two queries at most, whatever their number."""
    known = catalogue()
    criteria = read(params, known)
    found = search(known, criteria.q)
    entries, counts = choose(found.entries, criteria.chosen)
    distances = _distances(criteria, entries)
    by_relevance = criteria.q and not found.region
    natural = "distance" if criteria.around.commune else "" if by_relevance else "nom"
    sort = criteria.sort or natural
    entries = _sorted(entries, sort, distances)
    if criteria.compared:
        entries = [known.by_slug[slug] for slug in criteria.compared]
    selection = Selection(
        criteria=criteria,
        keys=[entry.key for entry in entries],
        facets=_facets(known, criteria, counts),
        total=len(known.entries),
        found=found,
        sort=sort,
        lit={code for entry in known.entries for code in entry.values["region"]},
        distances=distances,
        chips=_chips(known, criteria, empty=not entries),
        near=_near(known, criteria) if criteria.q and not found.entries else [],
    )
    selection.notices.extend(_told(criteria, found, selection.page))
    return selection


def search(known: Catalogue, q: str) -> Found:
    """The poles a text finds; the name of a région, old or new, finds exactly its poles.

    Where none of its poles is known, a name that poles say otherwise, as "centre", is a word.
    """
    if not q:
        return Found(known.entries)
    answer = known.index.search(q)
    for words in (q, answer.corrected):
        if region := known.regions.get(search_key(words)):
            keys = known.of_region.get(search_key(region), set())
            entries = [entry for entry in known.entries if entry.key in keys]
            if entries or not answer.hits or answer.corrected or answer.partial:
                return Found(entries, region, answer.corrected if words != q else "")
    entries = [known.by_key[hit.key] for hit in answer.hits]
    return Found(entries, "", answer.corrected, answer.partial)


def choose(
    entries: Iterable[Entry], chosen: dict[str, list[str]]
) -> tuple[list[Entry], dict[str, Counter[str]]]:
    """Those that pass every filter; and for each filter, what all the others leave, by value."""
    kept, counts = [], {name: Counter[str]() for name in FACETS}
    for entry in entries:
        failed = [name for name in chosen if entry.values[name].isdisjoint(chosen[name])]
        if not failed:
            kept.append(entry)
        if len(failed) < 2:
            for name in failed or FACETS:
                counts[name].update(entry.values[name])
    return kept, counts


def _distances(criteria: Criteria, entries: Iterable[Entry]) -> dict[int, int]:
    """Kilometres as the crow flies from the commune asked, for the poles that have a place."""
    commune = criteria.around.commune
    if not commune:
        return {}
    here = (commune.latitude, commune.longitude)
    return {e.key: round(geo.distance_km(here, e.position)) for e in entries if e.position}


def _sorted(entries: list[Entry], sort: str, distances: dict[int, int]) -> list[Entry]:
    """In the order asked, then by name; what has no distance comes last either way."""
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if not name:
        return entries
    entries = sorted(entries, key=lambda entry: entry.order["nom"])
    if name == "distance":
        placed = [entry for entry in entries if entry.key in distances]
        placed.sort(key=lambda entry: distances[entry.key], reverse=down)
        return placed + [entry for entry in entries if entry.key not in distances]
    return sorted(entries, key=lambda entry: entry.order[name], reverse=down)


def _facets(known: Catalogue, criteria: Criteria, counts: dict[str, Counter[str]]) -> list[Facet]:
    facets = []
    for name in FACETS:
        made = criteria.chosen.get(name, [])
        choices = (
            Choice(value, label, counts[name][value], value in made)
            for value, label in known.labels[name].items()
        )
        facets.append(Facet(name, NAMES[name], [c for c in choices if c.count or c.checked]))
    return facets


def _chips(known: Catalogue, criteria: Criteria, *, empty: bool) -> list[Chip]:
    """What is asked, one by one; when nothing is left, how much there would be without it."""
    chips = []
    for name, value in criteria.filters:
        label = known.labels[name][value] if name in FACETS else value
        kind = NAMES.get(name) or (gettext("Texte") if name == "q" else gettext("Autour de"))
        left = _left(known, criteria, (name, value)) if empty and name != "autour" else 0
        chips.append(Chip(kind, label, link(criteria.without((name, value))), left))
    return chips


def _left(known: Catalogue, criteria: Criteria, dropped: Pair) -> int:
    name, value = dropped
    q = "" if name == "q" else criteria.q
    chosen = {
        facet: [v for v in values if (facet, v) != dropped]
        for facet, values in criteria.chosen.items()
    }
    kept, _counts = choose(
        search(known, q).entries, {facet: values for facet, values in chosen.items() if values}
    )
    return len(kept)


def _near(known: Catalogue, criteria: Criteria) -> list[tuple[str, str]]:
    """Names that look like what was looked for in vain, with where each leads."""
    return [(name, link(criteria.replacing("q", name))) for name in known.near(criteria.q)]


def _told(criteria: Criteria, found: Found, page: Page) -> list[str]:
    """How the text was read, then what could not be."""
    told = []
    words = {"q": criteria.q, "read": found.corrected, "region": found.region}
    if found.corrected:
        sentence = gettext(
            "Aucun pôle ne contient « %(q)s ». Vous cherchiez peut-être « %(read)s »."
        )
        told.append(sentence % words)
    if found.partial:
        sentence = gettext("Rien ne contient tous les mots de « %(q)s » : une partie suffit ici.")
        told.append(sentence % words)
    if found.region:
        told.append(gettext("%(region)s est lu comme le nom d’une région.") % words)
    if criteria.page and criteria.page != str(page.number):
        sentence = gettext("Cette page de résultats n’existe pas : voici la page %d.")
        told.append(sentence % page.number)
    return told + criteria.notices
