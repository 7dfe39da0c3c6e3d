"""Where things are edited: the room, the address of a form, of a field in it, of a list."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse


def is_in_the_room(path: str) -> bool:
    """Whether an address is one of the editors' room."""
    return path.startswith(reverse("admin:index"))


def form_of(thing: Any, field: str = "", language: str = "") -> str:
    """The form of a thing, at a field as the form names it, the part of a language unfolded."""
    return form_at(thing._meta.label_lower, thing.pk, field, language)


def form_at(label: str, pk: Any, field: str = "", language: str = "") -> str:
    """The same from a label ("poles.pole") and a key. Raises NoReverseMatch without such a form."""
    name = f"admin:{label.replace('.', '_').lower()}_change"
    asked = {"langue": language} if language else None
    return reverse(name, args=[quote(pk)], query=asked, fragment=f"id_{field}" if field else None)


def list_of(model: Any, **asked: str) -> str:
    """The list of a kind of thing, with what its query string asks."""
    meta = model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_changelist"
    return reverse(name, query=asked or None)


def in_form(rows: Iterable[Any], owner: Any) -> Iterator[tuple[Any, Any, str]]:
    """Parts with the key of their whole and how the names of their fields begin in its form.

    `owner` is the field that says of what they are a part. The parts are all there are, in the
    order of the form: they are counted.
    """
    numbers: dict[Any, int] = {}
    for row in rows:
        key = getattr(row, owner.attname)
        numbers[key] = numbers.get(key, -1) + 1
        yield row, key, f"{owner.remote_field.get_accessor_name()}-{numbers[key]}-"
