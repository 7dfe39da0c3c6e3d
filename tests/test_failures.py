"""What fails beneath a running site, for real: disk, database, media, mail; and what people read.

The server has a copy of the tests' own database, made in a moment, on a disk that can be filled.
"""

import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import threading
import time
from contextlib import closing, contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from ptce_site.editorial import reading
from ptce_site.editorial.accounts import links
from ptce_site.editorial.accounts.models import AccountEvent

from .conftest import Server
from .test_admin import form_data
from .test_media import TYPED, upload

KEPT = "/ess/"
NOT_KEPT = {"/reperes/": "fr", "/en/key-figures/": "en", "/de/kennzahlen/": "de"}
NEW_IMAGE = "/admin/editorial/image/add/"
LOGIN, TOKEN = "/admin/login/", "abc123"
ENTER = """
import json
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from pages.models import KeyFigure
someone = Client()
someone.force_login(User.objects.create_superuser("someone"))
session = someone.cookies[settings.SESSION_COOKIE_NAME].value
one, other = KeyFigure.objects.published()[:2]
print("TOLD" + json.dumps([session, one.pk, other.pk]))
"""


class Someone:
    """Asks for pages, and sends what forms hold, as a browser does."""

    def __init__(self, site: Server, session: str = "") -> None:
        self.site, self.cookies = site, {"session": session} if session else {}

    def ask(self, path: str, data: dict | None = None):
        said, body = {}, None
        if self.cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if data is not None:
            said |= {"Content-Type": MULTIPART_CONTENT, "Origin": self.site.url}
            body = encode_multipart(BOUNDARY, data)
        with closing(http.client.HTTPConnection("localhost", self.site.port, timeout=30)) as line:
            line.request("POST" if body else "GET", path, body, said)
            answer = line.getresponse()
            answer.text = answer.read().decode(errors="replace")
        answer.cookies = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or []))
        for name in ("csrf", "session"):
            if name in answer.cookies:
                self.cookies[name] = answer.cookies[name].value
        return answer

    def form(self, path: str, **typed: object) -> dict:
        return form_data(self.ask(path).text) | typed


@contextmanager
def served(folder: Path, database: str):
    """A site on that database, with an editor signed in and a form open, and a visitor."""
    site = Server(folder, "tests.plain_served")
    site.environment["DATABASE_URL"] = database
    session, *figures = json.loads(site.manage("shell", "-v0", "-c", ENTER).split("TOLD")[1])
    site.start()
    try:
        editor = Someone(site, session)
        editor.figure, editor.other = (f"/admin/pages/keyfigure/{pk}/change/" for pk in figures)
        visitor = Someone(site)
        asked = visitor.ask("/signaler/").text
        visitor.report = dict(re.findall(r'name="(objet|cachet)" value="([^"]*)"', asked))
        yield editor, visitor
    finally:
        site.stop()


def says(answer, title: str, *, kept: bool = True) -> None:
    """The room's own page, in French, which promises only what is kept."""
    assert answer.status == 503, (answer.status, answer.text[:2000])
    assert f"<h1>{title}</h1>" in answer.text and '<html lang="fr"' in answer.text
    assert ("gardé dans ce navigateur" in answer.text) == kept
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "received" not in answer.cookies and "Traceback" not in answer.text


def away(answer, language: str) -> None:
    """The site's page that says to come back, in the language of the address."""
    assert answer.status == 503 and f'<html lang="{language}">' in answer.text
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# A machine with SQLite


@contextmanager
def disk(folder: Path, size: str = "24m"):
    """A disk of its own, as small as one likes."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path):
    """Every byte of a disk taken, then given back."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65536)
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"x")
    yield
    ballast.unlink()


