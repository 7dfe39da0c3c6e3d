"""The window that « + » or the pencil opens: Django answers 200 there, saved or refused."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from pages.models import KeyFigure
from ptce_site.editorial.models import Draft, Source
from ptce_site.editorial.version_querysets import versions_of

from .test_drafts import address, typed

pytestmark = pytest.mark.django_db
WINDOW = "?_popup=1"
CLOSES = "data-popup-response"
NEW = {
    "slug": "neuf", "label_fr": "Ce que le chiffre compte", "value": "12", "unit_fr": "pôles",
    "source": "loi-2014-856", "reference_date": "2013", "standing": "verified",
    "verified_on": "2026-11-01",
}  # fmt: skip


def tomorrow() -> str:
    return f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"


def test_planned_from_a_window_is_public_at_its_time_only(publisher):
    add = reverse("admin:pages_keyfigure_add") + WINDOW
    data = typed(publisher, add, **NEW, _publish="", _publish_at=tomorrow())
    assert data["_popup"] == ["1"]
    assert publisher.post(add, data | {"_kept": ["abc123"]}).status_code == 302
    assert not KeyFigure.objects.filter(slug="neuf").exists()
    assert Draft.objects.get().publish_at > timezone.now()


def test_published_from_a_window_closes_it_and_ends_the_draft(publisher, figure):
    publisher.post(address(figure), typed(publisher, address(figure), label_fr="Mien", _draft=""))
    url = address(figure) + WINDOW
    data = typed(publisher, url, _publish="", _kept="abc123")
    answer = publisher.post(url, data)
    assert answer.status_code == 200 and CLOSES in answer.content.decode()
    assert answer.cookies["received"].value == "abc123", "the browser need not keep it"
    figure.refresh_from_db()
    assert figure.label_fr == "Mien" and not Draft.objects.exists()
    add = reverse("admin:pages_keyfigure_add") + WINDOW
    answer = publisher.post(add, typed(publisher, add, **NEW, _publish=""))
    assert CLOSES in answer.content.decode()
    assert KeyFigure.objects.published().get(slug="neuf")


def test_refused_in_a_window_comes_back_and_saves_nothing(publisher, figure):
    url = address(figure) + WINDOW
    data = typed(publisher, url, label_fr="", unit_fr="tonnes", _publish="", _kept="abc123")
    answer = publisher.post(url, data)
    assert "id_label_fr_error" in answer.content.decode() and not answer.cookies.get("received")
    figure.refresh_from_db()
    assert figure.unit_fr != "tonnes" and not versions_of(KeyFigure, figure.pk)


def test_verified_and_previewed_in_a_window_as_anywhere(publisher, figure):
    url = address(figure) + WINDOW
    data = typed(publisher, url, label_fr="Seulement montré", _kept="abc123")
    checked = publisher.post(url, data | {"_check": [""]})
    assert "Corrigez d’abord" not in checked.content.decode()
    assert checked.context["desk"].panel is not None
    shown = publisher.post(url, data | {"_preview": ["fr"]})
    assert "Seulement montré" in shown.content.decode()
    assert not checked.cookies.get("received") and not shown.cookies.get("received")
    figure.refresh_from_db()
    assert figure.label_fr != "Seulement montré"


def test_saved_in_a_window_keeps_what_was_there_before(publisher):
    source = Source.objects.first()
    url = address(source) + WINDOW
    answer = publisher.post(url, typed(publisher, url, title="Autre titre", _save=""))
    assert CLOSES in answer.content.decode()
    told = [one.revision.get_comment() for one in versions_of(Source, source.pk)]
    assert len(told) == 2 and "État avant" in told[-1]
