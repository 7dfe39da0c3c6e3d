"""What the site writes down of itself: a JSON object a line, without anyone's whole address.

Each request has a name, the proxy's (`X-Request-ID`) if it is well formed; each line written
meanwhile says it, and so does the answer that Django gives. What is kept ready has none.
"""

import json
import logging
import re
import secrets
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from django.http import HttpRequest, HttpResponse

REQUEST_ID = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
V4, V6 = 24, 48  # bits of an address that are written down
ADDRESS = re.compile(
    r"(?<![\w.:])(?:[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){1,6}:"  # version 6, whatever its end
    r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4})(?![\w:])"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d))"
)
# What opens something by itself: a link to choose a password, one to a page not yet published.
KEY = re.compile(r"(?<=/)(compte/mot-de-passe|apercu)/[^/\s?\"']+")
QUERY = re.compile(r"(?<=[^\s?])\?\S+")

_request: ContextVar[str] = ContextVar("request", default="")


def network(address: str) -> str:
    """The network of an address: 192.0.2.0/24, 2001:db8::/48; loopback, and what is none, stay."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if mapped := getattr(found, "ipv4_mapped", None):
        found = mapped
    if found.is_loopback or found.is_unspecified:
        return str(found)
    return str(ip_network(f"{found}/{V4 if found.version == 4 else V6}", strict=False))


def without_addresses(text: str) -> str:
    """A text where each address of a machine is cut to its network."""
    return ADDRESS.sub(lambda found: network(found[0]), text)


def without_queries(text: str) -> str:
    """A text where addresses of pages have lost what was asked of them."""
    return QUERY.sub("", text)


def without_keys(text: str) -> str:
    """A text where addresses that open something have lost their keys."""
    return KEY.sub(r"\1/-", text)


def clean(text: str) -> str:
    """A text that may be written down."""
    return without_keys(without_queries(without_addresses(text)))


class JsonLines(logging.Formatter):
    """A line that a machine reads and a person can."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        # Django says "Not Found" once the middlewares are done: the request still knows its name.
        request = getattr(record, "request", None)
        if name := _request.get() or getattr(request, "request_id", ""):
            told["request"] = name
        if status := getattr(record, "status_code", None):
            told["status"] = status
        if record.exc_info:
            told["exception"] = clean(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """The same for someone who looks at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def lines() -> logging.Formatter:
    """How lines are written: for a person if the console is a terminal, else for a machine."""
    if sys.stderr.isatty():
        return PlainLines("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
    return JsonLines()


class RequestIdMiddleware:
    """Gives each request its name; stands after what only hands out files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.headers.get(REQUEST_ID, "")
        name = asked if WELL_FORMED.fullmatch(asked) else secrets.token_hex(8)
        request.request_id = name  # type: ignore[attr-defined]
        before = _request.set(name)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(before)
        response[REQUEST_ID] = name
        return response


def request_id() -> str:
    """The name of the request that is being answered; nothing outside of one."""
    return _request.get()
