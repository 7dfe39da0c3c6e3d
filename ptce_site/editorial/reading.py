"""When what visitors read of a thing changed, language by language (docs/adr/0018).

After each change of the content, what is read of everything is told again and compared, as
digests, with what was read before: only what moved takes a new date.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from modeltranslation.manager import get_translatable_fields_for_model

from ..addresses import CODES
from .content_version import READ_BY_VISITORS, bump
from .drawn import Drawn
from .models import ContentVersion, Reading
from .publication import Publishable
from .reading_querysets import Key, all_rows, linked
from .richtext import RichTextField
from .tongues import FRENCH
from .translations.sources import essence

logger = logging.getLogger(__name__)

SAFE = ("GET", "HEAD", "OPTIONS")
RECIPE = "1"  # to be changed with the way of telling: dates then stay as they are
# Not read, or no change of what is read: when, by whom and in what order things are kept.
UNREAD = {
    "id", "state", "position", "created_at", "updated_at", "verified_on", "review_on",
    "withdraw_at",
}  # fmt: skip
# Where these are empty, French does not stand in for them.
ALONE = {"seo_title", "description"}
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def changed_at(thing: Any) -> datetime | None:
    """When what is read of a thing changed, in the language it was fetched in.

    Needs `with_changed_at()`. None for a thing that is in no table.
    """
    return thing.changed_at if thing.pk else None


class ReadingMiddleware:
    """Dates what an editor has just changed, whatever the way it was changed by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and response.status_code < 500:
            try:
                date_changes()
            except Exception:  # the change is saved all the same; the next look dates it
                logger.exception("What visitors read could not be dated.")
        return response


def date_changes() -> int:
    """Date what changed since it was last called; how many things moved, each language counting.

    One light query if nothing was saved since.
    """
    if ContentVersion.objects.is_dated():
        return 0
    with transaction.atomic():
        word = ContentVersion.objects.locked()
        if ContentVersion.objects.is_dated():  # another process did it while this one waited
            return 0
        noted, now, told = Reading.objects.noted(), timezone.now(), dict(_everything())
        moved = {}
        for key, (digest, first) in told.items():
            before, since = noted.get(key, ("", first))
            if digest != before:
                same_recipe = before.partition(":")[0] == digest.partition(":")[0]
                moved[key] = digest, now if same_recipe else since
        Reading.objects.keep(moved)
        Reading.objects.forget(noted.keys() - told.keys())
        if moved:
            bump()
            word = ContentVersion.objects.current()
        ContentVersion.objects.say_dated(word)
    return len(moved)


def _everything() -> Iterator[tuple[Key, tuple[str, datetime]]]:
    """Of each publishable thing in each language: what is read, as a digest, and its first date."""
    teller = _Teller()
    recipe = _recipe()
    for model in apps.get_models():
        if not issubclass(model, Publishable):
            continue
        for thing in teller.rows(model).values():
            for language in CODES:
                teller.latest = thing.updated_at
                told = teller.whole(thing, language) if thing.is_published else ""
                key = model._meta.label_lower, thing.pk, language
                yield key, (f"{recipe}:{told}", teller.latest)


def _recipe() -> str:
    """What things are told by, in a few letters: where it moves with the code, no date does."""
    told = [
        (
            model._meta.label_lower,
            _columns(model),
            [(link.name, getattr(link.related_model, "quoted", False)) for link in _links(model)],
            [(part._meta.label_lower, owner.name) for part, owner in _parts(model)],
            [(kind, drawn.said) for kind, ones in _draws(model) for drawn in ones],
        )
        for model in apps.get_models()
        if model._meta.app_label in READ_BY_VISITORS and getattr(model, "read_by_visitors", True)
    ]
    return _hash((RECIPE, told))[:6]


def _draws(model: Any) -> list[tuple[str, tuple[Drawn, ...]]]:
    return sorted(getattr(model, "draws", {}).items())


def _hash(told: Any) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:24]


@lru_cache(maxsize=20_000)
def _mark(text: str, rich: bool) -> str:
    """A text but for its typography, in a few letters."""
    return _hash(essence(text, rich=rich))


@lru_cache(maxsize=100)
def _columns(model: type[models.Model]) -> tuple[tuple[str, bool, bool], ...]:
    """What is read of a row itself: (name, whether it is translated, whether it is HTML)."""
    texts = set(get_translatable_fields_for_model(model) or ())
    variants = {f"{name}_{code}" for name in texts for code in CODES}
    unread = UNREAD | variants | set(getattr(model, "not_read", ()))
    return tuple(
        (field.name, field.name in texts, isinstance(field, RichTextField))
        for field in model._meta.concrete_fields
        if field.name not in unread and not isinstance(field, models.SlugField | models.ForeignKey)
    )


@lru_cache(maxsize=100)
def _links(model: type[models.Model]) -> tuple[Any, ...]:
    """The fields by which a row names others, its owner apart."""
    one = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    named = [f for f in one if f.remote_field.on_delete is not models.CASCADE]
    return (*named, *model._meta.many_to_many)


