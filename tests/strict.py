"""A test client that reads every HTML page it is given, and fails on what must not be there."""

import hashlib
import re
from collections import Counter
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib
from django.conf import settings
from django.test import Client

OWN_HOSTS = {"", "testserver", "localhost", urlsplit(settings.SITE_URL).hostname}
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "srcset", "link": "href"}


def parse(html: str) -> ElementTree.Element:
    """Parse HTML strictly; html5lib raises on the first error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
read: dict[tuple[bool, bytes], list[str]] = {}  # what was read already, by its digest


def faults(html: str, path: str) -> list[str]:
    """What is wrong with a page, read once: half of the pages of a run are others over again."""
    room = path.startswith("/admin/")
    known = room, hashlib.blake2b(TOKEN.sub("", html).encode()).digest()
    if known not in read:
        read[known] = _faults(html, room)
    return read[known]


def _faults(html: str, room: bool) -> list[str]:
    """Inline code, foreign hosts, double ids, unresolved variables."""
    found = []
    try:
        tree = parse(html)
    except html5lib.html5parser.ParseError as error:
        if not room:
            return [f"not valid HTML: {error!r}"]
        tree = html5lib.parse(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2]
        for name, value in element.attrib.items():
            if name.startswith("on"):
                found.append(f"inline handler {name} on <{tag}>")
            if name == "style":
                found.append(f"inline style on <{tag}>")
            if name in ("href", "src", "action") and value.strip().lower().startswith(
                "javascript:"
            ):
                found.append(f"javascript: address on <{tag}>")
        if tag == "style":
            found.append("inline <style>")
        is_data = "json" in element.get("type", "")
        if tag == "script" and not is_data and "src" not in element.attrib:
            found.append("inline <script>")
        loaded = element.get(LOADING.get(tag, ""), "")
        foreign = urlsplit(loaded).hostname not in OWN_HOSTS | {None}
        if foreign and element.get("rel") != "canonical":
            found.append(f"loads from another host: {loaded}")
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    found += [f"id {name!r} used {count} times" for name, count in ids.items() if count > 1]
    if not room:
        found += [f"unresolved variable {v}" for v in re.findall(r"⟦.*?⟧|{{.*?}}|{%.*?%}", html)]
    return found


class StrictClient(Client):
    def request(self, **request):
        response = super().request(**request)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if html and not response.streaming and response.content:
            wrong = faults(response.content.decode(), request["PATH_INFO"])
            assert not wrong, f"{request['PATH_INFO']}: {wrong[:5]}"
        return response
