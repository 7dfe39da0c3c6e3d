"""Dates known to the day, the month or only the year, written as ISO 8601 writes them.

"2014", "2014-01" and "2014-01-10" sort in the right order as text and are valid in a
`<time datetime>`; a date that is not known is an empty string.
"""

import datetime
import re
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


def validate_partial_date(value: str) -> None:
    """Raise ValidationError unless `value` is YYYY, YYYY-MM or YYYY-MM-DD and a real date."""
    match = _SHAPE.match(value)
    try:
        if not match:
            raise ValueError(value)
        datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValidationError(
            _("Écrivez la date sous la forme 2014, 2014-01 ou 2014-01-10 (année, mois, jour)."),
            code="invalid",
        ) from None


def format_partial_date(value: str | datetime.date | None) -> str:
    """A date, whole or partial, in the active language: "2014", "mai 2014", "1er mai 2014"."""
    written = f"{value:%Y-%m-%d}" if isinstance(value, datetime.date) else value
    return _written(written or "", get_language())


@lru_cache(maxsize=5000)
def _written(value: str, language: str | None) -> str:
    match = _SHAPE.match(value)
    if not match:
        return ""
    if not match[2]:
        return match[1]
    day = datetime.date(int(match[1]), int(match[2]), int(match[3] or 1))
    written = formats.date_format(day, "DATE_FORMAT" if match[3] else "YEAR_MONTH_FORMAT")
    return re.sub(r"\A1 (?=[^\W\d])", "1er ", written) if language == "fr" else written


class PartialDateField(models.CharField):
    """A CharField that only holds partial dates."""

    default_validators = [validate_partial_date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs.setdefault("help_text", _("2014, 2014-01 ou 2014-01-10 selon ce qui est connu"))
        super().__init__(*args, **kwargs)
