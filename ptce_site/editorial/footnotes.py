"""Numbers the sources of one page in the order they are cited, and fetches them once at its end."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest

from .memo import once_a_page
from .models import Source


class Footnotes:
    """The sources one page cites. Numbers are given at first use and never change."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @classmethod
    def of(cls, request: HttpRequest) -> "Footnotes":
        """The footnotes of the page being rendered for `request`."""
        return once_a_page(request, "footnotes", cls)

    def cite(self, key: str) -> tuple[int, bool]:
        """Return the number of source `key`, and whether this is its first mention."""
        first = key not in self._numbers
        return self._numbers.setdefault(key, len(self._numbers) + 1), first

    def listed(self) -> list[tuple[int, Source | None]]:
        """Return (number, source) in order, in one query; a source that vanished is None."""
        found = Source.objects.cited(list(self._numbers)) if self._numbers else {}
        return [(number, found.get(key)) for key, number in self._numbers.items()]


def published_links(request: HttpRequest, label: str) -> dict[int, Any]:
    """Every published object of a model ("poles.pole"), light, by primary key; once a page.

    Internal links in texts and the menus are answered from here. An unknown model has none.
    """

    def fetch() -> dict[int, Any]:
        try:
            model: Any = apps.get_model(label)
        except LookupError:
            return {}
        return {thing.pk: thing for thing in model.objects.for_links()}

    return once_a_page(request, f"links to {label}", fetch)
