"""What pages say of themselves in their heads, and whether they all agree with one another."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from django.conf import settings

from ptce_site.addresses import language_of
from ptce_site.seo import DESCRIPTION_MAX, TITLE_MAX

from ..crawl import Site
from .faults import Fault
from .pages import Page, is_own, path_of

TITLE_MIN, DESCRIPTION_MIN = 15, 50  # what a search result needs to say something
SITEMAP_WANTED = True


def look_at_site(site: Site) -> Iterator[Fault]:
    for page in site.pages.values():
        yield from _words(page)
        yield from _canonical(page, site)
        if page.listed:
            yield from _alternates(page, site)
        elif page.hreflang:
            what = "is noindex and says where it is in other languages (hreflang)"
            yield Fault("hreflang", page.path, what, "Say one or the other (seo.head).")
    yield from _twice(site, "title", lambda page: page.title)
    yield from _twice(site, "description", lambda page: page.description or "")
    yield from _sitemap(site)


def _words(page: Page) -> Iterator[Fault]:
    if not page.title:
        yield Fault("title", page.path, "has no title", "Give the page its title.")
    if not page.listed:
        return
    length = len(page.title)
    if length > TITLE_MAX or 0 < length < TITLE_MIN:
        what = f"title of {length} characters ({TITLE_MIN} to {TITLE_MAX}): {page.title}"
        yield Fault("title", page.path, what, "Write a title for search engines.")
    if not page.description:
        what, remedy = "has no description", "Write one, 50 to 160 characters."
        yield Fault("description", page.path, what, remedy)
    elif not DESCRIPTION_MIN <= len(page.description) <= DESCRIPTION_MAX:
        limits = f"{DESCRIPTION_MIN} to {DESCRIPTION_MAX}"
        what = f"description of {len(page.description)} characters ({limits}): {page.description}"
        yield Fault("description", page.path, what, "Write one of the right length.")


def _twice(site: Site, rule: str, said_by: Callable[[Page], str]) -> Iterator[Fault]:
    """What two pages of a language both say: a search result could not tell them apart."""
    same = defaultdict(list)
    for page in site.pages.values():
        if page.listed and said_by(page):
            same[page.language, said_by(page).casefold()].append(page)
    for pages in same.values():
        for page in pages[1:]:
            what = f"the same {rule} as {pages[0].path}: {said_by(page)}"
            yield Fault(rule, page.path, what, f"Give each page a {rule} of its own.")


def _canonical(page: Page, site: Site) -> Iterator[Fault]:
    remedy = "Take it from seo.head."
    if len(page.canonical) > 1:
        what = f"{len(page.canonical)} canonical addresses"
        yield Fault("canonical", page.path, what, remedy)
    elif page.listed and page.canonical != [page.address]:
        what = f"canonical is {page.canonical[0] if page.canonical else 'missing'}, not itself"
        yield Fault("canonical", page.path, what, remedy)
    elif page.canonical and not is_own(page.canonical[0]):
        yield Fault("canonical", page.path, f"canonical is {page.canonical[0]}", remedy)
    elif page.canonical and page.canonical != [page.address]:
        target = site.pages.get(path_of(page.canonical[0]))
        if target and not target.listed and language_of(target.path) == settings.LANGUAGE_CODE:
            what = f"canonical is {page.canonical[0]}, which is noindex"
            yield Fault("canonical", page.path, what, remedy)


def _alternates(page: Page, site: Site) -> Iterator[Fault]:
    said = dict(page.hreflang)
    default = said.pop("x-default", "")
    remedy = "Make head and menu from the same addresses (seo.head)."

    def fault(what: str) -> Fault:
        return Fault("hreflang", page.path, what, remedy)

    if len(page.hreflang) != len(dict(page.hreflang)):
        yield fault("says a language twice")
    if said.get(page.language) != page.address:
        yield fault(f"does not name itself as “{page.language}”")
    if default != said.get(settings.LANGUAGE_CODE):
        yield fault(f"x-default is {default or 'missing'}, not the French page")
    menu = {code: _whole(path) for code, path in page.menu.items()}
    if menu and menu != said:
        yield fault(f"the language menu says {_listed(menu)}, the head {_listed(said)}")
    for code, address in said.items():
        other = site.pages.get(path_of(address))
        if language_of(path_of(address)) != code:
            yield fault(f"“{code}” leads to {address}, which is in another language")
        if other and not other.listed:
            yield fault(f"“{code}” leads to {address}, which is noindex")
        elif other and dict(other.hreflang).get(page.language) != page.address:
            yield fault(f"{address} does not name it in return")


def _sitemap(site: Site) -> Iterator[Fault]:
    remedy = "Make the sitemap from the same addresses (tongues.addresses)."
    if site.sitemap is None:
        if SITEMAP_WANTED:
            yield Fault("sitemap", "/sitemap.xml", "there is no sitemap", remedy)
        return
    for page in site.pages.values():
        stated = site.sitemap.get(page.address)
        if "?" in page.path:
            continue
        if page.listed and stated is None:
            yield Fault("sitemap", page.path, "is not in the sitemap", remedy)
        elif stated is not None and not page.listed:
            yield Fault("sitemap", page.path, "is in the sitemap and noindex", remedy)
        elif stated is not None and stated != dict(page.hreflang):
            what = f"the sitemap says {_listed(stated)}, the page {_listed(dict(page.hreflang))}"
            yield Fault("sitemap", page.path, what, remedy)
    for address in site.sitemap:
        path = path_of(address)
        if not is_own(address):
            yield Fault("sitemap", "/sitemap.xml", f"names {address}, of another host", remedy)
        elif path in site.answers and path not in site.pages:
            yield Fault("sitemap", "/sitemap.xml", f"names {address}, which is no page", remedy)


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _listed(addresses: dict[str, str]) -> str:
    return ", ".join(f"{code} {address}" for code, address in sorted(addresses.items())) or "none"
