"""The editors' files: a workbook whose texts stay texts, or a CSV file."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ...tabular import cell as csv_cell
from .cells import CELL_LIMIT
from .columns import Column, shown, told

TEXT = "@"  # the format by which a spreadsheet leaves a text alone
CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8; header=present",
}

type Row = list[str | Decimal | int | list[str] | None]


class TooLong(Exception):
    """A text that a workbook would cut."""


def write(form: str, title: str, columns: list[Column], rows: Iterable[Row]) -> bytes:
    """The file, in the format asked ("xlsx" or "csv"). Raises TooLong."""
    rows = list(rows)
    if form == "xlsx" and any(len(shown(one)) >= CELL_LIMIT for row in rows for one in row):
        raise TooLong
    return _csv(columns, rows) if form == "csv" else _workbook(title, columns, rows)


def _csv(columns: list[Column], rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.header for column in columns)
    for row in rows:
        writer.writerow(map(_for_csv, row))
    return ("\ufeff" + out.getvalue()).encode()


def _for_csv(value: Any) -> str:
    """Texts come with their apostrophe already."""
    return value if isinstance(value, str) else csv_cell(value)


def _workbook(title: str, columns: list[Column], rows: Iterable[Row]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "B2"
    for place, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = _width(column)
    page.append([_cell(page, column.header, bold=True) for column in columns])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    _explain(book.create_sheet(_("Mode d’emploi")), columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(column: Column) -> int:
    """In characters."""
    long = column.field is not None and column.field.get_internal_type() == "TextField"
    return 60 if long else 14 if column.is_number else 28


def _explain(page: Any, columns: list[Column]) -> None:
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 44, 90
    rules = (
        _("Gardez la première ligne et les colonnes « identifiant » et « version »."),
        _("Une colonne que vous enlevez laisse ses champs comme ils sont."),
        _("Une ligne que vous enlevez laisse sa fiche comme elle est : rien n’est supprimé."),
        _("Une cellule que vous videz vide le champ."),
        _("Une nouvelle ligne, sans version, crée une fiche."),
        _("Pas de formule ni de cellules fusionnées."),
    )
    for rule in rules:
        page.append([_cell(page, rule)])
    page.append([])
    for column in columns:
        page.append([_cell(page, column.header, bold=True), _cell(page, told(column))])


def _cell(page: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, Decimal | int):
        return WriteOnlyCell(page, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", shown(value))
    cell = WriteOnlyCell(page, text or None)
    if text:
        cell.data_type = "s"  # never "f", whatever it begins with
    cell.number_format = TEXT
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text or bold)
    cell.font = Font(bold=bold)
    return cell
