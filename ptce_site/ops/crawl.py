"""The whole site walked through from the inside, as a visitor without an account would.

No network and no server: each address is asked from Django itself, whatever leads to it; who
hands an `ask_all` may ask several at a time. What is slow to make (sheets, cards) or comes in
thousands (filters, report forms) is asked once a kind and a language, unless all is wanted; the
address of the others must still lead to something.
"""

import gzip
import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import Resolver404

from ptce_site.addresses import CODES, language_of, match_of
from ptce_site.editorial import tongues

from .inspecting.document import Document
from .inspecting.pages import Page, Reference, facts, is_own, is_page, path_of

# What no link need lead to: the home pages, and the map framed by other sites.
ENTRANCES = ("pages:home", "poles:embed")
STARTS = ("/robots.txt", "/sitemap.xml", "/.well-known/security.txt")
NOT_FOR_VISITORS = ("/admin/", "/apercu/")
SLOW = re.compile(r"\.(?:pdf|png)$")
QUOTED = re.compile(r'"([^"]+)"')
CSS_ADDRESS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])([^"')\s]+)""")

type Look = Callable[[Page, Document], None]
type Ask = Callable[..., Any]  # a path (and headers) → its answer, as HttpResponse is one
type AskAll = Callable[[list[str]], Iterable[tuple[str, Any]]]  # paths → each with its answer


@dataclass
class Answer:
    """What came back from an address."""

    path: str
    status: int
    kind: str  # content type
    location: str = ""


@dataclass
class Site:
    """All that was found: what each address answered, the pages, who leads where."""

    answers: dict[str, Answer] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    leading: dict[str, set[str]] = field(default_factory=dict)  # path → what leads to it
    outside: list[tuple[str, str]] = field(default_factory=list)  # (stylesheet, foreign address)
    sitemap: dict[str, dict[str, str]] | None = None  # address → alternates; None: there is none
    unknown: set[str] = field(default_factory=set)  # not asked, and nothing would answer
    left: int = 0  # not asked, of a kind that was
    seconds: float = 0.0

    @property
    def links(self) -> int:
        return sum(len(page.references) for page in self.pages.values())


def crawl(
    look: Look,
    *,
    languages: tuple[str, ...] = (),
    everything: bool = False,
    ask: Ask | None = None,
    ask_all: AskAll | None = None,
    starts: Iterable[str] = (),
    leave: Callable[[str], bool] = lambda path: False,
) -> Site:
    """Walk through the site, handing each page to `look` while it is in memory.

    `languages`: only these; all of them unless told. `everything`: nothing is left out.
    `ask`: what answers at a path; the site itself unless told. `ask_all`: the same, for those found
    on the way so far. `starts`: where to begin too. `leave`: what not to ask, whoever leads to it.
    """
    one_by_one = ask or visitor()
    ask_all = ask_all or (lambda paths: ((path, one_by_one(path)) for path in paths))
    return _Walk(look, languages or tuple(CODES), everything, ask_all, leave).go(starts)


def visitor() -> Ask:
    """Who asks the site as someone without an account does, under the name it is known by."""
    whole = urlsplit(settings.SITE_URL)
    client = Client(raise_request_exception=False, headers={"host": whole.netloc})
    return partial(client.get, secure=whole.scheme == "https")


class _Walk:
    def __init__(
        self,
        look: Look,
        languages: tuple[str, ...],
        everything: bool,
        ask_all: AskAll,
        leave: Callable[[str], bool],
    ) -> None:
        self.look, self.languages, self.everything = look, languages, everything
        self.ask_all, self.leave = ask_all, leave
        self.site = Site()
        self.seen: set[str] = set()
        self.sampled: set[tuple] = set()
        self.waiting: list[str] = []

    def go(self, starts: Iterable[str]) -> Site:
        began = time.monotonic()
        entrances = [tongues.addresses_of(view) for view in ENTRANCES]
        for path in [*(one[code] for one in entrances for code in self.languages), *STARTS]:
            self._ask_later(path, "")
        for path in starts:
            self._ask_later(path, "")
        with _quiet():
            while self.waiting:
                found, self.waiting = self.waiting, []
                for path, response in self.ask_all(found):
                    self._read(path, response)
        self.site.seconds = time.monotonic() - began
        return self.site

    def _ask_later(self, path: str, origin: str) -> None:
        if path.startswith(NOT_FOR_VISITORS):
            return
        if origin:
            self.site.leading.setdefault(path, set()).add(origin)
        if path in self.seen:
            return
        self.seen.add(path)
        if path in STARTS and not _answers(path):
            return
        if _is_worded(path) and language_of(path) not in self.languages:
            return
        left = self.leave(path)
        sample = None if self.everything else _sample(path)
        if not left and (sample is None or sample not in self.sampled):
            self.sampled.add(sample or ())
            self.waiting.append(path)
        elif _answers(path.partition("?")[0]):
            self.site.left += 1
        else:
            self.site.unknown.add(path)

    def _read(self, path: str, response: Any) -> None:
        kind, location = response.get("Content-Type", ""), response.get("Location", "")
        self.site.answers[path] = Answer(path, response.status_code, kind, location)
        body = response.getvalue()  # the client closes; twice would close the database too
        if response.status_code != 200:
            return
        for address in QUOTED.findall(response.get("Speculation-Rules", "")):
            self._ask_later(path_of(urljoin(f"{settings.SITE_URL}/", address)), "")
        if is_page(kind):
            self._read_page(path, body)
        elif "css" in kind:
            self._read_style(path, body.decode())
        elif "manifest" in kind:
            self._read_manifest(path, body.decode())
        elif "xml" in kind and "svg" not in kind:
            self._read_list(path, body.decode())

    def _read_page(self, path: str, body: bytes) -> None:
        document = Document(body.decode())
        page = facts(path, document, len(gzip.compress(body, 9, mtime=0)))
        self.site.pages[path] = page
        for one in page.references:
            if one.own:
                self._ask_later(one.path, "" if _says_itself(one, path) else path)
        self.look(page, document)

    def _read_style(self, path: str, css: str) -> None:
        for address in CSS_ADDRESS.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
            whole = urljoin(urljoin(f"{settings.SITE_URL}/", path), address)
            if is_own(whole):
                self._ask_later(path_of(whole), path)
            elif urlsplit(whole).scheme != "data":
                self.site.outside.append((path, whole))

    def _read_manifest(self, path: str, text: str) -> None:
        said = json.loads(text)
        for address in [said.get("start_url", ""), *(one["src"] for one in said.get("icons", ()))]:
            if address:
                whole = urljoin(urljoin(f"{settings.SITE_URL}/", path), address)
                self._ask_later(path_of(whole), "")

    def _read_list(self, path: str, text: str) -> None:
        """A sitemap, an index of sitemaps, or a feed: what they name must answer too."""
        document = Document(text)
        if "urlset" in document.elements or "sitemapindex" in document.elements:
            self.site.sitemap = self.site.sitemap or {}
        for entry in document.all("url"):
            loc = next((one.words for one in entry.every("loc")), "")
            alternates = {one.get("hreflang"): one.get("href") for one in entry.every("xhtml:link")}
            self.site.sitemap = {**(self.site.sitemap or {}), loc: alternates}
        named = [one.words for one in document.all("loc")]
        named += [one.get("href") for one in document.all("link") if one.get("href")]
        for address in named:
            if is_own(address):
                # A page that only a sitemap names is still an orphan.
                self._ask_later(path_of(address), "")


def _says_itself(one: Reference, path: str) -> bool:
    """What a head says of the page itself, and a page's links to itself, lead nobody to it."""
    return one.in_head and not one.loaded or one.path == path


def _answers(path: str) -> bool:
    """Whether the site has something at an address, without asking it."""
    try:
        return bool(match_of(path))
    except Resolver404:
        return False


def _is_worded(path: str) -> bool:
    """Whether an address is in a language, rather than that of a file all languages share."""
    own = (settings.STATIC_URL, settings.MEDIA_URL)
    return path not in STARTS and not path.startswith((*own, "/sitemap", "/partage/"))


def _sample(path: str) -> tuple | None:
    """What an address is one of many of; None for what is asked in any case."""
    bare, _, query = path.partition("?")
    if not query and not SLOW.search(bare):
        return None
    if bare.startswith(settings.STATIC_URL):
        return None
    try:
        match = match_of(bare)
    except Resolver404:
        return None
    language = match.kwargs.get("language", language_of(bare))
    return match.view_name, language, tuple(sorted(parse_qs(query, keep_blank_values=True)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Django says each 404 on the console; here the report does."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
