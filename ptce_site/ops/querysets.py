"""What the commands ask of the database."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Max

NAMES = (
    ("poles.Pole", "name"), ("poles.Pole", "short_name"), ("poles.Pole", "lead_organisation_fr"),
    ("poles.PoleName", "name"), ("poles.Actor", "name"), ("editorial.Source", "publisher"),
)  # fmt: skip


class JobRunQuerySet(models.QuerySet):
    def latest_by_name(self) -> dict[str, Any]:
        """The last run of each job."""
        last = self.values("name").annotate(last=Max("pk")).values_list("last", flat=True)
        return {run.name: run for run in self.filter(pk__in=list(last))}

    def ended_well(self) -> dict[str, datetime]:
        """When each job last ended as it should."""
        done = self.filter(outcome="done").values("name")
        return dict(done.annotate(last=Max("ended")).values_list("name", "last"))

    def forget_older(self, name: str, most: int) -> None:
        """Keep the last runs of a job."""
        kept = list(self.filter(name=name).order_by("-pk").values_list("pk", flat=True)[:most])
        if len(kept) == most:
            self.filter(name=name, pk__lt=kept[-1]).delete()


def staff_without_second_factor() -> int:
    """The accounts in use of the staff that a password alone opens; allauth must be installed."""
    known = apps.get_model("mfa.Authenticator")._default_manager.values("user")
    staff = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
    return staff.exclude(pk__in=known).count()


def proper_names() -> set[str]:
    """The names of poles, of organisations and of publishers: the same in every language."""
    return {
        name
        for label, field in NAMES
        for model in (apps.get_model(label),)
        for name in model._default_manager.values_list(field, flat=True)
        if name
    }
