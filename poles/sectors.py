"""The sectors of a pole in one text, rank and name: a portrait and a list save a query each."""

from django.db.models import StringAgg, TextField, Value
from django.db.models.functions import Cast, Concat, Replace

from ptce_site.editorial.querysets import translated

BETWEEN = "\x1e"  # between two sectors (ASCII's record separator); a name that holds it loses it


def one() -> Concat:
    """A sector as "2:culture", in the reader's language."""
    name = Replace(translated("name"), Value(BETWEEN), Value(" "), output_field=TextField())
    return Concat(Cast("position", TextField()), Value(":"), name, output_field=TextField())


def together(rows: str) -> StringAgg:
    """All of them in one text."""
    return StringAgg(rows, Value(BETWEEN))


def ranked(text: str | None) -> set[tuple[int, str]]:
    """Each sector of such a text, with its place in the site's order."""
    rows = (row.partition(":") for row in (text or "").split(BETWEEN) if row)
    return {(int(rank), name) for rank, _colon, name in rows}


def named(text: str | None) -> list[str]:
    """Their names, in that order."""
    return [name for _rank, name in sorted(ranked(text))]
