"""A spreadsheet read with care: what is in its cells, or one sentence that says why not.

Nothing in a file is ever computed: a formula is a cell that cannot be read.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .cells import Raw, Sheet, Unreadable, formula, place_of, plain, table

MOST_BYTES = 5_000_000
SEPARATORS = ";,\t"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NUMBER = re.compile(r"[+-]?[\d \u00a0\u202f]+(?:[.,]\d+)?")
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes) -> Sheet:
    """The table of a CSV file or of a workbook. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("Le fichier dépasse 5 Mo : coupez-le en plusieurs."))
    if not content.strip():
        raise Unreadable(_("Le fichier est vide."))
    if content.startswith(OLD_EXCEL):
        raise Unreadable(
            _(
                "Ce fichier est d’un ancien Excel (.xls), ou protégé par un mot de passe : "
                "enregistrez-le au format .xlsx, sans mot de passe."
            )
        )
    if content.startswith(b"%PDF"):
        raise Unreadable(_("Ce fichier est un PDF : il faut un classeur .xlsx ou un fichier .csv."))
    if content.startswith(b"PK"):
        from .workbooks import read_workbook  # 10 MB of a library that no visitor needs

        return read_workbook(content)
    return _read_text(content)


# Text


def _read_text(content: bytes) -> Sheet:
    text, notes, lossy = _decoded(content)
    if CONTROL.search(text):
        raise Unreadable(_("Ce n’est ni un classeur .xlsx ni un fichier .csv."))
    if "\ufeff" in text:
        raise Unreadable(
            _("Une marque de début de fichier est au milieu du texte : deux fichiers collés ?")
        )
    try:
        sheet = table(_lines(text, _separator(text)))
    except csv.Error as error:
        raise Unreadable(
            _(
                "Les guillemets du fichier sont mal fermés, ou une cellule est trop longue : "
                "enregistrez-le de nouveau depuis le tableur."
            )
        ) from error
    sheet.notes, sheet.lossy = notes, lossy
    return sheet


def _decoded(content: bytes) -> tuple[str, list[str], bool]:
    """The text, what to say of its encoding, and whether that one lacks characters of ours."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), [], False
            except UnicodeDecodeError:
                raise Unreadable(
                    _("Le texte du fichier est abîmé : enregistrez-le de nouveau en UTF-8.")
                ) from None
    try:
        return content.decode("utf-8"), [], False
    except UnicodeDecodeError:
        pass
    try:
        note = _(
            "Fichier lu comme du Windows-1252, qui n’a pas toutes nos lettres (espaces fines, par "
            "exemple) : le format .xlsx les garde."
        )
        return content.decode("cp1252"), [note], True
    except UnicodeDecodeError:
        raise Unreadable(
            _("L’encodage du fichier n’est pas reconnu : enregistrez-le en UTF-8, ou en .xlsx.")
        ) from None


def _separator(text: str) -> str:
    """The one that cuts the first line in most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:20_000]
    return max(SEPARATORS, key=first.count)


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[Raw]]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for number, cells in enumerate(lines, start=1):
        yield number, [_text(cell, number, column) for column, cell in enumerate(cells, start=1)]


def _text(text: str, row: int, column: int) -> Raw:
    """A cell of a CSV file; one that a spreadsheet would compute cannot be read."""
    where = place_of(column, row)
    computed = text.startswith(("=", "@")) or (
        text.startswith(("+", "-")) and not NUMBER.fullmatch(text.strip())
    )
    return formula(where) if computed else plain(text, where)
