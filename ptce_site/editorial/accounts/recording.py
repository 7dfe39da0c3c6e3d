"""Writes down what happens to accounts, to be forgotten after a year."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from ..network import network_of
from .models import AccountEvent
from .querysets import AccountEventQuerySet

KEPT = timedelta(days=365)
MACHINE = "manage.py"  # who acts when a command does

Kind = AccountEvent.Kind


def record(
    kind: AccountEvent.Kind,
    account: Any = None,
    *,
    request: HttpRequest | None = None,
    by: str = "",
    detail: str = "",
) -> AccountEvent:
    """Write one event down: about an account (None is nobody's), from a request if there is one.

    Who acted is who is signed in, unless `by` says otherwise; nobody is named twice.
    """
    name = account.get_username() if account else ""
    if request is not None and not by and getattr(request, "user", None) is not None:
        by = request.user.get_username()
    return AccountEvent.objects.create(
        kind=kind,
        account=name,
        by="" if by == name else by,
        network=network_of(request) if request is not None else "",
        detail=detail[:500],
    )


def events_to_forget(now: datetime | None = None) -> AccountEventQuerySet:
    """What happened more than a year ago; the command `purge` deletes it."""
    return AccountEvent.objects.before((now or timezone.now()) - KEPT)
