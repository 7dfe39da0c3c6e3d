"""A page as a copy shows it: what only a server can answer leads to the living site, or is no link.

Search, what is asked of the directory and the form that reports a mistake need a server. In a copy
they are whole addresses of the site at SITE_URL; where no site answers there (`alone`), the forms
are taken out and the links are texts. The foot of every page says that it is a copy, and of when.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import Resolver404
from django.utils import translation

from ptce_site.addresses import CODES, language_of, match_of

from ..inspecting.document import Document
from ..inspecting.pages import is_own, path_of

FORMS = {"report", "report_thanks"}  # the names of the views that only a server can answer
SEARCH = "pages:search"
TAG = re.compile(r"""<(a|area|form)\b(?:[^>"']|"[^"]*"|'[^']*')*>""")
ADDRESS = re.compile(r'\s(?:href|action)="([^"]*)"')
ASKING = re.compile(r"<search>.*?</search>|<form\b.*?</form>", re.DOTALL)
SCRIPTED = " data-directory"  # with it, a script asks the directory while one types
FOOT = re.compile(r"\s*</div>\s*</footer>")
ERRORS = {
    f"{'' if code == settings.LANGUAGE_CODE else f'/{code}'}/{status}.html": status
    for code in CODES
    for status in (404, 410)
}


@dataclass(frozen=True)
class Terms:
    """What a copy is: of which moment; `alone` if no living site answers at SITE_URL."""

    moment: datetime
    alone: bool = False

    def elsewhere(self, path: str) -> bool:
        """Whether a path, with its query string, is not in the copy: only a server answers it."""
        bare, asked, _query = path.partition("?")
        if bare.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            return False
        try:
            view = match_of(bare).view_name
        except Resolver404:
            return False
        return bool(asked) or view in FORMS or (self.alone and view == SEARCH)


def whole(path: str, address: str) -> str:
    """The whole address that is written, whole or not, on the page at `path`."""
    return urljoin(f"{settings.SITE_URL}{path}", address)


def as_copy(path: str, html: str, terms: Terms) -> str:
    """The page at `path` as the copy shows it."""

    def rewritten(match: re.Match[str]) -> str:
        tag, written = match[0].replace(SCRIPTED, ""), ADDRESS.search(match[0])
        address = whole(path, unescape(written[1]) if written else "")
        if match[1] != "form" and not (is_own(address) and terms.elsewhere(path_of(address))):
            return tag
        told = "" if terms.alone else f' {_name(match[1])}="{escape(address)}"'
        return tag.replace(written[0], told) if written else tag.replace("<form", f"<form{told}")

    if terms.alone:
        html = ASKING.sub("", html)
    html = TAG.sub(rewritten, html)
    if 'class="colophon"' in html:
        *_before, foot = FOOT.finditer(html)
        html = html[: foot.start()] + "\n" + _note(path, terms) + html[foot.start() :]
    return html


def dead_controls(path: str, document: Document, terms: Terms) -> Iterator[str]:
    """What a reader of the copy could press and would get nothing from, as it is written."""
    for one in document.all("a", "area"):
        written = one.get("href")
        address = whole(path, written)
        leads_elsewhere = written and is_own(address) and terms.elsewhere(path_of(address))
        if leads_elsewhere and (terms.alone or not urlsplit(written).scheme):
            yield written
    for one in document.all("form"):
        if terms.alone or not urlsplit(one.get("action")).scheme or SCRIPTED[1:] in one.attributes:
            yield f"<form action={one.get('action')!r}>"


def _name(tag: str) -> str:
    return "action" if tag == "form" else "href"


def _note(path: str, terms: Terms) -> str:
    live = f"{settings.SITE_URL}{path.rpartition('/')[0] + '/' if path in ERRORS else path}"
    context = {"moment": terms.moment, "live": "" if terms.alone else live}
    with translation.override(language_of(path)):
        return render_to_string("components/copy_note.html", context).strip()
