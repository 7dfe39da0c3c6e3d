"""Bring the site back from a backup, on the database that DATABASE_URL names."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from ptce_site.ops.backup.archive import Refused
from ptce_site.ops.backup.restoring import restore
from ptce_site.ops.progress import Progress


class Command(BaseCommand):
    help = (
        "Verifies a backup, then puts its rows and images in place, all or nothing: into a new "
        "database, made on the way, or with --overwrite in place of what is there. SQLite or "
        "PostgreSQL, whichever it was made from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace all that this site holds"
        )

    def handle(self, *args: Any, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            manifest = restore(file, Progress(self.stdout, "parts"), overwrite=overwrite)
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                f"A file could not be read or written: {error.strerror or error}. "
                "The content is as it was."
            ) from None
        except DatabaseError as error:
            raise CommandError(
                f"The database refused ({error}). The content is as it was."
            ) from None
        self.stdout.write(
            f"Restored {manifest.site} as it was on {manifest.made:%Y-%m-%d at %H:%M} UTC: "
            f"{manifest.total} rows, {len(manifest.files)} files. Everyone signs in again; restart "
            "the site if it was running."
        )
