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

# What the run must know of the site: sessions that have shown their second factor, and one row of
# each kind, by its key in the admin.
PREPARE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
User = get_user_model()
if not User.objects.filter(username="sans").exists():
    User.objects.create_user("sans", email="sans@example.org", is_staff=True)
sessions = {}
for user in User.objects.filter(username__in=["sans", "redaction2", "publication", "administration"]):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["second_factor"] = str(user.pk)
    session.save()
    sessions[user.username.strip("2")] = session.session_key
rows = {
    f"{model._meta.app_label}/{model._meta.model_name}": [
        str(pk) for pk in model._base_manager.order_by("pk").values_list("pk", flat=True)[:3]
    ]
    for model in admin.site._registry
}
print("TOLD" + json.dumps({"sessions": sessions, "rows": rows}))
"""


class Target(Server):
    """Production's settings, SQLite in a folder that goes away, two processes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "ptce_site.settings.prod")
        self.folder = folder
        self.errors = folder / "errors.log"
        self.environment["WEB_CONCURRENCY"] = "2"
        self.environment["SECRET_KEY"] = "only-to-be-attacked-" + os.urandom(24).hex()
        self.mail = Letters()
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{self.mail.server_address[1]}"
        self.line = Line(self.port)
        self.counted = 0
        self.lock = threading.Lock()
        self.sessions: dict[str, str] = {}
        self.rows: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """The shipped content, one account a role, and what all the parts ask about."""
        self.manage("prepare")
        self.manage("collectstatic", "--noinput", "-v0")
        for name in ("redaction2", "publication", "administration"):
            self.manage(
                "create_editor", "--role", name.strip("2"), "--username", name, "--password",
                "--email", f"{name}@example.org",
            )  # fmt: skip
        told = self.asked_inside(PREPARE)
        self.sessions, self.rows = told["sessions"], told["rows"]
        missing = set(ROLES) - set(self.sessions)
        assert not missing, f"no session for {missing}"

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
