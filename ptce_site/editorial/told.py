"""How people and moments are told in the editors' room."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format


def name_of(user: Any) -> str:
    """Who that is, as colleagues know them; nothing if nobody was there."""
    return (user.get_full_name() or user.get_username()) if user else ""


def moment(when: datetime | None) -> str:
    """A day and an hour in words; nothing of none."""
    return date_format(timezone.localtime(when), "j F Y à H:i") if when else ""
