"""Everything the room holds, one index a kind of thing, whatever its state and language.

A kind has an index of its own so that nobody learns a word from what they may not view, and so that
what changes without visitors noticing (drafts, reports) is indexed again alone.
"""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import NoReverseMatch
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ptce_site.search import Document, Index

from ..content_version import READ_BY_VISITORS
from ..models import Draft, Source
from ..outside.addresses import addresses_in, bare
from ..richtext import RichTextField, plain_text
from ..versions import owner_of
from ..where import form_of, in_form
from .amounts import amounts, digits
from .querysets import searched_rows

NAMING = ("title", "name", "label", "term", "short_name", "nav_title", "acronym")
LONGEST_PIECE = 20_000
MOST_SHELVES = 60


@dataclass(frozen=True)
class Piece:
    """What one field of a form holds, and its place in the page."""

    anchor: str
    label: str
    text: str


@dataclass
class Thing:
    """One form to find."""

    kind: str
    title: str
    state: str
    address: str
    pieces: list[Piece] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    outside: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def holds(self, typed: re.Pattern) -> bool:
        """Whether its name or one of its fields says this letter for letter."""
        return bool(typed.search(" ".join([self.title, *(piece.text for piece in self.pieces)])))

    def document(self, rank: int) -> Document:
        text = "\n".join(piece.text for piece in self.pieces)
        keywords = " ".join([*self.keywords, *amounts(text)])
        return Document(rank, " · ".join(dict.fromkeys(self.names)), text, keywords)


class Shelf:
    """The things of one kind, with their index and their addresses."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = list(things)
        self.index = Index(thing.document(rank) for rank, thing in enumerate(self.things))
        self.places: dict[str, tuple[Thing, str]] = {}
        self.outside: dict[str, list[tuple[Thing, str]]] = {}
        for thing in self.things:
            self.places |= {place: (thing, anchor) for place, anchor in thing.places.items()}
            for address, anchor in thing.outside.items():
                self.outside.setdefault(address, []).append((thing, anchor))


class Shelves:
    """The last shelf of each key, made again when its version says something else."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[Any, Shelf]] = {}
        self._lock = threading.Lock()

    def get(self, key: Any, version: Any, make: Callable[[], Iterable[Thing]]) -> Shelf:
        with self._lock:
            known = self._kept.pop(key, None)
            shelf = known[1] if known and known[0] == version else Shelf(make())
            self._kept[key] = (version, shelf)
            while len(self._kept) > MOST_SHELVES:
                del self._kept[next(iter(self._kept))]
            return shelf

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


shelves = Shelves()


def shelf_of(model: Any, version: str) -> Shelf:
    """The shelf of a kind of thing, as the content is at `version`."""
    watched = model._meta.app_label in READ_BY_VISITORS
    if watched and getattr(model, "read_by_visitors", True):
        return shelves.get(model, version, lambda: things_of(model))
    things = things_of(model)
    return shelves.get(model, repr(things), lambda: things)


def shelf_of_drafts(drafts: list[Draft]) -> Shelf:
    """The shelf of the drafts a person may open."""
    version = [(draft.pk, draft.saves) for draft in drafts]
    kinds = frozenset(draft.content_type_id for draft in drafts)
    return shelves.get(kinds, version, lambda: map(_of_draft, drafts))


def things_of(model: Any) -> list[Thing]:
    """Every row of a kind with its parts, as things to find."""
    things = {row.pk: _of_row(model, row) for row in searched_rows(model, _beside(model))}
    for owner in _owners(model) if things else ():
        part = owner.model
        if part in admin.site._registry:  # a milestone is found as itself
            continue
        for row, key, start in in_form(searched_rows(part, []), owner):
            if key in things:
                _add_pieces(things[key], row, f"id_{start}", f"{part._meta.verbose_name}, ")
                if anchor := getattr(row, "anchor", ""):
                    page = next(iter(things[key].places), "")
                    things[key].places[f"{page}#{anchor}"] = f"#id_{start}anchor"
    return list(things.values())


