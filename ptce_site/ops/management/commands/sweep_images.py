"""Remove the files of images that nothing needs any more: run once a week."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from ptce_site.editorial.sweeping import sweep_images
from ptce_site.ops.jobs import recorded


class Command(BaseCommand):
    help = (
        "Removes what was made of images replaced or deleted more than thirty days ago, and files "
        "sent but never saved. What the history can bring back keeps its master."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only says what it would remove")

    @recorded
    def handle(self, *args: Any, dry_run: bool, **options: Any) -> str:
        names = sweep_images(dry_run=dry_run)
        return f"{'Would remove' if dry_run else 'Removed'} {len(names)} file(s)."
