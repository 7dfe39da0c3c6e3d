"""What a column of an editors' file is: a field of a form, its cell, and back.

A value stands between the two as the form would post it: a list of words, empty for a box that is
not ticked. Two values are the same if these lists are.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ...search import fold
from ...tabular import BETWEEN, FORMULA
from ..partialdate import PartialDateField
from .cells import Bad, Day, Raw

SLUG, VERSION = "slug", "version"
YES, NO = ("oui", "vrai", "1", "x"), ("non", "faux", "0")
NUMBERS = (models.DecimalField, models.IntegerField, models.FloatField)
DATES = (PartialDateField, models.DateField)
SPACES = re.compile(r"[\s\u00a0\u202f]")

type Values = list[str]


class Refused(Exception):
    """A cell that no form could hold; the message says why."""


@dataclass(frozen=True)
class Column:
    """`field` is None for the version; `prefix` stands before codes, so that they stay texts."""

    key: str
    label: str
    field: Any = None
    prefix: str = ""

    @property
    def header(self) -> str:
        return f"{capfirst(self.label)} ({self.key})"

    @property
    def is_number(self) -> bool:
        return self.field is None or isinstance(self.field, NUMBERS)

    @property
    def by(self) -> str:
        """The field that is the key of what this one points at."""
        names = {f.name for f in self.field.related_model._meta.fields}
        pk = self.field.related_model._meta.pk.name
        return next((name for name in ("slug", "code") if name in names), pk)

    @property
    def choices(self) -> dict[str, str]:
        return {str(value or ""): str(label) for value, label in self.field.flatchoices}

    # From the site

    def value(self, thing: Any) -> Values:
        """What the thing holds, as its form would post it."""
        if self.field.many_to_many:
            return sorted(str(one.pk) for one in getattr(thing, self.key).all())
        value = self.field.value_from_object(thing)
        if isinstance(self.field, models.BooleanField):
            return ["on"] if value else []
        if value is None or value == "":
            return [""]
        if isinstance(self.field, NUMBERS):
            return [plain_number(Decimal(str(value)))]
        if isinstance(self.field, models.DateTimeField):
            return [f"{timezone.localtime(value):%Y-%m-%d %H:%M}"]
        return [tidy(str(value))]

    def cell(self, thing: Any) -> str | Decimal | list[str] | None:
        """What its cell says; a text that a spreadsheet would compute has an apostrophe before."""
        if self.field.is_relation:
            found = getattr(thing, self.key)
            if self.field.many_to_many:
                return sorted(self._named(one) for one in found.all())
            return self._named(found) if found else ""
        values = self.value(thing)
        if isinstance(self.field, models.BooleanField):
            return YES[0] if values else NO[0]
        if isinstance(self.field, NUMBERS):
            return Decimal(values[0]) if values[0] else None
        if self.field.choices:
            return self.choices.get(values[0], values[0]) if values[0] else ""
        return guarded(values[0])

    def _named(self, one: Any) -> str:
        return f"{self.prefix}{getattr(one, self.by)}"

    # From a cell

    def cited(self, raw: Raw) -> list[str]:
        """The keys that a cell names, without their prefix."""
        words = [word.strip() for word in text_of(raw).split(BETWEEN.strip())]
        start = self.prefix.lower()
        return [w[len(start) :] if w.lower().startswith(start) else w for w in words if w]

    def posted(self, raw: Raw, known: dict[str, Any]) -> Values:
        """What a form would post for a cell. `known` gives the keys cited. Raises Refused."""
        if isinstance(raw, Bad):
            raise Refused(raw)
        if self.field.is_relation:
            return self._pointed(raw, known)
        if isinstance(self.field, models.BooleanField):
            return _box(raw)
        if self.field.choices:
            return [self._chosen(text_of(raw))]
        if isinstance(self.field, NUMBERS):
            return [typed_number(raw)]
        if isinstance(self.field, DATES):
            return [typed_date(raw, whole=not isinstance(self.field, PartialDateField))]
        if isinstance(raw, Day | bool):
            raise Refused(_("Le tableur a changé ce texte : donnez à la cellule le format Texte."))
        return [unguarded(text_of(raw))]

    def _pointed(self, raw: Raw, known: dict[str, Any]) -> Values:
        cited = self.cited(raw)
        if lost := [key for key in cited if key not in known]:
            kind = str(self.field.related_model._meta.verbose_name)
            words = {"keys": ", ".join(lost), "kind": kind}
            raise Refused(_("Rien de ce nom sur le site (%(kind)s) : %(keys)s.") % words)
        if self.field.many_to_many:
            return sorted({str(known[key]) for key in cited})
        if len(cited) > 1:
            raise Refused(_("Une seule valeur est possible ici."))
        return [str(known[cited[0]]) if cited else ""]

    def _chosen(self, text: str) -> str:
        asked = fold(text)
        for value, label in self.choices.items():
            if asked in (fold(label), fold(value)) or (label and spoiled([text], [label])):
                return value
        if not text and self.field.blank:
            return ""
        labels = ", ".join(label for label in self.choices.values() if label)
        words = {"value": text, "labels": labels}
        raise Refused(_("« %(value)s » n’est pas un choix possible : %(labels)s.") % words)


def columns_of(room: Any) -> list[Column]:
    """The columns of a kind of thing: its identifier, its version, then its form in order."""
    model, get = room.model, room.model._meta.get_field
    rows = [row for _title, fields in room.shared for row in fields]
    shared = [name for row in rows for name in ([row] if isinstance(row, str) else row)]
    columns = [Column(SLUG, _("identifiant"), get(SLUG)), Column(VERSION, _("version"))]
    for name in shared:
        if name != SLUG and name not in room.readonly_fields:
            label = str(get(name).verbose_name)
            columns.append(Column(name, label, get(name), room.sheet_prefixes.get(name, "")))
    languages = {"fr": _("en français"), "en": _("en anglais"), "de": _("en allemand")}
    for name in room.translated:
        for code, language in settings.LANGUAGES:
            label = f"{model._meta.get_field(name).verbose_name}, {languages.get(code, language)}"
            columns.append(Column(f"{name}_{code}", label, get(f"{name}_{code}")))
    return columns


def told(column: Column) -> str:
    """How to fill a column, in a sentence."""
    if column.field is None:
        return _("Ne la changez pas : elle dit quelle version vous avez exportée.")
    if column.key == SLUG:
        return _("Désigne la fiche. Un identifiant inconnu crée une fiche.")
    if column.field.is_relation:
        several = _("Des clés, séparées par « | ».") if column.field.many_to_many else _("Une clé.")
        return f"{several} {column.prefix}…" if column.prefix else several
    if isinstance(column.field, models.BooleanField):
        return _("oui ou non")
    if column.field.choices:
        return ", ".join(label for label in column.choices.values() if label)
    if isinstance(column.field, NUMBERS):
        return _("Un nombre.")
    return str(column.field.help_text or "")


# Words


def text_of(raw: Raw) -> str:
    """A cell as text, without space around."""
    if isinstance(raw, bool):
        return YES[0] if raw else NO[0]
    if isinstance(raw, int | float):
        return plain_number(Decimal(repr(raw)))
    return tidy(raw)


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def guarded(text: str) -> str:
    """With an apostrophe before what a spreadsheet would compute; `unguarded` takes it off."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def unguarded(text: str) -> str:
    opened = text.startswith("'") and text.lstrip("'").startswith(FORMULA)
    return text[1:].strip() if opened else text


