"""How much a page may weigh, compressed: what was measured and 15 %, so that growth is noticed."""

from collections.abc import Iterator

from .faults import Fault
from .pages import Page

FIRST = 14_336  # what a server sends before it waits for a first answer (10 packets, RFC 6928)
LIMITS = {  # the heaviest of the three languages on 27 November 2026, and 15 %
    "pages:home": 16_384,  # in gzip; tests/test_look.py holds it to FIRST in brotli
    "pages:figure": 6_400,
    "pages:page accessibilite": 3_700,
    "pages:page chiffres-cles": 13_600,
    "pages:page contact": 4_000,
    "pages:page donnees": 7_000,  # the icon, in each page since, weighs 200
    "pages:page donnees-personnelles": 4_608,  # what is kept of whom, said whole
    "pages:page ecoconception": 6_000,
    "pages:page ess": 9_200,
    "pages:page florange-e2i": 15_800,
    "pages:page glossaire": 31_000,  # every term, its sources, and the terms woven in it
    "pages:page mentions-legales": 3_300,
    "pages:page poles": 17_000,  # the map and the list in one page
    "pages:page ptce": 14_900,
    "pages:page reperes": 13_300,
    "pages:page resume": 10_800,
    "pages:page tous-les-chiffres": 25_400,  # every figure, with its passport and its sources
    "pages:search": 4_000,
    "pages:sitemap": 3_200,
    "poles:embed": 6_500,
    "poles:pole": 15_300,
    "report": 3_600,
}
OTHERS = FIRST  # a page that an editor adds


def look_at_page(page: Page) -> Iterator[Fault]:
    limit = LIMITS.get(page.kind, OTHERS)
    if page.size > limit:
        what = f"weighs {page.size:,} bytes compressed; {limit:,} allowed ({page.kind})"
        remedy = "Shorten it; or raise its limit in weights.py, and say why."
        yield Fault("weight", page.path, what, remedy)
