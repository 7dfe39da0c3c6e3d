"""The form of a thing without a browser: untouched, filled, and what it says is wrong."""

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, QueryDict

from ..comparing import Change, Names, shown
from ..posted import as_posted
from ..versions import edited_fields, owner_of
from .lines import Problem

MOST_SHOWN = 1000  # characters of what was typed wrong


def untouched(form: Any) -> QueryDict:
    """What a form of one thing would send if nobody touched it, without the parts of the thing."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        add(data, as_posted(form[name]))
    return data


def untouched_parts(room: Any, request: HttpRequest, thing: Any) -> dict[str, list[str]]:
    """The same for its parts; none stands for parts left as they are, which is quicker."""
    data: dict[str, list[str]] = {}
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        prefix, own = formset.get_default_prefix(), []
        if thing is not None:
            rows = formset(instance=thing, queryset=inline.get_queryset(request))
            own, owner = rows.initial_forms, owner_of(room, inline).name
        for part in own:
            for name in part.fields.keys() - {owner, "DELETE"}:
                data |= as_posted(part[name])
        data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = [str(len(own))]
    return data


def held(thing: Any) -> dict[str, Any]:
    """What the fields of a thing hold, many-to-many keys too, as its history would."""
    values = {}
    for one in edited_fields(type(thing)):
        value = one.value_from_object(thing)
        values[one.name] = [row.pk for row in value] if one.many_to_many else value
    return values


def chosen(form: Any) -> dict[str, Any]:
    """The many-to-many keys that a form was given."""
    return {
        name: [row.pk for row in rows]
        for name, rows in getattr(form, "cleaned_data", {}).items()
        if form.instance._meta.get_field(name).many_to_many
    }


def unclean(form: Any, before: dict[str, Any], names: Names) -> list[Change]:
    """What was typed where the form could not clean it, as it was typed."""
    found = []
    for name in form.errors.keys() & form.fields.keys():
        field, typed = form.instance._meta.get_field(name), form[name].value()
        if not isinstance(typed, list):
            then, now = shown(field, before.get(name), names), str(typed or "")[:MOST_SHOWN]
            found.append(Change(str(field.verbose_name), then, now))
    return found


def problems(form: Any) -> list[Problem]:
    """The messages of a form, each with the label of its field."""
    return [
        (
            "" if name == NON_FIELD_ERRORS else str(label_for_field(name, form._meta.model)),
            " ".join(map(str, messages)),
        )
        for name, messages in form.errors.items()
    ]


def add(data: QueryDict, values: dict[str, list[str]]) -> None:
    for key, posted in values.items():
        data.setlist(key, posted)
