"""The rows of a file as lines: which thing, and what its form would post."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ...search import fold
from ..comparing import Change
from . import querysets
from .cells import Bad, Raw, Sheet, Unreadable
from .columns import SLUG, VERSION, Column, Refused, Values, columns_of, text_of

type Problem = tuple[str, str]  # the column, or nothing, and what is wrong


@dataclass
class Line:
    """One row. `errors` forbid all; `lacks` only forbid to publish; `remarks` ask to be seen.

    `known` are the keys of what may be said of it once published: what was said, or shown, before.
    """

    number: int
    slug: str
    version: int | None
    values: dict[str, Values] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    lacks: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)  # what only a new thing may leave to its default
    changes: list[Change] = field(default_factory=list)
    lossy: bool = False  # read in an encoding that has not all our characters
    thing: Any = None
    seen: int = 0

    @property
    def is_new(self) -> bool:
        return self.thing is None

    @property
    def touches(self) -> bool:
        """Whether there is something to do, if nothing stands in the way."""
        return bool(self.values or self.is_new)

    @property
    def does_something(self) -> bool:
        return bool(self.changes or self.errors or self.lacks)

    @property
    def comes_back(self) -> bool:
        """Whether publishing it shows what visitors do not see now."""
        return not self.is_new and not self.thing.is_published


def lines_of(room: Any, sheet: Sheet) -> list[Line]:
    """The rows of a file as lines, their cells as a form would post them. Raises Unreadable."""
    columns = matched(columns_of(room), sheet.header)
    known = _known(columns, sheet)
    lines, places = [], {}
    for number, cells in sheet.rows:
        raws = {c.key: raw for c, raw in zip(columns, cells + [""] * len(columns), strict=False)}
        slug = text_of(raws[SLUG])
        line = Line(number, slug, None, lossy=sheet.lossy)
        lines.append(line)
        if not slug or isinstance(raws[SLUG], Bad):
            line.errors.append((_("identifiant"), slug or _("L’identifiant manque.")))
        elif slug in places:
            words = _("« %(slug)s » est déjà à la ligne %(row)s.") % {
                "slug": slug,
                "row": places[slug],
            }
            line.errors.append((_("identifiant"), words))
        places.setdefault(slug, number)
        version = text_of(raws.get(VERSION, ""))
        if version.isdecimal() and len(version) < 18:
            line.version = int(version)
        elif version:
            line.errors.append((_("version"), _("La version est un nombre : ne la changez pas.")))
        for column in columns:
            if column.field is None or column.key == SLUG:
                continue
            if raws[column.key] == "" and not column.field.blank:
                line.empty.append(column.label)
                continue
            try:
                line.values[column.key] = column.posted(raws[column.key], known[column.key])
            except Refused as error:
                line.errors.append((column.label, str(error)))
    return lines


def matched(columns: list[Column], header: list[str]) -> list[Column]:
    """The column that each title names, by its key or by its label. Raises Unreadable."""
    names: dict[str, list[Column]] = {}
    for column in columns:
        for name in {_name(name) for name in (column.key, column.label, column.header)}:
            names.setdefault(name, []).append(column)
    found: list[Column] = []
    for place, title in enumerate(header, start=1):
        key = re.search(r"\((\w+)\)\s*$", title)
        asked = names.get(_name(key[1]), []) if key else []
        asked = asked or names.get(_name(title), [])
        if not title or len(asked) != 1:
            words = {"title": title or "—", "place": place}
            raise Unreadable(
                _(
                    "La colonne « %(title)s » (la %(place)se) n’existe pas dans cette liste : "
                    "enlevez-la, ou exportez de nouveau."
                )
                % words
            )
        if asked[0] in found:
            raise Unreadable(_("La colonne « %s » est deux fois dans le fichier.") % title)
        found += asked
    if SLUG not in [column.key for column in found]:
        raise Unreadable(
            _("Il manque la colonne « identifiant », qui dit de quelle fiche il s’agit.")
        )
    return found


def _name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(title))


def _known(columns: list[Column], sheet: Sheet) -> dict[str, dict[str, Any]]:
    """The things that the cells of each column name: one query a column."""
    known: dict[str, dict[str, Any]] = {column.key: {} for column in columns}
    for place, column in enumerate(columns):
        if column.field is not None and column.field.is_relation:
            raws: list[Raw] = [cells[place] for _n, cells in sheet.rows if place < len(cells)]
            keys = {key for raw in raws for key in column.cited(raw)}
            known[column.key] = querysets.known_keys(column.field, column.by, keys)
    return known
