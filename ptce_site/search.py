"""One index in memory over what it is handed: no model, no database, the same answer everywhere.

Words are folded (accents, case, ligatures, apostrophes). A word of the query finds itself, the
words that share its stem, and, only when the vocabulary does not know it, those a typing error
away. Every word must be found; titles weigh three times, rare words more than common ones.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from os.path import commonprefix
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_QUERY, MOST_WORDS = 200, 12
TITLE, TEXT, KEYWORDS = 3.0, 1.0, 2.0
EXACT, STEM, TYPO, PHRASE = 1.0, 0.6, 0.4, 2.0
LEAST_STEM, LONGEST_ENDING, LEAST_TYPED = 5, 4, 3
EXTRACT = 220
LONGEST_KEPT = 100

_FRENCH = """a au aux avec ce ces dans de des du elle en est et il ils je l la le les leur lui mais
me ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur un une vos votre vous d s
c j n m t y"""
_OTHERS = """the of and in to for is an at by der die das und im den dem ein eine zu von mit"""
_ENGLISH = """about are as be been but can do does from had has have he her his how i if into it its
my no not or our she so than that their them then there these they this those was we were what when
where which who why will with would you your"""
_GERMAN = """aber als am ans auch auf aus bei beim bin bis da dass des doch durch einem einen einer
eines er es fuer fur gegen habe haben hat ich ihr ihre ihren ist kann kein keine man mein nach nicht
noch nur ob oder ohne sein seine sich sie sind so sowie uber ueber um unter vom vor wann war waren
was welche wenn wer werden wie wir wird wo zum zur zwischen"""
# By language; the words of the others are in each, for names stay as they are.
STOP_WORDS = {
    "fr": frozenset(f"{_FRENCH} {_OTHERS}".split()),
    "en": frozenset(f"{_FRENCH} {_OTHERS} {_ENGLISH}".split()),
    "de": frozenset(f"{_FRENCH} {_OTHERS} {_GERMAN}".split()),
}
SAME = {"st": "saint", "ste": "sainte"}
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case without accents; "L'Œuvre" gives "l'oeuvre". Words are remembered, texts not."""
    return _fold(text) if len(text) <= LONGEST_KEPT else _fold.__wrapped__(text)


