"""A small site copied by a process of its own, to be stopped at any moment; hosts of a copy.

`python -m tests.copied once DIR` copies it, slowly; `python -m tests.copied killed DIR TIMES` kills
whoever copies it again and again, and says what was found each time.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ptce_site.ops.copying import asking
from ptce_site.ops.copying.tree import SUMS

from . import machine

TYPES = {
    ".txt": "text/plain",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".xml": "text/plain",
    ".rules": "application/rules+json",
}


class Small:
    """A site of a few pages, as `fetch` finds them."""

    def __init__(self, word: str = "", slow: float = 0) -> None:
        self.bodies: dict[str, str] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.links, self.word, self.slow = "", word, slow

    def __call__(self, path, terms):
        time.sleep(self.slow)
        suffix = Path(path).suffix
        if suffix in TYPES:
            return asking.Fetched(200, {"Content-Type": TYPES[suffix]}, f"a{self.word}".encode())
        html = f'<main id="a"><h1>{path}{self.word}</h1><a href="/#a">up</a>{self.links}</main>'
        body = self.bodies.get(path, html)
        status = 404 if path.startswith("/rien") else 200
        headers = {"Content-Type": "text/html", **self.headers.get(path, {})}
        return asking.Fetched(status, headers, body.encode())


def published(folder: str, small: Small) -> None:
    """Copy a small site, without a database."""
    from django.core.management import call_command

    from ptce_site.ops.copying import copy, rules

    asking.fetch = small
    copy.content_version = lambda: "1"
    rules.moves = list
    call_command("publish_static", folder, processes=1, stdout=sys.stdout)


def word_of(folder: Path) -> str:
    """The one word that every page of a whole copy holds. Raises AssertionError, OSError."""
    lines = (folder / SUMS).read_text().splitlines()
    sums = {name: digest for digest, _space, name in (line.partition("  ") for line in lines)}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == sums.keys() | {SUMS}
    for name, digest in sums.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest, name
    words = {p.read_text().partition("</h1>")[0].rpartition(" ")[2] for p in folder.rglob("*.html")}
    assert len(words) == 1, words
    return words.pop()


def killed(folder: str, times: int) -> None:
    """Fork someone who copies without end, kill them, look at the tree; and again."""
    published(folder, Small(" first"))
    for turn in range(times):
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            for number in range(1000):
                published(folder, Small(f" {turn}.{number}"))
        time.sleep(random.uniform(0.02, 0.3))  # noqa: S311
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print("whole:", word_of(Path(folder)), flush=True)
    published(folder, Small(" last"))


@contextmanager
def plainly_served(folder: Path) -> Iterator[str]:
    """The tree as Python's own server serves it; its address."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        [*command, "-d", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            port = process.stdout.readline().split("port ")[1].split()[0]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


NGINX = """
daemon off;
{user}
pid {temporary}/nginx.pid;
error_log {temporary}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {temporary}; proxy_temp_path {temporary}; fastcgi_temp_path {temporary};
    uwsgi_temp_path {temporary}; scgi_temp_path {temporary};
    include {folder}/_nginx/http.conf;
    server {{ listen 127.0.0.1:{port}; root {folder}; include {folder}/_nginx/server.conf; }}
}}
"""


@contextmanager
def served_by_nginx(folder: Path, temporary: Path, port: int) -> Iterator[str]:
    """The tree as nginx serves it with the rules that came with it; its address."""
    user = "user root;" if os.getuid() == 0 else ""
    conf = temporary / "nginx.conf"
    conf.write_text(NGINX.format(user=user, temporary=temporary, folder=folder, port=port))
    command = [machine.nginx(), "-c", str(conf), "-e", str(temporary / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 10
            while not (temporary / "nginx.pid").exists():
                said = (temporary / "error.log").read_text() if process.poll() else ""
                assert process.poll() is None and time.monotonic() < deadline, said
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.test")
    django.setup()
    what, where, *more = sys.argv[1:]
    if what == "killed":
        killed(where, int(more[0]))
    else:
        from django.core.management import CommandError

        try:
            published(where, Small(" once", slow=0.05))
        except CommandError as error:
            sys.exit(str(error))
