"""What a page says to machines (JSON-LD): it must parse, hold together, and say what is read."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from ..crawl import Site
from .document import Document
from .faults import Fault
from .pages import Page

# Said of the whole site, and not written on every page.
OF_THE_SITE = ("#website", "#publisher")
NAMED_ELSEWHERE = {"WebSite", "Organization", "SearchAction", "EntryPoint"}
DATES = ("datePublished", "dateModified")
PARTIAL = re.compile(r"\d{4}(-\d{2}){0,2}")  # of a document known to the day, month or year
PIECES = re.compile(r"\.? \(|\)?\. ?")
REMEDY = "Say there what the page says, from the same data."


def look_at_page(page: Page, document: Document) -> Iterator[Fault]:
    blocks = _blocks(document)
    if not page.listed and blocks:
        what = "is noindex and describes itself to machines"
        yield Fault("JSON-LD", page.path, what, "Leave the graph out (seo.head).")
    if page.listed and not blocks:
        yield Fault("JSON-LD", page.path, "has no graph", "Take it from seo.head.")
    for block in blocks:
        try:
            said = json.loads(block)
        except ValueError as error:
            yield Fault("JSON-LD", page.path, f"does not parse: {error}", "Write it with json.")
            continue
        for what in _wrong(said, page, document):
            yield Fault("JSON-LD", page.path, what, REMEDY)


def described(document: Document) -> Iterator[str]:
    """The descriptions that the graph gives."""
    for block in _blocks(document):
        try:
            nodes = [*_nodes(json.loads(block))]
        except ValueError:
            continue
        yield from (text for node in nodes if isinstance(text := node.get("description"), str))


def _blocks(document: Document) -> list[str]:
    return [
        "".join(text for text in one.holds if isinstance(text, str))
        for one in document.all("script")
        if one.get("type") == "application/ld+json"
    ]


def look_at_site(site: Site) -> Iterator[Fault]:
    """Every @id that a page points to is described on some page."""
    known = {one for page in site.pages.values() for one in page.defined}
    known |= {f"{settings.SITE_URL}/{name}" for name in OF_THE_SITE}
    for page in site.pages.values():
        for name in sorted(page.named - known):
            what = f"points to {name}, which no page describes"
            yield Fault("JSON-LD", page.path, what, "Describe it, or leave it out.")


def _wrong(said: Any, page: Page, document: Document) -> Iterator[str]:
    nodes = [*_nodes(said)]
    page.defined = {node["@id"] for node in nodes if "@id" in node and len(node) > 1}
    page.named = {node["@id"] for node in nodes if "@id" in node and len(node) == 1}
    if "https://schema.org" not in str(said.get("@context", "")):
        yield "does not say that it speaks schema.org"
    own = next((node for node in nodes if node.get("@id") == page.address), None)
    if own is None:
        yield "describes another page than this one"
    elif own.get("inLanguage") != page.language:
        yield f"says the page is in “{own.get('inLanguage')}”"
    read = _plain(document.words)
    for node in nodes:
        yield from _unread(node, read)
        yield from _undated(node)
    yield from _trail(nodes, page, document)


def _nodes(said: Any) -> Iterator[dict[str, Any]]:
    if isinstance(said, dict):
        if "@graph" not in said:
            yield said
        for name, value in said.items():
            if name != "@context":
                yield from _nodes(value)
    elif isinstance(said, list):
        for one in said:
            yield from _nodes(one)


def _unread(node: dict[str, Any], read: str) -> Iterator[str]:
    """A name, a headline, a description that the page does not say."""
    if node.get("@type") in NAMED_ELSEWHERE and not str(node.get("@id", "")).endswith("#pole"):
        return
    for name in ("name", "headline", "description"):
        text = node.get(name)
        if isinstance(text, str) and not _is_read(text, read):
            yield f"{name} of {node.get('@type')} is not on the page: {text}"


def _is_read(text: str, read: str) -> bool:
    """Whether the page says it, if only piece by piece: a figure, its date, how sure it is."""
    whole = _plain(text.removesuffix("…"))
    return whole in read or all(piece in read for piece in PIECES.split(whole))


def _undated(node: dict[str, Any]) -> Iterator[str]:
    dates = {}
    for name in DATES:
        if name in node:
            try:
                if not PARTIAL.fullmatch(node[name]):
                    dates[name] = datetime.fromisoformat(node[name])
            except (TypeError, ValueError):
                yield f"{name} is no date: {node[name]}"
                continue
            if name in dates and dates[name] > timezone.now():
                yield f"{name} is to come: {node[name]}"
    if len(dates) == 2 and dates["dateModified"] < dates["datePublished"]:
        yield "is said to be modified before it was published"


def _trail(nodes: list[dict[str, Any]], page: Page, document: Document) -> Iterator[str]:
    """The breadcrumb for machines is the one that is seen."""
    shown = document.navigation("breadcrumb")
    seen = []
    for item in shown.every("li") if shown else ():
        link = next(item.every("a"), None)
        seen.append((item.words, _whole(link.get("href")) if link else page.address))
    lists = [node for node in nodes if node.get("@type") == "BreadcrumbList"]
    told = [
        (" ".join(item.get("name", "").split()), item.get("item", ""))
        for node in lists
        for item in node.get("itemListElement", ())
    ]
    if told != seen:
        yield f"its breadcrumb says {_steps(told)}, the page {_steps(seen)}"


def _steps(trail: list[tuple[str, str]]) -> str:
    return " > ".join(name for name, _address in trail) or "nothing"


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _plain(text: str) -> str:
    """A text to compare: any blank is a space, and capitals do not count."""
    return " ".join(text.split()).casefold()
