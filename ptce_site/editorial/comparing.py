"""Two versions of a thing compared in an editor's words, field by field, part by part."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from reversion import is_registered

from .numbers import number
from .partialdate import PartialDateField, format_partial_date
from .richtext import RichTextField, plain_text
from .told import moment
from .version_querysets import versions_of
from .versions import Held, Snapshot, edited_fields, owner_of

LONG = 90  # characters of a value told on one line of the history
EMPTY = (None, "", [])
CONTEXT = 4  # words kept before the first that differs


@dataclass(frozen=True)
class Change:
    """One field that differs; `part` names the part it belongs to, if it does."""

    field: str
    before: str
    after: str
    part: str = ""
    left: str = ""  # of a list: what left it, and what came
    came: str = ""

    @property
    def label(self) -> str:
        return ", ".join(filter(None, (self.part, self.field)))

    @property
    def marked(self) -> tuple[SafeString, SafeString]:
        return marked(self.before, self.after)

    @property
    def sentence(self) -> str:
        """The change on one line."""
        before, after = excerpts(self.before, self.after)
        words = {"what": self.label, "before": before, "after": after}
        if not self.field:
            return self.part
        if self.left or self.came:
            gone = _("enlevé « %s »") % self.left if self.left else ""
            come = _("ajouté « %s »") % self.came if self.came else ""
            told = ", ".join(filter(None, (gone, come)))
            return _("%(what)s : %(told)s") % {"what": self.label, "told": told}
        if not before:
            return _("%(what)s : rempli, « %(after)s »") % words
        if not after:
            return _("%(what)s : vidé, c’était « %(before)s »") % words
        return _("%(what)s : « %(before)s » devient « %(after)s »") % words


class Names:
    """The names of what fields point at, asked once each; what is gone keeps its last name."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, str], str] = {}

    def of(self, model: Any, keys: Iterable[Any]) -> str:
        asked = [str(key) for key in keys]
        missing = [key for key in asked if (model, key) not in self._known]
        if missing:
            live = {str(k): str(v) for k, v in _alive(model, missing).items()}
            for key in missing:
                self._known[model, key] = live.get(key) or _gone(model, key)
        return ", ".join(sorted(self._known[model, key] for key in asked))


def differences(
    room: Any, before: Snapshot, after: Snapshot, names: Names, *, whole: bool = False
) -> list[Change]:
    """What changed from one version to the other; `whole` tells all of a part that came or went."""
    found = list(_fields(room.model, before.fields, after.fields, names))
    for inline in room.inlines:
        model = inline.model
        owner, kind = owner_of(room, inline).name, str(model._meta.verbose_name)
        for then, now in _paired(before.parts.get(model, {}), after.parts.get(model, {})):
            words = {"kind": kind, "part": (now or then or ("",))[0]}
            if now is None or then is None:
                came, went = (
                    _("%(kind)s ajouté : %(part)s"),
                    _("%(kind)s supprimé : %(part)s"),
                )
                part = came if then is None else went
                pair = ({}, now[1]) if then is None else (then[1], {})
                filled = list(_fields(model, *pair, names, part % words, owner, alone=True))
                found += filled if whole and filled else [Change("", "", "", part % words)]
            else:
                part = _("%(kind)s « %(part)s »") % words
                found += _fields(model, then[1], now[1], names, part, owner)
    return found


def _fields(
    model: Any,
    before: Held,
    after: Held,
    names: Names,
    part: str = "",
    owner: str = "",
    *,
    alone: bool = False,
) -> Iterator[Change]:
    for field in edited_fields(model, owner):
        if not alone and not (field.name in before and field.name in after):
            continue  # born or gone since: nobody changed it
        then, now = _value(field, before), _value(field, after)
        if then == now:
            continue
        texts = shown(field, then, names), shown(field, now, names)
        if texts[0] == texts[1] and isinstance(field, RichTextField):
            texts = str(then or ""), str(now or "")  # only links or marks moved: show them
        if texts[0] != texts[1]:
            yield Change(str(field.verbose_name), *texts, part, *_moved(field, then, now, names))


def _moved(field: Any, then: Any, now: Any, names: Names) -> Iterator[str]:
    """What left a list, and what came; empty for any other field."""
    if field.many_to_many:
        old, new = set(then or ()), set(now or ())
        yield names.of(field.related_model, old - new)
        yield names.of(field.related_model, new - old)


def _value(field: Any, values: Held) -> Any:
    value = values.get(field.name)
    if field.many_to_many:
        value = sorted(map(str, value or []))
    return None if value in EMPTY else value


def _paired(before: dict, after: dict) -> Iterator[tuple[Any, Any]]:
    """The parts of two versions side by side: by key, then by name (one put back has a new key)."""
    came = {pk: part for pk, part in after.items() if pk not in before}
    for pk, part in before.items():
        if pk in after:
            yield part, after[pk]
            continue
        same = next((key for key, other in came.items() if other[0] == part[0]), None)
        yield part, came.pop(same) if same is not None else None
    for part in came.values():
        yield None, part


def shown(field: Any, value: Any, names: Names) -> str:
    """A kept value in an editor's words; empty if there is none."""
    if value in EMPTY:
        return ""
    if field.many_to_many or field.is_relation:
        return names.of(field.related_model, value if field.many_to_many else [value])
    if field.choices:
        return str({str(k): v for k, v in field.flatchoices}.get(str(value), value))
    try:
        value = field.to_python(value)
    except ValidationError:
        return str(value)
    if isinstance(field, models.BooleanField):
        return _("oui") if value else _("non")
    if isinstance(field, models.DateTimeField):
        return moment(value)
    if isinstance(field, models.DateField):
        return date_format(value, "j F Y")
    if isinstance(field, PartialDateField):
        return format_partial_date(value) or value
    if isinstance(field, models.DecimalField | models.IntegerField):
        return number(value)
    return plain_text(value) if isinstance(field, RichTextField) else str(value)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts, the words removed in <del>, the words added in <ins>."""
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    left, right = [], []
    for kind, a, b, c, d in _matcher(old, new).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        left.append(("{}" if kind == "equal" or not gone else "<del>{}</del>", gone))
        right.append(("{}" if kind == "equal" or not come else "<ins>{}</ins>", come))
    return _joined(left), _joined(right)


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Both texts short enough for a line, from a few words before the first that differs."""
    old, new = before.split(" "), after.split(" ")  # narrow spaces hold their words together
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    same = min(len(old), len(new)) if same is None else same
    start = max(same - CONTEXT, 0) if max(len(before), len(after)) > LONG else 0
    return _cut(old, start), _cut(new, start)


def _cut(words: list[str], start: int) -> str:
    text = " ".join(words[start:])
    short = text if len(text) <= LONG else text[:LONG].rsplit(" ", 1)[0] + "…"
    return f"… {short}" if start and words else short


def _matcher(old: list[str], new: list[str]) -> difflib.SequenceMatcher:
    long = len(old) + len(new) > 4000  # beyond, frequent words no longer anchor, for speed
    keys = [word.strip() for word in old], [word.strip() for word in new]
    return difflib.SequenceMatcher(None, *keys, autojunk=long)


def _joined(pieces: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", "{}", ((format_html(mark, text),) for mark, text in pieces))


def _alive(model: Any, keys: list[str]) -> dict[Any, Any]:
    try:
        return model._base_manager.in_bulk([model._meta.pk.to_python(key) for key in keys])
    except ValidationError:
        return {}


def _gone(model: Any, key: str) -> str:
    last = versions_of(model, key).first() if is_registered(model) else None
    return _("%(name)s (supprimé depuis)") % {"name": last.object_repr if last else key}
