"""Search over all that a person may view in the room: words, numbers, addresses."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ptce_site.addresses import in_language, meant
from ptce_site.search import extract, tokens

from ..content_version import content_version
from ..models import CheckedLink, Draft, FormerAddress
from ..outside.addresses import bare
from ..where import form_of, list_of
from .amounts import as_typed, in_digits
from .shelves import Piece, Shelf, Thing, shelf_of, shelf_of_drafts

LONGEST, AT_FIRST, MOST = 500, 6, 100


@dataclass(frozen=True)
class Result:
    """A form that was found, at the field that says it best."""

    thing: Thing
    words: frozenset[str] = frozenset()
    anchor: str = ""

    @cached_property
    def piece(self) -> Piece | None:
        """The field that holds the most of the words looked for, the first if several do."""
        if self.anchor:
            return next((p for p in self.thing.pieces if p.anchor == self.anchor), None)
        found = {
            piece: len(self.words & {word for word, _start, _end in tokens(piece.text)})
            for piece in self.thing.pieces
        }
        best = max(found, key=lambda piece: found[piece], default=None)
        return best if best and found[best] else None

    @property
    def address(self) -> str:
        return self.thing.address + (self.anchor or (self.piece.anchor if self.piece else ""))

    @property
    def extract(self) -> list[tuple[str, bool]]:
        """What its field says, in pieces, each with whether it is a word looked for."""
        return extract(self.piece.text, self.words) if self.piece else []


@dataclass(frozen=True)
class Kind:
    """What was found of one kind, the best first."""

    title: str
    results: list[Result]
    total: int
    query_string: str = ""


@dataclass
class Found:
    """What a search found, as its page shows it."""

    query: str
    kinds: list[Kind] = field(default_factory=list)
    corrected: str = ""
    partial: bool = False

    @property
    def total(self) -> int:
        return sum(kind.total for kind in self.kinds)


def search_room(request: HttpRequest, query: str, only: str = "") -> Found:
    """All that holds what was typed and that this person may view; `only` names one kind."""
    query = " ".join(query.replace("\x00", "").split())[:LONGEST]
    if not query:
        return Found(query)
    shelves = shelves_for(request)
    results = _at_address(query, shelves)
    if results:
        return Found(query, _sorted({}, results, query, only))
    return _by_words(query, shelves, only)


def shelves_for(request: HttpRequest) -> list[Shelf]:
    """The shelves this person may look through, the drafts first."""
    version, user = content_version(), request.user
    drafts = [
        draft
        for draft in Draft.objects.for_first_screen()
        if user.has_perm(f"{draft.content_type.app_label}.change_{draft.content_type.model}")
    ]
    rooms = admin.site._registry.items()
    seen = [
        model
        for model, room in rooms
        if model is not CheckedLink and room.has_view_or_change_permission(request)
    ]  # what leads to an address is found at its own field
    return [shelf_of_drafts(drafts), *(shelf_of(model, version) for model in seen)]


def _by_words(query: str, shelves: list[Shelf], only: str) -> Found:
    """The kinds that hold every word as typed; or else corrected; or else some of the words."""
    asked = dict.fromkeys([in_digits(query).strip(), query])
    answers = [(shelf, shelf.index.search(text)) for shelf in shelves for text in asked]
    answers = [(shelf, answer) for shelf, answer in answers if answer.hits]
    if not answers:
        return Found(query)
    best = min((answer.partial, bool(answer.corrected)) for _shelf, answer in answers)
    scores: dict[str, float] = {}
    results: dict[tuple[str, str], Result] = {}
    for shelf, answer in answers:
        if (answer.partial, bool(answer.corrected)) != best:
            continue
        for hit in answer.hits:
            thing = shelf.things[hit.key]
            key = (thing.kind, thing.address)
            results.setdefault(key, Result(thing, answer.words))
            scores[thing.kind] = max(scores.get(thing.kind, 0), hit.score)
    corrected = next((a.corrected for _s, a in answers if best[1] and a.corrected), "")
    typed = as_typed(query)
    exact = [result for result in results.values() if typed and result.thing.holds(typed)]
    kinds = _sorted(scores, exact or list(results.values()), query, only)
    return Found(query, kinds, corrected, partial=best[0])


def _sorted(scores: dict[str, float], results: list[Result], query: str, only: str) -> list[Kind]:
    """The results by kind, the kind with the best one first; a few of each unless one is asked."""
    kinds: dict[str, list[Result]] = {}
    for result in results:
        kinds.setdefault(result.thing.kind, []).append(result)
    wanted = {only: kinds[only]} if only in kinds else kinds
    shown = MOST if only in kinds else AT_FIRST
    return [
        Kind(
            title,
            found[:shown],
            len(found),
            "" if only in kinds else urlencode({"q": query, "genre": title}),
        )
        for title, found in sorted(wanted.items(), key=lambda kind: -scores.get(kind[0], 0))
    ]


def _at_address(query: str, shelves: list[Shelf]) -> list[Result]:
    """What is at an address of the site, or what leads to an address of another."""
    if " " in query or not query.startswith(("http://", "https://", "/")):
        return []
    try:
        parts = urlsplit(query)
    except ValueError:
        return []
    if parts.netloc and bare(query).split("/")[0] != bare(settings.SITE_URL).split("/")[0]:
        return _leading_to(bare(query), shelves)
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    path = in_language(meant(path) or path, settings.LANGUAGE_CODE)
    whole = f"{path}#{parts.fragment}"
    for place in (whole, path) if parts.fragment else (path,):
        found = [shelf.places[place] for shelf in shelves if place in shelf.places]
        if found:
            return [Result(thing, anchor=anchor) for thing, anchor in found]
    return _formerly_at(path, shelves)


def _formerly_at(path: str, shelves: list[Shelf]) -> list[Result]:
    kept = FormerAddress.objects.at(path, path)
    thing = kept.thing if kept else None
    if thing is None:
        return []
    address = form_of(thing)
    return [Result(t) for shelf in shelves for t in shelf.things if t.address == address]


def _leading_to(address: str, shelves: list[Shelf]) -> list[Result]:
    """The fields that hold this address exactly, or else one that begins so."""
    for fits in (address.__eq__, lambda one: one.startswith(address)):
        found = [
            Result(thing, anchor=anchor)
            for shelf in shelves
            for one, places in shelf.outside.items()
            if fits(one)
            for thing, anchor in places
        ]
        if found:
            return found[:MOST]
    return []


def search_view(request: HttpRequest) -> HttpResponse:
    """The page of results."""
    found = search_room(request, request.GET.get("q", ""), request.GET.get("genre", ""))
    lists = [
        (str(capfirst(model._meta.verbose_name_plural)), list_of(model))
        for model, room in admin.site._registry.items()
        if room.search_fields and room.has_view_or_change_permission(request)
    ]
    context = {**admin.site.each_context(request), "found": found, "lists": lists}
    return TemplateResponse(
        request, "admin/editorial/search.html", {**context, "title": _("Rechercher")}
    )
