"""Two addresses for whoever watches: alive, and ready; they tell strangers nothing."""

import logging
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from ptce_site import wsgi
from ptce_site.health import Health
from ptce_site.ops import readiness


@pytest.fixture(autouse=True)
def the_connection_of_the_test(monkeypatch):
    """It is in a transaction, which `ready` would take for a connection left in a mess."""
    monkeypatch.setattr(readiness, "close_old_connections", lambda: None)


def ask(application, path: str, **said: str):
    environ = {"PATH_INFO": path, "wsgi.input": BytesIO(), **said}
    setup_testing_defaults(environ)
    told = []
    body = b"".join(application(environ, lambda status, headers: told.extend((status, headers))))
    return int(told[0][:3]), dict(told[1]), body


def behind(environ, start_response):
    start_response("418 I'm a teapot", [])
    return [b"the site"]


def never_asked():
    raise AssertionError("asked")


@pytest.mark.parametrize("host", ["localhost", "10.0.0.5:8000", "evil.example"])
def test_alive_asks_nothing_of_anything(host):
    status, headers, body = ask(Health(behind, never_asked), "/healthz", HTTP_HOST=host)
    assert (status, body) == (200, b"ok\n")
    assert headers["Cache-Control"] == "no-store" and headers["X-Robots-Tag"] == "noindex"
    assert headers["Content-Type"].startswith("text/plain") and "Set-Cookie" not in headers
    assert "Content-Language" not in headers and headers["X-Content-Type-Options"] == "nosniff"


def test_only_these_two_addresses_and_only_to_read():
    health = Health(behind, never_asked)
    for path in ("/", "/healthz/", "/healthz.txt", "/en/healthz", "//healthz", ""):
        assert ask(health, path)[0] == 418, path
    assert ask(health, "/healthz", REQUEST_METHOD="POST")[0] == 405
    assert ask(health, "/healthz", REQUEST_METHOD="HEAD")[::2] == (200, b"")


def test_why_it_is_not_ready_is_for_the_log(caplog):
    wrong = ["The database does not answer (secret at 192.0.2.1)."]
    health = Health(behind, lambda: wrong, every=0)
    with caplog.at_level(logging.WARNING, "ptce_site.health"):
        for _ in range(3):
            assert ask(health, "/readyz")[::2] == (503, b"not ready\n")
        wrong = []
        assert ask(health, "/readyz")[::2] == (200, b"ok\n")
    assert [record.getMessage() for record in caplog.records] == [
        "Not ready: The database does not answer (secret at 192.0.2.1).", "Ready."
    ]  # fmt: skip


def test_a_stranger_cannot_have_the_database_asked_all_day():
    asked = []
    health = Health(behind, lambda: asked.append(1) or [])
    for _ in range(50):
        assert ask(health, "/readyz")[0] == 200
    assert len(asked) == 1


def test_the_site_answers_them_before_all_else(settings):
    assert isinstance(wsgi.application, Health)
    assert ask(wsgi.application, "/healthz", HTTP_HOST="evil.example")[0] == 200
    assert wsgi.application.ready == wsgi.pages.ready, "or nothing kept leaves in one piece"
    settings.DEBUG = True
    assert isinstance(wsgi.watched(behind), Health)


@pytest.mark.django_db
def test_ready_when_the_database_is_up_to_date():
    assert readiness.ready() == []


@pytest.mark.django_db
def test_not_ready_before_the_migrations():
    MigrationRecorder.Migration.objects.filter(app="poles").delete()
    assert readiness.ready() == ["Migrations are pending for poles."]


@pytest.mark.django_db
def test_not_ready_without_the_database(monkeypatch):
    def gone(*_anything):
        raise OperationalError("connection refused\n\tat host")

    monkeypatch.setattr(connection, "cursor", gone)
    assert readiness.ready() == ["The database does not answer (connection refused at host)."]


@pytest.mark.django_db
def test_not_ready_when_pictures_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "media").write_text("a file where a folder should be")
    storage = FileSystemStorage(location=tmp_path / "media")
    monkeypatch.setattr(readiness, "default_storage", storage)
    assert "media cannot be written to" in readiness.ready()[0]
