"""What doctor finds wrong or unsafe: each question is asked where there is the fault."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from ptce_site.ops import jobs, readiness
from ptce_site.ops.doctor import everything, machine, records, told
from ptce_site.ops.doctor.answers import Level
from ptce_site.ops.models import JobRun

from .conftest import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SMTP = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
STRONG = "kUq3-x9Wd_7TzRmB2cVn8LsY4hGf6JpE0aXoQiZw5uKvNtMy"


@pytest.fixture
def at_home(settings, tmp_path):
    """A sound installation in a folder of its own."""
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.SECRET_KEY = STRONG + "zz"
    settings.SITE_URL, settings.HTTPS, settings.TRUSTED_PROXIES = "https://ptce.example", True, 1
    tmp_path.chmod(0o750)
    return settings


@pytest.mark.parametrize(
    ("question", "changes", "level", "word"),
    [
        (told.site_url, {}, "fine", "HSTS"),
        (told.site_url, {"SITE_URL": "http://localhost:8000", "HTTPS": False}, "remark", "HTTPS"),
        (told.site_url, {"SITE_URL": "http://ptce.example", "HTTPS": False}, "wrong", "clear"),
        (told.secret_key, {}, "fine", "50 characters"),
        (told.secret_key, {"SECRET_KEY": STRONG[:40]}, "remark", "40"),
        (told.secret_key, {"SECRET_KEY": "x" * 60}, "wrong", "forged"),
        (told.secret_key, {"SECRET_KEY": STRONG[:20]}, "wrong", "forged"),
        (told.secret_key, {"SECRET_KEY": "django-insecure-" + STRONG}, "wrong", "forged"),
        (told.database_url, {}, "fine", ""),
        (told.email_url, {"MAILERS": {"default": {"BACKEND": told.NOWHERE}}}, "remark", "off"),
        (told.email_url, {"MAILERS": {"default": SMTP | {"OPTIONS": {
            "host": "smtp.example", "password": "p", "use_tls": True}}}}, "fine", "smtp.example"),
        (told.email_url, {"MAILERS": {"default": SMTP | {"OPTIONS": {
            "host": "smtp.example", "password": "p"}}}}, "wrong", "clear"),
        (told.mail_server, {"MAILERS": {"default": SMTP | {"OPTIONS": {
            "host": "127.0.0.1", "port": 9, "timeout": 2}}}}, "wrong", "refuse"),
        (told.mail_server, {}, "fine", "lets"),
        (told.debug, {"DEBUG": True}, "wrong", "secrets"),
        (told.debug, {}, "fine", ""),
        (told.proxies, {}, "remark", "X-Forwarded-Proto"),
        (told.proxies, {"TRUSTED_PROXIES": 0}, "wrong", "every visitor"),
        (told.proxies, {"HTTPS": False}, "remark", "pretend"),
        (told.proxies, {"HTTPS": False, "TRUSTED_PROXIES": 0}, "fine", ""),
        (told.media_store, {}, "fine", "written to"),
        (machine.s3_library, {"STORAGES": {"default": {"BACKEND": "absent.s3.Media"},
            "staticfiles": {"BACKEND": "x"}}}, "wrong", "requirements-s3"),
    ],
)  # fmt: skip
def test_the_settings_are_judged(at_home, question, changes, level, word):
    for name, value in changes.items():
        setattr(at_home, name, value)
    answer = question()
    assert answer.level == level, answer
    assert word in answer.told + answer.remedy
    assert answer.level == Level.FINE or answer.remedy


def test_files_that_others_could_read(at_home, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    assert machine.env_file().level == Level.FINE
    (tmp_path / ".env").write_text("SECRET_KEY=x")
    for mode, level in ((0o600, "fine"), (0o640, "fine"), (0o644, "wrong"), (0o660, "wrong")):
        (tmp_path / ".env").chmod(mode)
        assert machine.env_file().level == level, oct(mode)
    database = tmp_path / "db.sqlite3"
    database.write_text("")
    database.chmod(0o644)
    for mode, level in ((0o750, "fine"), (0o755, "remark"), (0o777, "wrong")):
        tmp_path.chmod(mode)
        assert machine.data_folder().level == level, oct(mode)


@pytest.mark.parametrize(("free", "level"), [(10**8, "wrong"), (10**9, "remark"), (10**10, "fine")])
def test_room_on_the_disk(at_home, monkeypatch, free, level):
    monkeypatch.setattr(
        machine.shutil, "disk_usage", lambda _p: SimpleNamespace(free=free, total=1)
    )
    assert machine.disk().level == level


def test_the_age_of_the_newest_backup(at_home, tmp_path):
    assert machine.backups().level == Level.REMARK
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in (("ptce-a.zip", 9), ("ptce-b.zip", 3), ("ptce-c.zip.part", 0), ("x.zip", 0)):
        (folder / name).write_text("")
        os.utime(folder / name, (time.time() - days * 86400,) * 2)
    assert machine.backups().level == Level.WRONG
    (folder / "ptce-d.tar.gz").write_text("")
    assert machine.backups().level == Level.FINE
    assert machine.newest_backup() > datetime.now(UTC) - timedelta(minutes=1)


def test_what_is_made_at_the_installation(at_home, tmp_path, settings, monkeypatch):
    assert machine.static_files().level == Level.WRONG
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    assert machine.static_files().level == Level.FINE
    os.utime(settings.STATIC_ROOT / "staticfiles.json", (0, 0))
    assert machine.static_files().level == Level.REMARK
    locale = tmp_path / "locale" / "de" / "LC_MESSAGES"
    locale.mkdir(parents=True)
    (locale / "django.po").write_text("")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    assert "de" in machine.catalogues().told and machine.catalogues().level == Level.WRONG
    (locale / "django.mo").write_text("")
    assert machine.catalogues().level == Level.FINE
    monkeypatch.setattr(machine.pdf, "available", lambda: False)
    assert machine.pango().level == Level.REMARK
    monkeypatch.setattr(machine.time, "time", lambda: 10**8)
    assert machine.clock().level == Level.WRONG


def test_the_database_and_the_jobs(at_home, monkeypatch):
    assert records.database().level == Level.FINE
    assert "never ran" in records.jobs().told and records.jobs().level == Level.REMARK
    now = timezone.now()
    for job in jobs.JOBS:
        JobRun.objects.create(name=job.name, began=now, ended=now, outcome="done", told="x")
    assert records.jobs().level == Level.FINE
    JobRun.objects.filter(name="purge").update(ended=now - timedelta(days=3))
    assert records.jobs().level == Level.WRONG and "purge" in records.jobs().told
    monkeypatch.setattr(records, "database_fault", lambda: "Migrations are pending for poles.")
    assert records.database().level == Level.WRONG
    monkeypatch.setattr(readiness, "pending", list)


def test_a_question_that_fails_keeps_no_other_from_being_asked():
    def gone():
        raise OperationalError("no such table")

    answers = everything.examine([gone, told.debug])
    assert [answer.level for answer in answers] == [Level.WRONG, Level.FINE]
    assert "no such table" in answers[0].told


def run(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def test_the_command_says_it_all_and_ends_with_what_it_found(at_home, monkeypatch):
    text, code = run()
    assert code == 1 and "WRONG   static: " in text and "→ manage.py collectstatic" in text
    asked = json.loads(run("--json")[0])
    questions = (*everything.QUICK, *everything.SLOW)
    assert len(asked) == len(questions) == len({answer["about"] for answer in asked})
    assert {"about", "level", "told", "remedy"} == set(asked[0])
    monkeypatch.setattr(told, "NOWHERE", "nowhere")
    sound = [question for question in questions if question is not machine.static_files]
    monkeypatch.setattr(everything.examine, "__defaults__", (tuple(sound),))
    text, code = run("--mail", "asso@example.org")
    assert code == 0 and "remark(s)." in text
    assert [letter.to for letter in mail.outbox] == [["asso@example.org"]]


# Jobs


def test_a_job_writes_down_its_run_and_what_it_said():
    out = StringIO()
    call_command("purge", stdout=out)
    (run,) = JobRun.objects.all()
    assert run.name == "purge" and run.outcome == "done" and run.ended >= run.began
    assert run.told == out.getvalue().strip() and "Erased" in run.told
    call_command("purge", "--dry-run", stdout=out)
    assert JobRun.objects.count() == 1, "to look is not to run"


@pytest.mark.parametrize(
    ("error", "written"),
    [
        (CommandError("no\nnetwork"), "no network"),
        (ValueError("of marie@example.org"), "ValueError"),
    ],
)
def test_a_job_that_fails_says_so(monkeypatch, caplog, error, written):
    from ptce_site.ops.management.commands import check_links

    def fail(*_args, **_more):
        raise error

    monkeypatch.setattr(check_links, "go_round", fail)
    with pytest.raises(type(error)):
        call_command("check_links")
    run = JobRun.objects.get()
    assert (run.outcome, run.told) == ("failed", written)
    assert ("A job failed" in caplog.text) == isinstance(error, ValueError)


def test_every_timed_command_is_recorded_and_only_the_last_runs_are_kept():
    for name in ("publish_due", "remind_reviews", "sweep_images"):
        call_command(name, stdout=StringIO())
    assert JobRun.objects.filter(outcome="done").count() == 3
    for _ in range(jobs.REMEMBERED + 5):
        call_command("publish_due", stdout=StringIO())
    assert JobRun.objects.filter(name="publish_due").count() == jobs.REMEMBERED
    assert JobRun.objects.exclude(name="publish_due").count() == 2


def test_a_run_that_cannot_be_written_down_goes_on(monkeypatch):
    def gone(*_anything, **_more):
        raise OperationalError("database is locked")

    monkeypatch.setattr(JobRun, "save", gone)
    out = StringIO()
    call_command("purge", stdout=out)
    assert "Erased" in out.getvalue()


def test_a_run_is_not_read_by_visitors():
    from ptce_site.editorial.content_version import content_version

    before = content_version()
    call_command("publish_due", stdout=StringIO())
    assert content_version() == before, "or every page would be made again each minute"


# The page


def test_administrators_see_the_state_of_the_site(at_home, administrator, tmp_path):
    call_command("purge", stdout=StringIO())
    (tmp_path / "version").write_text("v1-3-gabc")
    answer = administrator.get("/admin/etat/")
    html = answer.content.decode()
    assert answer.status_code == 200
    for words in ("v1-3-gabc", "Erased 0 e-mail(s)", "aucune dans le dossier habituel", "réussie",
                  "jamais", "Go libres sur", "Static files were not collected"):  # fmt: skip
        assert words in html, words
    assert '<td lang="en">' in html and '<ul lang="en">' in html
    assert '<a href="/admin/etat/">' in administrator.get("/admin/").content.decode()


def test_nobody_else_does(client, writer, publisher):
    assert client.get("/admin/etat/").status_code == 302
    for other in (writer, publisher):
        assert other.get("/admin/etat/").status_code == 403
        assert "/admin/etat/" not in other.get("/admin/").content.decode()


def test_it_tells_the_pages_that_are_kept(at_home, administrator):
    kept = type("Kept", (), {"size": 3_400_000, "__len__": lambda _self: 12})()
    assert "12 pages, 3,4 Mo" in administrator.get("/admin/etat/", **{"ptce.kept": kept}).text


# Settings as a host gives them


def production(code: str, **more: str) -> subprocess.CompletedProcess:
    environment = {"DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod", "SECRET_KEY": STRONG + "zz"}
    return subprocess.run(
        [sys.executable, *code.split()], cwd=ROOT, capture_output=True, text=True,
        env=environment | more,
    )  # fmt: skip


def test_production_passes_djangos_own_check(tmp_path):
    told = production(
        "manage.py check --deploy --fail-level WARNING",
        SITE_URL="https://ptce.example.org", DATA_DIR=str(tmp_path),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "no issues" in told.stdout


@pytest.mark.parametrize(
    ("said", "trusted"),
    [({"SITE_URL": "https://a.example"}, 1), ({"SITE_URL": "http://localhost:8000"}, 0),
     ({"SITE_URL": "https://a.example", "TRUSTED_PROXIES": "2"}, 2)],
)  # fmt: skip
def test_how_many_proxies_follows_from_the_address(monkeypatch, said, trusted):
    import importlib

    from ptce_site.settings import base

    for name, value in said.items():
        monkeypatch.setenv(name, value)
    found = importlib.reload(base).TRUSTED_PROXIES
    assert found == trusted
    monkeypatch.undo()
    importlib.reload(base)