def plain_number(value: Decimal) -> str:
    """Without exponent nor idle zeros; as it is if it is no number that a field could hold."""
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return str(value)
    return f"{value.normalize():f}" if value else "0"


def typed_number(raw: Raw) -> str:
    """A number as a form takes it; what is none is left as it was typed, for the form to refuse."""
    text = unguarded(text_of(raw))
    bare = SPACES.sub("", text)
    if bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        return plain_number(Decimal(bare)) if bare and "_" not in bare else text
    except InvalidOperation:
        return text


def typed_date(raw: Raw, *, whole: bool) -> str:
    """A date as ISO writes it, also from the ways a spreadsheet shows it; else as it was typed."""
    text = text_of(raw)
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}:\d{2})(?::\d{2})?)?", text):
        day, month, year, hour = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}" + (f" {hour:0>5}" if hour else "")
    if not whole and (found := re.fullmatch(r"(\d{1,2})/(\d{4})", text)):
        return f"{found[2]}-{found[1]:0>2}"
    if not whole and (found := re.fullmatch(r"([^\W\d]{3,9})\.?[- ](\d{2}|\d{4})", text)):
        starts = [m for m in MONTHS if fold(str(MONTHS[m])).startswith(fold(found[1]))]
        if len(starts) == 1:
            year = found[2]
            if len(year) == 2:  # "janv-14", as Excel shows 2014-01; from 30 on, the century before
                year = f"{20 if int(year) < 30 else 19}{year}"
            return f"{year}-{starts[0]:02}"
    return text


def _box(raw: Raw) -> Values:
    word = fold(text_of(raw))
    if word not in YES + NO:
        raise Refused(_("Écrivez oui ou non."))
    return ["on"] if word in YES else []


def spoiled(typed: Values, live: Values) -> bool:
    """Whether Windows-1252 is all that makes them differ: it has "?" or a space for our rest."""
    pairs = zip(typed, live, strict=False)
    return len(typed) == len(live) and all(_spoiled(*pair) for pair in pairs)


def _spoiled(typed: str, live: str) -> bool:
    """One pass, with all the places in `typed` that `live` may have led to so far."""
    places = {0}
    for c in live:
        if c.encode("cp1252", "ignore"):
            places = {at + 1 for at in places if typed[at : at + 1] == c}
        else:
            places |= {at + 1 for at in places if typed[at : at + 1] in ("?", " ", "\u00a0")}
        if not places:
            return False
    return len(typed) in places


def shown(cell: str | Decimal | int | list[str] | None) -> str:
    """A cell of a workbook or of a CSV file, when it is a text."""
    return BETWEEN.join(cell) if isinstance(cell, list) else str(cell or "")
