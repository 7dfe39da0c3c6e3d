"""Someone must be able to open accounts to the others: the last administrator stays one."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .querysets import administrators, hold_administrators

LAST = _(
    "C’est le dernier compte d’administration en service : personne ne pourrait plus ouvrir de "
    "compte. Donnez d’abord ce rôle à quelqu’un d’autre."
)


@transaction.atomic
def would_leave_nobody(accounts: Iterable[Any]) -> bool:
    """Whether no administrator is left once these accounts no longer are.

    Inside the caller's transaction, two administrators who demote each other wait for each other;
    the second asks again once the first is done, as PostgreSQL waited with the groups of before.
    """
    hold_administrators()
    left = {one.pk for one in administrators()}
    gone = {one.pk for one in accounts}
    return bool(left & gone) and not left - gone
