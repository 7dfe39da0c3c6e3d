"""Tables that leave the site as files: columns, and the same rows as CSV, JSON or GeoJSON.

The CSV opens right in a spreadsheet set to the language of its address: UTF-8 with its mark, ISO
8601 dates; semicolons and a decimal comma in French and German, commas and a point in English. A
text that a spreadsheet would take for a formula gets an apostrophe before it. Keys never change.
"""

import csv
import datetime
import io
import json
import numbers
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .addresses import reader
from .protection import for_any_site

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "geojson": "application/geo+json",
}
KINDS = {
    "text": _("texte"),
    "number": _("nombre"),
    "date": _("date"),
    "list": _("liste"),
    "address": _("adresse web"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BETWEEN = " | "
ENGLISH, CONTINENTAL = (",", "."), (";", ",")  # between columns, before decimals

type Words = str | Promise
type Row = dict[str, Any]
type Value = str | int | float | list[str] | None


@dataclass(frozen=True)
class Column:
    """`value` names what a row holds ("commune__name"), or is a function that reads its `needs`."""

    key: str
    label: Words
    value: str | Callable[[Row], Any]
    kind: str = "text"
    about: Words = ""
    needs: tuple[str, ...] = ()

    @property
    def kind_label(self) -> Words:
        return KINDS[self.kind]

    def of(self, row: Row) -> Value:
        """The value as JSON holds it; what is not known is None."""
        found = row[self.value] if isinstance(self.value, str) else self.value(row)
        if isinstance(found, str | Promise):
            return str(found) or None
        if isinstance(found, datetime.datetime):
            found = timezone.localtime(found).date()
        if isinstance(found, datetime.date):
            return found.isoformat()
        if isinstance(found, Decimal):
            return int(found) if found == int(found) else float(found)
        return found


@dataclass(frozen=True)
class Table:
    """One file to download. `position` gives (longitude, latitude) in degrees, or None."""

    name: str
    title: Words
    about: Words
    columns: tuple[Column, ...]
    position: Callable[[Row], tuple[float, float] | None] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        return ("csv", "json", "geojson") if self.position else ("csv", "json")

    @property
    def paths(self) -> list[str]:
        """What a row holds."""
        values = ((c.value,) if isinstance(c.value, str) else c.needs for c in self.columns)
        return list(dict.fromkeys(name for names in values for name in names))

    def records(self, rows: Iterable[Row]) -> list[dict[str, Value]]:
        return [{column.key: column.of(row) for column in self.columns} for row in rows]

    def as_csv(self, rows: Iterable[Row]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=dialect()[0], lineterminator="\r\n")
        writer.writerow(column.key for column in self.columns)
        for record in self.records(rows):
            writer.writerow(cell(value) for value in record.values())
        return "\ufeff" + out.getvalue()

    def as_json(self, rows: Iterable[Row], head: dict[str, str]) -> str:
        """An object: `head` (licence, date, address…), the columns, the rows."""
        columns = [
            {"cle": c.key, "libelle": str(c.label), "type": str(c.kind_label), "note": str(c.about)}
            for c in self.columns
        ]
        return _dump(head | {"champs": columns, "lignes": self.records(rows)})

    def as_geojson(self, rows: Iterable[Row], head: dict[str, str]) -> str:
        """A FeatureCollection (RFC 7946): WGS 84, longitude first, null where nothing places it."""
        rows = list(rows)
        features = [
            {
                "type": "Feature",
                "id": record[self.columns[0].key],
                "geometry": self._point(row),
                "properties": record,
            }
            for row, record in zip(rows, self.records(rows), strict=True)
        ]
        return _dump({"type": "FeatureCollection"} | head | {"features": features})

    def _point(self, row: Row) -> dict[str, Any] | None:
        place = self.position(row) if self.position else None
        return {"type": "Point", "coordinates": list(place)} if place else None

    def download(
        self, form: str, rows: Iterable[Row], head: dict[str, str], *, whole: bool = True
    ) -> HttpResponse:
        """The file itself; one that is not `whole` (a filtered view) stays out of indexes."""
        if form == "csv":
            body = self.as_csv(rows)
        else:
            body = self.as_json(rows, head) if form == "json" else self.as_geojson(rows, head)
        response = HttpResponse(body, content_type=CONTENT_TYPES[form])
        name = f"ptce-{self.name}{in_its_name()}-{timezone.localdate():%Y-%m-%d}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        if not whole:
            response["X-Robots-Tag"] = "noindex"
        return for_any_site(response)


def in_its_name(language_of_file: str = "") -> str:
    """What the name of a file says of its language: nothing in French, then "-en", "-de"."""
    code = language_of_file or reader()
    return "" if code == settings.LANGUAGE_CODE else f"-{code}"


def dialect() -> tuple[str, str]:
    """What a spreadsheet of the active language expects between columns, and before decimals."""
    return ENGLISH if reader() == "en" else CONTINENTAL


def cell(value: Value) -> str:
    """A value as the CSV of the active language writes it."""
    if value is None:
        return ""
    if isinstance(value, numbers.Number):
        return f"{Decimal(str(value)).normalize():f}".replace(".", dialect()[1])
    text = BETWEEN.join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
