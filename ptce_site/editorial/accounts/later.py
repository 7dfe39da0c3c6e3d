"""A view that is loaded when somebody first asks for it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string


def later(view: str, *before: type, **own: Any) -> Callable[..., HttpResponse]:
    """The class of this dotted name as a view, with classes before it and attributes of its own.

    What proves a factor takes ten megabytes, and visitors never ask for it.
    """

    @cache
    def made() -> Callable[..., HttpResponse]:
        found = import_string(view)
        return type(found.__name__, (*before, found), own).as_view()  # type: ignore[attr-defined]

    def loaded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return made()(request, *args, **kwargs)

    return loaded
