"""The page on personal data says what the code does: each of its promises is read from both."""

import datetime as dt
import re
from runpy import run_path

import pytest
from django.conf import settings
from django.db.models import SET_NULL
from django.urls import reverse
from reversion.models import Revision

from ptce_site import logs
from ptce_site.editorial.accounts import recording
from ptce_site.ops.backup import rotation
from ptce_site.ops.management.commands import purge

from .addresses import public_addresses
from .conftest import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/donnees-personnelles/"


@pytest.fixture
def page(client) -> str:
    return re.sub(r"<[^>]+>", "", client.get(PAGE).content.decode())


def test_visitors_get_no_cookie(client, page):
    assert "ne dépose aucun cookie chez ses visiteurs" in page
    for path in [one for one in public_addresses() if one.count("/") < 4]:
        assert not client.get(path).cookies, path


def test_editors_get_two_and_no_other(client, editor_client, figure, page):
    assert "des cookies, et deux seulement" in page
    seen = set(client.get(reverse("admin:login")).cookies)
    edit = reverse("admin:pages_keyfigure_change", args=[figure.pk])
    for path in (reverse("admin:index"), edit, reverse("guide"), reverse("translations")):
        seen |= set(editor_client.get(path).cookies)
    seen |= set(editor_client.post(edit, {"_save": "1"}).cookies)
    seen |= set(editor_client.get(edit).cookies) | set(editor_client.cookies)
    assert seen == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert settings.MESSAGE_STORAGE.endswith("SessionStorage"), "what is said once is no cookie"


def test_how_long_things_are_kept(page):
    assert "douze heures au plus" in page and settings.SESSION_COOKIE_AGE == 12 * 3600
    assert "Au bout d’un an, il l’efface" in page and dt.timedelta(days=365) == recording.KEPT
    assert "un mois au plus" in page
    assert "MONTH = 30 * 864e5" in (ROOT / "static/js/admin-keep.js").read_text()
    assert "30 jours après la clôture" in page and dt.timedelta(days=30) == purge.AFTER_CLOSING
    assert "gardent un an environ" in page and rotation.Keep().monthly == 12
    assert "au plus tard 12 mois" in page and dt.timedelta(days=365) == purge.AT_THE_LATEST


def test_an_account_is_exported_and_leaves_no_name(page, editor_client, django_user_model, figure):
    assert "emporter dans un fichier tout ce que le site garde d’elle" in page
    own = editor_client.get(reverse("own_export"))
    assert own.json()["account"]["username"] == "editor"
    assert "l’historique de ses textes perd son nom" in page
    assert Revision._meta.get_field("user").remote_field.on_delete is SET_NULL


def test_no_list_of_visits_and_never_a_whole_address(page, monkeypatch):
    assert "ne tient pas la liste de ses visites" in page
    monkeypatch.delenv("ACCESS_LOG", raising=False)
    told = run_path(str(ROOT / "gunicorn.conf.py"))
    assert told["accesslog"] is None
    assert told["logger_class"] == "ptce_site.accesslog.DiscreetLogger"
    assert "jamais l’adresse entière" in page
    assert logs.network("192.0.2.77") == "192.0.2.0/24"
    assert logs.network("2001:db8:1:2::3") == "2001:db8:1::/48"
