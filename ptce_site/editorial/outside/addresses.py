"""The addresses of other sites that a text or a field holds: pure."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from ..richtext import RichTextField

LONGEST = 2000
_HREF = re.compile(r'href="(https?://[^"]+)"')


def addresses_in(field: Any, value: Any) -> list[str]:
    """The addresses that the value of a model's field leads to, once each, in order."""
    text = str(value or "").strip()
    if isinstance(field, RichTextField):
        found = [unescape(address) for address in _HREF.findall(text)]
    else:
        found = [text] if re.fullmatch(r"https?://\S+", text) else []
    return list(dict.fromkeys(address for address in found if len(address) <= LONGEST))


def bare(address: str) -> str:
    """An address without what makes no difference: scheme, "www.", fragment, last slash.

    What cannot be read as an address gives the empty string.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
