"""Other sites, on this machine: each path of a host behaves in a way of its own."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def _says(status: str, *headers: str) -> bytes:
    return (
        "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 0"]) + "\r\n\r\n"
    ).encode()


class Outside:
    """A raw server on 127.0.0.1 (and the other addresses of the loop); it notes each request."""

    def __init__(self, host: str = "127.0.0.1", certificate: Path | None = None) -> None:
        self.socket = socket.create_server((host, 0))
        self.port = self.socket.getsockname()[1]
        self.host, self.certificate = host, certificate
        self.url = f"{'https' if certificate else 'http'}://{host}:{self.port}"
        self.seen: list[tuple[str, str, float]] = []
        self.headers: list[str] = []
        self.open = self.most_open = 0
        self.closing = False
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.closing = True
        self.socket.close()

    def methods(self, path: str) -> list[str]:
        return [method for method, where, _when in self.seen if where == path]

    def _serve(self) -> None:
        while not self.closing:
            try:
                link, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[link], daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.certificate)
                link = context.wrap_socket(link, server_side=True)
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            asked = link.recv(8192).decode("latin-1")
            method, path = asked.split(" ")[:2]
            self.seen.append((method, path, time.monotonic()))
            self.headers.append(asked)
            self._behave(link, method, path)
        self.open -= 1
        link.close()

    def _behave(self, link: socket.socket, method: str, path: str) -> None:
        name = path.strip("/").split("?")[0]
        if name == "slow":
            time.sleep(5)
        elif name == "drip":
            link.sendall(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                time.sleep(0.1)
                link.sendall(b"X-Drip: 1\r\n")
        elif name == "endless":
            link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while method == "GET":
                link.sendall(b"x" * 65536)
        elif name == "endless-headers":
            link.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                link.sendall(b"X-More: " + b"y" * 4000 + b"\r\n")
        elif name == "garbage":
            link.sendall(b"\x00\xff\x13 not http at all\r\n\r\n")
        elif name == "close":
            return
        elif name.startswith("no-head-"):
            status = {"403": "403 Forbidden", "405": "405 Method Not Allowed", "501": "501 No"}
            link.sendall(OK if method == "GET" else _says(status[name[-3:]]))
        elif name == "head-hangs-up":
            if method == "GET":
                link.sendall(OK)
        elif name.startswith("hop"):
            left = int(name[3:])
            link.sendall(_says("301 Moved", f"Location: /hop{left - 1}") if left else OK)
        elif name in ANSWERS:
            link.sendall(ANSWERS[name])
        else:
            link.sendall(OK)


ANSWERS = {
    "404": _says("404 Not Found"),
    "410": _says("410 Gone"),
    "401": _says("401 Unauthorized"),
    "403": _says("403 Forbidden"),
    "400": _says("400 Bad Request"),
    "429": _says("429 Too Many", "Retry-After: 120"),
    "429-date": _says("429 Too Many", "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT"),
    "429-odd": _says("429 Too Many", "Retry-After: later"),
    "500": _says("500 Oops"),
    "503": _says("503 Later", "Retry-After: 60"),
    "204": _says("204 No Content"),
    "loop": _says("302 Found", "Location: /loop2"),
    "loop2": _says("302 Found", "Location: /loop"),
    "self": _says("302 Found", "Location: /self"),
    "nowhere": _says("302 Found"),
    "to-404": _says("301 Moved", "Location: /404"),
    "members": _says("302 Found", "Location: /login?next=x"),
    "to-file": _says("302 Found", "Location: file:///etc/passwd"),
    "to-inside": _says("302 Found", "Location: http://10.0.0.1/"),
    "to-metadata": _says("302 Found", "Location: http://169.254.169.254/latest/"),
    "to-odd": _says("302 Found", "Location: http://[odd"),
    "to-nul": _says("302 Found", "Location: /nul\x00"),
    "to-accent": _says("302 Found", "Location: /d\xc3\xa9j\xc3\xa0 vu"),
}


def self_signed(folder: Path) -> Path | None:
    """A certificate nobody signed, or None without openssl."""
    if not shutil.which("openssl"):
        return None
    both = folder / "both.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
        f"-keyout {folder}/key.pem -out {folder}/cert.pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both
