"""Numbers as people write them, brought to their digits: "2,7 millions" is 2700000. Pure."""

import re
from decimal import Decimal

_SPACES = " \u00a0\u202f"
_NUMBER = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}(?:[{_SPACES}.,’']\d{{3}})+|\d+)(?:[.,](\d{{1,4}}))?(?!\w)"
    rf"(?:[{_SPACES}]*(milliards?|millions?|millionen|milliarden|billions?|mrd|mio)\b)?",
    re.IGNORECASE,
)


def digits(value: Decimal | int | float) -> str:
    """A number without separators nor useless zeros: "2700000", "10.5" as "10p5" (one word)."""
    plain = format(Decimal(str(value)).normalize(), "f")
    return plain.replace(".", "p")


def amounts(text: str) -> list[str]:
    """Each number of a text in digits, its thousands joined, its millions multiplied."""
    return [_read(match) for match in _NUMBER.finditer(text)]


def in_digits(text: str) -> str:
    """The text with each of its numbers in digits."""
    return _NUMBER.sub(lambda match: f"{_read(match)} ", text)


def as_typed(query: str) -> re.Pattern | None:
    """What finds a number with its sign (`10 %`) letter for letter, whatever its spaces."""
    if not re.search(r"\d\s*[%€]", query):
        return None
    letters = map(re.escape, "".join(query.split()))
    return re.compile(r"(?<![\d.,])" + r"\s*".join(letters), re.IGNORECASE)


def _read(match: re.Match) -> str:
    whole, decimals, scale = match.groups()
    number = Decimal(re.sub(r"\D", "", whole) + (f".{decimals}" if decimals else ""))
    return digits(number * 10 ** _power((scale or "").lower()))


def _power(scale: str) -> int:
    if not scale:
        return 0
    if scale.startswith(("milliard", "billion", "mrd")):
        return 9
    return 6
