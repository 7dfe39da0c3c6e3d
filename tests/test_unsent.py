"""What was typed and did not arrive: an expired session, a page from yesterday, a frame."""

import pytest
from django.test import Client
from django.urls import reverse

from pages.models import KeyFigure
from ptce_site.editorial.models import Draft, Source

from .test_drafts import address, typed

pytestmark = pytest.mark.django_db
TOKEN = "abc123"


@pytest.fixture
def figure():
    return KeyFigure.objects.get(slug="pib-2013")


@pytest.fixture
def checked(editor_client):
    """The same editor where CSRF tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = editor_client.cookies
    return client


def test_an_expired_session_says_where_the_text_is_and_leads_back(editor_client, client, figure):
    url = address(figure)
    data = typed(editor_client, url, label_fr="Tapé", _draft="", _kept=TOKEN)
    answer = client.post(url, data)
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"?next={url}")
    assert "received" not in answer.cookies
    login = client.get(answer.headers["Location"]).content.decode()
    assert "Votre session a expiré" in login and "vous sera proposé" in login
    assert f'name="next" value="{url}"' in login
    assert not Draft.objects.exists()


def test_without_a_kept_text_nothing_is_promised(editor_client, client, figure):
    url = address(figure)
    login = client.post(url, typed(editor_client, url, _draft=""), follow=True).content.decode()
    assert "rien n’a été enregistré" in login and "vous sera proposé" not in login
    again = client.get(url, follow=True).content.decode()
    assert "Votre session a expiré" not in again, "opening a form is not losing one"


def test_what_arrived_is_acknowledged(editor_client, figure):
    url = address(figure)
    answer = editor_client.post(url, typed(editor_client, url, _draft="", _kept=TOKEN))
    cookie = answer.cookies["received"]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == (TOKEN, "/admin/", "Lax")
    source = Source.objects.first()
    plain = reverse("admin:editorial_source_change", args=[source.pk])
    answer = editor_client.post(plain, typed(editor_client, plain, _save="", _kept="plain1"))
    assert answer.status_code == 302 and answer.cookies["received"].value == "plain1"


@pytest.mark.parametrize(
    "changes",
    [
        {"_publish": "", "label_fr": "", "_kept": TOKEN},  # comes back with its messages
        {"_preview": "fr", "_kept": TOKEN},
        {"_withdraw": "", "_kept": TOKEN},  # sends the form and does not save it
        {"_draft": "", "_kept": "a;b"},
        {"_draft": ""},
    ],
)
def test_what_is_not_saved_is_not_acknowledged(editor_client, figure, changes):
    url = address(figure)
    answer = editor_client.post(url, typed(editor_client, url, **changes))
    assert "received" not in answer.cookies
    if answer.status_code == 200 and "_publish" in changes:
        html = answer.content.decode()
        assert f'data-token="{TOKEN}"' in html, "the page goes on keeping under the same token"


def test_a_page_from_yesterday_is_told_in_french(checked, figure):
    url = address(figure)
    answer = checked.post(url, {"_draft": "", "_kept": TOKEN})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "restée ouverte trop longtemps" in html and "gardé dans ce navigateur" in html
    assert f'href="{url}"' in html and 'lang="fr"' in html
    html = checked.post(url, {"_draft": ""}).content.decode()
    assert "gardé dans ce navigateur" not in html and "page précédente" in html


def test_outside_the_editors_room_the_same_in_the_site_s_clothes(checked):
    from ptce_site.editorial.unsent import csrf_failure

    request = checked.get("/").wsgi_request
    answer = csrf_failure(request)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Ce formulaire n’est plus valable" in html and "<h1>" in html


def test_a_preview_that_cannot_be_shown_says_so_in_its_frame(client, checked, figure):
    url = address(figure)
    expired = client.post(url, {"_preview": "fr"})
    assert expired.status_code == 200 and "session a expiré" in expired.content.decode()
    stale = checked.post(url, {"_preview": "fr"})
    assert stale.status_code == 403 and "trop longtemps" in stale.content.decode()
    for answer in (expired, stale):
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
