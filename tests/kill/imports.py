"""Spreadsheets looked at and applied: all poles published at once, thirty figures as drafts."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from pages.models import KeyFigure
from poles.models import Pole
from ptce_site.editorial.models import Draft

from ..conftest import Server
from .hands import FRESH, WORD, Hand, Person, number_in, numbered
from .saves import last_version

MODELS = ("pages.KeyFigure", "poles.Pole", "editorial.Draft")
FIGURES = 30  # rows of a file of new figures
CARRIED = re.compile(r'name="carried" value="([^"]+)"')
SLUG = re.compile(rf"{WORD}-(\d+)-\d+")


class Import(Person):
    """Sends a file, sees what it would change, then presses a button."""

    def __init__(
        self, site: Server, name: str, kind: str, rows: Callable[[int], list], button: str
    ) -> None:
        super().__init__(site, name)
        self.address, self.rows, self.button = f"/admin/{kind}/import/", rows, button

    def work(self) -> None:
        fresh = dict(FRESH.findall(self.ask(self.address).text))
        looked = self.ask(self.address, fresh | {"file": a_file(self.rows(self.sent + 1))})
        carried = CARRIED.search(looked.text)
        if not carried:
            self.said = looked.told
            return
        agreed = {"carried": carried[1], "_remarks": "on", self.button: ""}
        with self.asking() as number:
            answer = self.ask(self.address, dict(FRESH.findall(looked.text)) | agreed)
        self.hear(number, answer)


WANTED = (Import,)


def a_file(rows: list) -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return SimpleUploadedFile("liste.csv", out.getvalue().encode(), "text/csv")


def free_poles() -> list[Pole]:
    """Those of which nobody keeps a draft: an import leaves the others alone."""
    drafted = Draft.objects.filter(content_type__model="pole").values_list("object_id", flat=True)
    return list(Pole.objects.exclude(pk__in=[int(key) for key in drafted if key]))


def hands(site: Server) -> list[Hand]:
    slugs = [pole.slug for pole in free_poles()]

    def poles(number: int) -> list:
        return [["slug", "trade_fr"], *([slug, numbered(number)] for slug in slugs)]

    def figures(number: int) -> list:
        rows = ([f"{WORD}-{number}-{row}", numbered(number)] for row in range(FIGURES))
        return [["slug", "label_fr"], *rows]

    return [
        Import(site, "poles", "poles/pole", poles, "_publish"),
        Import(site, "figures", "pages/keyfigure", figures, "_draft"),
    ]


def look(_site: Server, hands: list[Hand]) -> str:
    """AssertionError names what is half imported, or lost."""
    published, drafted = hands
    poles = free_poles()
    found = Counter(pole.trade_fr for pole in poles)
    if any(map(number_in, found)):
        assert len(found) == 1, f"poles half imported: {found}"
        assert {last_version(pole)["trade_fr"] for pole in poles} == {*found}, "not the versions"
    last = max(published.kept, default=0)
    there = min(map(number_in, found))
    assert there >= last, f"poles: {last} was acknowledged, {found} are there"
    drafts = Draft.objects.filter(content_type__model="keyfigure", object_id="")
    slugs = (SLUG.fullmatch(draft.posted["slug"]) for draft in drafts)
    rows = Counter(int(one[1]) for one in slugs if one)
    half = {number: count for number, count in rows.items() if count != FIGURES}
    assert not half, f"figures half imported, rows by import: {half}"
    lost = {*drafted.kept} - {*rows}
    assert not lost, f"imports of figures acknowledged and not there: {lost}"
    assert not KeyFigure.objects.filter(slug__startswith=f"{WORD}-").exists()
    return f"import {there} of {len(poles)} poles, {len(rows)} imports of {FIGURES} figures"
