"""How much a page may weigh, compressed: what was measured and 15 %, so that growth is noticed."""

from collections.abc import Iterator

from .faults import Fault
from .pages import Page

HOME = 14_336  # what a server sends before it waits for a first answer (10 packets, RFC 6928)
LIMITS: dict[str, int] = {}
OTHERS = 14_336  # a page that an editor adds


def look_at_page(page: Page) -> Iterator[Fault]:
    limit = LIMITS.get(page.kind, OTHERS)
    if page.size > limit:
        what = f"weighs {page.size:,} bytes compressed; {limit:,} allowed ({page.kind})"
        todo = "Shorten it; or raise its limit in weights.py, and say why."
        yield Fault("weight", page.path, what, todo)
