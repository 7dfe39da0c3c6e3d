"""The glossary woven into texts: where a page first says a known word, the word leads to it.

Pure: from a page's HTML and the list of definitions to the HTML with links. Only running text is
woven (`RUNNING`), around what is said apart (`APART`): titles, links, quotations, footnotes, terms.
How a term is inflected depends on the language (`inflections`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ptce_site.editorial.site_index import Entry

from .inflections import acronym, ways_to_say

MOST_A_SECTION = 6
RUNNING = re.compile(r'<(div|p)\b[^>]*\bclass="(?:[^"]* )?(?:prose|lead|words)(?: [^"]*)?"[^>]*>')
APART = re.compile(
    r"<(a|h[1-6]|th|caption|figure|blockquote|q|cite|sup|dt|dfn|abbr|svg|summary|button|script)\b"
    r".*?</\1>|<[^>]*>|«[^«»<]*»|„[^„“<]*“|“[^“”<]*”",
    re.DOTALL,
)
FOREIGN = re.compile(r"<(section|article|div|li|p|dd|tr|td)\b[^>]*\slang=")
INITIAL = re.compile(r"(?:\[\w+\]|\w)?")  # of a way to say a term: "[eE]ntreprise", "ESS"
SENTENCE_ENDS = ("", ".", "!", "?", "…")


@dataclass(frozen=True)
class Words:
    """Every way to say every term: as one pattern to search with, and each with what it names."""

    pattern: re.Pattern[str]
    ways: list[tuple[re.Pattern[str], Entry]]

    def named(self, words: str) -> Entry:
        return next(definition for way, definition in self.ways if way.fullmatch(words))


@lru_cache(maxsize=8)
def said(definitions: tuple[Entry, ...], language: str = "fr") -> Words:
    """The words of a glossary, the longest first; kept, for the list seldom changes."""
    ways = []
    for definition in definitions:
        for term in filter(None, definition.title.split(", ")):
            ways.append((ways_to_say(term, language), definition))
        if definition.short:
            ways.append((acronym(definition.short, language), definition))
    ways.sort(key=lambda way: -len(way[0]))
    patterns = "|".join(by_initial(way for way, _ in ways)) or "(?!)"
    return Words(
        re.compile(rf"\b(?<!-)(?:{patterns})(?![\w-])"),
        [(re.compile(way), definition) for way, definition in ways],
    )


def by_initial(ways: Iterable[str]) -> Iterator[str]:
    """The same ways, those that begin alike together: a word is held against a few of them."""
    groups: dict[str, list[str]] = {}
    for way in ways:
        initial = INITIAL.match(way)[0]  # type: ignore[index]  # it matches always
        groups.setdefault(initial, []).append(way.removeprefix(initial))
    for initial, group in groups.items():
        yield f"{initial}(?:{'|'.join(group)})"


def is_name(match: re.Match) -> bool:
    """Whether a common word is written as a name: "la Mutuelle", "Cluster Jura"."""
    word = match[0]
    if word.isupper() or not word[0].isupper():
        return False
    before = match.string[: match.start()].rstrip()[-1:]
    after = re.match(r"\s+(\w+)", match.string[match.end() :])
    named = after is not None and after[1].istitle()
    return before not in SENTENCE_ENDS or named


def weave(html: str, definitions: tuple[Entry, ...], address: str, language: str = "fr") -> str:
    """Link the first mention of each term to `address#slug`, unless a hand did it already.

    A definition takes part when its entry's `menu` says "woven"; the others only keep a shorter
    term from being found inside theirs. No more than six links a section, so that it stays calm.
    What says that it is in another language is left alone.
    """
    words = said(definitions, language)
    linked = {d for d in definitions if d.menu != "woven" or f'href="{address}#{d.slug}"' in html}
    woven, at, room = [], 0, MOST_A_SECTION
    foreign = [(element.start(), end_of(element)) for element in FOREIGN.finditer(html)]

    def link(match: re.Match) -> str:
        nonlocal room
        definition = words.named(match[0])
        own_capital = language == "de" or definition.title[:1].isupper()
        if not room or definition in linked or (is_name(match) and not own_capital):
            return match[0]
        linked.add(definition)
        room -= 1
        return f'<a class="term" data-term href="{address}#{definition.slug}">{match[0]}</a>'

    for start in RUNNING.finditer(html):
        if start.start() < at:
            continue  # inside one that is woven already
        if any(first <= start.start() < last for first, last in foreign):
            continue
        if "<section" in html[at : start.start()]:
            room = MOST_A_SECTION
        end = end_of(start)
        woven.append(html[at : start.end()])
        at = start.end()
        for apart in APART.finditer(html, at, end):
            woven += [words.pattern.sub(link, html[at : apart.start()]), apart[0]]
            at = apart.end()
        woven.append(words.pattern.sub(link, html[at:end]))
        at = end
    return "".join([*woven, html[at:]])


def end_of(start: re.Match) -> int:
    """Where the element that a tag opens is closed."""
    depth = 1
    for tag in re.compile(rf"<(/?){start[1]}\b").finditer(start.string, start.end()):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.start()
    return len(start.string)
