"""A form of the room as a browser would post it back, and what is typed into it."""

import re
from xml.etree import ElementTree

from ..test_admin import form_data
from . import detect
from .target import Target

TEXTS = ("text", "url", "email", "search", "tel", "")
# What names a thing in an address, or is chosen elsewhere: a text there is refused as such.
NOT_TEXTS = re.compile(
    r"slug|-id$|^id$|_seen|_saves|_kept|csrf|order|date|_at_[01]$|_on$|_FORMS$|master|points|latitude|longitude|username"
)

type Form = dict[str, list[str] | str]


def opened(target: Target, path: str, who: str) -> tuple[Form, dict[str, int]]:
    """The data of a form, and its texts: name → the most characters it takes (0: any number)."""
    html = target.get(path, who).text
    page = detect.tree(html)
    return form_data(html), texts(page)


def texts(page: ElementTree.Element) -> dict[str, int]:
    """What takes a text, in the form of a thing; the empty last row of parts is left alone."""
    form = next(f for f in page.iter("form") if (f.get("id") or "").endswith("_form"))
    found = {}
    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or NOT_TEXTS.search(name) or "__prefix__" in name:
            continue
        if field.tag == "textarea" or (
            field.tag == "input" and (field.get("type") or "").lower() in TEXTS
        ):
            found[name] = int(field.get("maxlength") or 0)
    return found


def refused(html: str) -> set[str]:
    """The fields beside which a form says what is wrong."""
    return set(re.findall(r'id="id_([\w-]+)_error"', html))
