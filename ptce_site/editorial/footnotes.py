"""Numbers the sources of one page in the order they are cited, and finds them at its end."""

from collections.abc import Iterable

from django.http import HttpRequest

from .memo import MOST_ROWS, once_a_page, once_a_version
from .models import Source


class Footnotes:
    """The sources one page cites. Numbers are given at first use and never change."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._numbers: dict[str, int] = {}
        self.found: dict[str, Source] = {}  # those listed

    @classmethod
    def of(cls, request: HttpRequest) -> "Footnotes":
        """The footnotes of the page being rendered for `request`."""
        return once_a_page(request, "footnotes", lambda: cls(request))

    def cite(self, key: str) -> tuple[int, bool]:
        """Return the number of source `key`, and whether this is its first mention."""
        first = key not in self._numbers
        return self._numbers.setdefault(key, len(self._numbers) + 1), first

    def listed(self) -> list[tuple[int, Source | None]]:
        """Return (number, source) in order; a source that vanished is None.

        Those that no page has cited yet come in one query, and serve the pages that follow.
        """
        known: dict[str, Source] = once_a_version(self._request, "sources", dict)
        unknown = [key for key in self._numbers if key not in known]
        fetched = Source.objects.cited(unknown) if unknown else {}
        if len(known) < MOST_ROWS:
            known.update(fetched)
        found = {key: known.get(key) or fetched.get(key) for key in self._numbers}
        self.found = {key: source for key, source in found.items() if source}
        return [(number, self.found.get(key)) for key, number in self._numbers.items()]


def runs(numbers: Iterable[int]) -> list[list[int]]:
    """Gather sorted numbers that follow one another, three at least: [1], [4], [6, 7, 8]."""
    gathered: list[list[int]] = []
    for number in numbers:
        if gathered and number == gathered[-1][-1] + 1:
            gathered[-1].append(number)
        else:
            gathered.append([number])
    return [
        part
        for run in gathered
        for part in ([run] if len(run) > 2 else [[number] for number in run])
    ]
