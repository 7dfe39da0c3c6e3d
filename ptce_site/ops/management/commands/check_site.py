"""Read the whole site as visitors and search engines do, and say what is wrong with it."""

import json
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from ptce_site.ops.crawl import Site
from ptce_site.ops.inspecting import tongues
from ptce_site.ops.inspecting.everything import inspect
from ptce_site.ops.inspecting.faults import Fault

SHOWN = 12  # faults of a rule, unless all are asked for


class Command(BaseCommand):
    help = (
        "Walks through every page in every language, without network, and lists what is wrong: "
        "answers, links, heads, headings, pictures, structured data, languages, weight. "
        "Exit code 1 if there is anything."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        known = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", action="append", choices=known, help="only this one")
        parser.add_argument("--json", action="store_true", help="for a machine, faults in full")
        parser.add_argument(
            "--all", action="store_true", help="every PDF, card and filter, and every fault told"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        languages = tuple(options["language"] or ())
        site, faults = inspect(languages, everything=options["all"])
        if options["json"]:
            self.stdout.write(json.dumps(_told(site, faults), ensure_ascii=False, indent=1))
        else:
            self._report(faults, len(faults) if options["all"] else SHOWN)
            if not tongues.available():
                self.stdout.write(
                    "Texts in the wrong language were not looked for: "
                    "lingua-language-detector is not installed (requirements-dev.txt)."
                )
            self.stdout.write(_summary(site, faults))
        if faults:
            raise SystemExit(1)

    def _report(self, faults: list[Fault], shown: int) -> None:
        for rule, group in groupby(faults, key=lambda fault: fault.rule):
            found = [*group]
            self.stdout.write(f"{rule} ({len(found)})")
            for fault in found[:shown]:
                self.stdout.write(f"  {fault.page}\n    {fault.what}\n    → {fault.remedy}")
            if len(found) > shown:
                self.stdout.write(f"  … and {len(found) - shown} more (--all shows them)")


def _told(site: Site, faults: list[Fault]) -> dict[str, Any]:
    return {
        "pages": len(site.pages),
        "languages": sorted({page.language for page in site.pages.values()}),
        "links": site.links,
        "seconds": round(site.seconds, 1),
        "languages_heard": tongues.available(),
        "faults": [asdict(fault) for fault in faults],
    }


def _summary(site: Site, faults: list[Fault]) -> str:
    said = _told(site, faults)
    found = f"{len(faults)} fault(s)" if faults else "nothing wrong"
    return (
        f"{said['pages']} pages in {', '.join(said['languages'])}; {said['links']} links; "
        f"{len(site.answers)} addresses asked, {site.left} like them left; "
        f"{said['seconds']} s: {found}."
    )
