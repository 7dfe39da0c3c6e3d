"""A workbook read without trusting it: nothing is computed, expanded or followed."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from .cells import MOST_COLUMNS, Bad, Day, Raw, Sheet, Unreadable, formula, place_of, plain, table

MOST_UNPACKED = 60_000_000  # bytes of a workbook once unzipped
MOST_PARTS = 500  # files in a workbook
MOST_TAGS = 1_000_000  # "<" in all of them: reading takes seconds for each million
MERGED = re.compile(rb"[<:]mergeCell ")


def read_workbook(content: bytes) -> Sheet:
    _check_parts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        pages = [page for page in book.worksheets if page.sheet_state == "visible"]
        if not pages:
            raise Unreadable(_("Le classeur n’a pas de feuille visible."))
        pages[0].reset_dimensions()
        sheet = table(_rows(pages[0]))
    except Unreadable:
        raise
    except Exception as error:  # a library reads it: whatever it stumbles over, the file is broken
        raise Unreadable(
            _("Ce classeur est abîmé : ouvrez-le dans le tableur et enregistrez-le de nouveau.")
        ) from error
    if len(pages) > 1 and pages[1].title != _("Mode d’emploi"):
        sheet.notes.append(_("Seule la première feuille, « %s », est lue.") % pages[0].title)
    return sheet


def _check_parts(content: bytes) -> None:
    """Look into the archive before any library does: its size, its kind, no declared entity."""
    huge = _("Ce classeur devient énorme une fois ouvert : il est refusé.")
    broken = Unreadable(_("Ce classeur est abîmé ou incomplet : envoyez-le de nouveau."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
                raise Unreadable(huge)
            if any("vbaproject" in part.lower() for part in names):
                raise Unreadable(
                    _("Ce classeur contient des macros : enregistrez-le au format .xlsx.")
                )
            if "xl/workbook.xml" not in names:
                raise Unreadable(
                    _("Ce n’est pas un classeur .xlsx : enregistrez-le dans ce format.")
                )
            tags = 0
            for part in parts:
                text = archive.read(part).replace(b"\0", b"") if _is_xml(part.filename) else b""
                tags += text.count(b"<")
                if tags > MOST_TAGS:
                    raise Unreadable(huge)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise broken
                if part.filename.startswith("xl/worksheets/") and MERGED.search(text):
                    raise Unreadable(
                        _("Des cellules sont fusionnées : défusionnez-les, une valeur par cellule.")
                    )
    except Unreadable:
        raise
    except Exception as error:  # a decompressor has errors of its own
        raise broken from error


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _rows(page: Any) -> Iterator[tuple[int, list[Raw]]]:
    for number, cells in enumerate(page.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        yield (
            number,
            [_cell(cell, place_of(n, number)) for n, cell in enumerate(cells, start=1)],
        )


def _cell(cell: Any, where: str) -> Raw:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return formula(where)
    if isinstance(value, datetime.datetime):
        return _day(value, cell.number_format or "")
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return Bad(_("%s contient une heure : écrivez une date.") % where)
    return plain(str(value), where)


def _day(value: datetime.datetime, shown: str) -> Day:
    """As precise as the cell shows it: a day, a month or a year."""
    shown = re.sub(r'"[^"]*"|\[[^]]*\]|\\.', "", shown.lower())
    if value.time() != datetime.time():
        return Day(f"{value:%Y-%m-%d %H:%M}")
    if "d" in shown or "j" in shown or "y" not in shown:
        return Day(f"{value:%Y-%m-%d}")
    return Day(f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}")
