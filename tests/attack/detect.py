"""What must never be seen in an answer. Pure functions: test_attack.py shows that each one sees."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import html5lib

from .asking import Answer, Asked

OWN_HOSTS = {"localhost", "127.0.0.1", "::1"}
MARK = "xq7"  # in all that is sent to come back: a tag or an attribute of this name is ours
FOREIGN = "evil.example"
LOADING = ("src", "srcset", "data", "poster", "background", "action", "formaction", "manifest")
LEADING = ("href", "xlink:href", "{http://www.w3.org/1999/xlink}href", *LOADING)
RUNNING = re.compile(r"^(?:javascript|vbscript|data:(?!image/(?:svg\+xml|png|gif)))", re.IGNORECASE)
NOISE = re.compile(r"[\x00-\x20]")  # what browsers drop from an address before they read it
ACTIVE = re.compile(r"text/html|javascript|svg|xml|pdf|flash|octet-stream", re.IGNORECASE)
BROKEN = (
    b"Traceback (most recent call last)",
    b"DEBUG = True",
    b"only-to-be-attacked-",
)  # the last: the key

type Pairs = set[tuple[str, str]]


def is_public(path: str) -> bool:
    """Whether a path, however it is written, is outside the room."""
    return not re.match(r"(?:http://[^/]*)?/*admin(?:/|\?|$)", unquote(path))


def everywhere(asked: Asked, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer, whatever was asked."""
    if answer.status >= 500:
        yield f"answer {answer.status}"
    if any(word in answer.body for word in BROKEN):
        yield "a trace of the code"
    yield from elsewhere(answer)
    if f"<{MARK}".encode() in answer.body.lower() and answer.is_html:
        yield "a tag that was sent came back"
    if answer.status and not answer.from_gunicorn:
        yield from unprotected(answer)
        if is_public(asked.path) and answer.get("Set-Cookie"):
            yield f"a cookie on a public page: {answer.get('Set-Cookie')[:60]}"


def elsewhere(answer: Answer) -> Iterator[str]:
    """A redirection to a host that is not ours, as browsers read it."""
    where = NOISE.sub("", answer.get("Location")).replace("\\", "/")
    if where:
        try:
            found = urlsplit(where)
            host, scheme = found.hostname, found.scheme
        except ValueError:
            host, scheme = where, ""
        if (host and host not in OWN_HOSTS) or scheme not in ("", "http", "https"):
            yield f"a redirection elsewhere: {where[:120]}"


def unprotected(answer: Answer) -> Iterator[str]:
    """Headers that no answer goes without; the policy must be whole."""
    if answer.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    policy = answer.get("Content-Security-Policy")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"content policy: {policy[:80] or 'none'}"
    for name in ("Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        if not answer.get(name):
            yield f"no {name}"
    if answer.is_html and "frame-ancestors" not in policy:
        yield "a page that others may frame"


def names_another(answer: Answer) -> Iterator[str]:
    """A host that was only forged, anywhere in what came back."""
    said = [f"{name}: {value}" for name, value in answer.headers]
    for where in (*said, answer.text):
        if FOREIGN in where.lower():
            at = where.lower().index(FOREIGN)
            yield f"the forged host came back: …{where[max(0, at - 60) : at + 40]}…"


def active(answer: Answer) -> Iterator[str]:
    """A file of visitors' or editors' making that a browser would run or read as a page."""
    kind = answer.get("Content-Type")
    if answer.status == 200 and (not kind or ACTIVE.search(kind)):
        yield f"served as {kind or 'nothing'}"
    if answer.status == 200 and answer.get("X-Content-Type-Options") != "nosniff":
        yield "served without nosniff"


def local(name: object) -> str:
    return name.rpartition("}")[2].lower() if isinstance(name, str) else ""


def tree(text: str) -> ElementTree.Element:
    """The page as a browser would build it, faults and all."""
    found: ElementTree.Element = html5lib.parse(text, namespaceHTMLElements=False)
    return found


def pairs(page: ElementTree.Element) -> Pairs:
    """Each tag of a page, alone and with each of its attributes."""
    found = set()
    for element in page.iter():
        tag = local(element.tag)
        found.add((tag, ""))
        found |= {(tag, local(name)) for name in element.attrib}
    return found - {("", "")}


def runs(page: ElementTree.Element) -> Iterator[str]:
    """What would run, or be loaded from elsewhere."""
    for element in page.iter():
        tag = local(element.tag)
        for name, value in element.attrib.items():
            if local(name).startswith("on"):
                yield f"handler {local(name)} on <{tag}>"
            if local(name) in map(local, LEADING) and RUNNING.match(NOISE.sub("", value)):
                yield f"address {value[:60]!r} in {local(name)} of <{tag}>"
            if local(name) in LOADING and foreign(value):
                yield f"loads from elsewhere: {value[:80]!r}"
        if tag == "script" and not element.get("src"):
            yield from _data(element)
        fetched = tag == "link" and element.get("rel") in ("stylesheet", "preload", "modulepreload")
        if fetched and foreign(element.get("href", "")):
            yield f"loads from elsewhere: {element.get('href')!r}"


def foreign(address: str) -> bool:
    try:
        host = urlsplit(NOISE.sub("", address).replace("\\", "/")).hostname
    except ValueError:
        return True
    return bool(host) and host not in OWN_HOSTS


def _data(script: ElementTree.Element) -> Iterator[str]:
    """A block of data is whole JSON; any other script without a file is one too many."""
    if "json" not in (script.get("type") or ""):
        yield f"a script in the page: {(script.text or '')[:60]!r}"
        return
    try:
        json.loads(script.text or "")
    except ValueError:
        yield f"a block of data that is broken: {(script.text or '')[-80:]!r}"


def strange(page: ElementTree.Element, ours: Pairs) -> Iterator[str]:
    """Tags and attributes that we do not write ourselves."""
    for tag, name in sorted(pairs(page) - ours):
        yield f"not ours: <{tag}{f' {name}=' if name else ''}>"


def formulas(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Cells that a spreadsheet would work out."""
    for row in rows:
        for cell in row:
            if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell):
                yield f"a cell that is a formula: {cell[:40]!r}"


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", cell))
