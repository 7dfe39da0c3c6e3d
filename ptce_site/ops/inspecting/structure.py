"""How a page is built: headings, pictures, the names of links, the languages it says it is in."""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from ptce_site.addresses import CODES

from .document import Document, Element
from .faults import Fault
from .pages import Page

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def look_at_page(page: Page, document: Document) -> Iterator[Fault]:
    yield from _headings(page, document)
    yield from _images(page, document)
    yield from _links(page, document)
    yield from _languages(page, document)
    counted = Counter(one.get("id") for one in document.flat if one.get("id"))
    for name in [name for name, count in counted.items() if count > 1]:
        what = f"id “{name}” used {counted[name]} times"
        yield Fault("broken anchor", page.path, what, "Give each thing its own id.")


def _headings(page: Page, document: Document) -> Iterator[Fault]:
    ranks = [(int(one.tag[1]), one) for one in document.flat if one.tag in HEADINGS]
    firsts = sum(rank == 1 for rank, _one in ranks)
    if firsts != 1:
        what = f"{firsts} headings of rank 1"
        yield Fault("headings", page.path, what, "Give the page one <h1>, its title.")
    before = 0
    for rank, one in ranks:
        if not spoken(one):
            yield Fault("headings", page.path, f"an empty <{one.tag}>", "Write it or remove it.")
        if before and rank > before + 1:
            what = f"“{one.words[:60]}” is an <h{rank}> after an <h{before}>"
            yield Fault("headings", page.path, what, f"Make it an <h{before + 1}>.")
        before = rank


def _images(page: Page, document: Document) -> Iterator[Fault]:
    for one in document.all("img"):
        name = one.get("src")
        if "alt" not in one.attributes:
            what = f"{name} has no alternative text"
            yield Fault("image", page.path, what, 'Write it; alt="" if it only decorates.')
        if not (one.get("width").isdigit() and one.get("height").isdigit()):
            what = f"{name} does not say its width and height"
            yield Fault("image", page.path, what, "Say both: the page would jump.")
    for one in document.all("svg"):
        if one.get("role") == "img" and not (one.get("aria-label") or one.get("aria-labelledby")):
            what = f"a drawing ({one.get('class') or 'svg'}) does not say what it shows"
            yield Fault("image", page.path, what, "Give it an aria-label.")


def _links(page: Page, document: Document) -> Iterator[Fault]:
    for one in document.all("a"):
        if "href" in one.attributes and not spoken(one):
            what = f"a link to {one.get('href')} has no text"
            yield Fault("link text", page.path, what, "Say where it leads.")


def spoken(one: Element) -> str:
    """What a screen reader says of an element."""
    named = one.get("aria-label") or one.get("aria-labelledby") or one.get("title")
    if named:
        return named
    pictures = " ".join(part.get("alt") for part in one.every("img"))
    drawings = " ".join(part.get("aria-label") for part in one.every("svg"))
    return " ".join(f"{one.words} {pictures} {drawings}".split())


def _languages(page: Page, document: Document) -> Iterator[Fault]:
    html = document.first("html")
    said = html.get("lang") if html else ""
    if said != page.language:
        what = f'<html lang="{said}"> at an address in “{page.language}”'
        yield Fault("wrong lang", page.path, what, "Say the language of the address.")
    main = document.first("main")
    own = main.get("lang") if main else ""
    notice = main is not None and any(one.has_class("notice") for one in main.every("p"))
    if own and own != settings.LANGUAGE_CODE:
        what = f'<main lang="{own}">: texts fall back to French only'
        yield Fault("wrong lang", page.path, what, "Leave it out.")
    elif own and (not notice or page.listed):
        what = f'<main lang="{own}"> on a page that does not say it is not translated'
        yield Fault("wrong lang", page.path, what, "Say so, with noindex; or leave it out.")
    elif notice and not own and page.language != settings.LANGUAGE_CODE:
        what = "says it is not translated, and its <main> has no lang"
        yield Fault("wrong lang", page.path, what, 'Write <main lang="fr">.')
    for one in document.flat:
        if one.get("lang") and one.get("lang").split("-")[0] not in CODES:
            what = f'lang="{one.get("lang")}" on a <{one.tag}>'
            yield Fault("wrong lang", page.path, what, f"The site speaks {', '.join(CODES)}.")
