"""Ask the database once for what several parts of one page show."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def once_a_page(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """Return what `make` returned the first time `name` was asked for while rendering `request`."""
    kept = request.__dict__.setdefault("_once_a_page", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]
