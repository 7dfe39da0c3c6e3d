"""Answers visitors with pages kept ready, before Django is entered (docs/adr/0019).

A WSGI application around Django's. What is kept: whole public pages, asked for by GET without a
query string, the same for everyone. It is forgotten within a second of any change, in every
process: a thread looks at the version of the content (`Lookout`). All the rest goes to Django.
"""

import io
import re
import sys
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from .keptpages import KeptPages
from .lookout import Lookout
from .readypage import LONGEST_REMEMBERED, Headers, ReadyPage, coding

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

KINDS = {
    "text/html", "text/plain", "text/xml", "application/xml", "application/atom+xml",
    "application/manifest+json",
}  # fmt: skip
# Whoever sends one of these wants something that Django knows how to answer.
PERSONAL = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
OK = "200 OK"
PATIENCE = 5.0  # seconds that one visitor waits for the page another is having rendered
NAME = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Delivery:
    """`hosts` are the names the site answers to, and `never` how addresses begin that are not kept.

    `cookies` name those that make a visitor someone: who sends one is Django's. `secure` is the
    header and value by which the proxy says HTTPS, where the site wants it. `canonical` is the host
    that pages are rendered for. `shared` is for how many seconds a shared cache may answer alone.
    """

    def __init__(
        self,
        application: Application,
        look: Callable[[], tuple[str, float | None]],
        *,
        canonical: str,
        hosts: Iterable[str],
        never: Iterable[str] = (),
        cookies: Iterable[str] = (),
        secure: tuple[str, str] | None = None,
        shared: int = 0,
        every: float = 0.5,
        pages: KeptPages | None = None,
    ) -> None:
        self._django = application
        self.pages = KeptPages() if pages is None else pages
        self.lookout = Lookout(look, self.pages.see, self.pages.better_one, every)
        self._canonical, self._never, self._cookies = canonical, tuple(never), tuple(cookies)
        self._secure = secure
        names = frozenset(hosts)
        self._is_ours = lru_cache(maxsize=64)(lambda host: _name(host) in names)
        self._policy = f"public, max-age=0, s-maxage={shared}" if shared else "no-cache"
        self._lock = threading.Lock()
        self._rendering: dict[str, threading.Event] = {}

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not self._may_be_kept(environ) or not self._watched():
            environ["ptce.kept"] = self.pages  # for the state of the site
            answer = self._django(environ, start_response)
            if environ["REQUEST_METHOD"] == "POST":
                self.lookout.wake()  # who publishes and goes to see finds it there
            return answer
        path = environ["PATH_INFO"]
        page = self.pages.get(path)
        if page is not None:
            page.asked = True
        elif not self.pages.is_refused(path):
            page = self._render(path, environ.get("HTTP_ACCEPT_ENCODING"))
        if page is None:
            return self._django(environ, start_response)
        status, headers, body = _answer(page, environ)
        start_response(status, headers[:])
        return [body] if body else []

    def ready(self, environ: Environ) -> tuple[str, Headers, bytes] | None:
        """What is answered at once: status, headers, body; None if anything is to be made or asked.

        For a server that has not made a whole environ yet: method, path, query and headers do.
        """
        if not self._may_be_kept(environ) or not self._watched():
            return None
        page = self.pages.get(environ["PATH_INFO"])
        if page is None:
            return None
        page.asked = True
        return _answer(page, environ)

    def rehearse(self, path: str) -> None:
        """Have Django make a page for nobody, and keep nothing of it."""
        _ask(self._django, self._request(path))

    def _may_be_kept(self, environ: Environ) -> bool:
        """Whether the request asks for what everyone is answered alike."""
        get = environ.get
        if get("QUERY_STRING") or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return False
        host = get("HTTP_HOST", "")
        if len(host) > LONGEST_REMEMBERED or not self._is_ours(host):
            return False
        if self._secure and get(self._secure[0]) != self._secure[1]:
            return False
        for name in PERSONAL:
            if name in environ:
                return False
        if "HTTP_COOKIE" in environ and any(c in environ["HTTP_COOKIE"] for c in self._cookies):
            return False
        path = get("PATH_INFO", "")
        return path[:1] == "/" and not path.startswith(self._never) and not get("SCRIPT_NAME")

    def _watched(self) -> bool:
        """Whether someone looks at the version; else nothing kept is believed, and one begins to.

        The thread starts here, at a first request, since it would not survive gunicorn's fork.
        """
        if self.lookout.is_alive():
            return True
        with self._lock:
            if not self.lookout.is_alive():
                self.pages.forget()
                try:
                    self.lookout.start()
                except RuntimeError:
                    return False
        return True

    def _render(self, path: str, accepted: str | None) -> ReadyPage | None:
        """Have a page rendered, once for all who ask at that moment; None if only Django answers.

        Who has waited and finds nothing kept renders for itself.
        """
        with self._lock:
            done = self._rendering.get(path)
            first = done is None
            if done is None:
                done = self._rendering[path] = threading.Event()
        if not first:
            done.wait(PATIENCE)
            if self.pages.is_refused(path):
                return None
            return self.pages.get(path) or self._fetch(path, accepted)
        try:
            return self.pages.get(path) or self._fetch(path, accepted)
        finally:
            with self._lock:
                del self._rendering[path]
            done.set()

    def _fetch(self, path: str, accepted: str | None) -> ReadyPage | None:
        """What Django answers to nobody in particular; None if it is to be asked by someone."""
        age = self.pages.age
        status, headers, body = _ask(self._django, self._request(path))
        if body is not None and status.startswith("5"):  # who asks in person would fare no better
            return ReadyPage(status, headers, body, [coding(accepted)])
        if body is None or not _is_for_all(headers):
            if status == OK:
                self.pages.refuse(path)
            return None
        if status != OK:
            return ReadyPage(status, headers, body, [coding(accepted)])
        if not any(name.lower() == "cache-control" for name, _value in headers):
            headers = [*headers, ("Cache-Control", self._policy)]
        if _said(headers, "content-type").partition(";")[0] not in KINDS:
            self.pages.refuse(path)
            return None
        page = ReadyPage(status, headers, body)
        self.pages.keep(path, page, age)
        return page

    def _request(self, path: str) -> Environ:
        """A request by nobody: nothing of who asks can get into what is kept."""
        name, _colon, port = self._canonical.partition(":")
        scheme = "https" if self._secure else "http"
        environ: Environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": name,
            "SERVER_PORT": port or ("443" if self._secure else "80"),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self._canonical,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self._secure:
            environ[self._secure[0]] = self._secure[1]
        return environ


