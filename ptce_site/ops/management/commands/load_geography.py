"""Load régions, départements and communes into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from poles.loading import load_geography


class Command(BaseCommand):
    help = "Loads the reference geography of fixtures/ (nothing if it is already there)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load_geography(settings.BASE_DIR / 'fixtures')} communes loaded.")
