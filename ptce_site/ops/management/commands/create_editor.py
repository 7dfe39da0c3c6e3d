"""Create the first editor, whose password is generated and shown once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Creates the first editor if there is none, and prints the generated password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", default="redaction")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        users = get_user_model().objects
        if users.exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(username=username, password=password)
        self.stdout.write(
            f"Editor created. Sign in at /admin/ as '{username}' with the password "
            f"'{password}' (shown this once)."
        )
