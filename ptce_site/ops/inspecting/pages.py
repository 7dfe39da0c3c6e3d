"""What is remembered of a page once it was read: what rules about several pages compare."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404

from ptce_site.addresses import language_of, match_of

from .document import Document, Element

# What a browser loads by itself, and where its address stands.
LOADED = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "use": ("href",),
    "image": ("href",),
}
LOADED_LINKS = {"stylesheet", "icon", "preload", "manifest", "apple-touch-icon", "modulepreload"}
FOLLOWED_LINKS = LOADED_LINKS | {"alternate", "canonical", "next", "prev", "license"}


@dataclass(frozen=True)
class Reference:
    """An address written in a page: where it leads, and how it is said."""

    address: str  # whole, fragment included
    element: str  # <a>, <img>…
    loaded: bool  # by the browser, without being asked
    outside: bool  # said to lead to another site (rel="external")
    in_head: bool = False

    @property
    def own(self) -> bool:
        return is_own(self.address)

    @property
    def path(self) -> str:
        """Path and query string, on this site."""
        return path_of(self.address)

    @property
    def fragment(self) -> str:
        return urlsplit(self.address).fragment


@dataclass
class Page:
    """The facts of an HTML page."""

    path: str
    size: int = 0  # bytes, compressed
    title: str = ""
    description: str | None = None
    robots: str = ""
    language: str = ""
    kind: str = ""
    canonical: list[str] = field(default_factory=list)
    hreflang: list[tuple[str, str]] = field(default_factory=list)
    menu: dict[str, str] = field(default_factory=dict)
    anchors: set[str] = field(default_factory=set)
    references: list[Reference] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)  # the @ids its graph describes
    named: set[str] = field(default_factory=set)  # those it only points to

    @property
    def listed(self) -> bool:
        """Whether search engines may show it."""
        return "noindex" not in self.robots

    @property
    def address(self) -> str:
        """The one address of the page: whole, without query string."""
        return urljoin(f"{settings.SITE_URL}/", self.path.partition("?")[0].lstrip("/"))


def facts(path: str, document: Document, size: int) -> Page:
    """What there is to remember of a page."""
    title = document.first("title")
    tongues = document.navigation("tongues")
    here = {} if tongues is None else {language_of(path): path.partition("?")[0]}
    links = [] if tongues is None else [*tongues.every("a")]
    return Page(
        path=path,
        size=size,
        title=title.words if title else "",
        description=document.meta("description"),
        robots=document.meta("robots") or "",
        language=language_of(path),
        kind=kind_of(path),
        canonical=[one.get("href") for one in document.links("canonical")],
        hreflang=[
            (one.get("hreflang"), one.get("href"))
            for one in document.links("alternate")
            if one.get("hreflang")
        ],
        menu=here | {one.get("hreflang"): one.get("href") for one in links if one.get("hreflang")},
        anchors=document.anchors,
        references=[*references(path, document)],
    )


def references(path: str, document: Document) -> Iterator[Reference]:
    """Every address a page is tied to: links, pictures, styles, scripts, forms, drawings."""
    base = urljoin(f"{settings.SITE_URL}/", path)
    for one in document.all("a", "area", "form", "link", *LOADED):
        for address in _addresses(one):
            whole = urljoin(base, address.strip())
            if urlsplit(whole).scheme in ("http", "https"):
                yield Reference(
                    address=whole,
                    element=one.tag,
                    loaded=_is_loaded(one),
                    outside="external" in one.get("rel").split(),
                    in_head=one.tag == "link",
                )
    card = document.meta("og:image")
    if card:
        yield Reference(card, "meta", loaded=True, outside=False, in_head=True)


def _addresses(one: Element) -> list[str]:
    if one.tag == "form":
        return [one.get("action")] if one.get("method").lower() != "post" else []
    if one.tag == "link" and not FOLLOWED_LINKS & set(one.get("rel").split()):
        return []
    found = []
    for name in LOADED.get(one.tag, ("href",)):
        value = one.get(name) or (one.get("xlink:href") if name == "href" else "")
        if name == "srcset":
            found += [part.split()[0] for part in value.split(",") if part.strip()]
        elif value or name in one.attributes:
            found.append(value)
    return found


def _is_loaded(one: Element) -> bool:
    if one.tag == "link":
        return bool(LOADED_LINKS & set(one.get("rel").split()))
    return one.tag in LOADED


def is_own(address: str) -> bool:
    """Whether an address, whole, is on this site."""
    asked, site = urlsplit(address), urlsplit(settings.SITE_URL)
    return (asked.scheme, asked.netloc) == (site.scheme, site.netloc)


def path_of(address: str) -> str:
    """The path and query string of a whole address."""
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def kind_of(path: str) -> str:
    """What answers at a path: the name of the view, and of the page where one view serves many."""
    try:
        match = match_of(path.partition("?")[0])
    except Resolver404:
        return ""
    own = match.kwargs.get("slug", "") if match.view_name == "pages:page" else ""
    return f"{match.view_name} {own}".strip()


def is_page(kind: str) -> bool:
    """Whether a content type is that of a page."""
    return bool(re.match(r"text/html\b", kind))
