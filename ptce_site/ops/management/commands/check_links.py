"""Ask the sites that the content leads to whether they still answer: run it once a day."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from ptce_site.editorial.models import CheckedLink
from ptce_site.editorial.outside.rounds import asker, go_round
from ptce_site.ops.jobs import recorded


class Command(BaseCommand):
    help = (
        "Checks the addresses of other sites, the oldest check first: what answered once a week, "
        "what failed once a day. Editors find the dead ones on their first screen. Ends with code "
        "1, nothing marked, when this machine has no network."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--budget", type=float, default=30, help="Minutes after which the rest waits."
        )
        parser.add_argument("--all", action="store_true", help="Whatever was checked when.")

    @recorded
    def handle(self, *args: Any, **options: Any) -> str:
        told = go_round(asker(), 60 * options["budget"], all_of_them=options["all"])
        if told.offline:
            raise CommandError(
                "This machine does not reach other sites: what did not answer was not marked."
            )
        left = told.due - told.asked
        return (
            f"{told.asked} address(es) asked, {left} left for next time; "
            f"{CheckedLink.objects.dead().count()} dead."
        )
