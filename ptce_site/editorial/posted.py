"""A posted form as data: kept, given back, and mended when the thing it changes changed since."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

MOST_ROWS = 1000  # as many as a formset of Django takes


def pack(data: QueryDict) -> dict[str, list[str]]:
    """All that was typed, without the buttons and tokens."""
    return {name: values for name, values in data.lists() if not name.startswith(("csrf", "_"))}


def as_posted(field: BoundField) -> dict[str, list[str]]:
    """What a browser would send for a field nobody touched, by name; two for a date with a time."""
    widget: Any = getattr(field.field.widget, "widget", field.field.widget)
    value = field.value()
    if isinstance(widget, forms.MultiWidget):
        values = widget.decompress(value) or []
        parts = zip(widget.widgets, widget.widgets_names, values, strict=True)
        return {f"{field.html_name}{name}": _shown(part, v) for part, name, v in parts}
    if isinstance(widget, forms.CheckboxInput):
        return {field.html_name: ["on"] if value else []}
    return {field.html_name: _shown(widget, value)}


def _shown(widget: forms.Widget, value: Any) -> list[str]:
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple):
        return [str(one) for one in shown]
    return ["" if shown is None else str(shown)]


def renumber(data: QueryDict, prefix: str, key: str, live: Iterable[str]) -> None:
    """Mend the rows of a formset in place: those gone from the site since become new ones.

    `live` are the keys of the rows there are now, in their order, which the form relies on. A row
    that is gone and was to be removed is dropped; one added since is not in the form and stays.
    """
    typed, number = rows(data, prefix), _number(data, prefix, "INITIAL")
    old, new = typed[:number], typed[number:]
    order = {pk: rank for rank, pk in enumerate(live)}
    kept = sorted(
        (row for row in old if _one(row, key) in order), key=lambda row: order[_one(row, key)]
    )
    gone = [
        {**row, key: [""]} for row in old if _one(row, key) not in order and "DELETE" not in row
    ]
    for name in [
        name for name in data if name.startswith(f"{prefix}-") and name.split("-")[-2].isdigit()
    ]:
        del data[name]
    for number, row in enumerate([*kept, *gone, *new]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(gone) + len(new))
    data[f"{prefix}-INITIAL_FORMS"] = str(len(kept))


def keys(data: QueryDict, prefix: str, key: str) -> list[str]:
    """The keys of the rows of a formset that exist on the site."""
    number = _number(data, prefix, "INITIAL")
    return [pk for n in range(number) if (pk := data.get(f"{prefix}-{n}-{key}", ""))]


def rows(data: QueryDict, prefix: str) -> list[dict[str, list[str]]]:
    """What was typed in each row of a formset, by the names of its fields."""
    return [_row(data, f"{prefix}-{n}-") for n in range(_number(data, prefix, "TOTAL"))]


def _row(data: QueryDict, start: str) -> dict[str, list[str]]:
    return {n.removeprefix(start): v for n, v in data.lists() if n.startswith(start)}


def _one(row: dict[str, list[str]], key: str) -> str:
    return (row.get(key) or [""])[-1]


def _number(data: QueryDict, prefix: str, which: str) -> int:
    told = data.get(f"{prefix}-{which}_FORMS", "")
    return min(int(told), MOST_ROWS) if told.isdecimal() and len(told) < 9 else 0


def complete(data: QueryDict, form: forms.BaseForm, known: Iterable[str]) -> None:
    """Give the fields the form has gained since `known` what the site holds now, in place."""
    for name in form.fields.keys() - set(known):
        for key, values in as_posted(form[name]).items():
            data.setlist(key, values)
