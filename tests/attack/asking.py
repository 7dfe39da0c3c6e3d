"""Requests written byte for byte, as no well-behaved library would send them."""

import http.client
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field

type Headers = list[tuple[str, str]]

LONGEST = 8_000_000  # of an answer, in bytes: what is longer is not read further
TIMEOUT = 60


@dataclass
class Asked:
    """One request: what stands in its first line, in its headers and after them."""

    method: str = "GET"
    path: str = "/"
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    who: str = ""  # a role, or nobody
    host: bool = True  # False: what it says of its host stands in `headers`
    length: bool = True  # False: what it says of its length stands in `headers`

    @property
    def is_plain(self) -> bool:
        """Whether a server can only read it as one request: what follows is another one."""
        return self.host and self.length and not set(self.path) & set("\r\n \x00")

    def __str__(self) -> str:
        said = f"{self.method} {self.path[:120]}"
        return f"{said} as {self.who or 'visitor'}"


@dataclass
class Answer:
    """What came back; status 0 where the line was closed without a word."""

    status: int
    headers: Headers
    body: bytes

    def get(self, name: str) -> str:
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        return self.get("Content-Type").startswith("text/html")

    @property
    def from_gunicorn(self) -> bool:
        """Refused before the site was entered: gunicorn dates nothing of what it refuses itself."""
        return 400 <= self.status < 500 and not self.get("Date")


def letters(text: str) -> bytes:
    """As bytes: each character below 256 stands for itself, others are written in UTF-8."""
    return b"".join(c.encode("latin-1") if ord(c) < 256 else c.encode() for c in text)


class Line:
    """A connection that is opened again whenever it was closed. One for each thread."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.own = threading.local()

    def ask(self, asked: Asked) -> Answer:
        """Send a request and read what comes back. Raises TimeoutError."""
        sent = self._bytes(asked)
        for _again in range(2):  # a line kept open may have been closed meanwhile
            kept: socket.socket | None = getattr(self.own, "line", None)
            line = kept or socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
            self.own.line = None
            try:
                answer, open_still = self._read(line, sent, asked.method)
            except TimeoutError:
                line.close()
                raise
            except (OSError, http.client.HTTPException):
                answer, open_still = Answer(0, [], b""), False
            if open_still and asked.is_plain:
                self.own.line = line
            else:
                line.close()
            if answer.status or kept is None:
                break
        return answer

    def _bytes(self, asked: Asked) -> bytes:
        headers = list(asked.headers)
        if asked.host:
            headers.insert(0, ("Host", f"localhost:{self.port}"))
        if asked.length and (asked.body or asked.method in ("POST", "PUT", "PATCH")):
            headers.append(("Content-Length", str(len(asked.body))))
        lines = [f"{asked.method} {asked.path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers)]
        return letters("\r\n".join(lines)) + b"\r\n\r\n" + asked.body

    def _read(self, line: socket.socket, sent: bytes, method: str) -> tuple[Answer, bool]:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has refused: its answer is there
            line.sendall(sent)
        response = http.client.HTTPResponse(line, method=method)
        response.begin()
        body = response.read(LONGEST)
        answer = Answer(response.status, response.getheaders(), body)
        stays = not response.will_close and response.isclosed()
        return answer, stays and answer.status not in (400, 413)
