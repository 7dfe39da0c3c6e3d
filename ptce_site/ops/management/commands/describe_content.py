"""Write what the content holds and where each thing comes from, as Markdown (docs/data.md)."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from pages.models import KeyFigure
from poles.models import Milestone, Pole
from ptce_site.editorial.models import Source

MEASURED = (
    "/", "/poles/", "/poles/florange-e2i/", "/poles/la-verriere/", "/ptce/", "/ess/",
    "/chiffres-cles/", "/tous-les-chiffres/", "/florange-e2i/", "/glossaire/", "/reperes/",
    "/resume/", "/contact/", "/mentions-legales/", "/accessibilite/", "/ecoconception/",
    "/plan-du-site/",
)  # fmt: skip
COUNTED = """\
Counted when nothing is shared yet, as for the first page made after a publication; those that
follow find most of it in memory (`editorial/memo.py`) and make one to three."""
MISSION = settings.BASE_DIR / "docs" / "mission.md"


def cell(text: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", str(text))).replace("|", "/").strip()


class Command(BaseCommand):
    help = "Prints docs/data.md: where each part of the mission is, and what backs each claim."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(MISSION.read_text(encoding="utf-8").rstrip())
        self.section("Queries a page makes", ("page", "queries"), self.counts(), COUNTED)
        figures = KeyFigure.objects.for_list()
        self.section(
            "Figures",
            ("figure", "date", "sources"),
            ((self.figure(f), f.reference_date, self.sources(f)) for f in figures),
        )
        poles = sorted(Pole.objects.published().with_source_keys(), key=lambda pole: pole.pk)
        self.section(
            "Poles",
            ("pole", "laureate", "sources"),
            ((p.name, p.evidence, self.sources(p)) for p in poles),
        )
        events = Milestone.objects.published().with_pole().with_source_keys().in_order()
        self.section(
            "Events",
            ("date", "of", "event", "sources"),
            ((e.date, e.pole or "policy", e.title or e.text[:90], self.sources(e)) for e in events),
        )
        sources = sorted(Source.objects.all(), key=lambda source: source.key)
        self.section(
            "Sources",
            ("key", "source", "address"),
            ((f"`{s.key}`", s, s.url or "none") for s in sources),
        )

    def section(
        self, title: str, heads: tuple[str, ...], rows: Iterable[Iterable[Any]], lead: str = ""
    ) -> None:
        lines = [
            f"\n## {title}\n",
            *([f"{lead}\n"] if lead else []),
            f"| {' | '.join(heads)} |",
            f"|{' --- |' * len(heads)}",
        ]
        lines += [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
        self.stdout.write("\n".join(lines))

    @staticmethod
    def figure(figure: KeyFigure) -> str:
        return f"{figure.value.normalize():f} {figure.unit} {figure.label}"

    @staticmethod
    def sources(claim: Any) -> str:
        return ", ".join(f"`{key}`" for key in claim.source_keys)

    @staticmethod
    def counts() -> Iterable[tuple[str, int]]:
        client = Client(raise_request_exception=True)
        with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
            for address in MEASURED:
                client.get(address)  # what is kept in memory is made
                # Inside a transaction, pages share nothing.
                with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                    client.get(address)
                yield f"`{address}`", len(captured)
