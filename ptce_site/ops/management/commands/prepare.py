"""Everything between a clone and a served site that needs Django: one start instead of four."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection

from ptce_site.editorial.pictures import make_missing
from ptce_site.editorial.reading import date_changes
from ptce_site.editorial.roles import set_up_roles
from ptce_site.editorial.translations.noting import note_everything
from ptce_site.ops.version import keep_version


class Command(BaseCommand):
    help = (
        "Makes or updates the database and the roles, loads the content if empty, adds an account."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            connection.ensure_connection()
        except OperationalError as error:
            reason = " ".join(str(error).split())
            raise CommandError(
                f"The database cannot be reached ({reason}). Check DATABASE_URL, or remove it to "
                "use SQLite."
            ) from None
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("load_content", stdout=self.stdout)
        call_command("createinitialrevisions", comment="Contenu livré avec le site", verbosity=0)
        note_everything()
        date_changes()
        set_up_roles()
        make_missing()
        keep_version()
        call_command("create_editor", stdout=self.stdout)
