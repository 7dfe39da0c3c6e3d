"""Which addresses of other sites the published content leads to, and from where."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from ..content_version import READ_BY_VISITORS
from ..links import edited, link_of
from ..models import CheckedLink
from ..richtext import RichTextField
from ..where import form_of, in_form
from .addresses import addresses_in
from .querysets import published_rows, rows_by_key
from .record import key_of

DECLARED = {"url", "source_url"}  # text columns that hold an address without being a URLField
MOST_PLACES = 5


def cited() -> dict[str, tuple[str, list]]:
    """Each address by its key: the address, and up to five places that lead to it.

    A place is [model, key of the row, column, what to say, where to edit it].
    """
    found: dict[str, tuple[str, list]] = {}
    for model, owner in edited().items():
        if model._meta.app_label in READ_BY_VISITORS and getattr(model, "read_by_visitors", True):
            for url, place in _of(model, owner):
                _url, places = found.setdefault(key_of(url), (url, []))
                if len(places) < MOST_PLACES:
                    places.append(place)
    return found


def _of(model: Any, owner: str) -> Iterator[tuple[str, list]]:
    columns = _columns(model)
    if not columns:
        return
    rows = published_rows(model, owner)
    found = in_form(rows, model._meta.get_field(owner)) if owner else ((row, 0, "") for row in rows)
    for row, _key, start in found:
        whole = getattr(row, owner) if owner else row
        for column in columns:
            if getattr(row, "url_complete", True) or column.name != "url":
                for url in addresses_in(column, getattr(row, column.name)):
                    link = link_of(row, whole)
                    address = form_of(whole, f"{start}{column.name}")
                    label = model._meta.label_lower
                    yield url, [label, str(row.pk), column.name, link.what, address]


def _columns(model: Any) -> list[Any]:
    """The columns that may lead elsewhere, one a language."""
    names = {field.name for field in model._meta.fields}
    return [
        field
        for field in model._meta.fields
        if isinstance(field, RichTextField | models.URLField) or field.name in DECLARED
        if f"{field.name}_fr" not in names
    ]


def still_there(links: list[CheckedLink]) -> list[tuple[CheckedLink, list]]:
    """Each of these links with the places that still lead to it; one query a kind of thing."""
    asked: dict[str, set[str]] = {}
    for link in links:
        for label, pk, *_rest in link.places:
            asked.setdefault(label, set()).add(pk)
    rows = {label: rows_by_key(apps.get_model(label), pks) for label, pks in asked.items()}
    return [
        (link, places)
        for link in links
        if (places := [p for p in link.places if _holds(rows[p[0]].get(p[1]), p[2], link.url)])
    ]


def _holds(row: Any, column: str, url: str) -> bool:
    if row is None or not hasattr(row, column):
        return False
    return url in addresses_in(row._meta.get_field(column), getattr(row, column))
