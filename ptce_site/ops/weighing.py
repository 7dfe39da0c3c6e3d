"""What a first visit to a page receives, weighed on the very bytes that the site sends.

The page in Brotli as it is kept, then each file that its HTML has a browser fetch at once, asked
from the site as a browser asks for it. Headers are not counted, nor pictures further down.
"""

from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

from ptce_site.addresses import CODES, in_language
from ptce_site.readypage import BROTLI, ReadyPage

from .crawl import Ask, visitor
from .inspecting.document import Document

PRELOADED = {"font": "fonts", "style": "styles", "script": "scripts", "image": "drawings"}
TOLERANCE = 0.05


class NotWeighed(Exception):
    """Something that a page needs did not answer."""


def weigh(path: str, ask: Ask, sizes: dict[str, int]) -> dict[str, int]:
    """The bytes of each kind, and the number of requests. `sizes` remembers files between pages.

    Raises NotWeighed.
    """
    html = _body(path, ask, "identity")
    kept = ReadyPage("200 OK", [], html)
    kept.better()
    found = {"page": len(kept.forms[BROTLI].body), "styles": 0, "fonts": 0, "scripts": 0}
    found |= {"drawings": 0, "requests": 1}
    for address, kind in fetched(path, html.decode()).items():
        if address not in sizes:
            sizes[address] = len(_body(address, ask, BROTLI))
        found[kind] += sizes[address]
        found["requests"] += 1
    return found


def weigh_all(paths: list[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Pages by their French address, in each language. Raises NotWeighed."""
    ask, sizes = visitor(), {}
    return {
        path: {code: weigh(in_language(path, code), ask, sizes) for code in CODES} for path in paths
    }


def fetched(path: str, html: str) -> dict[str, str]:
    """The addresses that a browser fetches to show a page, and of which kind each is."""
    document = Document(html)
    return {urldefrag(urljoin(path, address)).url: kind for address, kind in _fetched(document)}


def differences(one: dict, other: dict) -> Iterator[str]:
    """Where two weighings of the same pages are further apart than is told to visitors."""
    for path, languages in one.items():
        for code, sizes in languages.items():
            now = other.get(path, {}).get(code, {})
            for kind, size in sizes.items():
                allowed = 0 if kind == "requests" else TOLERANCE * size
                if abs(now.get(kind, 0) - size) > allowed:
                    yield f"{path} ({code}), {kind}: {now.get(kind, 0):,} told, {size:,} found"


def _fetched(document: Document) -> Iterator[tuple[str, str]]:
    for link in document.all("link"):
        rel = link.get("rel").split()
        if "stylesheet" in rel:
            yield link.get("href"), "styles"
        elif "preload" in rel:
            yield link.get("href"), PRELOADED[link.get("as")]
        elif "icon" in rel:
            yield link.get("href"), "drawings"
    for script in document.all("script"):
        if script.get("src"):
            yield script.get("src"), "scripts"
    for drawing in document.all("use", "img"):
        address = drawing.get("href") or drawing.get("src")
        if not address.startswith(("#", "data:")) and drawing.get("loading") != "lazy":
            yield address, "drawings"


def _body(path: str, ask: Ask, coding: str) -> bytes:
    answer = ask(path, headers={"accept-encoding": coding})
    if answer.status_code != 200:
        raise NotWeighed(f"{path} answers {answer.status_code}")
    return b"".join(answer) if answer.streaming else answer.content
