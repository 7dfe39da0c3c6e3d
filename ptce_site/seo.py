"""What a page says of itself to those who do not see it: pure functions, one source of truth.

A page hands over a `Subject`; the head of the document, the language menu, the breadcrumb and the
sitemap are all made from it (docs/adr/0016).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext_lazy as _

SITE_NAME = _("Un PTCE, c’est…")
TITLE_MAX = 65
DESCRIPTION_MAX = 160
LOCALES = {"fr": "fr_FR", "en": "en_GB", "de": "de_DE"}
VOCABULARY = "https://schema.org"
DCTERMS = {"dcterms": "http://purl.org/dc/terms/"}

type Node = dict[str, Any]


def document_title(title: str) -> str:
    """The `<title>`: the page's own words first, then the site's name where there is room."""
    title = title.strip()
    if not title or title == SITE_NAME:
        return str(SITE_NAME)
    whole = f"{title} · {SITE_NAME}"
    return whole if len(whole) <= TITLE_MAX else title


def meta_description(text: str) -> str:
    """Cut a text at a word so that a search result shows it whole (160 characters at most)."""
    return cut(text, DESCRIPTION_MAX)


def cut(text: str, longest: int) -> str:
    """Cut a text at a word, to `longest` characters with the ellipsis; no-break spaces hold."""
    text = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def canonical(site_url: str, path: str) -> str:
    """The one address of a page, without query string."""
    return urljoin(f"{site_url}/", path.lstrip("/"))


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A page as it is in the language of its reader.

    `addresses` are its paths by language, for the languages it exists in, French first; `path` is
    where it is being read. What is not `listed` stays out of search engines and sitemaps.
    """

    title: str
    path: str
    addresses: Mapping[str, str]
    description: str = ""
    name: str = ""  # in a breadcrumb; its title unless told
    trail: Sequence[tuple[str, str]] = ()  # the pages above it, home apart: (name, path)
    listed: bool = True
    asked: Mapping[str, str] = field(default_factory=dict)  # the same question, by language
    kind: str = "WebPage"
    published: datetime | None = None
    modified: datetime | None = None
    card: str = ""
    card_alt: str = ""
    nodes: Sequence[Node] = ()  # the first one is its main subject, unless it is the page itself


@dataclass(frozen=True)
class Tongue:
    """A language in the menu; without an address, the page does not exist in it."""

    code: str
    name: str
    path: str
    here: bool


@dataclass(frozen=True)
class Head:
    """What base.html writes in the head, and around the page's own words."""

    title: str
    description: str
    canonical: str
    robots: str
    language: str  # of the page's own words
    foreign: bool  # whether that is not the reader's
    alternates: list[tuple[str, str]]
    tongues: list[Tongue]
    trail: list[tuple[str, str]]
    social: list[tuple[str, str]]
    modified: datetime | None
    graph: Callable[[], str] = field(repr=False)  # asked last, once the page is drawn


def head(
    subject: Subject,
    *,
    language: str,
    languages: Sequence[tuple[str, str]],
    site_url: str,
    nodes: Callable[[], Iterable[Node]] = tuple,
    home: tuple[str, str] = ("", "/"),
) -> Head:
    """Everything the head of a page says.

    `languages` are the site's, as (code, name), the first one being the one texts fall back to.
    `nodes` gives those of the site, and of the parts of the page once they are drawn.
    """
    foreign = language not in subject.addresses
    listed = subject.listed and not foreign
    whole = {code: canonical(site_url, path) for code, path in subject.addresses.items()}
    here = "" if foreign else canonical(site_url, subject.path)
    default = languages[0][0]
    asked = {code: f"?{query}" for code, query in subject.asked.items() if query}
    paths = {code: path + asked.get(code, "") for code, path in subject.addresses.items()}
    alternates = [*whole.items(), ("x-default", whole[default])] if listed else []
    title = document_title(subject.title)
    description = meta_description(subject.description)
    trail = [] if subject.path == home[1] else [home, *subject.trail, (subject.name, "")]
    return Head(
        title=title,
        description=description,
        canonical=here,
        robots="" if listed else "noindex",
        language=default if foreign else language,
        foreign=foreign,
        alternates=alternates,
        tongues=[
            Tongue(code, name, paths.get(code, ""), code == language) for code, name in languages
        ],
        trail=trail,
        modified=subject.modified,
        social=_social(subject, title, description, here, language, site_url) if listed else [],
        graph=partial(_graph, subject, description, here, language, site_url, nodes, trail)
        if listed
        else str,
    )


def _social(
    subject: Subject, title: str, description: str, here: str, language: str, site_url: str
) -> list[tuple[str, str]]:
    """The properties that a link shown elsewhere is drawn from (ogp.me)."""
    said = [
        ("og:type", "article" if subject.kind in ("Article", "AboutPage") else "website"),
        ("og:site_name", str(SITE_NAME)),
        ("og:title", title),
        ("og:description", description),
        ("og:url", here),
        ("og:locale", LOCALES[language]),
        *(("og:locale:alternate", LOCALES[one]) for one in subject.addresses if one != language),
    ]
    if subject.card:
        said += [
            ("og:image", canonical(site_url, subject.card)),
            ("og:image:width", "1200"),
            ("og:image:height", "630"),
            ("og:image:alt", subject.card_alt or subject.title),
        ]
    return said


def _graph(
    subject: Subject,
    description: str,
    here: str,
    language: str,
    site_url: str,
    others: Callable[[], Iterable[Node]],
    trail: Sequence[tuple[str, str]],
) -> str:
    """One JSON-LD graph: the site, the page, its breadcrumb, what it is about."""
    page: Node = {
        "@type": subject.kind,
        "@id": here,
        "url": here,
        "name": subject.title,
        "description": description,
        "inLanguage": language,
        "isPartOf": {"@id": f"{site_url}/#website"},
    }
    if subject.kind in ("Article", "AboutPage"):
        page["headline"] = subject.title
    if subject.published:
        page["datePublished"] = subject.published.isoformat(timespec="seconds")
    if subject.modified:
        page["dateModified"] = subject.modified.isoformat(timespec="seconds")
    if subject.card:
        page["image"] = canonical(site_url, subject.card)
    nodes = [page]
    if trail:
        page["breadcrumb"] = {"@id": f"{here}#breadcrumb"}
        nodes.append(_breadcrumb(trail, here, site_url))
    if subject.nodes and subject.nodes[0]["@id"] != here:
        page["mainEntity"] = {"@id": subject.nodes[0]["@id"]}
    nodes += subject.nodes
    said = _merged([*nodes, *others()])
    replaced = any(key.startswith("dcterms:") for node in said for key in node)
    graph = {"@context": [VOCABULARY, DCTERMS] if replaced else VOCABULARY, "@graph": said}
    # "<" never stands in a script element as it is: nothing in the data can end it.
    words = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return words.replace("<", "\\u003c")


def _merged(nodes: Iterable[Node]) -> list[Node]:
    """One node for each @id, with all that is said of it; lists of the same grow."""
    found: dict[str, Node] = {}
    for node in nodes:
        known = found.setdefault(node["@id"], {})
        for key, value in node.items():
            grows = isinstance(value, list) and isinstance(known.get(key), list)
            known[key] = [*known[key], *value] if grows else value
    return list(found.values())


def _breadcrumb(trail: Sequence[tuple[str, str]], here: str, site_url: str) -> Node:
    places = [(name, canonical(site_url, path) if path else here) for name, path in trail]
    items = [
        {"@type": "ListItem", "position": rank, "name": name, "item": address}
        for rank, (name, address) in enumerate(places, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{here}#breadcrumb", "itemListElement": items}
