"""What a file holds once it is read: rows of cells, within bounds, or why not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_ROWS, MOST_COLUMNS = 2000, 100
MOST_LINES = 20_000  # with the empty ones
CELL_LIMIT = 32_767  # characters: what a spreadsheet keeps of a longer text
BROKEN = re.compile(
    r"#(REF|N/A|NAME\?|NOM\?|VALUE|VALEUR|DIV/0|NUM|NOMBRE|NULL|NUL|SPILL|CALC)!?|Err:\d{3}"
)


class Unreadable(Exception):
    """The file cannot be used; the message says why in one sentence."""


class Day(str):
    """A date that the spreadsheet holds as a date, as precise as it is shown."""


class Bad(str):
    """Why a cell cannot be read."""


type Raw = str | int | float | bool | Day | Bad


def place_of(column: int, row: int) -> str:
    """The name of a cell, as spreadsheets write it; both counted from one."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column)}{row}"


@dataclass
class Sheet:
    """The rows that hold something, numbered as the spreadsheet numbers them."""

    header: list[str]
    rows: list[tuple[int, list[Raw]]]
    notes: list[str] = field(default_factory=list)
    lossy: bool = False  # written in an encoding that has not all our characters


def table(lines: Iterable[tuple[int, list[Raw]]]) -> Sheet:
    """The header, then the rows, within bounds."""
    header: list[str] | None = None
    rows: list[tuple[int, list[Raw]]] = []
    for number, cells in lines:
        if number > MOST_LINES:
            raise Unreadable(
                _(
                    "Le fichier va au-delà de la ligne 20 000 : supprimez les lignes, "
                    "même vides, sous le tableau."
                )
            )
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if header is None:
            if any(not isinstance(cell, str) or isinstance(cell, Bad) for cell in cells):
                raise Unreadable(_("La première ligne n’est pas celle des titres de colonnes."))
            header = [str(cell).strip() for cell in cells]
            if len(header) > MOST_COLUMNS:
                raise Unreadable(_("Le fichier a plus de 100 colonnes."))
            continue
        stray = next(
            (n for n, c in enumerate(cells) if c != "" and not "".join(header[n : n + 1])), None
        )
        if stray is not None:
            where = place_of(stray + 1, number)
            raise Unreadable(
                _("La cellule %s est remplie, mais sa colonne n’a pas de titre.") % where
            )
        rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise Unreadable(_("Le fichier a plus de 2 000 lignes : coupez-le en plusieurs."))
    if header is None:
        raise Unreadable(_("Le fichier est vide."))
    if not rows:
        raise Unreadable(_("Le fichier n’a que sa ligne de titres : aucune fiche à importer."))
    return Sheet(header, rows)


def plain(text: str, where: str) -> Raw:
    if BROKEN.fullmatch(text.strip()):
        words = {"cell": where, "error": text.strip()}
        return Bad(_("%(cell)s contient une erreur du tableur (%(error)s).") % words)
    if len(text) >= CELL_LIMIT:
        return Bad(_("%s contient un texte trop long pour une cellule.") % where)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def formula(where: str) -> Bad:
    return Bad(
        _("%s contient une formule : mettez sa valeur, ou une apostrophe devant un texte.") % where
    )
