"""What a long text can point to, found by a few words: the editor's lists of links and notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.http import HttpRequest, JsonResponse

from ptce_site.search import Document, Index, fold

from .models import Source
from .site_index import site_index

MOST_SHOWN, MOST_NAMED = 12, 60


@dataclass(frozen=True)
class Target:
    """Something to point to: the address kept in texts, its name and what kind of thing it is."""

    href: str
    title: str
    kind: str
    words: str = ""


def notes(request: HttpRequest) -> Iterator[Target]:
    """The sources, for those who may see them."""
    if request.user.has_perm("editorial.view_source"):
        for source in Source.objects.for_picker():
            words = f"{source.title} {source.publisher} {source.key}"
            yield Target(f"source:{source.key}", source.title, source.publisher, fold(words))


def links(request: HttpRequest) -> Iterator[Target]:
    """What is published and has a page, for those who may see it in the room."""
    for (label, pk), entry in site_index(request).items():
        meta = apps.get_model(label)._meta
        if request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            kind, words = str(meta.verbose_name), fold(f"{entry.title} {entry.short}")
            yield Target(f"ref:{label}:{pk}", entry.title, kind, words)


def matching(targets: list[Target], query: str) -> list[Target]:
    """Those that hold each word or a part of it, where it begins a word first; else a typo away."""
    asked = fold(query[:200]).split()
    found = [target for target in targets if all(word in target.words for word in asked)]
    begun = [re.compile(rf"\b{re.escape(word)}") for word in asked]
    found.sort(key=lambda target: _how_late(target, begun))
    if not found:
        index = Index(Document(n, t.title, keywords=t.words) for n, t in enumerate(targets))
        found = [targets[hit.key] for hit in index.search(query).hits]
    return found[:MOST_SHOWN]


def _how_late(target: Target, begun: list[re.Pattern]) -> int:
    """Where the last of these words begins; after everything else if one begins nowhere."""
    places = [match.start() if (match := word.search(target.words)) else 9999 for word in begun]
    return max(places, default=0)


def link_picker_view(request: HttpRequest) -> JsonResponse:
    """`?q=` finds links (with `note`, sources); `?href=`, repeated, names what is known of them."""
    asked = set(request.GET.getlist("href")[:MOST_NAMED])
    if asked:
        named = [target for target in (*notes(request), *links(request)) if target.href in asked]
    else:
        offered = notes(request) if "note" in request.GET else links(request)
        named = matching(list(offered), request.GET.get("q", "").replace("\0", ""))
    found = [{"href": t.href, "title": t.title, "kind": t.kind} for t in named]
    return JsonResponse({"found": found})
