"""The board of translations: totals, filters with their counts, one page of lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from ptce_site.search import fold

from .fields import other_languages, rooms
from .state import Cell, Line, lines

PER_PAGE = 30
FACETS = ("langue", "genre", "etat")


@dataclass(frozen=True)
class Total:
    """How far one language is, over what is on the site or will be."""

    language: str
    name: str
    expected: int
    missing: int
    stale: int

    @property
    def percent(self) -> int:
        """Never a hundred before all is done."""
        fresh = self.expected - self.missing - self.stale
        return fresh * 100 // self.expected if self.expected else 100


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    number: int
    chosen: bool


class Board:
    """What a query string asks of the board."""

    def __init__(self, request: HttpRequest) -> None:
        self.lines = lines(request)
        self.names = dict(settings.LANGUAGES)
        self.chosen = {name: request.GET.get(name, "") for name in FACETS}
        self.q = request.GET.get("q", "").strip()[:100]
        self.only = request.GET.get("fiche", "")
        self.query = request.GET.urlencode()
        asked = [line for line in self.lines if self._is_asked(line)]
        self._counts = self._count(asked)
        self.page = Paginator(
            [line for line in asked if any(self._cells(line))], PER_PAGE
        ).get_page(request.GET.get("p"))

    @property
    def totals(self) -> list[Total]:
        found = []
        for language in other_languages():
            cells = [line.cells[language] for line in self.lines if not line.withdrawn]
            numbers = (
                sum(cell.expected for cell in cells),
                sum(len(cell.missing) for cell in cells),
                sum(len(cell.stale) for cell in cells),
            )
            found.append(Total(language, self.names[language], *numbers))
        return found

    @property
    def columns(self) -> list[tuple[str, str]]:
        asked = self.chosen["langue"]
        codes = [asked] if asked in other_languages() else other_languages()
        return [(code, self.names[code]) for code in codes]

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str, str, Cell | None]]]]:
        """The lines of this page, each with its cells: language, its name, nothing if filtered."""
        found = []
        for line in self.page:
            fit = dict(self._cells(line))
            found.append((line, [(code, name, fit.get(code)) for code, name in self.columns]))
        return found

    @property
    def facets(self) -> list[tuple[str, str, list[Choice]]]:
        """Each filter: its name, its words, its choices with how many things each would show."""
        kinds = [(r.model._meta.label_lower, str(r.model._meta.verbose_name)) for r in rooms()]
        options = {
            "langue": (_("Langue"), [(code, self.names[code]) for code in other_languages()]),
            "genre": (_("Genre"), kinds),
            "etat": (
                _("État"),
                [
                    ("stale", _("périmée")),
                    ("missing", _("à traduire")),
                    ("fresh", _("à jour")),
                ],
            ),
        }
        return [
            (
                facet,
                label,
                [
                    Choice(value, words, number, value == self.chosen[facet])
                    for value, words in choices
                    if (number := self._counts[facet][value]) or value == self.chosen[facet]
                ],
            )
            for facet, (label, choices) in options.items()
        ]

    @property
    def open(self) -> bool:
        """Whether the changes of the French stand unfolded."""
        return self.chosen["etat"] == "stale" or bool(self.only)

    def address(self, number: int) -> str:
        """The query string of another page."""
        asked = {**self.chosen, "q": self.q, "fiche": self.only, "p": str(number)}
        data = QueryDict(mutable=True)
        data.update({name: value for name, value in asked.items() if value})
        return f"?{data.urlencode()}"

    def _is_asked(self, line: Line) -> bool:
        if self.only:
            return line.name == self.only
        return _folded(self.q) in _words(line) if self.q else True

    def _cells(self, line: Line, but: str = "") -> Iterator[tuple[str, Cell]]:
        """The cells of a line that fit what is chosen, one filter set aside."""
        chosen = {f: value for f, value in self.chosen.items() if value and f != but}
        if chosen.get("genre", line.thing._meta.label_lower) != line.thing._meta.label_lower:
            return
        for language, cell in line.cells.items():
            fits = chosen.get("langue", language) == language
            if fits and ("etat" not in chosen or chosen["etat"] in cell.states):
                yield language, cell

    def _count(self, asked: list[Line]) -> dict[str, Counter]:
        counts: dict[str, Counter] = {facet: Counter() for facet in FACETS}
        for line in asked:
            counts["langue"].update(language for language, _cell in self._cells(line, "langue"))
            counts["genre"][line.thing._meta.label_lower] += any(self._cells(line, "genre"))
            cells = self._cells(line, "etat")
            counts["etat"].update({state for _language, cell in cells for state in cell.states})
        return counts


def _words(line: Line) -> str:
    """What a search looks into: the name of a thing and its texts, in every language."""
    said = [str(line.thing)]
    for piece in line.pieces:
        said += [
            text.of(piece.row, code) for text in piece.texts for code, _name in settings.LANGUAGES
        ]
    return _folded(" ".join(said))


def _folded(text: str) -> str:
    """Without accents or capitals."""
    return fold(text.replace("’", "'"))
