"""Create the first account, or another one in a role; the password is generated and shown once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError

from ptce_site.editorial.roles import ROLES, set_up_roles

FIRST = "redaction"


class Command(BaseCommand):
    help = (
        "Sans option : crée le premier compte, qui peut tout, s’il n’y en a aucun. Avec --role : "
        "crée un autre compte. Le mot de passe s’affiche une seule fois."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--role",
            choices=ROLES,
            help="redaction : écrit des brouillons ; publication : relit, publie, retire, "
            "supprime ; administration : tout, et les comptes",
        )
        parser.add_argument("--username", help=f"nom du compte (le premier : {FIRST})")
        parser.add_argument("--email", default="", help="pour recevoir les rappels de relecture")

    def handle(
        self, *args: Any, role: str | None, username: str | None, email: str, **options: Any
    ) -> None:
        users = get_user_model().objects
        password = secrets.token_urlsafe(12)
        if role is None:
            if users.exists():
                return
            user = users.create_superuser(username or FIRST, email, password)
        else:
            if not username:
                raise CommandError("Donnez un nom au compte : --username marie.")
            if not users.exists():
                raise CommandError("Créez d’abord le premier compte : create_editor, sans --role.")
            user, is_new = users.get_or_create(
                username=username, defaults={"email": email, "is_staff": True}
            )
            if not is_new:
                raise CommandError(f"Le compte « {username} » existe déjà : rien n’a changé.")
            user.set_password(password)
            user.save()
            set_up_roles()
            user.groups.add(Group.objects.get(name=ROLES[role]))
        self.stdout.write(
            f"Editor created. Sign in at /admin/ as '{user.get_username()}' with the password "
            f"'{password}' (shown this once)."
        )