@contextmanager
def held(database: Path):
    """Another process writes, and does not end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.once
def test_a_machine_of_ones_own_fails_and_comes_back(db, tmp_path):
    with disk(tmp_path / "disk") as folder:
        database = folder / "db.sqlite3"
        database.write_bytes(connection.connection.serialize())
        with served(folder, f"sqlite:///{database}") as (editor, visitor):
            form = editor.form(editor.figure, label_fr="Tapé", _draft="", _kept=TOKEN)
            image = editor.form(NEW_IMAGE) | TYPED
            stranger = Someone(visitor.site)
            word = re.search(r'csrfmiddlewaretoken" value="(\w+)"', stranger.ask(LOGIN).text)[1]
            login = {"csrfmiddlewaretoken": word, "username": "someone", "password": "no"}
            report = visitor.report | {"message": "Une faute.\nDeux.", "kind": "fact"}
            assert visitor.ask(KEPT).status == 200
            with held(database):
                began = time.monotonic()
                says(editor.ask(editor.figure, form), "La base de données est occupée")
                assert time.monotonic() - began < 8, "waited for once"
                assert visitor.ask(KEPT).status == visitor.ask("/resume/").status == 200
            other = editor.form(editor.other, _draft="")
            assert editor.ask(editor.other, other).status == 302, "which is to be said once"
            with full(folder):
                says(editor.ask("/admin/"), "Le disque du serveur est plein", kept=False)
                says(editor.ask(editor.figure, form), "Le disque du serveur est plein")
                taken = image | {"master_file": upload(), "_kept": TOKEN}
                says(editor.ask(NEW_IMAGE, taken), "Le disque du serveur est plein")
                says(stranger.ask(LOGIN, login), "Le disque du serveur est plein", kept=False)
                lost = visitor.ask("/signaler/", report)
                away(lost, "fr")
                assert "Une faute.<br>Deux." in lost.text, "what was written can be copied"
                assert visitor.ask(KEPT).status == visitor.ask("/reperes/").status == 200
            media = (folder / "media").rename(folder / "aside")
            (folder / "media").write_text("no folder")
            taken = image | {"master_file": upload(), "_kept": TOKEN}
            says(editor.ask(NEW_IMAGE, taken), "Le serveur ne peut pas écrire ses fichiers")
            assert visitor.ask(f"/media/images/{'ab' * 10}-480.webp").status == 404
            (folder / "media").unlink()
            media.rename(folder / "media")
            taken = image | {"master_file": upload(), "_kept": TOKEN}
            assert editor.ask(NEW_IMAGE, taken).status == 302
            saved = editor.ask(editor.figure, form)
            assert saved.status == 302 and saved.cookies["received"].value == TOKEN


# Several machines with PostgreSQL


class Wire:
    """What stands between the site and its database, and can be cut."""

    def __init__(self, port: int) -> None:
        self.to, self.ends = port, []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.door.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in (self.door, *self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends = []

    def mend(self) -> None:
        self.door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._open, daemon=True).start()


@pytest.fixture
def own_database(db):
    """The address of a copy of the tests' database on the same server."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is never away")
    server, name = urlsplit(os.environ["DATABASE_URL"]), f"failing_{os.getpid()}"
    known = connection.settings_dict["NAME"]
    connection.close()  # a database in use is no template
    with psycopg.connect(server.geturl(), autocommit=True) as link:
        link.execute(f'CREATE DATABASE {name} TEMPLATE "{known}"')
        yield server._replace(path=f"/{name}").geturl()
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_database_that_is_away_comes_back(own_database, tmp_path):
    found = urlsplit(own_database)
    wire = Wire(found.port or 5432)
    through = found._replace(netloc=f"{found.username}@127.0.0.1:{wire.port}").geturl()
    with served(tmp_path, through) as (editor, visitor):
        form = editor.form(editor.figure, label_fr="Tapé", _draft="", _kept=TOKEN)
        kept = visitor.ask(KEPT)
        wire.cut()
        assert visitor.ask(KEPT).text == kept.text
        for path, language in NOT_KEPT.items():
            away(visitor.ask(path), language)
        says(editor.ask(editor.figure, form), "La base de données ne répond pas")
        frame = editor.ask(editor.figure, form | {"_preview": "fr"})
        assert frame.status == 503 and "toujours dans le formulaire" in frame.text
        assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
        page = editor.ask("/admin/")
        says(page, "La base de données ne répond pas", kept=False)
        assert "Essayer de nouveau" in page.text and 'href="/admin/"' in page.text
        wire.mend()
        assert visitor.ask("/reperes/").status == 200
        with psycopg.connect(own_database) as other:
            other.execute("LOCK TABLE editorial_draft IN EXCLUSIVE MODE")
            says(editor.ask(editor.figure, form), "La base de données est occupée")
        assert editor.ask(editor.figure, form).status == 302


