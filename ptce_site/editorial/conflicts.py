"""Two people at once: who changed what since, both texts side by side, and a choice for each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from reversion.models import Version

from .models import Draft
from .posted import as_posted, keys, rows
from .querysets import among
from .richtext import plain_text
from .told import name_of
from .version_querysets import last_number, version_whose_number_is


@dataclass(frozen=True)
class Difference:
    """One field that both changed; `name` is how the form calls it."""

    name: str
    label: str
    theirs: str
    mine: str


@dataclass
class Conflict:
    """What another did since this form was opened. `live`: on the site, not in the draft."""

    who: str
    when: datetime | None
    live: bool
    differences: list[Difference] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def find_conflict(
    room: Any,
    request: HttpRequest,
    thing: Any,
    mine: QueryDict,
    theirs: QueryDict | None,
    draft: Draft | None = None,
) -> Conflict | None:
    """Compare what is typed (`mine`) with the draft another kept, or with what is on the site now.

    On the site, only what changed since the version the form was opened on counts; the rest is
    this editor's own work. None if nothing differs.
    """
    if draft is not None and theirs is not None:
        conflict = Conflict(name_of(draft.author), draft.updated_at, live=False)
        conflict.parts = _parts_kept(room, request, thing, mine, theirs)
        base = None
    else:
        conflict, base = _since(thing, mine)
    if base is not None:
        conflict.parts = _parts_since(room, request, thing, mine, base)
    for prefix, form in _forms(room, request, thing, mine):
        row = form.instance if form.instance.pk else None
        before = _before(base, row, is_part=bool(prefix)) if base else None
        for name in form.fields:
            bound = form[name]
            if name in ("id", "DELETE") or (before is not None and not _moved(row, name, before)):
                continue
            now = (
                as_posted(bound)
                if theirs is None
                else {k: theirs.getlist(k) for k in as_posted(bound)}
            )
            typed = {key: mine.getlist(key) for key in now}
            if _plain(typed) != _plain(now):
                label = f"{row}, {bound.label}" if prefix else str(bound.label)
                conflict.differences.append(
                    Difference(
                        bound.html_name,
                        label,
                        _shown(bound.field, sum(now.values(), [])),
                        _shown(bound.field, sum(typed.values(), [])),
                    )
                )
    return conflict if conflict.differences or conflict.parts else None


def give_back(room: Any, request: HttpRequest, thing: Any, data: QueryDict) -> QueryDict:
    """Replace in `data` the fields for which the other's text was chosen, by that text."""
    chosen = set(data.getlist("_theirs"))
    if not chosen:
        return data
    draft = Draft.objects.of(thing).first() if thing else None
    theirs = draft.posted if draft and "_over_draft" in data else None
    for _prefix, form in _forms(room, request, thing, data):
        for name in form.fields:
            if form[name].html_name in chosen:
                for key, values in as_posted(form[name]).items():
                    data.setlist(key, values if theirs is None else theirs.getlist(key))
    return data


def _since(thing: Any, mine: QueryDict) -> tuple[Conflict, Version | None]:
    seen = mine.get("_seen", "")
    base = version_whose_number_is(seen)
    last = version_whose_number_is(last_number(thing))
    revision = last.revision if last else None
    return (
        Conflict(
            name_of(revision.user) if revision else "",
            revision.date_created if revision else None,
            live=True,
        ),
        base,
    )


def _forms(
    room: Any, request: HttpRequest, thing: Any, data: QueryDict
) -> list[tuple[str, forms.BaseForm]]:
    """The forms as the site holds them now: the thing's own, then those of the parts in `data`."""
    found = [("", room.get_form(request, thing, change=thing is not None)(instance=thing))]
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        own = keys(data, formset.get_default_prefix(), inline.model._meta.pk.name)
        rows = formset(instance=thing, queryset=among(inline.get_queryset(request), own))
        found += [(rows.prefix, form) for form in rows.initial_forms]
    return found