def _name(host: str) -> str:
    """The name in a Host header, its port apart; nothing if it is not one."""
    found = NAME.fullmatch(host.lower())
    return found[1] if found else ""


def _ask(application: Application, environ: Environ) -> tuple[str, Headers, bytes | None]:
    """Call a WSGI application: its status, its headers, its body; None for one that streams."""
    status, headers = "", []

    def start_response(told: str, said: Headers, _exc_info: Any = None) -> None:
        nonlocal status, headers
        status, headers = told, said

    answer: Any = application(environ, start_response)
    try:
        body = None if getattr(answer, "streaming", False) else b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return status, headers, body


def _said(headers: Headers, wanted: str) -> str:
    """All that a header says, in small letters."""
    return ", ".join(value.lower() for name, value in headers if name.lower() == wanted)


def _is_for_all(headers: Headers) -> bool:
    """Whether an answer says nothing that is meant for one visitor, and is as it was written."""
    names = {name.lower() for name, _value in headers}
    policy = _said(headers, "cache-control")
    varies = {word.strip() for word in _said(headers, "vary").split(",")}
    return (
        not names & {"set-cookie", "content-encoding"}
        and "no-store" not in policy
        and "private" not in policy
        and varies <= {"", "accept-encoding"}
    )


def _answer(page: ReadyPage, environ: Environ) -> tuple[str, Headers, bytes]:
    form = page.form(environ.get("HTTP_ACCEPT_ENCODING"))
    condition = environ.get("HTTP_IF_NONE_MATCH")
    if condition and page.status == OK:
        unchanged = form.held.get(condition) or form.unchanged_for(condition)
        if unchanged:
            return "304 Not Modified", unchanged, b""
    return page.status, form.headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else form.body
