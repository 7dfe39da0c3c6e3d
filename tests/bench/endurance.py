"""`make endurance`: ten minutes at 70 % of what the machine can do, with an editor at work.

Writes what came of it to docs/performance.md. QUICK=1 does half a minute, and writes nothing.
"""

import json
import os
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.test")
django.setup()  # forms are read as the tests do

from ..test_admin import form_data  # noqa: E402
from . import report  # noqa: E402
from .__main__ import PORT, environment, run, say  # noqa: E402
from .load import Load, load, missing  # noqa: E402
from .servers import Running, gunicorn  # noqa: E402

QUICK = bool(os.environ.get("QUICK"))
SECONDS = 30 if QUICK else 600
SHARE = 0.7
CONNECTIONS = 64
EVERY = 5  # seconds between two things that the editor does
SAMPLES = 20
MARKS = "<!-- make endurance -->\n", "<!-- end of it -->\n"
# Of a hundred requests: kept pages, but for one filter and one address that nobody asked for yet.
MIX = """
local kept, at = {%s}, 0
request = function()
  at = at + 1
  local turn = at %% 100
  if turn == 0 then return wrk.format("GET", "/poles/?region=bretagne") end
  if turn == 50 then return wrk.format("GET", "/ess/?lettre=" .. at) end
  return wrk.format("GET", kept[at %% #kept + 1])
end
"""
WAIT = "delay = function() return %d end\n"
SIGN_IN = """
import json
from pages.models import KeyFigure
from poles.models import Pole
from tests.sessions import signed_in
figure, pole = KeyFigure.objects.get(slug="pib-2013"), Pole.objects.get(slug="neo56")
print("TOLD" + json.dumps([signed_in("endurance"), figure.pk, pole.pk]))
"""


@dataclass
class Editor(threading.Thread):
    """Someone who keeps a draft, then publishes a figure, and so on; and looks at what they did."""

    url: str
    session: str
    figure: int
    pole: int
    told: list[str] = field(default_factory=list)
    done: int = 0
    seconds: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def ask(self, path: str, data: dict[str, Any] | None = None) -> tuple[str, str]:
        """What comes in the end, and from where. Raises OSError for anything that is not a page."""
        body = urllib.parse.urlencode(data, doseq=True).encode() if data else None
        headers = {
            "Cookie": f"session={self.session}; csrf={'a' * 32}",
            "Origin": self.url, "Referer": self.url + path,
        }  # fmt: skip
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode(), answer.url

    def work(self) -> None:
        number = self.done + 1
        kind, key, name, button = (
            ("poles/pole", self.pole, "trade_fr", "_draft")
            if number % 2
            else ("pages/keyfigure", self.figure, "label_fr", "_publish")
        )
        path = f"/admin/{kind}/{key}/change/"
        began = time.monotonic()
        form = form_data(self.ask(path)[0])
        sent = {**form, name: f"essai {number}", button: "", "csrfmiddlewaretoken": "a" * 32}
        answer, _where = self.ask(path, sent)
        self.seconds.append(time.monotonic() - began)
        if "messagelist" not in answer or "errornote" in answer:
            self.told.append(f"{path}: not saved the {number}th time")
        if f"essai {number}" not in self.ask(path)[0]:
            self.told.append(f"{path}: what was saved the {number}th time is not there")
        if button == "_publish":
            self.look(f"essai {number}")
        self.done += 1

    def look(self, words: str) -> None:
        """Whether visitors read it within two seconds."""
        deadline = time.monotonic() + 2
        while words not in self.ask("/chiffres-cles/pib-2013/")[0]:
            if time.monotonic() > deadline:
                self.told.append(f"“{words}” is not read after two seconds")
                return
            time.sleep(0.1)

    def run(self) -> None:
        while not self.over.wait(EVERY):
            try:
                self.work()
            except (OSError, StopIteration) as error:
                self.told.append(repr(error))


