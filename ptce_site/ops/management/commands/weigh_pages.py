"""Weigh a first visit, for the page on eco-design: before a release, on the shipped content."""

import json
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from pages import weights
from ptce_site.ops.weighing import NotWeighed, differences, weigh_all


class Command(BaseCommand):
    help = (
        "Writes pages/weights.json: what a first visit to some pages receives, in each language, "
        "from the bytes that the site sends. Collect the static files first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="writes nothing; exit code 1 if a figure told to visitors is 5 % away",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        try:
            found = weigh_all([*weights.WEIGHED])
        except (NotWeighed, ValueError) as error:  # no manifest, or not the files it names
            what = f"{error}. Collect the static files, with production's settings."
            raise CommandError(what) from None
        if check:
            apart = [*differences(found, weights.measured()["pages"])]
            if apart:
                raise CommandError("; ".join(apart) + ". Run `make weights`.")
            return
        told = {"date": date.today().isoformat(), "pages": found}
        weights.FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"Written: {weights.FILE.name}")
