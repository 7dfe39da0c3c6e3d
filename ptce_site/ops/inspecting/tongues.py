"""Texts in another language than the one they are said to be in: a forgotten translation, heard.

A text is wrong when two witnesses agree: a detector of languages, which hears letters, and the
small words that a language is tied together with, which names do not have. Detection needs
`lingua-language-detector`, which only the tests install: without it, the rule says so.
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from .document import BLOCKS, UNREAD, Document, Element
from .faults import Fault
from .graphs import described
from .pages import Page

LETTERS = 40  # fewer do not tell a language from another
SURE = 0.85
REMEDY = 'Translate it; or say its language with lang="…".'
SAID = ("alt", "aria-label", "title", "placeholder")
UNHEARD = UNREAD | {"code", "kbd", "address", "svg"}  # code, addresses, names on a map
UNHEARD_CLASSES = {"credits"}  # who made the outlines: names
WORDS = {
    "fr": "au aux avec ce ces cette dans de des du elle en est et il la le les leur leurs mais ne "
    "où ou par pas plus pour qu que qui sans se ses son sont sur un une",
    "en": "a an and are as at been but by for from had has have in is it its more not of on or "
    "than that the their them these they this to was were which who with",
    "de": "als am an auch auf aus bei das dem den der des die durch ein eine einem einen einer "
    "er es für hat ihre im in ist mit nach nicht oder sich sie sind und unter von vor war "
    "werden wie wird zu zum zur",
}
SMALL = {code: frozenset(words.split()) for code, words in WORDS.items()}


def available() -> bool:
    """Whether languages can be told from each other here."""
    return find_spec("lingua") is not None


def missing() -> list[Fault]:
    """Where everything must run (CI=true), a rule that cannot is a fault."""
    if available() or os.environ.get("CI", "").lower() not in ("1", "true"):
        return []
    what = "lingua-language-detector is not installed: no text was listened to"
    return [Fault("wrong language", "every page", what, "Install requirements-dev.txt.")]


type Names = re.Pattern[str] | None


def known(names: Iterable[str]) -> Names:
    """Proper names as one pattern, the longest first: what they are made of is not listened to.

    A name in full often stands in brackets after a short one, and a remark in place of it: each
    side counts by itself.
    """
    bare = {side.removesuffix(")") for name in names for side in name.split(" (")} | set(names)
    longest = sorted((name for name in bare if len(name) > 3), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest))) if longest else None


def look_at_page(page: Page, document: Document, names: Names = None) -> Iterator[Fault]:
    if not available():
        return
    for language, text in dict.fromkeys(texts(page, document)):
        if len(text) < LETTERS:
            continue
        heard = other_language(names.sub(" ", text) if names else text, language)
        if heard:
            shown = text if len(text) <= 140 else f"{text[:139]}…"
            what = f"“{heard}” where “{language}” is said: {shown}"
            yield Fault("wrong language", page.path, what, REMEDY)


def texts(page: Page, document: Document) -> Iterator[tuple[str, str]]:
    """Each text of the page with the language it is said to be in.

    The head of a page that says it is not translated is in the language of its `<main>`.
    """
    main = document.first("main")
    own = (main.get("lang") if main and not page.listed else "") or page.language
    for name in ("description", "og:title", "og:description", "og:image:alt"):
        yield own, document.meta(name) or ""
    for text in described(document):
        yield page.language, text
    for one in document.flat:
        for name in SAID:
            if one.get(name):
                yield one.language, one.get(name)
    body, title = document.first("body"), document.first("title")
    yield own, title.words if title else ""
    yield from _blocks(body, page.language) if body else ()


def _blocks(block: Element, language: str) -> Iterator[tuple[str, str]]:
    """The text of each block; what is in another language within it is a text of its own."""
    said: dict[str, list[str]] = {}
    inner: list[tuple[Element, str]] = []
    _gather(block, language, said, inner)
    for code, parts in said.items():
        yield code, " ".join("".join(parts).split())
    for one, code in inner:
        yield from _blocks(one, code)


def _gather(
    one: Element, language: str, said: dict[str, list[str]], inner: list[tuple[Element, str]]
) -> None:
    for part in one.holds:
        if isinstance(part, str):
            said.setdefault(language, []).append(part)
            continue
        if part.tag in UNHEARD or UNHEARD_CLASSES & set(part.get("class").split()):
            continue
        own = part.get("lang").split("-")[0] or language
        if part.tag in BLOCKS:
            inner.append((part, own))
        else:
            _gather(part, own, said, inner)


@lru_cache(maxsize=20_000)  # the frame of every page is listened to once
def other_language(text: str, language: str) -> str:
    """The language a text is in, if it is surely another than the one it is said to be in."""
    if sum(map(str.isalpha, text)) < LETTERS:
        return ""
    best = _detector().compute_language_confidence_values(text)[0]
    heard = best.language.iso_code_639_1.name.lower()
    if heard == language or best.value < SURE:
        return ""
    words = re.findall(r"[^\W\d_]+", text.lower())
    ties = {code: sum(word in small for word in words) for code, small in SMALL.items()}
    return heard if ties[heard] >= 2 and ties[heard] > 2 * ties.get(language, 0) else ""


@cache
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    known = (Language.FRENCH, Language.ENGLISH, Language.GERMAN)
    return LanguageDetectorBuilder.from_languages(*known).build()
