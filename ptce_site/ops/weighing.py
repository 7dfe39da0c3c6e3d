"""What a first visit to a page receives, weighed on the very bytes that the site sends.

The page in Brotli as it is kept, then each file that its HTML has a browser fetch at once, asked
from the site as a browser asks for it. Headers are not counted, nor pictures further down.
"""

from collections.abc import Iterator
from typing import Any
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
    answer = _answer(path, ask, "identity")
    kept = ReadyPage("200 OK", [], answer.content)
    kept.better()
    found = dict.fromkeys(("styles", "fonts", "scripts", "drawings", "browser"), 0)
    found |= {"page": len(kept.forms[BROTLI].body), "requests": 1}
    rules = answer.get("Speculation-Rules", "").strip('"')
    for address, kind in fetched(path, answer.content.decode(), rules).items():
        if address not in sizes:
            file = _answer(address, ask, BROTLI)
            sizes[address] = len(b"".join(file) if file.streaming else file.content)
        found[kind] += sizes[address]
        found["requests"] += 1
    return found


def weigh_all(paths: list[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Pages by their French address, in each language. Raises NotWeighed."""
    ask, sizes = visitor(), {}
    return {
        path: {code: weigh(in_language(path, code), ask, sizes) for code in CODES} for path in paths
    }


def fetched(path: str, html: str, rules: str = "") -> dict[str, str]:
    """The addresses that a browser fetches for a page, and of which kind each is.

    `rules` is where the answer says that the rules of navigation are, if it does.
    """
    named = [*_fetched(Document(html)), (rules, "browser")]
    there = [(address, kind) for address, kind in named if not address.startswith(("#", "data:"))]
    return {urldefrag(urljoin(path, address)).url: kind for address, kind in there if address}


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
        elif "icon" in rel or "manifest" in rel:
            yield link.get("href"), "browser"
    for script in document.all("script"):
        if script.get("src"):
            yield script.get("src"), "scripts"
    for drawing in document.all("use", "img"):
        if drawing.get("loading") != "lazy":
            yield drawing.get("href") or drawing.get("src"), "drawings"


def _answer(path: str, ask: Ask, coding: str) -> Any:
    answer = ask(path, headers={"accept-encoding": coding})
    if answer.status_code != 200:
        raise NotWeighed(f"{path} answers {answer.status_code}")
    return answer
