"""A workbook made for editors: its texts stay texts, and its second sheet says how to use it."""

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

from .columns import Column, shown, told

TEXT = "@"  # the format by which a spreadsheet leaves a text alone

type Row = list[str | Decimal | int | list[str] | None]


def make_workbook(title: str, columns: list[Column], rows: Iterable[Row]) -> bytes:
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
