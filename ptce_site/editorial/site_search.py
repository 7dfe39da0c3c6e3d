"""Search over everything published: one index a language, made again when the content changes.

A model takes part by giving its manager a `for_search()` that returns `Found` things.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.apps import apps
from django.utils.functional import cached_property

from ptce_site.addresses import reader
from ptce_site.kept import Kept
from ptce_site.search import Answer, Document, Index, extract

from .content_version import content_version


@dataclass(frozen=True)
class Found:
    """A thing to find: what kind of thing it is, in words, and where it is."""

    kind: str
    url: str
    title: str
    text: str
    keywords: str = ""
    language: str = ""  # of its title and text, where it is not the reader's


class Library:
    """Everything there is to find in one language."""

    def __init__(self, language: str) -> None:
        managers = (model._default_manager for model in apps.get_models())
        offered = (m.all().for_search() for m in managers if hasattr(m.all(), "for_search"))
        self.things: list[Found] = [thing for things in offered for thing in things]
        documents = (
            Document(rank, thing.title, thing.text, thing.keywords)
            for rank, thing in enumerate(self.things)
        )
        self.index = Index(documents, language)


_library = Kept(Library, content_version)


@dataclass(frozen=True)
class Result:
    thing: Found
    words: frozenset[str]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """An extract of the text in pieces, each with whether it is a word looked for."""
        return extract(self.thing.text, self.words)


@dataclass(frozen=True)
class Results:
    """What a search found, as its page shows it, and pages can be cut from."""

    query: str
    answer: Answer
    library: Library

    def __len__(self) -> int:
        return len(self.answer.hits)

    def __getitem__(self, part: slice) -> list[Result]:
        return [Result(thing, self.answer.words) for thing in self._things(part)]

    @property
    def query_string(self) -> str:
        return urlencode({"q": self.query})

    @cached_property
    def kinds(self) -> list[tuple[str, int]]:
        """How many things of each kind were found, the most first."""
        return Counter(thing.kind for thing in self._things(slice(None))).most_common()

    def _things(self, part: slice) -> Iterator[Found]:
        return (self.library.things[hit.key] for hit in self.answer.hits[part])  # type: ignore[call-overload]


def find(query: str) -> Results:
    """Search the site for what a visitor typed, in the active language."""
    query = " ".join(query.replace("\x00", "").split())[:200]
    library = _library.get(reader())
    return Results(query, library.index.search(query), library)
