"""What points to a thing: links and footnotes in long texts, and the fields that name it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .models import Draft, Source
from .querysets import rows_pointing_at
from .richtext import RichTextField
from .versions import owner_of
from .where import form_of

TOGETHER = 50  # a condition on more things at once is too long for SQLite


@dataclass(frozen=True, order=True)
class Link:
    """One thing that points to another: what it is, in words, and where it is edited."""

    what: str
    address: str


def links_to(*things: models.Model) -> list[Link]:
    """What would lose a link, a footnote or a field if these things of one kind were deleted.

    One query a model and one for the drafts (for fifty things). What is deleted with them (their
    own parts) is left out.
    """
    found = set()
    for some in batched(things, TOGETHER):
        for row, whole in _pointing_at(some):
            if whole not in things:
                found.add(link_of(row, whole))
        found |= set(_drafts_pointing_at(some))
    return sorted(found)


def _pointing_at(things: tuple[models.Model, ...]) -> Iterator[tuple[Any, Any]]:
    """Each row that points to one of these things, with what it is a part of, or itself."""
    marks = [_mark(thing) for thing in things]
    for model, owner in edited().items():
        texts, fields = long_texts(model), _fields_naming(model, type(things[0]))
        if texts or fields:
            for row in rows_pointing_at(model, things, marks, texts, fields, owner):
                yield row, getattr(row, owner) if owner else row


def _drafts_pointing_at(things: tuple[models.Model, ...]) -> Iterator[Link]:
    """The drafts where one of these things was chosen, or is pointed to by a text."""
    kind, keys = type(things[0]), {str(thing.pk) for thing in things}
    marks = [_mark(thing) for thing in things]
    for draft in Draft.objects.for_first_screen():
        model = draft.content_type.model_class()
        if model is None or (model is kind and draft.object_id in keys):
            continue
        parts = [inline.model for inline in admin.site.get_model_admin(model).inlines]
        fields = {name for one in (model, *parts) for name in _fields_naming(one, kind)}
        for name, values in draft.data.items():
            chosen = name.rpartition("-")[2] in fields and keys.intersection(values)
            if chosen or any(mark in value for mark in marks for value in values):
                yield Link(_("Brouillon « %s »") % draft, draft.address)
                break


def long_texts(model: type[models.Model]) -> list[str]:
    """The columns of long text of a model, one a language."""
    names = {field.name for field in model._meta.fields}
    own = [field.name for field in model._meta.fields if isinstance(field, RichTextField)]
    return [name for name in own if f"{name}_{settings.LANGUAGE_CODE}" not in names]


def edited() -> dict[Any, str]:
    """The models editors write in; for a part, the name of the field that says of what."""
    parts = {
        inline.model: owner_of(room, inline).name
        for room in admin.site._registry.values()
        for inline in room.inlines
    }
    return parts | dict.fromkeys(admin.site._registry, "")


def _fields_naming(model: Any, kind: type[models.Model]) -> list[str]:
    return [field.name for field in _naming(model) if field.related_model is kind]


def _naming(model: Any) -> Iterator[Any]:
    """The fields of a model that name something else without living and dying with it."""
    yield from model._meta.many_to_many
    for field in model._meta.fields:
        if field.remote_field and field.remote_field.on_delete is not models.CASCADE:
            yield field


def _mark(thing: models.Model) -> str:
    """How a long text points to a thing, quotes included: 1 is not 12."""
    if isinstance(thing, Source):
        return f'"source:{thing.pk}"'
    return f'"ref:{thing._meta.label_lower}:{thing.pk}"'


def link_of(row: Any, whole: Any) -> Link:
    """How a row, or the thing it is a part of, is named and where it is edited."""
    return Link(_said(row, whole), form_of(whole))


def _said(row: Any, whole: Any) -> str:
    name = {"kind": capfirst(row._meta.verbose_name), "name": row}
    if row is whole:
        return _("%(kind)s « %(name)s »") % name
    of = {"whole": whole._meta.verbose_name, "title": whole}
    return _("%(kind)s « %(name)s », %(whole)s « %(title)s »") % (name | of)
