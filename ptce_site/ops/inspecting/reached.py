"""Where links lead: what answers, what redirects, anchors, orphans, other hosts."""

from collections.abc import Iterator

from ptce_site.addresses import language_of

from ..crawl import Site
from .faults import Fault
from .pages import Page


def look_at_site(site: Site) -> Iterator[Fault]:
    yield from _answers(site)
    yield from _orphans(site)
    for page in site.pages.values():
        yield from _anchors(page, site)
        yield from _hosts(page)
    for style, address in site.outside:
        yield Fault("third-party host", style, f"loads {address}", "Serve the file from here.")


def _answers(site: Site) -> Iterator[Fault]:
    for path, answer in site.answers.items():
        by = _led_by(site, path)
        if answer.status in (301, 302, 303, 307, 308):
            what = f"redirects to {answer.location}; {by}"
            yield Fault("redirect", path, what, "Write the last address in the link.")
        elif answer.status != 200:
            what = f"answers {answer.status}; {by}"
            yield Fault("not 200", path, what, "Mend the page, or the link that leads to it.")
    for path in sorted(site.unknown):
        what = f"nothing has this address; {_led_by(site, path)}"
        yield Fault("not 200", path, what, "Mend the link that leads to it.")


def _led_by(site: Site, path: str) -> str:
    leading = sorted(site.leading.get(path, ()))
    if not leading:
        return "no page links to it"
    more = f" and {len(leading) - 1} more" if len(leading) > 1 else ""
    return f"linked from {leading[0]}{more}"


def _orphans(site: Site) -> Iterator[Fault]:
    for path, page in site.pages.items():
        if not page.listed or page.kind == "pages:home":
            continue
        if not any(language_of(one) == page.language for one in site.leading.get(path, ())):
            what = f"no other page in “{page.language}” links to it"
            yield Fault("orphan", path, what, "Link to it from a page or from the site plan.")


def _anchors(page: Page, site: Site) -> Iterator[Fault]:
    for one in {(one.path, one.fragment) for one in page.references if one.own and one.fragment}:
        path, fragment = one
        target = page if path == page.path else site.pages.get(path)
        if target and fragment not in target.anchors:
            where = "this page" if target is page else path
            what = f"#{fragment} leads to nothing on {where}"
            yield Fault("broken anchor", page.path, what, "Put the id back, or mend the link.")


def _hosts(page: Page) -> Iterator[Fault]:
    for one in page.references:
        if one.own:
            continue
        if one.loaded:
            what = f"<{one.element}> loads {one.address}"
            yield Fault("third-party host", page.path, what, "Serve the file from here.")
        elif one.element == "form":
            what = f"a form sends what visitors write to {one.address}"
            yield Fault("third-party host", page.path, what, "Receive it here.")
        elif one.element == "a" and not one.outside:
            what = f"a link to {one.address} does not say that it leaves the site"
            yield Fault("third-party host", page.path, what, 'Add rel="external".')
