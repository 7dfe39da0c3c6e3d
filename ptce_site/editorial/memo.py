"""Ask the database once for what several parts of one page show, or for what all pages do."""

from collections.abc import Callable, Sized
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from .content_version import content_version

MOST = 1000  # rows of one answer that are kept in memory; a longer one is asked for each page

_answers: dict[tuple[str, str | None], tuple[str, Any]] = {}


def once_a_page(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` returned the first time `name` was asked for while rendering `request`."""
    kept = request.__dict__.setdefault("_once_a_page", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]


def once_a_version(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """The same for every page in one language, until the content changes.

    Pages share the answer, several threads at a time: it is read, never changed. Two that ask for
    it first both make it, which is cheaper than one waiting for the other.
    """
    return once_a_page(request, name, lambda: _kept(request, name, make))


def _kept(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    version = once_a_page(request, "content version", content_version)
    key = name, get_language()
    known, answer = _answers.get(key, ("", None))
    if not version or known != version:
        answer = make()
        if version and not (isinstance(answer, Sized) and len(answer) > MOST):
            _answers[key] = version, answer
    return answer


def forget() -> None:
    """Ask for everything again."""
    _answers.clear()
