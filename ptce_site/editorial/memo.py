"""Make once what several parts of one page show, or what all pages do.

What pages share holds for one version of the content, one day and one language. The version is
read before anything is made: what is made while someone publishes may be too new for the version
it is kept under, never too old. Inside a transaction nothing is shared, since it may see what
nobody else ever will, as the preview of a draft does.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import localdate

from ..addresses import reader
from .content_version import content_version

MOST_ROWS = 1000  # an answer of more is made for each page
MOST_ANSWERS = 5000  # in all languages; those that come later are made for each page

_latest: tuple[str, dict[str, Any]] = "", {}


class EveryPage:
    """Stands for the request while what pages share is made: no address, no visitor, no notes."""

    def __init__(self, page: HttpRequest) -> None:
        self.page = page  # the one that happens to be first


def once_a_page(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` returned the first time `name` was asked for while rendering `request`.

    Raises LookupError in a part that pages share: it cannot hold what belongs to one of them.
    """
    if isinstance(request, EveryPage):
        raise LookupError(f"“{name}” belongs to one page: it cannot be in a part that pages share.")
    kept = request.__dict__.setdefault("_once_a_page", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]


def once_a_version(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """The same for every page in one language, until the content changes or the day ends.

    Several threads read one answer: it is never changed. Two that ask for it first both make it,
    which is cheaper than one waiting for the other.
    """
    page = request.page if isinstance(request, EveryPage) else request
    name = f"{name}, {reader()}"
    return once_a_page(page, name, lambda: _shared(page, name, make))


def few(name: str, rows: Any) -> str:
    """The name to share under what is made of these rows; none, which shares nothing, of many."""
    return name if len(rows) <= MOST_ROWS else ""


def _shared(page: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    answers = once_a_page(page, "answers", _in_force)
    if name in answers:
        return answers[name]
    answer = make()
    rows = len(answer) if isinstance(answer, list | dict) else 1
    if rows <= MOST_ROWS and len(answers) < MOST_ANSWERS:
        answers[name] = answer
    return answer


def _in_force() -> dict[str, Any]:
    """The answers of the version in force, to be read and added to; those of a page that is alone.

    Those of another version are let go here, once the pages being made of them are finished.
    """
    global _latest
    version = "" if uncommitted() else content_version()
    if not version:
        return {}
    word, answers = f"{version} {localdate()}", {}
    if _latest[0] == word:
        return _latest[1]
    _latest = word, answers
    return answers


def uncommitted() -> bool:
    """Whether what is read now may never be what others read."""
    return transaction.get_connection().in_atomic_block


def forget() -> None:
    """Make everything again."""
    global _latest
    _latest = "", {}
