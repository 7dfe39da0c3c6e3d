"""gunicorn's threaded worker: evener between processes, and short with pages kept ready."""

import time
from typing import Any

from gunicorn.util import http_date
from gunicorn.workers.gthread import ThreadWorker

POLITE = 0.0003  # seconds


class EvenWorker(ThreadWorker):
    """A kept connection stays with the process that took it: who is awake first would take all."""

    def accept(self, listener: Any) -> None:
        if self.nr_conns:
            time.sleep(POLITE)
        super().accept(listener)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Send what is kept in one piece, before there is an environ; the rest goes as always.

        Whatever gunicorn would have to think about (an end of the connection, a log, a header that
        comes twice, an address that is not plain) is the rest.
        """
        answer = self._kept(req) if self._is_at_ease(req) else None
        if answer is None:
            return super().handle_request(req, conn)
        self.nr += 1
        conn.sock.sendall(answer)
        return True

    def _is_at_ease(self, req: Any) -> bool:
        return (
            req.version == (1, 1)
            and req.path.isascii()
            and "%" not in req.path
            and self.alive
            and self.nr + 1 < self.max_requests
            and len(self.keepalived_conns) < self.max_keepalived
            and not req.should_close()
            and not self.cfg.accesslog
        )

    def _kept(self, req: Any) -> bytes | None:
        ready = getattr(self.wsgi, "ready", None)
        if ready is None:
            return None
        environ = {"REQUEST_METHOD": req.method, "PATH_INFO": req.path, "QUERY_STRING": req.query}
        for name, value in req.headers:
            key = "HTTP_" + name.replace("-", "_")
            if key in environ:
                return None
            environ[key] = value
        if "HTTP_EXPECT" in environ or "HTTP_SCRIPT_NAME" in environ:
            return None
        answer = ready(environ)
        if answer is None:
            return None
        status, headers, body = answer
        told = "".join([f"{name}: {value}\r\n" for name, value in headers])
        date = f"Server: gunicorn\r\nDate: {http_date()}\r\nConnection: keep-alive"
        return f"HTTP/1.1 {status}\r\n{date}\r\n{told}\r\n".encode("latin-1") + body
