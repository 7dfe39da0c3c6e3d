"""Which texts are translated: the things the room edits, their parts, their fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from modeltranslation.manager import get_translatable_fields_for_model

from ..richtext import RichTextField
from ..versions import owner_of
from .querysets import parts_of


@dataclass(frozen=True)
class Text:
    """One translated field of a row: its French, and what it says in another language."""

    name: str
    label: str
    rich: bool

    def of(self, thing: models.Model, language: str = settings.LANGUAGE_CODE) -> str:
        return getattr(thing, f"{self.name}_{language}") or ""


@dataclass(frozen=True)
class Part:
    """A kind of row edited inside the form of a thing; `owner` is the field that names it."""

    inline: Any
    owner: Any

    @property
    def model(self) -> type[models.Model]:
        return self.inline.model


def other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def texts(model: type[models.Model]) -> list[Text]:
    """The translated fields of a model, in the order of its form."""
    names = get_translatable_fields_for_model(model) or ()
    columns = {name: model._meta.get_field(f"{name}_{settings.LANGUAGE_CODE}") for name in names}
    return [
        Text(name, str(model._meta.get_field(name).verbose_name), isinstance(column, RichTextField))
        for name, column in columns.items()
    ]


def parts(room: Any) -> list[Part]:
    """The kinds of parts with translated texts that a thing is edited with."""
    return [Part(one, owner_of(room, one)) for one in room.inlines if texts(one.model)]


def rooms() -> list[Any]:
    """The admins of what is translated, in itself or in its parts."""
    found = admin.site._registry.values()
    return [room for room in found if texts(room.model) or parts(room)]


def pieces(thing: models.Model) -> Iterator[models.Model]:
    """A thing and its parts, as they are saved: those that hold translated texts."""
    room = admin.site.get_model_admin(type(thing))
    if texts(room.model):
        yield from type(thing)._base_manager.in_bulk([thing.pk]).values()
    for part in parts(room):
        yield from parts_of(part.model, part.owner.name, thing)
