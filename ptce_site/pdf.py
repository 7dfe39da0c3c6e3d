"""Sheets to print: a page of HTML becomes a tagged PDF (PDF/UA-1), made once and kept on disk.

WeasyPrint needs Pango on the machine. It is loaded at the first sheet (0.8 s, 30 MB), never by a
page; where its libraries are missing, no sheet is offered and nothing else changes.
"""

import logging
import threading
from collections.abc import Iterator
from copy import deepcopy
from ctypes.util import find_library
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from . import tokens
from .keptfiles import KeptFiles

LIBRARIES = ("pangoft2-1.0", "harfbuzz-subset")
STYLE, DRAWINGS = "css/pdf/sheet.css", "css/pdf/drawings.css"
RECIPE = "1"  # to change with this module or the fonts, so that what was kept is made again
SHEETS = KeptFiles("pdf", "pdf", most=600)  # one weighs about 60 kB
SIZE, FITTING = 10.0, (9.5, 9.1, 8.7, 8.3)  # points; tried in turn for a given number of pages
SVG = "{http://www.w3.org/2000/svg}"

logger = logging.getLogger(__name__)
rendering = threading.Lock()


@cache
def available() -> bool:
    """Whether the libraries that WeasyPrint loads are here, asked without loading them."""
    return all(map(find_library, LIBRARIES)) and find_spec("weasyprint") is not None


def response(
    request: HttpRequest, template: str, context: dict[str, Any], name: str, *, pages: int = 0
) -> HttpResponse:
    """Answer with a template as a PDF named `name`; 404 where none can be made.

    `pages`: how many it should hold on; its type shrinks a little if need be (0: as many as come).
    """
    if not available():
        raise Http404
    html = render_to_string(template, context, request)
    try:
        body, key = render(html, pages=pages)
    except (ImportError, OSError):  # a library is there and does not load
        logger.exception("no PDF can be made on this machine")
        raise Http404 from None
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "X-Robots-Tag": "noindex",
        "ETag": f'"{key}"',
    }
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def render(html: str, *, pages: int = 0) -> tuple[bytes, str]:
    """The PDF of a page and the key it is kept under, made if it was not.

    The key says what went in: the page, the styles, the tools. A thread that makes one makes the
    others of its process wait; two processes may make the same one, and the last written stays.
    """
    ingredients = (RECIPE, _engine(), stylesheet(STYLE), stylesheet(DRAWINGS), str(pages), html)
    key = sha256("\0".join(ingredients).encode()).hexdigest()[:32]
    body = SHEETS.get(key)
    if not body:
        with rendering:
            body = SHEETS.get(key)  # another thread may have made it meanwhile
            if not body:
                body = _make(html, pages)
                SHEETS.keep(key, body)
    return body, key


@cache
def _engine() -> str:
    return version("weasyprint")


def _make(html: str, pages: int) -> bytes:
    from weasyprint import CSS, HTML

    fetcher, address, fonts = OwnFiles(), f"{settings.SITE_URL}/", _fonts()
    for size in FITTING if pages else (SIZE,):
        page = HTML(string=html, base_url=address, url_fetcher=fetcher)
        page.etree_element.set("style", f"font-size: {size}pt")
        prepare(page.etree_element)
        style = CSS(
            string=stylesheet(STYLE),
            base_url=f"{settings.SITE_URL}{settings.STATIC_URL}{STYLE}",
            url_fetcher=fetcher,
            font_config=fonts,
        )
        options = {"stylesheets": [style], "pdf_variant": "pdf/ua-1"}
        document = page.render(font_config=fonts, **options)
        if not pages or len(document.pages) <= pages:
            break
    return document.write_pdf(**options)


@cache
def _fonts() -> Any:
    """The faces as read once a process: reading them for each sheet would leak 0.3 MB a time."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


class OwnFiles:
    """What a sheet may load: the site's static files, read where they lie. Nothing else, ever."""

    _fail_on_errors = False

    def __call__(self, url: str) -> Any:
        from weasyprint.urls import URLFetcherResponse

        own = f"{settings.SITE_URL}{settings.STATIC_URL}"
        found = finders.find(unquote(url.removeprefix(own))) if url.startswith(own) else None
        if not found:
            raise ValueError(f"a sheet may not load {url}")
        kind = guess_type(found)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})


def prepare(root: Element) -> None:
    """Give each drawing what a browser would find around it: its words, its style, its shapes.

    WeasyPrint reads a drawing's text equivalent in its `<title>`, its style in its `<style>`, and
    knows no shape but its own. A drawing hidden from screen readers because words stand beside it
    gets those words: in a PDF/UA, every drawing says what it shows.
    """
    css = stylesheet(DRAWINGS)
    parents = {child: parent for parent in root.iter() for child in parent}
    shared = {d.get("id", ""): d for d in root.iter() if d.get("id") and d.tag.startswith(SVG)}
    drawings = {d: d.get("aria-label") or _words_around(d, parents) for d in root.iter(f"{SVG}svg")}
    for drawing, words in drawings.items():
        if drawing.get("width") == "0":  # shapes for the others, and nothing to see
            parents[drawing].remove(drawing)
            continue
        own = {part.get("id") for part in drawing.iter()}
        used = dict.fromkeys(name for name in _used(drawing, shared) if name not in own)
        title, style, shapes = (Element(f"{SVG}{tag}") for tag in ("title", "style", "defs"))
        title.text, style.text = words, css
        shapes.extend(deepcopy(shared[name]) for name in used)
        drawing[:0] = [title, style, shapes]
        for holder in [*drawing.iter()]:
            holder[:] = [part for child in holder for part in (*_edge(child), child)]


def _used(drawing: Element, shared: dict[str, Element]) -> Iterator[str]:
    """The names of the shapes that a drawing uses, and those that these use."""
    for user in drawing.iter(f"{SVG}use"):
        name = (user.get("href") or "").removeprefix("#")
        if name in shared:
            yield name
            yield from _used(shared[name], shared)


def _edge(part: Element) -> Iterator[Element]:
    """What goes under a word so that it stays legible over lines: its own outline, as an edge."""
    if part.tag == f"{SVG}text":
        edge = deepcopy(part)
        edge.set("class", f"{part.get('class', '')} edge")
        yield edge


def _words_around(drawing: Element, parents: dict[Element, Element]) -> str:
    around = parents[drawing]
    while not (words := " ".join("".join(around.itertext()).split())) and around in parents:
        around = parents[around]
    return words


def stylesheet(name: str) -> str:
    """A style sheet with the site's own colours in place of their names."""
    return tokens.light(tokens.source(name))