def addresses(site: Running) -> list[str]:
    """What visitors read: some of every kind, in three languages."""
    with urllib.request.urlopen(site.url + "sitemap-poles.xml") as answer:
        text = answer.read().decode()
    poles = [part.partition("</loc>")[0] for part in text.split("<loc>")[1:]]
    paths = [urllib.parse.urlsplit(address).path for address in poles[::5]]
    return ["/", "/poles/", "/ess/", "/en/", "/de/", "/glossaire/", "/chiffres-cles/", *paths]


def paced(site: Running, mix: str) -> tuple[Load, str, Load]:
    """The most the machine can do of a mix, and the script that asks for the share of it."""
    load(site, 5, CONNECTIONS, script=mix)
    most = load(site, 10, CONNECTIONS, script=mix)
    wait = 1000 * CONNECTIONS / (SHARE * most.rate)  # ms between two requests of one connection
    for _ in range(4):
        script = mix + WAIT % max(1, round(wait))
        tried = load(site, 5, CONNECTIONS, script=script)
        wait = max(1, wait + 1000 * CONNECTIONS * (1 / (SHARE * most.rate) - 1 / tried.rate))
    return most, mix + WAIT % max(1, round(wait)), tried


def write(most: Load, held: Load, editor: Editor, weights: list[float]) -> str:
    """The paragraph of docs/performance.md."""
    fifth = len(weights) // 5
    first, last = statistics.mean(weights[fifth : 2 * fifth]), statistics.mean(weights[-fifth:])
    return (
        f"{SECONDS // 60} minutes at {held.rate:,.0f} requests/s ({held.rate / most.rate:.0%} of "
        f"the {most.rate:,.0f} that it can do of them), 64 connections: p50 {held.p50:.1f} ms, "
        f"p99 {held.p99:.0f} ms, {held.wrong} failed. Meanwhile an editor saved {editor.done} "
        f"times, a draft and a publication in turn (form opened and saved: "
        f"{statistics.median(editor.seconds):.2f} s, at most {max(editor.seconds):.2f} s); "
        f"{len(editor.told)} went wrong. Memory, all processes: {first:.0f} MB in the second "
        f"fifth of the time, {last:.0f} MB in the last, {max(weights):.0f} MB at most. "
        f"{report.this_machine()}\n"
    )


def keep(written: str) -> None:
    head, rest = report.PLACE.read_text(encoding="utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    report.PLACE.write_text(f"{head}{MARKS[0]}{written}{MARKS[1]}{tail}", encoding="utf-8")


def main() -> int:
    if reason := missing():
        print(reason, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="ptce-endurance-") as name:
        settings = environment(Path(name))
        say("a site with the shipped content, and an editor")
        run(settings, "manage.py", "prepare")
        run(settings, "manage.py", "collectstatic", "--noinput", "-v0")
        run(settings, "manage.py", "create_editor", "--role", "publication", "--username",
            "endurance", "--email", "endurance@example.org", "--password")  # fmt: skip
        told = run(settings, "manage.py", "shell", "-v0", "-c", SIGN_IN).split("TOLD", 1)[1]
        session, figure, pole = json.loads(told.splitlines()[0])
        site = gunicorn("ptce_site.wsgi:application", PORT, settings, "/")
        try:
            mix = MIX % ", ".join(f'"{path}"' for path in addresses(site))
            say("what the machine can do")
            most, script, _tried = paced(site, mix)
            editor = Editor(site.url.rstrip("/"), session, figure, pole)
            weights: list[float] = []
            over = threading.Event()

            def weigh() -> None:
                while not over.wait(SECONDS / SAMPLES):
                    weights.append(site.megabytes()[0])

            say(f"{SECONDS} seconds at {SHARE:.0%} of {most.rate:,.0f} requests/s")
            editor.start()
            threading.Thread(target=weigh, daemon=True).start()
            held = load(site, SECONDS, CONNECTIONS, script=script)
            over.set()
            editor.over.set()
            editor.join(60)
        finally:
            site.stop()
    written = write(most, held, editor, weights)
    print(written, *editor.told[:20], sep="\n")
    if not QUICK:
        keep(written)
    return 1 if held.wrong or editor.told or not editor.done else 0


if __name__ == "__main__":
    sys.exit(main())
