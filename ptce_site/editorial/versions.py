"""What a version of the history holds, whatever the fields were called when it was written.

Versions are read from what was kept, not through the library's deserialiser: a field born since is
simply not in it, one that is gone is ignored, and a value that no longer fits is left out.
"""

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.forms.models import _get_foreign_key
from django.http import QueryDict
from django.utils.translation import gettext as _
from modeltranslation.manager import get_translatable_fields_for_model
from reversion import add_to_revision, create_revision, set_comment, set_user
from reversion.models import Revision, Version

from .posted import as_posted
from .version_querysets import versions_of, versions_with

Held = dict[str, Any]


@dataclass
class Snapshot:
    """A thing as one version tells it: its fields, then those of its parts by kind and key."""

    version: Version | None = None
    fields: Held = field(default_factory=dict)
    parts: dict[type[models.Model], dict[str, tuple[str, Held]]] = field(default_factory=dict)


def held(version: Version) -> Held:
    """The values a version holds, as they were written, by name of field; empty if unreadable."""
    try:
        return json.loads(version.serialized_data)[0]["fields"]
    except (ValueError, LookupError, TypeError):
        return {}


def edited_fields(model: Any, owner: str = "") -> list[Any]:
    """The fields an editor fills, one a language; `owner` names the link of a part to its whole."""
    several = set(get_translatable_fields_for_model(model) or ())
    return [
        one
        for one in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if one.editable and not one.primary_key and one.name not in several | {owner}
    ]


def owner_of(room: Any, inline: Any) -> Any:
    """The foreign key by which the parts of an inline belong to the thing."""
    return _get_foreign_key(room.model, inline.model, fk_name=inline.fk_name)


def snapshots(room: Any, versions: Iterable[Version]) -> list[Snapshot]:
    """Versions of one thing with their parts: two queries, however many there are."""
    found = {version.revision_id: Snapshot(version, held(version)) for version in versions}
    owners = {inline.model: owner_of(room, inline).name for inline in room.inlines}
    for snapshot in found.values():
        snapshot.parts = {model: {} for model in owners}
    for part in versions_with(list(found), owners) if owners else ():
        whole, values, model = found[part.revision_id], held(part), part._model
        if str(values.get(owners[model])) == whole.version.object_id:
            whole.parts[model][part.object_id] = (part.object_repr, values)
    return list(found.values())


def with_values(values: Held, thing: Any) -> tuple[Any, dict[str, list]]:
    """A copy of `thing` holding `values`, never to be saved, and its many-to-many keys apart."""
    made, links = copy.copy(thing), {}
    edited = edited_fields(type(thing))
    for name, value in values.items():
        try:
            one = thing._meta.get_field(name)
            if one.many_to_many:
                links[name] = value
            elif one in edited:
                setattr(made, one.attname, one.to_python(value))
        except (FieldDoesNotExist, ValidationError):
            continue
    return made, links


def bring_back(row: Any) -> None:
    """Give a part that comes back, as it last was, what its row does not show.

    Taken off the site since the version it comes back with, it would otherwise be public again.
    """
    part = row.instance
    last, _links = with_values(held(versions_of(type(part), part.pk)[0]), part)
    for one in edited_fields(type(part)):
        if one.name not in row.fields and not one.many_to_many:
            setattr(part, one.attname, getattr(last, one.attname))


def as_form(room: Any, request: Any, thing: Any, snapshot: Snapshot) -> QueryDict:
    """A version as its form would post it; the parts that came since are marked to be removed."""
    data = QueryDict(mutable=True)
    made, links = with_values(snapshot.fields, thing or room.model())
    form = room.get_form(request, thing, change=thing is not None)(instance=made, initial=links)
    for name in form.fields:
        _add(data, as_posted(form[name]))
    if room.model._meta.pk.name in form.fields and thing is None:
        data[room.model._meta.pk.name] = snapshot.version.object_id
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        rows = formset(instance=thing, queryset=inline.get_queryset(request)).get_queryset()
        live = {str(row.pk): row for row in rows} if thing else {}
        then = {pk: values for pk, (_name, values) in snapshot.parts[inline.model].items()}
        prefix, owner = formset.get_default_prefix(), owner_of(room, inline).name
        number = 0
        for number, pk in enumerate([*then, *(live.keys() - then.keys())], start=1):
            start = f"{prefix}-{number - 1}"
            part, links = with_values(then.get(pk, {}), live.get(pk) or inline.model())
            row = formset.form(instance=part, initial=links, prefix=start)
            for name in row.fields.keys() - {owner}:
                _add(data, as_posted(row[name]))
            data[f"{start}-{inline.model._meta.pk.name}"] = pk
            if pk not in then:
                data[f"{start}-DELETE"] = "on"
        data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = str(number)
    data["from_version"] = str(snapshot.version.pk)
    return room.mended(request, thing, data)


def _add(data: QueryDict, values: dict[str, list[str]]) -> None:
    for key, posted in values.items():
        data.setlist(key, posted)


# Writing


def write_down(thing: models.Model, user: Any, comment: str) -> Revision:
    """Write a thing and its parts in its history, as they are now."""
    with create_revision():
        if user is not None:
            set_user(user)
        set_comment(comment)
        add_to_revision(thing)
    return versions_of(type(thing), thing.pk)[0].revision


def keep_first(thing: models.Model) -> Revision | None:
    """Before a first change: write down what was there, if no history holds it yet."""
    if versions_of(type(thing), thing.pk).exists():
        return None
    return write_down(thing, None, _("État avant la première modification."))