def _of_row(model: Any, row: Any) -> Thing:
    meta = model._meta
    thing = Thing(
        kind=str(capfirst(meta.verbose_name_plural)),
        title=str(row),
        state=row.get_state_display() if hasattr(row, "get_state_display") else "",
        address=form_of(row),
        names=[str(row)],
    )
    _add_pieces(thing, row, "id_", "")
    for name in _beside(model):
        thing.keywords.append(str(getattr(row, name) or ""))
    if hasattr(row, "get_absolute_url") and meta.app_label in READ_BY_VISITORS:
        thing.places[_public(row)] = ""
    return thing


def _public(row: Any) -> str:
    try:
        return row.get_absolute_url()
    except NoReverseMatch:  # a draft without an address yet
        return ""


def _add_pieces(thing: Thing, row: Any, before: str, of: str) -> None:
    for column in searched_fields(type(row)):
        value = getattr(row, column.name)
        if value in (None, ""):
            continue
        _add(thing, column, value, f"{before}{column.name}", f"{of}{column.verbose_name}")


def _add(thing: Thing, column: Any, value: Any, anchor: str, label: str) -> None:
    """Put what a field holds where it is looked for: names, words, numbers, addresses."""
    for address in addresses_in(column, value):
        thing.outside.setdefault(bare(address), f"#{anchor}")
    if isinstance(column, models.IntegerField | models.DecimalField):
        text = digits(value).replace("p", ",")
        thing.keywords.append(digits(value))
    else:
        text = plain_text(value) if isinstance(column, RichTextField) else str(value)
    thing.pieces.append(Piece(f"#{anchor}", label, text[:LONGEST_PIECE]))
    base = column.name.rsplit("_", 1)[0]
    if "-" not in anchor and (base in NAMING or column.name in NAMING):
        thing.names.append(text)


def _of_draft(draft: Draft) -> Thing:
    """What was typed in a form and kept, found at the field where it was typed."""
    thing = Thing(
        kind=_("Brouillons"), title=str(draft), state=draft.kind, address=draft.address,
        names=[str(draft)],
    )  # fmt: skip
    model = draft.content_type.model_class()
    if model is None:
        return thing
    own = {column.name: column for column in searched_fields(model)}
    parts = {
        owner.remote_field.get_accessor_name(): {c.name: c for c in searched_fields(owner.model)}
        for owner in _owners(model)
    }
    order = {name: rank for rank, name in enumerate(own)}  # a database may lose the form's order
    for name in sorted(draft.data, key=lambda name: (order.get(name, len(order)), name)):
        values = draft.data[name]
        *part, last = name.split("-")  # sections-0-body_fr
        column = parts.get(part[0], {}).get(last) if part else own.get(last)
        text = " ".join(values).strip()
        if column is not None and text:
            if isinstance(column, models.IntegerField | models.DecimalField):
                column = models.CharField(name=column.name, verbose_name=column.verbose_name)
            _add(thing, column, text, f"id_{name}", str(column.verbose_name))
    return thing


def searched_fields(model: Any) -> list[Any]:
    """The columns that hold what an editor types: words, numbers, addresses; never a password."""
    room = admin.site._registry.get(model)
    if model._meta.app_label == "auth":
        return [model._meta.get_field(name) for name in (room.search_fields if room else ())]
    names = {column.name for column in model._meta.fields}
    typed = (models.CharField, models.TextField, models.DecimalField, models.IntegerField)
    return [
        column
        for column in model._meta.fields
        if isinstance(column, typed)
        and column.editable
        and not column.choices
        and not isinstance(column, models.AutoField)
        and column.name not in ("position", "withdraw_at")
        and f"{column.name}_fr" not in names
    ]


def _beside(model: Any) -> list[str]:
    """The fields that name something else, sources excepted: those have a form of their own."""
    return [
        column.name
        for column in model._meta.fields
        if isinstance(column, models.ForeignKey)
        and column.editable
        and column.related_model is not Source
        and model._meta.app_label in READ_BY_VISITORS
    ]


def _owners(model: Any) -> list[Any]:
    """For each kind of part edited with a thing, the field that says of what it is a part."""
    room = admin.site._registry.get(model)
    return [owner_of(room, inline) for inline in room.inlines] if room else []
