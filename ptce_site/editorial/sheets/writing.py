"""The editors' files: a workbook whose texts stay texts, or a CSV file."""

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...tabular import cell as csv_cell
from .cells import CELL_LIMIT
from .columns import Column, shown

if TYPE_CHECKING:
    from .making import Row

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8; header=present",
}


class TooLong(Exception):
    """A text that a workbook would cut."""


def write(form: str, title: str, columns: list[Column], rows: "Iterable[Row]") -> bytes:
    """The file, in the format asked ("xlsx" or "csv"). Raises TooLong."""
    rows = list(rows)
    if form == "xlsx" and any(len(shown(one)) >= CELL_LIMIT for row in rows for one in row):
        raise TooLong
    if form == "csv":
        return _csv(columns, rows)
    from .making import make_workbook  # 10 MB of a library that no visitor needs

    return make_workbook(title, columns, rows)


def _csv(columns: list[Column], rows: "Iterable[Row]") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.header for column in columns)
    for row in rows:
        writer.writerow(map(_for_csv, row))
    return ("\ufeff" + out.getvalue()).encode()


def _for_csv(value: Any) -> str:
    """Texts come with their apostrophe already."""
    return value if isinstance(value, str) else csv_cell(value)
