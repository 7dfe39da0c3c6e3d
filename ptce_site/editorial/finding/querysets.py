"""What the editors' search reads, and the lists they keep."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from ..querysets import ordered

MOST_ROWS = 3000


def searched_rows(model: Any, beside: list[str], **only: Any) -> list:
    """Every row of a kind, whatever its state, with what its fields name; none if they are many.

    The State's own tables (35,000 communes) have a search of their own.
    """
    rows = model._base_manager.filter(**only)
    if rows.count() > MOST_ROWS:
        return []
    rows = ordered(rows)
    return list(rows.select_related(*beside) if beside else rows)


class SavedFilterQuerySet(models.QuerySet):
    def seen_by(self, user: Any) -> Self:
        """Their own and the shared ones, the shared first, by name."""
        return self.filter(Q(user=user) | Q(user=None)).order_by(
            models.F("user").asc(nulls_first=True), "name", "pk"
        )

    def of_list(self, label: str) -> Self:
        return self.filter(label=label)

    def of(self, user: Any) -> Self:
        """Those of one person, or (None) the shared ones."""
        return self.filter(user=user)

    def named(self, name: str) -> Self:
        return self.filter(name__iexact=name)

    def numbered(self, pk: int) -> Any:
        return self.filter(pk=pk).first()