def test_a_server_that_vanishes_is_not_waited_for(db):
    """Seen once with a network cut in silence: given up after 10 and 15 s, else not in 45."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is never away")
    connection.ensure_connection()
    told = connection.connection.info.get_parameters()
    asked = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives_idle": "10",
             "keepalives_interval": "5"}  # fmt: skip
    assert asked.items() <= told.items()


def test_what_failed_is_not_dated(rf, monkeypatch):
    asked = []
    monkeypatch.setattr(reading, "date_changes", lambda: asked.append(1))
    for status in (503, 500, 302):
        reading.ReadingMiddleware(lambda _request, s=status: HttpResponse(status=s))(rf.post("/"))
    assert len(asked) == 1, "the database is not asked again, nor the same failure told twice"


# In the room


def test_a_role_that_is_not_enough_says_which_is_and_who_has_it(writer, sign_in, figure):
    sign_in("administration", "Ada")
    for answer in (
        writer.get("/admin/auth/user/"), writer.get("/admin/etat/"),
        writer.post(f"/admin/pages/keyfigure/{figure.pk}/change/", {"_withdraw": "", "_kept": "a"}),
    ):  # fmt: skip
        text = answer.content.decode()
        assert answer.status_code == 403 and "<h1>Votre compte n’a pas ce droit</h1>" in text
        assert "Rédaction" in text and "Ada" in text and 'href="/admin/"' in text
        assert ("gardé dans ce navigateur" in text) == (answer.request["REQUEST_METHOD"] == "POST")


def test_an_address_of_the_room_where_nothing_is_leads_back_to_it(writer, client):
    answer = writer.get("/admin/nulle-part/")
    assert answer.status_code == 404
    assert "<h1>Il n’y a rien à cette adresse</h1>" in answer.content.decode()
    assert client.get("/admin/nulle-part/").status_code == 302
    assert "Ada" not in client.get("/nulle-part/").content.decode()


# Mail


class Refusing(BaseEmailBackend):
    """A server of mail that is not there."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("nobody answers")


@pytest.fixture
def no_mail(settings):
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Refusing"}}


def test_an_invitation_that_cannot_leave_is_told_and_handed_over(no_mail, editor_client, sign_in):
    paul = sign_in("redaction", "paul").user
    paul.email = "paul@example.org"
    paul.save()
    chosen = {"action": "give_links", "_selected_action": [paul.pk]}
    page = editor_client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    assert "n’a pas pu partir" in page and "À" not in page.split("n’a pas pu partir")[0][-40:]
    link = re.search(r"/admin/compte/mot-de-passe/[\w-]+/", page)[0]
    assert editor_client.get(link).status_code in (200, 302)
    assert AccountEvent.objects.first().detail == "le courrier n’a pas pu partir"


def test_a_forgotten_password_says_the_same_and_administrators_read_it(
    no_mail, sign_in, caplog, monkeypatch
):
    monkeypatch.setattr(links.connections, "close_all", lambda: None)  # the test is no thread
    marie = sign_in("redaction", "marie").user
    marie.email = "marie@example.org"
    marie.save()
    links._answer("marie@example.org")
    event = AccountEvent.objects.first()
    assert (event.account, event.detail) == ("marie", "le courrier n’a pas pu partir")
    assert "forgotten password could not be sent" in caplog.text
