"""A thing as a sheet to print, in its reader's language or, where it has not got it, in French.

A sheet leaves the site and is read without its notice: whole in French, and named so, it is more
honest than French texts under English titles, and more use than nothing.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .. import pdf
from ..tabular import in_its_name
from .tongues import FRENCH, languages_of, reader


def sheet(
    request: HttpRequest,
    template: str,
    find: Callable[[], Any],
    called: str,
    name: str,
    *,
    pages: int = 0,
) -> HttpResponse:
    """The PDF `name` ("ptce-neo56": its language and ".pdf" come after) of what `find` finds.

    The template knows it as `called`. It is found again in French where it does not exist in the
    reader's language, for part of it is read as it is found.
    """
    thing, language = find(), reader()
    if language not in languages_of(thing):
        language = FRENCH
        with translation.override(language):
            thing = find()
    with translation.override(language):
        named = f"{name}{in_its_name(language)}.pdf"
        response = pdf.response(request, template, {called: thing}, named, pages=pages)
    response["Content-Language"] = language
    return response
