"""What a first visit to some pages weighs, as `manage.py weigh_pages` measured and wrote it."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel.numbers import format_decimal
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ptce_site.editorial.tongues import reader

FILE = Path(__file__).with_name("weights.json")
# By their French address; what a visitor is likely to see first, and the page that tells it.
WEIGHED = {
    "/": _("L’accueil"),
    "/poles/": _("La carte et la liste des pôles"),
    "/poles/florange-e2i/": _("Le portrait d’un pôle"),
    "/chiffres-cles/": _("Les chiffres, et pourquoi ils diffèrent"),
    "/tous-les-chiffres/": _("Tous les chiffres"),
    "/resume/": _("Le PTCE en résumé"),
    "/ecoconception/": _("Cette page-ci"),
}
KINDS = {
    "page": _("La page"),
    "styles": _("Feuilles de style"),
    "fonts": _("Polices"),
    "scripts": _("Scripts"),
    "drawings": _("Dessins"),
    "browser": _("Pour le navigateur"),
}
SQUARE = 1_000  # bytes


@dataclass(frozen=True)
class Part:
    """Some bytes, called `name`; `line` draws them, a square a kilobyte, on a scale of `span`."""

    name: str
    size: int
    span: int = 0

    @property
    def told(self) -> str:
        return kilobytes(self.size)

    @property
    def bare(self) -> str:
        return thousands(self.size)

    @property
    def line(self) -> str:
        return f"M0 4H{10 * max(1, round(self.size / SQUARE)) - 2}"


@dataclass(frozen=True)
class Weight:
    """A page, all that a first visit to it receives, by kind, and in how many requests."""

    name: str
    parts: list[Part]
    requests: int

    @property
    def total(self) -> Part:
        return Part(gettext("Total"), sum(part.size for part in self.parts))


def thousands(size: int) -> str:
    """Bytes in thousands, to the tenth: 14,3; nothing is 0."""
    return format_decimal(size / 1_000, "0.0", reader()) if size else "0"


def kilobytes(size: int) -> str:
    """The same with its unit: 14,3 ko."""
    return gettext("%(size)s ko") % {"size": thousands(size)}


@cache
def measured() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def measured_on() -> date:
    return date.fromisoformat(measured()["date"])


def weights() -> list[Weight]:
    """The pages weighed, in the reader's language; one just named here has yet to be."""
    pages = measured()["pages"]
    return [_weight(path, pages[path][reader()]) for path in WEIGHED if path in pages]


def _weight(path: str, sizes: dict[str, int]) -> Weight:
    span = 10 * round(max(sizes.get(kind, 0) for kind in KINDS) / SQUARE)
    parts = [Part(str(name), sizes.get(kind, 0), span) for kind, name in KINDS.items()]
    return Weight(str(WEIGHED[path]), parts, sizes["requests"])
