"""Numbers, money, quotes and punctuation as the active language writes them.

What is a sentence is a message for translators; this is for what stands between two words that
templates put side by side. French keeps the spaces of `typography`; English has none.
"""

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..addresses import reader
from .typography import NARROW, NO_BREAK

PERCENT, EURO = "%", "€"
QUOTES = {"fr": (f"«{NARROW}", f"{NARROW}»"), "en": ("“", "”"), "de": ("„", "“")}

type Number = Decimal | float | int | None


def number(value: Number) -> str:
    """Write a number as the active language does: 2 360 000 · 2,360,000 · 2.360.000."""
    if value is None or value == "":
        return ""
    return format_decimal(value, format="#,##0.####", locale=reader())


def percent_sign(space: str = NARROW) -> str:
    """The sign with what stands before it: 10 % in French and German, 10% in English."""
    return format_html("{}{}", "" if reader() == "en" else space, PERCENT)


def money(value: Number) -> str:
    """An amount in euros, cents only where there are some: 54 000 € · €54,000 · 54.000 €."""
    if value is None or value == "":
        return ""
    pattern = Locale.parse(reader()).currency_formats["standard"].pattern
    written = format_currency(
        value, "EUR", pattern.replace("0.00", "0.##"), reader(), currency_digits=False
    )
    return written.replace(NO_BREAK, NARROW)


def parts(value: Number, unit: str) -> tuple[str, str]:
    """A number, and the unit to write after it; English puts its "€" before: €54, "billion"."""
    if reader() == "en" and unit.startswith(EURO):
        return f"{EURO}{number(value)}", unit.removeprefix(EURO).strip()
    return number(value), unit


def measured(value: Number, unit: str, space: str = NARROW) -> str:
    """A number with its unit: "10 %", "54 milliards d’euros", "€54 billion".

    `space` stands before a percent sign: a narrow one that holds, or an ordinary one.
    """
    if unit == PERCENT:
        return f"{number(value)}{percent_sign(space)}"
    return " ".join(filter(None, parts(value, unit)))


def quoted(text: str | SafeString) -> SafeString:
    """A text between quotation marks, as HTML: « … » · “…” · „…“."""
    opening, closing = QUOTES.get(reader(), QUOTES["fr"])
    return format_html("{}{}{}", opening, text, closing)


def quoted_plain(text: str) -> str:
    """The same as plain text."""
    opening, closing = QUOTES.get(reader(), QUOTES["fr"])
    return f"{opening}{text}{closing}"


def colon(space: str = NARROW) -> SafeString:
    """A colon between two words; `space` stands before it in French only."""
    return _mark(":", space)


def semicolon(space: str = NARROW) -> SafeString:
    """A semicolon between two words; `space` stands before it in French only."""
    return _mark(";", space)


def _mark(mark: str, space: str) -> SafeString:
    return format_html("{}{} ", space if reader() == "fr" else "", mark)
