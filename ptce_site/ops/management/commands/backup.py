"""Write the whole site into one dated file, while it serves: run once a day."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from ptce_site.ops.backup.archive import Refused
from ptce_site.ops.backup.making import default_folder, make
from ptce_site.ops.backup.rotation import Keep, rotate
from ptce_site.ops.jobs import recorded
from ptce_site.ops.progress import Progress


class Command(BaseCommand):
    help = (
        "Writes all rows, their history and the images into one dated file, then removes the "
        "backups that are too many. The file holds accounts: keep it to yourself. See "
        "docs/deploying.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="DIR", help="default: DATA_DIR/backups")
        for kind, number in vars(Keep()).items():
            parser.add_argument(
                f"--keep-{kind}", type=int, default=number, metavar="N", help=f"default: {number}"
            )

    @recorded
    def handle(self, *args: Any, **options: Any) -> str:
        began, folder = time.monotonic(), options["to"] or default_folder()
        try:
            kept = make(folder, Progress(self.stdout, "parts"))
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                f"The backup could not be written: {error.strerror or error} ({folder})."
            ) from None
        except DatabaseError as error:
            raise CommandError(f"The database could not be read ({error}).") from None
        manifest, size = kept.manifest, kept.path.stat().st_size
        told = (
            f"{manifest.total} rows of {len(manifest.rows)} tables, {len(manifest.files)} files, "
            f"{size / 1e6:.1f} MB; {time.monotonic() - began:.1f} s: {kept.path}"
        )
        if manifest.missing:
            self.stderr.write(
                f"{len(manifest.missing)} image(s) that the rows name are not in the store, and so "
                f"not in the backup: {', '.join(manifest.missing[:3])}"
            )
        self.rotate(folder, Keep(*(options[f"keep_{kind}"] for kind in vars(Keep()))))
        return told

    def rotate(self, folder: Path, keep: Keep) -> None:
        try:
            gone = rotate(folder, settings.SITE_URL, keep)
        except OSError as error:
            raise CommandError(
                f"The backup is made, but an old one could not be removed: {error}."
            ) from None
        if gone:
            self.stdout.write(f"Removed {len(gone)} old backup(s).")
