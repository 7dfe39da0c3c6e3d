"""Load the site's content into an empty database, once; later edits are never touched."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, transaction

from pages.models import Page
from poles.loading import load_geography
from poles.models import Pole

FIXTURES = ("sources", "definitions", "figures", "pages", "call", "poles", "timeline")


class Command(BaseCommand):
    help = "Loads the territories and the content of fixtures/ into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if Page.objects.exists() or Pole.objects.exists():
            self.stdout.write("Content is already there: left as it is.")
            return
        step = "territories"
        try:
            with transaction.atomic():
                communes = load_geography(folder)
                for step in FIXTURES:
                    call_command("loaddata", folder / f"{step}.json", verbosity=0)
        except (
            OSError,
            KeyError,
            ValueError,
            CommandError,
            DeserializationError,
            DatabaseError,
        ) as error:
            raise CommandError(
                f"The content could not be loaded: '{step}' in {folder} is broken or missing "
                f"({error}). Nothing was written; repair the file (git checkout {folder.name}) "
                "and start again."
            ) from error
        self.stdout.write(f"Content loaded: {communes} communes, {Pole.objects.count()} poles.")
