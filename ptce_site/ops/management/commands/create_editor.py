"""Create the first account, or one in a role, whose holder chooses the password by a link."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError

from ptce_site.editorial.accounts.links import give_link, mail_is_on
from ptce_site.editorial.accounts.querysets import has_account_at
from ptce_site.editorial.accounts.recording import MACHINE, Kind, record
from ptce_site.editorial.roles import ROLES, set_up_roles

FIRST = "redaction"


class Command(BaseCommand):
    help = (
        "Sans option : crée le premier compte, qui peut tout, s’il n’y en a aucun. Avec --role : "
        "crée un autre compte, et envoie à son adresse, ou affiche, un lien pour choisir un mot de "
        "passe."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--role",
            choices=ROLES,
            help="redaction : écrit des brouillons ; publication : relit, publie, retire, "
            "supprime ; administration : tout, et les comptes",
        )
        parser.add_argument("--username", help=f"nom du compte (le premier : {FIRST})")
        parser.add_argument("--email", default="", help="pour recevoir le lien et les rappels")
        parser.add_argument(
            "--password",
            action="store_true",
            dest="shown",
            help="affiche une seule fois un mot de passe, au lieu d’un lien",
        )

    def handle(
        self,
        *args: Any,
        role: str | None,
        username: str | None,
        email: str,
        shown: bool,
        **options: Any,
    ) -> None:
        users = get_user_model().objects
        password = secrets.token_urlsafe(12)
        if role is None:
            if users.exists():
                return
            user = users.create_superuser(username or FIRST, email, password)
        else:
            if not username:
                raise CommandError("Donnez un nom au compte : --username marie.")
            if not users.exists():
                raise CommandError("Créez d’abord le premier compte : create_editor, sans --role.")
            if email and has_account_at(email):
                raise CommandError(f"Un autre compte a déjà l’adresse {email} : rien n’a changé.")
            user, is_new = users.get_or_create(
                username=username, defaults={"email": email, "is_staff": True}
            )
            if not is_new:
                raise CommandError(f"Le compte « {username} » existe déjà : rien n’a changé.")
            user.set_password(password)
            user.save()
            set_up_roles()
            user.groups.add(Group.objects.get(name=ROLES[role]))
        record(Kind.ACCOUNT_MADE, user, by=MACHINE, detail=ROLES.get(role or "", ""))
        self.stdout.write(self._way_in(user, password if shown or role is None else ""))

    def _way_in(self, user: Any, password: str) -> str:
        """How the holder of a new account signs in, in a sentence."""
        name = user.get_username()
        if password:
            return (
                f"Editor created. Sign in at /admin/ as '{name}' with the password '{password}' "
                "(shown this once)."
            )
        try:
            link = give_link(user, by=MACHINE)
        except (OSError, ValueError) as error:
            raise CommandError(
                f"The account '{name}' is made, but the mail could not leave ({error}). "
                f"Show a link instead: manage.py regain_access {name}"
            ) from None
        if not link:
            return f"Editor '{name}' created: a link to choose a password was mailed."
        why = "no e-mail was given" if mail_is_on() else "mail is off (EMAIL_URL is not set)"
        return f"Editor '{name}' created; {why}: hand over this link, which serves once.\n{link}"
