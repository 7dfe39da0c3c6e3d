"""Prove that a backup can be restored, without touching the site."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from ptce_site.ops.backup.archive import Reader, Refused, newest
from ptce_site.ops.backup.making import default_folder
from ptce_site.ops.backup.restoring import prove


class Command(BaseCommand):
    help = (
        "Restores the rows of a backup into a temporary SQLite database and compares them, and its "
        "images, with what it says. Ends with code 1 if anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", nargs="?", help="default: the newest of the folder"
        )
        parser.add_argument("--in", dest="folder", type=Path, help="default: DATA_DIR/backups")
        parser.add_argument(
            "--within", type=float, metavar="HOURS", help="refuse one that is older"
        )

    def handle(self, *args: Any, file: Path | None, folder: Path | None, **options: Any) -> None:
        try:
            path = file or _newest(folder or default_folder())
            with Reader(path) as reader:
                manifest = reader.manifest
                _refuse_old(path, manifest.made, options["within"])
                prove(reader)
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"The check could not be done: {error.strerror or error}.") from None
        self.stdout.write(
            f"{path} restores: {manifest.total} rows and {len(manifest.files)} files are those of "
            f"{manifest.made:%Y-%m-%d at %H:%M} UTC."
        )
        if manifest.missing:
            self.stderr.write(f"{len(manifest.missing)} image(s) were missing when it was made.")


def _newest(folder: Path) -> Path:
    found = newest(folder)
    if found is None:
        raise Refused(f"There is no backup in {folder}.")
    return found.path


def _refuse_old(path: Path, made: datetime, hours: float | None) -> None:
    if hours is not None and datetime.now(UTC) - made > timedelta(hours=hours):
        raise Refused(
            f"{path} was made on {made:%Y-%m-%d at %H:%M} UTC: more than {hours:g} h ago."
        )
