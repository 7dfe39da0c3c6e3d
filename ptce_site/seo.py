"""Titles, descriptions and canonical addresses: pure functions, one source of truth."""

import re
from urllib.parse import urljoin

SITE_NAME = "Un PTCE, c’est…"
TITLE_MAX = 65
DESCRIPTION_MAX = 160


def document_title(title: str) -> str:
    """The `<title>`: the page's own words first, then the site's name where there is room."""
    title = title.strip()
    if not title or title == SITE_NAME:
        return SITE_NAME
    whole = f"{title} · {SITE_NAME}"
    return whole if len(whole) <= TITLE_MAX else title


def meta_description(text: str) -> str:
    """Cut a text at a word so that a search result shows it whole (160 characters at most)."""
    return cut(text, DESCRIPTION_MAX)


def cut(text: str, longest: int) -> str:
    """Cut a text at a word, to `longest` characters with the ellipsis; no-break spaces hold."""
    text = re.sub(r"[ \t\r\n]+", " ", text).strip()
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def canonical(site_url: str, path: str) -> str:
    """The one address of a page, without query string."""
    return urljoin(f"{site_url}/", path.lstrip("/"))
