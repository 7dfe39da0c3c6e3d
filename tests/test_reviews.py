"""Dates that come: reviews shown and mailed, publications and withdrawals that nobody clicks."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from pages.models import KeyFigure, Page
from poles.models import Pole
from ptce_site.editorial import due
from ptce_site.editorial.content_version import content_version
from ptce_site.editorial.models import Draft

from .postgresql import database_of_its_own
from .test_admin import form_data
from .test_roles import url

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2027, 3, 4)


@pytest.fixture
def figure(db):
    return KeyFigure.objects.get(slug="pib-2013")


def set_dates(thing, **dates) -> None:
    type(thing).objects.filter(pk=thing.pk).update(**dates)


def plan(client, thing, **changes) -> Draft:
    """A draft that is to be published now."""
    later = timezone.localtime() + dt.timedelta(days=1)
    data = form_data(client.get(url(thing)).content.decode())
    data |= {"_publish": [""], "_publish_at": [f"{later:%Y-%m-%dT%H:%M}"]}
    assert client.post(url(thing), data | changes).status_code == 302
    Draft.objects.update(publish_at=timezone.now())
    return Draft.objects.get()


# What visitors read


@pytest.mark.django_db
def test_the_next_review_stands_beside_the_last(client, figure):
    said = "Prochaine relecture prévue le 4 mars 2027."
    page, reading = Page.objects.get(slug="contact"), Page.objects.get(slug="ess")
    pole = Pole.objects.published().first()
    for thing in (page, reading, pole):
        address = thing.get_absolute_url()
        set_dates(thing, verified_on=dt.date(2026, 3, 4), review_on=None)
        assert "rochaine relecture" not in client.get(address).content.decode()
        set_dates(thing, review_on=TODAY)
        text = " ".join(client.get(address).content.decode().split())
        assert (
            f"4 mars 2026{', d’après des copies archivées' if thing == pole else ''}. {said}"
            in text
        )
        english = client.get(f"/en{address}")
        assert english.status_code in (200, 404)
        set_dates(thing, verified_on=None)
        assert "rochaine relecture" not in client.get(address).content.decode()
    set_dates(figure, verified_on=dt.date(2026, 3, 4), review_on=TODAY)
    html = client.get(figure.get_absolute_url()).content.decode()
    assert 'Prochaine relecture</dt><dd><time datetime="2027-03-04">4 mars 2027' in html


@pytest.mark.django_db
def test_the_home_page_does_not_grow(client):
    home = Page.objects.get(slug="accueil")
    set_dates(home, verified_on=TODAY, review_on=None)
    before = len(client.get("/").content)
    set_dates(home, review_on=TODAY)
    assert len(client.get("/").content) == before


@pytest.mark.django_db
def test_publishing_leaves_the_review_dates_as_typed(editor_client, figure):
    data = form_data(editor_client.get(url(figure)).content.decode())
    data |= {"verified_on": ["04/03/2026"], "review_on": [""], "_publish": [""]}
    assert editor_client.post(url(figure), data).status_code == 302
    figure.refresh_from_db()
    assert (figure.verified_on, figure.review_on) == (dt.date(2026, 3, 4), None)


# The weekly mail


@pytest.fixture
def staff(django_user_model, sign_in):
    """One account of each kind, with an address each, and two who get nothing."""
    for role in ("redaction", "publication", "administration", "nobody"):
        user = sign_in(role, f"{role}-1").user
        django_user_model.objects.filter(pk=user.pk).update(email=f"{role}@example.org")
    sign_in("publication", "sans-adresse")
    away = sign_in("publication", "partie").user
    django_user_model.objects.filter(pk=away.pk).update(email="partie@example.org", is_active=False)


def remind(capsys) -> str:
    call_command("remind_reviews")
    return capsys.readouterr().out


@pytest.mark.django_db
def test_overdue_reviews_are_mailed_once_to_those_who_publish(staff, figure, capsys, settings):
    page = Page.objects.get(slug="ess")
    set_dates(page, review_on=dt.date(2020, 1, 2))
    set_dates(figure, review_on=timezone.localdate())
    hidden = Page.objects.get(slug="contact")
    set_dates(hidden, review_on=dt.date(2020, 1, 2), state="withdrawn")
    set_dates(Pole.objects.first(), review_on=timezone.localdate() + dt.timedelta(days=1))
    assert remind(capsys) == "2 overdue: mailed to 2 account(s).\n"
    (letter,) = mail.outbox
    assert set(letter.to) == {"publication@example.org", "administration@example.org"}
    assert letter.subject == "2 relectures en retard"
    assert letter.body.index(page.title_fr) < letter.body.index(figure.label_fr)
    assert "(page), à relire depuis le 2 janvier 2020\u202f:" in letter.body
    assert f"{settings.SITE_URL}{url(page)}#id_verified_on" in letter.body
    assert hidden.title_fr not in letter.body


@pytest.mark.django_db
def test_no_mail_without_anything_to_say(staff, capsys):
    assert remind(capsys) == "Nothing is overdue: no mail.\n" and not mail.outbox


@pytest.mark.django_db
def test_mail_that_is_off_is_said(staff, figure, capsys, settings):
    set_dates(figure, review_on=dt.date(2020, 1, 2))
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    assert "mail is off (EMAIL_URL is not set)" in remind(capsys)


@pytest.mark.django_db
def test_nobody_to_write_to_is_said(figure, capsys):
    set_dates(figure, review_on=dt.date(2020, 1, 2))
    assert "no account that publishes has an e-mail" in remind(capsys) and not mail.outbox


@pytest.mark.django_db
def test_a_mail_that_does_not_leave_ends_in_a_sentence(staff, figure, settings):
    set_dates(figure, review_on=dt.date(2020, 1, 2))
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 2},
        }
    }
    with pytest.raises(CommandError, match="could not leave"):
        call_command("remind_reviews")


# What comes due


@pytest.mark.django_db
def test_the_timer_publishes_and_withdraws(editor_client, client, figure, capsys):
    plan(editor_client, figure, label_fr=["De demain"])
    page = Page.objects.get(slug="contact")
    set_dates(page, withdraw_at=timezone.now())
    call_command("publish_due")
    assert capsys.readouterr().out == "1 draft(s) published, 1 page(s) withdrawn.\n"
    assert "De demain" in client.get(figure.get_absolute_url()).content.decode()
    assert client.get(page.get_absolute_url()).status_code == 410
    call_command("publish_due")
    assert capsys.readouterr().out == "0 draft(s) published, 0 page(s) withdrawn.\n"


@pytest.mark.django_db
def test_the_timer_says_what_could_not_be_published(editor_client, figure, capsys):
    plan(editor_client, figure, label_fr=["De demain"])
    Draft.objects.update(seen=10**6)
    with pytest.raises(CommandError, match=r"1 draft.* De demain \(La page a changé") as caught:
        call_command("publish_due")
    assert caught.value.returncode == 1
    assert "0 draft(s) published" in capsys.readouterr().out
    figure.refresh_from_db()
    assert figure.label_fr != "De demain"
    call_command("publish_due")  # said once


@pytest.fixture
def look(db, monkeypatch):
    """What the looking thread calls; here it shares the connection of the test."""
    monkeypatch.setattr(due, "close_old_connections", lambda: None)
    return due.Look()


@pytest.mark.django_db
def test_the_look_applies_what_is_due_and_says_when_the_next_is(
    look, editor_client, client, figure
):
    draft = plan(editor_client, figure, label_fr=["De demain"])
    assert client.get("/ess/").status_code == 200
    assert Draft.objects.filter(pk=draft.pk).exists(), "no visitor waits for it"
    before = content_version()
    assert look() == (f"{content_version()} {timezone.localdate()}", None)
    assert not Draft.objects.exists() and content_version() != before
    figure.refresh_from_db()
    assert figure.label_fr == "De demain"
    page = Page.objects.get(slug="contact")
    for later, expected in ((90, 90), (30, 30)):
        page.withdraw_at = timezone.now() + dt.timedelta(seconds=later)
        page.save()
        assert expected - 5 < look()[1] <= expected
    draft = plan(editor_client, figure, label_fr=["Plus tôt"])
    Draft.objects.update(publish_at=timezone.now() + dt.timedelta(seconds=10))
    assert 5 < look()[1] <= 10, "a draft changes no version, and is seen"
    Draft.objects.update(problem="x")
    assert 20 < look()[1] <= 30, "what cannot be published is not waited for"


@pytest.mark.django_db
def test_a_look_costs_two_light_queries(look, django_assert_num_queries):
    look()
    with django_assert_num_queries(2):
        look()


@pytest.mark.django_db
def test_the_day_is_a_part_of_the_version(look, monkeypatch):
    today = look()[0]
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)
    assert look()[0] != today


@pytest.mark.django_db
def test_what_cannot_be_applied_does_not_hide_the_version(
    look, editor_client, figure, monkeypatch, caplog
):
    tried = []

    def fail() -> None:
        tried.append(1)
        raise DatabaseError("locked")

    plan(editor_client, figure, label_fr=["De demain"])
    monkeypatch.setattr(due, "apply_due", fail)
    for _ in range(5):
        word, seconds = look()
        assert word.startswith(content_version()) and seconds <= 0
    assert len(tried) == 1, "it waits before it tries again"
    assert "What is due could not be applied" in caplog.text


PREPARED = """
import datetime as dt
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from pages.models import KeyFigure
from ptce_site.editorial.models import Draft
from tests.test_reviews import plan
client = Client(headers={"host": "localhost"})
client.force_login(get_user_model().objects.get())
plan(client, KeyFigure.objects.get(slug="pib-2013"), label_fr=["Une seule fois"])
"""
COUNTED = """
from pages.models import KeyFigure
from reversion.models import Version
figure = KeyFigure.objects.get(slug="pib-2013")
print(figure.label_fr, Version.objects.get_for_object(figure).count())
"""


@pytest.fixture
def own_database(tmp_path):
    with database_of_its_own(tmp_path, "due") as address:
        yield address


def test_several_processes_at_once_publish_once(own_database, tmp_path, request):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ptce_site.settings.test",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": own_database,
    }

    def manage(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "manage.py", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True
        )

    def done(process: subprocess.Popen) -> str:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    if own_database.startswith("sqlite"):
        shutil.copytree(request.getfixturevalue("prepared"), tmp_path, dirs_exist_ok=True)
    else:
        done(manage("prepare"))
    done(manage("shell", "-v0", "-c", PREPARED))
    at_once = [manage("publish_due") for _ in range(3)]
    assert sorted(done(process)[0] for process in at_once) == ["0", "0", "1"]
    assert done(manage("shell", "-v0", "-c", COUNTED)).strip() == "Une seule fois 2"
