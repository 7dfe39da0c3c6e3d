"""The French beside each translated field of a form."""

from typing import Any

from django import template

from ..translations.beside import Beside

register = template.Library()


@register.simple_tag
def french_beside(field: Any) -> Beside | None:
    """What to show beside a field of the admin's form, if it is the translation of another."""
    beside = getattr(getattr(field.field, "form", None), "beside", {})
    return beside.get(field.field.name) if beside else None


@register.simple_tag
def board_page(board: Any, number: int) -> str:
    """Another page of the board, with what is asked."""
    return board.address(number)