def _parts_since(
    room: Any, request: HttpRequest, thing: Any, data: QueryDict, base: Version
) -> list[str]:
    """The parts that others added or took away since the version seen, in words."""
    told = []
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        model = inline.model
        own = keys(data, formset.get_default_prefix(), model._meta.pk.name)
        rows = formset(instance=thing, queryset=inline.get_queryset(request)).get_queryset()
        then = base.revision.version_set.get_queryset().get_for_model(model)
        known = {version.object_id: version.object_repr for version in then}
        now = {str(row.pk): str(row) for row in rows}
        kind = str(model._meta.verbose_name)
        told += [
            _("%(kind)s ajouté : %(part)s") % {"kind": kind, "part": now[pk]}
            for pk in now.keys() - known.keys() - set(own)
        ]
        told += [
            _("%(kind)s supprimé : %(part)s") % {"kind": kind, "part": known[pk]}
            for pk in known.keys() - now.keys()
        ]
    return told


def _parts_kept(
    room: Any, request: HttpRequest, thing: Any, mine: QueryDict, theirs: QueryDict
) -> list[str]:
    """The parts that the draft of another adds, or takes away, and this form does not, in words."""
    told = []
    for formset, inline in room.get_formsets_with_inlines(request, thing):
        prefix, meta = formset.get_default_prefix(), inline.model._meta
        key, kind = meta.pk.name, str(meta.verbose_name)
        apart = {key, formset.fk.name, "DELETE"} if hasattr(formset, "fk") else {key, "DELETE"}
        ours = rows(mine, prefix)
        known = [_typed(row, apart) for row in ours]
        gone = {one for row in ours if "DELETE" in row for one in row.get(key, [])}
        for row in rows(theirs, prefix):
            part = {"kind": kind, "part": _texts(meta, row)}
            born, away, typed = not any(row.get(key, [])), "DELETE" in row, _typed(row, apart)
            if born and not away and typed and typed not in known:
                told.append(_("%(kind)s ajouté : %(part)s") % part)
            elif away and not born and not gone & set(row[key]):
                told.append(_("%(kind)s supprimé : %(part)s") % part)
    return told


def _typed(row: dict[str, list[str]], apart: set[str]) -> dict[str, list[list[str]]]:
    """What a row says, whatever the order of its fields; empty if nothing was typed."""
    said = {name: _plain({name: values}) for name, values in row.items() if name not in apart}
    return {name: values for name, values in said.items() if values != [[]]}


def _texts(meta: Any, row: dict[str, list[str]]) -> str:
    """The texts typed in a row, whole: who would lose them can still copy them."""
    kinds = (models.CharField, models.TextField)
    texts = [f.name for f in meta.get_fields() if isinstance(f, kinds) and not f.choices]
    return " · ".join(plain_text(text) for name in texts for text in row.get(name, []) if text)


def _before(base: Version, row: Any, *, is_part: bool) -> dict[str, Any] | None:
    """What the fields of the thing, or of one of its parts, held in the version seen."""
    if row is None:
        return None
    if not is_part:
        return base.field_dict
    versions = base.revision.version_set.get_queryset()
    mine = versions.get_for_object_reference(type(row), row.pk).first()
    return mine.field_dict if mine else None


def _moved(row: Any, name: str, before: dict[str, Any]) -> bool:
    model_field = row._meta.get_field(name) if name in _field_names(row) else None
    if model_field is None:
        return True
    if model_field.many_to_many:
        now = sorted(str(one.pk) for one in getattr(row, name).all())
        return now != sorted(str(pk) for pk in before.get(name, []))
    return getattr(row, model_field.attname) != before.get(model_field.attname)


def _field_names(row: Any) -> set[str]:
    return {f.name for f in row._meta.get_fields()}


def _plain(values: dict[str, list[str]]) -> list[list[str]]:
    return [
        sorted(v.replace("\r\n", "\n").strip() for v in found if v) for found in values.values()
    ]


def _shown(kind: forms.Field, values: list[str]) -> str:
    """A posted value in an editor's words."""
    values = [value for value in values if value]
    if isinstance(kind, forms.ModelChoiceField) and kind.queryset is not None:
        return ", ".join(str(one) for one in among(kind.queryset, values))
    choices = getattr(kind, "choices", None)
    if choices:
        labels = {str(value): str(label) for value, label in choices}
        return ", ".join(labels.get(value, value) for value in values)
    if isinstance(kind, forms.BooleanField):
        return _("oui") if values else _("non")
    return plain_text(" ".join(values))