@lru_cache(maxsize=50_000)
def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def sort_key(text: str) -> str:
    """What sorts a text as readers of the three languages do: ö is o, ß is ss, é is e, Œ is oe."""
    return fold(text).encode("ascii", "ignore").decode()


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word as it is searched, with where it stands in `text`; "S.C.I.C." is one word."""
    start = 0
    for dotted in _DOTTED.finditer(text):
        yield from _plain_tokens(text, start, dotted.start())
        yield fold(dotted[0].replace(".", "")), dotted.start(), dotted.end()
        start = dotted.end()
    yield from _plain_tokens(text, start, len(text))


def _plain_tokens(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text, start, end):
        word = fold(match[0])
        yield SAME.get(word, word), match.start(), match.end()


def words(text: str, language: str = "fr") -> list[str]:
    """The words of a text that count in a language, folded."""
    stop = STOP_WORDS[language]
    return [word for word, _, _ in tokens(text) if word not in stop]


@dataclass(frozen=True)
class Document:
    """Something to find. `keywords` are searched and never shown: codes, other names."""

    key: Hashable
    title: str
    text: str = ""
    keywords: str = ""


@dataclass(frozen=True)
class Hit:
    key: Any
    score: float


@dataclass(frozen=True)
class Answer:
    """What was found, best first; `words` are those to highlight, `corrected` the query read.

    `partial`: nothing holds every word, so these hold some. Not `understood`: no word to look for.
    """

    hits: list[Hit]
    words: frozenset[str] = frozenset()
    corrected: str = ""
    partial: bool = False
    understood: bool = True


class Index:
    """Immutable once made; build another when the content changes."""

    def __init__(self, documents: Iterable[Document], language: str = "fr") -> None:
        self._language, stop = language, STOP_WORDS[language]
        self._documents: list[Document] = list(documents)
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._texts: list[str] = []
        self._spelling: dict[str, Counter[str]] = defaultdict(Counter)
        for number, document in enumerate(self._documents):
            parts = ((document.title, TITLE), (document.text, TEXT), (document.keywords, KEYWORDS))
            said = []
            for text, weight in parts:
                for word, start, end in tokens(text):
                    said.append(word)
                    if word not in stop:
                        found = self._postings[word]
                        found[number] = min(found.get(number, 0) + weight, 4 * weight + 2)
                        self._spelling[word][text[start:end]] += 1
            self._texts.append(f" {' '.join(said)} ")
        self._vocabulary = list(self._postings)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary:
            self._stems[word[:LEAST_TYPED]].append(word)

    def search(self, query: str) -> Answer:
        """Documents that hold every word of `query` (its first 200 characters), best first."""
        asked = words(query[:LONGEST_QUERY], self._language)[:MOST_WORDS]
        if not asked:
            return Answer([], understood=False)
        matches, corrected = [], False
        for word in asked:
            near = self._near(word)
            if not near:
                near, corrected = self._mistyped(word), True
                for right in [*near]:
                    near |= {o: TYPO * c for o, c in self._near(right).items() if o not in near}
            matches.append(near)
        scores = self._scores(matches)
        partial = not scores and len(matches) > 1
        if partial:
            scores = self._scores(matches, every=False)
        said = [word for word, _, _ in tokens(query[:LONGEST_QUERY])]
        phrase = f" {' '.join(said)} "
        hits = [
            Hit(
                self._documents[number].key,
                score * (PHRASE if len(said) > 1 and phrase in self._texts[number] else 1),
            )
            for number, score in scores.items()
        ]
        hits.sort(key=lambda hit: -hit.score)
        read = " ".join(self._spelled(next(iter(m))) for m in matches if m) if corrected else ""
        return Answer(hits, frozenset(w for m in matches for w in m), read, partial)

    def _scores(self, matches: list[dict[str, float]], *, every: bool = True) -> dict[int, float]:
        """The score of each document found by every word of the query, or else by any."""
        total: dict[int, float] | None = None
        for near in matches:
            best: dict[int, float] = {}
            for word, closeness in near.items():
                postings = self._postings[word]
                rarity = 1 + math.log(len(self._documents) / len(postings))
                for number, weight in postings.items():
                    best[number] = max(best.get(number, 0), closeness * weight * rarity)
            if total is None:
                total = best
            else:
                kept = total.keys() & best.keys() if every else total.keys() | best.keys()
                total = {n: total.get(n, 0) + best.get(n, 0) for n in kept}
        return total or {}

    def _near(self, word: str) -> dict[str, float]:
        """The words of the vocabulary that `word` stands for, the closest first."""
        found = {word: EXACT} if word in self._postings else {}
        if len(word) < LEAST_TYPED:
            return found
        for other in self._stems.get(word[:LEAST_TYPED], ()):
            if other != word and _same_stem(word, other):
                found[other] = STEM
        return found

    def _mistyped(self, word: str) -> dict[str, float]:
        """The words a typing error away: one up to seven letters, two beyond; none under four."""
        if len(word) < 4 or word.isdigit():
            return {}
        near = process.extract(
            word,
            self._vocabulary,
            scorer=OSA.distance,
            score_cutoff=1 if len(word) < 8 else 2,
            limit=5,
        )
        near = [(other, away) for other, away, _ in near if not other.isdigit()]
        least = min((away for _, away in near), default=0)
        close = [other for other, away in near if away == least]
        close.sort(key=lambda other: (other[0] != word[0], -len(self._postings[other])))
        return dict.fromkeys(close[:3], TYPO)

    def _spelled(self, word: str) -> str:
        return self._spelling[word].most_common(1)[0][0]


def _same_stem(word: str, other: str) -> bool:
    """Whether `other` continues what was typed, or differs from it by a short ending."""
    if word.isdigit() or other.isdigit():
        return other.startswith(word) and word.isdigit()
    if other.startswith(word):
        return len(word) >= LEAST_STEM or len(other) - len(word) <= 1 and len(word) > LEAST_TYPED
    shared = len(commonprefix((word, other)))
    endings = len(word) - shared, len(other) - shared
    return shared >= LEAST_STEM and max(endings) <= min(LONGEST_ENDING, shared - 2)


def extract(text: str, found: frozenset[str]) -> list[tuple[str, bool]]:
    """About 220 characters of `text` around the densest words found, as (piece, is a match)."""
    marks = [(start, end) for word, start, end in tokens(text) if word in found]
    begin = _densest(marks, text)
    end = min(len(text), begin + EXTRACT)
    if end < len(text):
        end = text.rfind(" ", begin, end) if " " in text[begin:end] else end
        end = begin + len(text[begin:end].rstrip(" .,;:…"))
    pieces, at = [("…", False)] if begin else [], begin
    for start, stop in marks:
        if start >= begin and stop <= end:
            pieces += [(text[at:start], False), (text[start:stop], True)]
            at = stop
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return [piece for piece in pieces if piece[0]]


def _densest(marks: list[tuple[int, int]], text: str) -> int:
    """Where an extract begins so that it shows the most matches, at a word's start."""
    if not marks or len(text) <= EXTRACT:
        return 0
    begins = [text.find(" ", start - 40, start) + 1 if start > 40 else 0 for start, _ in marks]
    return max(begins, key=lambda b: sum(b <= s and e <= b + EXTRACT for s, e in marks))
