"""What the checks of other sites' addresses read and write."""

import datetime
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..publication import State
from ..querysets import ordered

OFTEN_ENOUGH = datetime.timedelta(days=6, hours=12)  # what answers is asked once a week

FOUND = (
    "last_checked", "last_ok", "status", "problem", "redirected_to", "failures", "first_failed",
    "ask_after",
)  # fmt: skip


class CheckedLinkQuerySet(models.QuerySet):
    def dead(self) -> Self:
        """Failed on three different days, on two when the page said it is gone; not set aside."""
        often = Q(failures__gte=3) | Q(failures__gte=2, problem="gone")
        aside = Q(ignored_until__gte=timezone.localdate())
        return self.filter(often).exclude(aside).order_by("first_failed", "pk")

    def found(self, what: str | None) -> Self:
        """Those of one finding, as the list's filter names it; all of them for none."""
        today = timezone.localdate()
        if what == "morts":
            return self.dead()
        if what == "echecs":
            return self.filter(failures__gt=0).exclude(
                pk__in=self.model.objects.dead().values("pk")
            )
        wanted = {
            "portes": Q(problem="door"),
            "ailleurs": Q(problem="") & ~Q(redirected_to=""),
            "cote": Q(ignored_until__gte=today),
            "vivants": Q(problem="", last_checked__isnull=False),
        }
        return self.filter(wanted[what]) if what in wanted else self

    def due(self, *, all_of_them: bool = False) -> list:
        """Those to ask now, those never asked and then the oldest first.

        What failed is asked again each day, what answered each week, what asked to wait later.
        """
        now = timezone.now()
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        waiting = Q(ask_after__gt=now)
        rows = self.exclude(waiting)
        if not all_of_them:
            failed = Q(failures__gt=0, last_checked__lt=today)
            old = Q(failures=0, last_checked__lt=now - OFTEN_ENOUGH)
            rows = rows.filter(Q(last_checked=None) | failed | old)
        return list(rows.order_by(models.F("last_checked").asc(nulls_first=True), "pk"))

    def keep_only(self, addresses: dict[str, tuple[str, list]]) -> None:
        """Have one row for each address cited (hash: address, places), and no other."""
        known = self.in_bulk(field_name="url_hash")
        new = [
            self.model(url=url, url_hash=key, places=places)
            for key, (url, places) in addresses.items()
            if key not in known
        ]
        moved = [row for key, row in known.items() if key in addresses]
        for row in moved:
            row.url, row.places = addresses[row.url_hash]
        gone = [row.pk for key, row in known.items() if key not in addresses]
        self.bulk_create(new, batch_size=100)
        self.bulk_update(moved, ["url", "places"], batch_size=100)
        for start in range(0, len(gone), 500):
            self.filter(pk__in=gone[start : start + 500]).delete()

    def write(self, link: Any) -> None:
        """Keep what a check found, and nothing that an editor may have changed meanwhile."""
        self.filter(pk=link.pk).update(**{name: getattr(link, name) for name in FOUND})

    def at(self, key: str) -> Any:
        return self.filter(url_hash=key).first()


def published_rows(model: Any, owner: str) -> Iterable[Any]:
    """What visitors read of a kind; of a part, all those of what they read, as in its form."""
    names = {field.name for field in model._meta.fields}
    rows = model._base_manager.all()
    if "state" in names and "withdraw_at" in names:
        rows = rows.filter(state=State.PUBLISHED)
    if owner:
        whole = model._meta.get_field(owner).related_model
        rows = rows.select_related(owner)
        if any(field.name == "withdraw_at" for field in whole._meta.fields):
            rows = rows.filter(**{f"{owner}__state": State.PUBLISHED})
    return ordered(rows).iterator(chunk_size=500)


def rows_by_key(model: Any, keys: Iterable[Any]) -> dict[Any, Any]:
    return {str(pk): row for pk, row in model._base_manager.in_bulk(list(keys)).items()}
