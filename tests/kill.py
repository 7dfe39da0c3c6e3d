"""Kill the server at random moments while editors save and publish, then look for what was lost.

On SQLite: `.venv/bin/python -m tests.kill [times]`. On PostgreSQL:
`.venv/bin/python -m tests.postgresql .venv/bin/python -m tests.kill [times]`. Two minutes for 20.
"""

import http.cookiejar
import json
import os
import random
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.test")
django.setup()

from .conftest import Server  # noqa: E402
from .test_admin import form_data  # noqa: E402

FRESH = re.compile(r'name="(csrfmiddlewaretoken|_seen|_saves)" value="(\w+)"')

# Read straight from the database, not through the site: rows, their last version, their health.
LOOK = """
import json
from django.db import connection
from pages.models import KeyFigure
from poles.models import Pole
from ptce_site.editorial.models import Draft
from reversion.models import Version
figure = KeyFigure.objects.get(slug="pib-2013")
pole = Pole.objects.get(slug="neo56")
draft = Draft.objects.filter(object_id=str(Pole.objects.get(slug="cluster-jura").pk)).first()
def last(thing):
    version = Version.objects.get_for_object(thing).first()
    return version.field_dict if version else {}
health = "ok"
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        health = cursor.execute("PRAGMA integrity_check").fetchone()[0]
print("LOOK" + json.dumps({
    "figure": [figure.label_fr, figure.label_en, figure.label_de],
    "figure_history": [last(figure).get(n) for n in ("label_fr", "label_en", "label_de")],
    "pole": [pole.trade_fr, pole.actors.first().name],
    "pole_history": last(pole).get("trade_fr"),
    "draft": [draft.data["trade_fr"][0], draft.data["actors-0-name"][0]] if draft else None,
    "drafts": Draft.objects.count(),
    "health": health,
}))
"""


class Editor(threading.Thread):
    """Someone who saves the same form again and again, and remembers what the site said it kept."""

    def __init__(self, site: Server, path: str, names: tuple[str, ...], button: str) -> None:
        super().__init__(daemon=True)
        self.site, self.names, self.button = site, names, button
        self.url = f"{site.url}/admin/{path}/change/"
        self.sent = self.kept = 0
        self.form: dict = {}  # parsed once: what changes between two openings is read again
        self.on = threading.Event()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def post(self, url: str, data: dict) -> str:
        body = urllib.parse.urlencode(data, doseq=True).encode()
        request = urllib.request.Request(url, body, {"Referer": url, "Origin": self.site.url})
        return self.opener.open(request, timeout=20).read().decode()

    def sign_in(self) -> None:
        url = f"{self.site.url}/admin/login/?next=/admin/"
        page = self.opener.open(url, timeout=20).read().decode()
        login = form_data(page.replace('id="login-form"', 'id="login_form"'))
        self.post(url, login | {"username": "redaction", "password": self.site.password})

    def run(self) -> None:
        while True:
            self.on.wait()
            try:
                page = self.opener.open(self.url, timeout=20).read().decode()
                self.form = self.form or form_data(page)
                fresh = dict(FRESH.findall(page))
                number = self.sent + 1
                self.sent = number
                data = self.form | fresh | dict.fromkeys(self.names, f"essai {number}")
                answer = self.post(self.url, data | {self.button: ""})
                if "messagelist" in answer and "errornote" not in answer:
                    self.kept = number
            except (OSError, urllib.error.URLError, ConnectionError, ValueError):
                time.sleep(0.05)


def number(text: str | None) -> int:
    return int(text.removeprefix("essai ")) if text and text.startswith("essai ") else 0


def check(site: Server, editors: dict[str, Editor]) -> dict:
    """What the database holds; AssertionError names what is wrong."""
    told = site.manage("shell", "-c", LOOK).split("LOOK", 1)[1]
    found = json.loads(told.splitlines()[0])
    assert found["health"] == "ok", found
    figure, pole = found["figure"], found["pole"]
    if editors["figure"].sent and number(figure[0]):
        assert len(set(figure)) == 1, f"a figure half published: {figure}"
        assert found["figure_history"] == figure, f"history and row differ: {found}"
    if number(pole[0]):
        assert pole[0] == pole[1], f"a pole half published: {pole}"
        assert found["pole_history"] == pole[0], f"history and row differ: {found}"
    draft = found["draft"]
    if draft:
        assert draft[0] == draft[1], f"a draft half kept: {draft}"
    for name, values in (("figure", figure), ("pole", pole), ("draft", draft or [""])):
        kept = editors[name].kept
        assert number(values[0]) >= kept, f"{name}: {kept} was acknowledged, {values[0]} is there"
    return found


def play(site: Server, editors: dict[str, Editor], times: int) -> None:
    """Let them work, kill the server, look, start again."""
    dice = random.Random(os.environ.get("SEED"))
    for editor in editors.values():
        editor.sign_in()
        editor.start()
    for turn in range(1, times + 1):
        for editor in editors.values():
            editor.on.set()
        time.sleep(dice.uniform(0.5, 4))
        site.kill()
        for editor in editors.values():
            editor.on.clear()
        time.sleep(0.2)
        found = check(site, editors)
        sent = {name: f"{e.kept}/{e.sent}" for name, e in editors.items()}
        print(f"{turn:2}: kept/sent {sent}, {found['drafts']} draft(s), consistent", flush=True)
        site.start()


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        site = Server(Path(folder))
        if os.environ.get("DATABASE_URL"):
            site.environment["DATABASE_URL"] = os.environ["DATABASE_URL"]
        site.environment["WEB_CONCURRENCY"] = "2"
        site.password = site.manage("prepare").split("password '")[1].split("'")[0]
        site.manage("collectstatic", "--noinput", "-v0")
        keys = json.loads(
            site.manage(
                "shell", "-v0", "-c",
                "import json; from pages.models import KeyFigure; from poles.models import Pole;"
                "print(json.dumps([KeyFigure.objects.get(slug='pib-2013').pk,"
                "*(Pole.objects.get(slug=s).pk for s in ('neo56', 'cluster-jura'))]))",
            )
        )  # fmt: skip
        labels = ("label_fr", "label_en", "label_de")
        editors = {
            "figure": Editor(site, f"pages/keyfigure/{keys[0]}", labels, "_publish"),
            "pole": Editor(
                site, f"poles/pole/{keys[1]}", ("trade_fr", "actors-0-name"), "_publish"
            ),
            "draft": Editor(site, f"poles/pole/{keys[2]}", ("trade_fr", "actors-0-name"), "_draft"),
        }
        site.start()
        try:
            play(site, editors, times)
        finally:
            site.kill()
    if not all(editor.kept for editor in editors.values()):
        print("Nothing was saved: the test proves nothing.")
        return 1
    print(f"Killed {times} times: nothing half published, nothing acknowledged was lost.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
