"""What waits for an editor in the content itself: reviews, withdrawals, what nobody published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from .drafting import TITLES
from .due import publishables
from .publication import State
from .querysets import united, waiting_rows
from .where import form_at


@dataclass(frozen=True)
class Waiting:
    """One thing: published with a date to come or past, or never published."""

    label: str
    title: str
    pk: int
    state: str
    review_on: date | None
    withdraw_at: datetime | None

    def __str__(self) -> str:
        return self.title or _("sans titre")

    @property
    def model(self) -> Any:
        return apps.get_model(self.label)

    @property
    def kind(self) -> str:
        """What sort of thing it is, in a word."""
        return str(self.model._meta.verbose_name)

    @property
    def never_published(self) -> bool:
        return self.state == State.DRAFT

    def address(self, field: str = "") -> str:
        """Its form, at the field to fill in."""
        return form_at(self.label, self.pk, field)


def needing_someone(until: date) -> list[Waiting]:
    """All that an editor has to look at by a day, in one query."""
    return _read(model._default_manager.needing_someone(until) for model in publishables())


def overdue(today: date) -> list[Waiting]:
    """What should have been read again, the oldest first, in one query."""
    found = _read(model._default_manager.overdue(today) for model in publishables())
    return sorted(found, key=lambda one: (one.review_on or today, one.title))


def _read(querysets: Iterable[models.QuerySet]) -> list[Waiting]:
    rows = united(waiting_rows(things, _title(things.model)) for things in querysets)
    return [Waiting(*row) for row in rows]


def _title(model: type[models.Model]) -> str:
    """The field that names a thing of this kind."""
    fields = {field.name for field in model._meta.fields}
    return next(name for name in TITLES if name in fields)
