"""Numbers as the active language writes them."""

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language


def number(value: Decimal | float | int | None) -> str:
    """Write a number as the active language does: 2 360 000 · 2,360,000 · 2.360.000."""
    if value is None or value == "":
        return ""
    return format_decimal(value, format="#,##0.####", locale=get_language() or "fr")
