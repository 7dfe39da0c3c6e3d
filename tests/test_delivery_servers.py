"""Two servers on one database, two processes each: who publishes is read everywhere in time."""

import http.client
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from .conftest import ROOT, Server
from .test_reviews import own_database  # noqa: F401

TRIES = int(os.environ.get("TRIES", "10"))  # `make bench` asks for 100
IN_TIME = 1.5  # seconds
PATH = "/chiffres-cles/pib-2013/"

# Another process, that publishes when it is told to and says when it had.
PUBLISHER = """
import sys, time
from django.utils import timezone
from pages.models import KeyFigure, Page
for line in sys.stdin:
    what, word = line.split()
    if what == "publish":
        figure = KeyFigure.objects.get(slug="pib-2013")
        figure.label_fr = word
        figure.save()
    else:
        page = Page.objects.get(slug="contact")
        page.withdraw_at = timezone.now() + timezone.timedelta(seconds=float(word))
        page.save()
    print(time.time(), flush=True)
"""


class Publisher:
    def __init__(self, site: Server) -> None:
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", PUBLISHER]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=site.environment, stdin=pipe, stdout=pipe, text=True
        )

    def tell(self, what: str, word: object) -> float:
        """When it was done."""
        self.process.stdin.write(f"{what} {word}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def read(site: Server, path: str) -> tuple[int, str]:
    """A page on a connection of its own, which any of the processes may take."""
    try:
        with urllib.request.urlopen(f"{site.url}{path}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def until(sites: list[Server], path: str, is_new, deadline: float) -> float:
    """When everyone, asked twelve times over, answered anew; fails if one does not in time."""
    while True:
        now = time.time()
        if all(is_new(*read(site, path)) for _ in range(12) for site in sites):
            return now
        assert now < deadline, f"{path} is still old somewhere"
        time.sleep(0.02)


@pytest.fixture
def sites(own_database, tmp_path, request):  # noqa: F811
    found = [Server(tmp_path) for _ in range(2)]
    for site in found:
        site.environment |= {"DATABASE_URL": own_database, "WEB_CONCURRENCY": "2"}
    if own_database.startswith("sqlite"):
        shutil.copytree(request.getfixturevalue("prepared"), tmp_path, dirs_exist_ok=True)
    else:
        found[0].manage("prepare")
        found[0].manage("collectstatic", "--noinput", "-v0")
    for site in found:
        site.start()
    yield found
    for site in found:
        site.stop()


def test_what_is_published_or_withdrawn_on_time_is_seen_by_every_process(sites):
    publisher = Publisher(sites[0])
    try:
        until(sites, PATH, lambda status, _text: status == 200, time.time() + 10)
        waits = []
        for number in range(TRIES):
            word = f"essai-{number}-fin"
            done = publisher.tell("publish", word)
            seen = until(sites, PATH, lambda _status, text, word=word: word in text, done + IN_TIME)
            waits.append(seen - done)
        until(sites, "/contact/", lambda status, _text: status == 200, time.time() + 10)
        due = publisher.tell("withdraw", 2) + 2
        until(sites, "/contact/", lambda status, _text: status == 200, due - 0.5)
        seen = until(sites, "/contact/", lambda status, _text: status == 410, due + IN_TIME)
        print(f"seen after {max(waits):.2f} s at most; what is due: {seen - due:.2f} s")
    finally:
        publisher.process.stdin.close()
        publisher.process.wait(10)


def sockets(pid: int) -> int:
    found = 0
    for number in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found += str(number.readlink()).startswith("socket:")
        except FileNotFoundError:
            continue
    return found


def workers(site: Server) -> list[int]:
    parent = site.process.pid
    return [int(p) for p in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


@pytest.mark.once
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts sockets in /proc")
def test_of_two_kept_connections_each_process_takes_one(sites):
    """Left to themselves, processes take what comes: half of the time, one takes both."""
    site = sites[0]
    read(site, "/ess/")
    shared = 0
    for _ in range(20):
        time.sleep(0.05)
        before = [sockets(pid) for pid in workers(site)]
        lines = [http.client.HTTPConnection("localhost", site.port) for _ in range(2)]
        for line in lines:
            line.request("GET", "/ess/")
            line.getresponse().read()
        after = [sockets(pid) for pid in workers(site)]
        shared += all(now > then for now, then in zip(after, before, strict=True))
        for line in lines:
            line.close()
    assert shared >= 18, f"{shared} of 20"


@pytest.mark.once
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_was_loaded_before_the_fork_leaves_no_connection(sites):
    """A page is made in the first process so that the others share the memory, not its database."""
    site = sites[0]
    held = [str(fd.readlink()) for fd in Path(f"/proc/{site.process.pid}/fd").iterdir()]
    assert not [name for name in held if "sqlite3" in name]
