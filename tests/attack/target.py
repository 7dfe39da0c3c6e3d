"""The site under attack, as production serves it, and a session for each role."""

import json
import os
import re
import socketserver
import threading
from pathlib import Path
from urllib.parse import urlencode

from ..conftest import Server
from .asking import Answer, Asked, Headers, Line

ROLES = ("sans", "redaction", "publication", "administration")
TOKEN = "a" * 32  # a secret of Django's own kind, which a browser could have been given

# What the run must know of the site: sessions that have shown their second factor, one row of each
# kind by its key in the admin, and where visitors read these rows. What the shipped content has
# none of is made here.
PREPARE = """
import json
from datetime import date
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import translation
from ptce_site.editorial import media
from ptce_site.editorial.models import AccessibilityAudit, Image, Publisher, Report
from tests.attack.vectors import ALL
from tests.photographs import drawn, saved
from tests.sessions import signed_in
User = get_user_model()
User.objects.create_user("sans", email="sans@example.org", is_staff=True)
Publisher.objects.get_or_create(pk=1)
AccessibilityAudit.objects.create(
    audited_on=date(2026, 1, 5), auditor="essai", rate=60, findings_fr="<p>essai</p>"
)
Report.objects.bulk_create(
    Report(key=f"attack-{number}", kind="other", message=one, proof=one, about_title=one[:300],
           note=one, path="/poles/")
    for number, one in enumerate(ALL)
)
master = media.keep(ContentFile(saved(drawn(1200, 900), "JPEG"), "essai.jpg"))
image = Image(master=master, title="essai", alt_fr="essai", credit="essai", licence="cc-by-4",
              width=1200, height=900)
media.make(master, image.cuts.values())
image.save()
sessions = {role: signed_in(name) for role, name in NAMES.items()}
rows, addresses = {}, set()
for model in admin.site._registry:
    found = model._base_manager.order_by("pk")
    if model is User:  # the first account has no address, and its form asks for one
        found = found.exclude(email="")
    found = list(found[:3])
    rows[f"{model._meta.app_label}/{model._meta.model_name}"] = [str(one.pk) for one in found]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if found and hasattr(model, "get_absolute_url"):
                addresses.add(str(found[0].get_absolute_url() or "/").partition("#")[0])
print("TOLD" + json.dumps({
    "sessions": sessions, "rows": rows,
    "addresses": sorted(one for one in addresses if one.startswith("/")),
}))
"""
# The first account of an installation is called like a role.
NAMES = {role: "ecriture" if role == "redaction" else role for role in ROLES}


class Target(Server):
    """Production's settings, SQLite in a folder that goes away, two processes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "ptce_site.settings.prod")
        self.folder = folder
        self.errors: Path = folder / "errors.log"
        self.read = 0  # lines of it
        self.environment["WEB_CONCURRENCY"] = "2"
        self.environment["SECRET_KEY"] = "only-to-be-attacked-" + os.urandom(24).hex()
        self.mail = Letters()
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mail.server_address[1]}"
        self.line = Line(self.port)
        self.counted = 0
        self.lock = threading.Lock()
        self.sessions: dict[str, str] = {}
        self.rows: dict[str, list[str]] = {}
        self.ours: set[tuple[str, str]] = set()  # tags and attributes that the site writes itself

    def prepare(self) -> None:
        """The shipped content, one account a role, and what all the parts ask about."""
        self.manage("prepare")
        self.manage("collectstatic", "--noinput", "-v0")
        for role in ROLES[1:]:
            mail = f"{NAMES[role]}@example.org"
            self.manage(
                "create_editor", "--role", role, "--username", NAMES[role], "--email", mail,
                "--password",
            )  # fmt: skip
        told = self.asked_inside(f"NAMES = {NAMES!r}\n{PREPARE}")
        self.sessions, self.rows = told["sessions"], told["rows"]
        self.addresses: list[str] = told["addresses"]

    def faults(self) -> list[str]:
        """What the server has written of errors of its own since it was last asked."""
        told = self.errors.read_text(encoding="utf-8").splitlines()[self.read :]
        self.read += len(told)
        return [
            f"{line[:250]} … {line[-1500:]}"
            for line in told
            if '"level": "error"' in line and '"status": 5' in line
        ]

    def asked_inside(self, code: str) -> dict:
        """What a few lines run beside the server print after TOLD."""
        told = self.manage("shell", "-v0", "-c", code)
        found: dict = json.loads(told.split("TOLD", 1)[1].splitlines()[0])
        return found

    def cookies(self, who: str, token: str = TOKEN) -> Headers:
        cookie = f"csrf={token}"
        if who:
            cookie += f"; session={self.sessions[who]}"
        return [("Cookie", cookie)]

    def ask(self, asked: Asked) -> Answer:
        """Send it as written."""
        with self.lock:
            self.counted += 1
        return self.line.ask(asked)

    def get(self, path: str, who: str = "") -> Answer:
        return self.ask(Asked("GET", path, self.cookies(who) if who else [], who=who))

    def post(self, path: str, data: dict, who: str = "", **more: str) -> Answer:
        """A form as a browser sends it, with a token that holds unless `token` is another."""
        sent = {**data, "csrfmiddlewaretoken": more.get("token", TOKEN)}
        headers = [
            *self.cookies(who),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", more.get("origin", self.url)),
            ("Referer", more.get("referer", self.url + path)),
        ]
        return self.ask(Asked("POST", path, headers, urlencode(sent, doseq=True).encode(), who))

    def sitemap(self) -> list[str]:
        """Every public address that the site tells search engines, without its host."""
        index = self.get("/sitemap.xml").text
        found = []
        for sitemap in re.findall(r"<loc>([^<]+)</loc>", index):
            text = self.get(sitemap.removeprefix(self.url)).text
            found += [a.removeprefix(self.url) for a in re.findall(r"<loc>([^<]+)</loc>", text)]
        return sorted(set(found))


class Letters(socketserver.ThreadingTCPServer):
    """A mail server of our own, which keeps what it is given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.kept: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Receiver(socketserver.StreamRequestHandler):
    """As much of SMTP as Python's own client asks for."""

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.kept.append(b"".join(lines).decode("utf-8", "replace"))  # type: ignore
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")