@lru_cache(maxsize=100)
def _parts(model: type[models.Model]) -> tuple[Any, ...]:
    """The kinds of rows a thing is made of, which go with it: (model, the field that names it)."""
    found = (relation.field for relation in model._meta.related_objects if relation.one_to_many)
    owned = (field for field in found if field.remote_field.on_delete is models.CASCADE)
    return tuple((field.model, field) for field in owned)


class _Teller:
    """Tells what is read of things; each table is fetched once, each thing told once.

    `latest` is when the last of what was told was saved.
    """

    def __init__(self) -> None:
        self._rows: dict[Any, dict[Any, Any]] = {}
        self._links: dict[Any, dict[Any, list[Any]]] = {}
        self._owned: dict[Any, dict[Any, list[Any]]] = {}
        self._told: dict[Any, tuple[str, datetime]] = {}
        self.latest = LONG_AGO

    def rows(self, model: Any) -> dict[Any, Any]:
        if model not in self._rows:
            self._rows[model] = {row.pk: row for row in all_rows(model)}
        return self._rows[model]

    def whole(self, thing: Any, language: str) -> str:
        """A thing, its parts, what they quote and what they draw."""
        return self._once((type(thing), thing.pk, language, True), self._whole, thing, language)

    def own(self, row: Any, language: str, only: tuple[str, ...] = ()) -> str:
        """The words and values of a row, in a language or as French stands in for it."""
        return self._once((type(row), row.pk, language, only), self._own, row, language, only)

    def _once(self, key: Any, tell: Callable[..., Iterable[Any]], *about: Any) -> str:
        if key not in self._told:
            outer, self.latest = self.latest, LONG_AGO
            self._told[key] = _hash(tuple(tell(*about))), self.latest
            self.latest = outer
        told, latest = self._told[key]
        self.latest = max(self.latest, latest)
        return told

    def _whole(self, thing: Any, language: str) -> Iterator[Any]:
        yield from self._quoting(thing, language)
        for model, owner in _parts(_kind(thing)):
            for part in self._parts_of(thing, model, owner):
                yield from self._quoting(part, language)
                for drawn in getattr(part, "drawn", ()):
                    yield self._once((drawn, language), self._drawn, drawn, language)

    def _quoting(self, row: Any, language: str) -> Iterator[Any]:
        """A row, and what is read with it of those it names."""
        yield self.own(row, language)
        for field in _links(_kind(row)):
            yield self._named(row, field, language)

    def _own(self, row: Any, language: str, only: tuple[str, ...]) -> Iterator[str]:
        self.latest = max(self.latest, getattr(row, "updated_at", LONG_AGO))
        for name, translated, rich in _columns(_kind(row)):
            if not only or name in only:
                yield _read(row, name, translated, rich, language)

    def _named(self, row: Any, field: Any, language: str) -> list[Any]:
        """The keys of those a row names; all that is told of them where it quotes them."""
        if isinstance(field, models.ForeignKey):
            keys = [getattr(row, field.attname)]
        else:
            if field not in self._links:
                self._links[field] = linked(field)
            keys = self._links[field].get(row.pk, [])
        other = field.related_model
        if other is type(row) and isinstance(field, models.ForeignKey):  # both ways
            keys += [one.pk for one in self._owned_by(other, field).get(row.pk, [])]
        keys = sorted(key for key in keys if key is not None)
        if not getattr(other, "quoted", False):
            return keys
        rows = self.rows(other)
        return [self.own(rows[key], language) for key in keys if _public(rows[key])]

    def _owned_by(self, model: Any, owner: Any) -> dict[Any, list[Any]]:
        if owner not in self._owned:
            found: dict[Any, list[Any]] = {}
            for row in self.rows(model).values():
                found.setdefault(getattr(row, owner.attname), []).append(row)
            self._owned[owner] = found
        return self._owned[owner]

    def _parts_of(self, thing: Any, model: Any, owner: Any) -> list[Any]:
        """By key: in what order an editor puts them moves no date."""
        return [row for row in self._owned_by(model, owner).get(thing.pk, []) if _public(row)]

    def _drawn(self, drawn: Drawn, language: str) -> Iterator[Any]:
        """What a page shows of other things."""
        model: Any = apps.get_model(drawn.kind)
        links = [field for field in _links(model) if field.name in drawn.fields]
        parts = [one for one in _parts(model) if one[0]._meta.label_lower == drawn.part]
        for row in self.rows(model).values():
            if not _public(row) or (drawn.which and not drawn.which(row)):
                continue
            for part in parts:
                for one in self._parts_of(row, *part):
                    yield from self._quoting(one, language)
            if drawn.fields:
                yield self.own(row, language, drawn.fields)
                yield from (self._named(row, field, language) for field in links)
            elif not drawn.part:
                yield row.pk, self.whole(row, language)


def _kind(row: Any) -> Any:
    return type(row)


def _public(row: Any) -> bool:
    return getattr(row, "is_published", True)


def _read(row: Any, name: str, translated: bool, rich: bool, language: str) -> str:
    value = getattr(row, f"{name}_{language}") if translated else getattr(row, name)
    if translated and not value and name not in ALONE:
        value = getattr(row, f"{name}_{FRENCH}")
    return _mark(value, rich) if isinstance(value, str) and value else str(value or "")
