"""A form of the room as a browser would post it back, and what is typed into it."""

import re
from html import unescape
from typing import NamedTuple
from xml.etree import ElementTree

from ..test_admin import form_data
from . import detect
from .asking import Answer, Asked
from .target import TOKEN, Target

TEXTS = ("text", "url", "email", "search", "tel", "")
# What names a thing in an address, or is chosen elsewhere: a text there is refused as such, and
# whatever is sent for it stands in the noise.
NOT_TEXTS = re.compile(
    r"slug|-id$|^id$|^_|csrf|order|date|_at_[01]$|_on$|_FORMS$|last_login|master|latitude|longitude|username"
)

type Form = dict[str, list[str] | str]


class Text(NamedTuple):
    """A field that takes a text: the most characters (0: any number); whether it is a long one."""

    most: int
    long: bool


def opened(target: Target, path: str, who: str) -> tuple[Form, dict[str, Text]]:
    """The data of a form, and its texts by their names."""
    html = target.get(path, who).text
    return form_data(html), texts(detect.tree(html))


def texts(page: ElementTree.Element) -> dict[str, Text]:
    """What takes a text in the form of a thing. The empty row that parts are copied from is not."""
    form = next(f for f in page.iter("form") if (f.get("id") or "").endswith("_form"))
    found = {}
    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or NOT_TEXTS.search(name) or "__prefix__" in name:
            continue
        if field.tag == "textarea" or (
            field.tag == "input" and (field.get("type") or "").lower() in TEXTS
        ):
            found[name] = Text(int(field.get("maxlength") or 0), field.tag == "textarea")
    return found


def refused(html: str) -> set[str]:
    """The fields beside which a form says what is wrong."""
    return set(re.findall(r'id="id_([\w-]+)_error"', html))


def warnings(html: str) -> list[str]:
    """The remarks that someone must have seen before they publish."""
    found = re.findall(r'name="_seen_warning" value="([^"]*)"', html)
    return [unescape(one) for one in found]


def send_file(target: Target, path: str, data: Form, who: str, **file: tuple[str, bytes]) -> Answer:
    """Post a form with files: field → (name of the file, its content)."""
    edge = "xq7edge"
    parts = []
    for name, values in {**data, "csrfmiddlewaretoken": TOKEN}.items():
        for value in [values] if isinstance(values, str) else values:
            head = f'Content-Disposition: form-data; name="{name}"'
            parts.append(f"--{edge}\r\n{head}\r\n\r\n{value}\r\n".encode())
    for name, (title, content) in file.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{title}"'
        kind = "Content-Type: image/jpeg"
        parts += [f"--{edge}\r\n{head}\r\n{kind}\r\n\r\n".encode(), content, b"\r\n"]
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    headers = [
        *target.cookies(who),
        ("Content-Type", f"multipart/form-data; boundary={edge}"),
        ("Origin", target.url),
        ("Referer", target.url + path),
    ]
    return target.ask(Asked("POST", path, headers, body, who))
