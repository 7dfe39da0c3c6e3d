"""Break-glass: someone has lost everything that proves who they are, or all are locked out."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from ptce_site.editorial.accounts.links import link_for
from ptce_site.editorial.accounts.querysets import (
    account_named,
    administrators,
    factors_of,
    sessions_of,
)
from ptce_site.editorial.accounts.recording import MACHINE, Kind, record


class Command(BaseCommand):
    help = (
        "Gives an account back to who lost its password or second factor: takes both away, closes "
        "its sessions, and shows a link that serves once to choose a new password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        account = account_named(username)
        if account is None:
            known = ", ".join(sorted(str(one) for one in administrators())) or "none"
            raise CommandError(f"No account is called '{username}'. Administrators: {known}.")
        with transaction.atomic():
            factors_of(account).delete()
            for session in sessions_of(account):
                session.end()
            account.set_unusable_password()
            account.is_active = account.is_staff = True
            account.save()
            record(Kind.ACCESS_REGAINED, account, by=MACHINE)
        self.stdout.write(
            f"Hand this link to {username}, and to nobody else. It serves once, within three days; "
            f"a second factor is asked for again at the next sign-in.\n{link_for(account)}"
        )
