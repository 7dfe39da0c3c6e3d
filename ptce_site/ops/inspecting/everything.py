"""All the rules, on the whole site."""

from ..crawl import Ask, Site, crawl
from ..querysets import proper_names
from . import graphs, heads, reached, structure, tongues, weights
from .document import Document
from .faults import Fault
from .pages import Page


def inspect(
    languages: tuple[str, ...] = (), *, everything: bool = False, ask: Ask | None = None
) -> tuple[Site, list[Fault]]:
    """The site as found, and what is wrong with it, rule by rule and page by page."""
    faults, names = tongues.missing(), tongues.known(proper_names())

    def look(page: Page, document: Document) -> None:
        faults.extend(structure.look_at_page(page, document))
        faults.extend(graphs.look_at_page(page, document))
        faults.extend(tongues.look_at_page(page, document, names))
        faults.extend(weights.look_at_page(page))

    site = crawl(look, languages=languages, everything=everything, ask=ask)
    faults.extend(reached.look_at_site(site))
    faults.extend(heads.look_at_site(site))
    faults.extend(graphs.look_at_site(site))
    return site, sorted(set(faults))
