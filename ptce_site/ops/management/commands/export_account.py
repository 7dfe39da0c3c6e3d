"""Everything that the site holds about one account, for who asks to see it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from ptce_site.editorial.accounts.exporting import export
from ptce_site.editorial.accounts.querysets import account_named


class Command(BaseCommand):
    help = "Writes all that the site holds about an account, as JSON, without any secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        account = account_named(username)
        if account is None:
            raise CommandError(f"No account is called '{username}'.")
        self.stdout.write(export(account), ending="")
