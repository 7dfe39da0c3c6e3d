"""Look at all that is published, as the quality gate does when one thing is."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser
from django.utils import translation

from ptce_site.editorial.quality import Finding, findings, published_things
from ptce_site.editorial.quality_site import Site


class Command(BaseCommand):
    help = (
        "Lists what is wrong in what visitors read, thing by thing. Exit code 1 if there is an "
        "error; with --strict, a warning counts as one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--strict", action="store_true", help="warnings fail too")

    def handle(self, *args: Any, strict: bool = False, **options: Any) -> None:
        errors = warnings = things = 0
        with translation.override(settings.LANGUAGE_CODE):
            for thing, found in everything():
                things += 1
                errors += sum(one.blocks for one in found)
                warnings += sum(not one.blocks for one in found)
                if found:
                    self.stdout.write(f"{thing._meta.label} {thing.pk}: {thing}")
                for one in found:
                    self.stdout.write(f"  {one.level} [{one.rule}] {one.where} | {one.message}")
        self.stdout.write(f"{things} things, {errors} error(s), {warnings} warning(s).")
        if errors or (strict and warnings):
            raise SystemExit(1)


def everything() -> list[tuple[Any, list[Finding]]]:
    """Each published thing with what is wrong with it; what is a part of another is told once."""
    site, told, seen = Site(), [], set()
    for thing in published_things():
        found = [one for one in findings(thing, site) if _once(thing, one, seen)]
        told.append((thing, found))
    return told


def _once(thing: Any, one: Finding, seen: set) -> bool:
    row = one.part or thing
    mark = (row._meta.label, row.pk, one.rule, one.field, one.wrong)
    fresh = mark not in seen
    seen.add(mark)
    return fresh
