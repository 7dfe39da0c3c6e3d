"""Two addresses for whoever watches the site: is it alive, and may it be given visitors?

A WSGI application before all others, so that they answer whatever the Host, without a redirect,
when the database is away, and are never kept. `/healthz` asks nothing of anything; `/readyz` has
`ready()` asked, once a second at most. Why it is not is for the log, not for strangers.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]

logger = logging.getLogger(__name__)

ALIVE, READY = "/healthz", "/readyz"
HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
]


class Health:
    """`ready()` says in a sentence each what keeps this process from serving; nothing: it may."""

    def __init__(
        self,
        application: Callable[[Environ, Any], Iterable[bytes]],
        ready: Callable[[], list[str]],
        every: float = 1.0,
    ) -> None:
        self._application, self._is_ready, self._every = application, ready, every
        # What gunicorn's worker asks for pages kept ready: neither address is ever one.
        self.ready = getattr(application, "ready", None)
        self._lock = threading.Lock()
        self._until, self._wrong = 0.0, [""]

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path != ALIVE and path != READY:
            return self._application(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            status, body = "405 Method Not Allowed", b"only GET\n"
        elif path == ALIVE or not self.wrong():
            status, body = "200 OK", b"ok\n"
        else:
            status, body = "503 Service Unavailable", b"not ready\n"
        more = [("Allow", "GET, HEAD")] if status.startswith("405") else []
        start_response(status, [*HEADERS, *more, ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    def wrong(self) -> list[str]:
        """What keeps it from serving, as it was a second ago at most; a change is logged."""
        with self._lock:
            if time.monotonic() >= self._until:
                found = self._is_ready()
                if found != self._wrong and (found or self._wrong != [""]):
                    logger.warning("Not ready: %s" if found else "Ready.%s", " ".join(found))
                self._wrong, self._until = found, time.monotonic() + self._every
            return self._wrong
