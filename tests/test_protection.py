"""What protects is on every answer, whoever gives it; what others may show says so."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory

from ptce_site.protection import INERT, NOTHING_MORE, UNUSED, ProtectionMiddleware

from .addresses import public_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PICTURE = "0" * 20 + "-0480.webp"
ANSWERS = {
    "/": 200, "/en/": 200, "/poles/florange-e2i/": 200, "/carte/embed/": 200, "/sitemap.xml": 200,
    "/robots.txt": 200, "/fil.atom": 200, "/site.webmanifest": 200, "/nulle-part/": 404,
    "/poles": 301, "/admin/": 302, "/admin/login/": 200, "/static/css/site/site.css": 200,
    "/static/img/icon.svg": 200, "/favicon.ico": 200, f"/media/images/{PICTURE}": 404,
    "/donnees/chiffres.csv": 200, "/poles/poles.geojson": 200, "/recherche/?q=pole": 200,
}  # fmt: skip
FOR_ANY_SITE = {
    "/static/css/site/site.css",
    "/carte/embed/",
    "/donnees/chiffres.csv",
    "/poles/poles.geojson",
}


@pytest.fixture
def https(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.WHITENOISE_USE_FINDERS = True
    client = Client(headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    client.raise_request_exception = False
    return client


def is_protected(answer, address: str) -> None:
    for name, value in EVERYWHERE.items():
        assert answer.headers[name] == value, (address, name)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy, address
    assert "frame-ancestors" in policy or not answer.headers["Content-Type"].startswith("text/html")
    shared = "cross-origin" if address in FOR_ANY_SITE else "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == shared, address
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert answer.headers["Permissions-Policy"] == NOTHING_MORE, address


@pytest.mark.parametrize("address", ANSWERS)
def test_every_kind_of_answer(https, address):
    answer = https.get(address)
    assert answer.status_code == ANSWERS[address], address
    is_protected(answer, address)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", address
    assert not answer.cookies or address.startswith("/admin/")


def test_what_is_not_found_withdrawn_broken_or_away(https, monkeypatch):
    from django.db import OperationalError

    from pages.models import Page
    from pages.views import subjects

    Page.objects.filter(slug="contact").update(state="withdrawn")
    assert https.get("/contact/").status_code == 410
    is_protected(https.get("/contact/"), "/contact/")
    for error, status in ((ZeroDivisionError, 500), (OperationalError, 503)):

        def broken(*_anything, error=error):
            raise error

        monkeypatch.setattr(subjects, "of_site_map", broken)
        answer = https.get("/plan-du-site/")
        assert answer.status_code == status
        is_protected(answer, "/plan-du-site/")


@pytest.mark.parametrize("host", ["evil.example", "localhost:80@evil.example", "a b", "localhost."])
def test_a_foreign_host_is_refused_and_the_refusal_protected(https, host):
    answer = https.get("/", headers={"Host": host})
    assert answer.status_code == (200 if host == "localhost." else 400)
    is_protected(answer, "/")
    assert b"evil" not in answer.content
    assert answer.headers["Strict-Transport-Security"]


def test_a_foreign_host_without_https_is_not_led_there(https):
    """The redirection asks for the host before any other middleware does."""
    answer = https.get("/", headers={"Host": "evil.example", "X-Forwarded-Proto": "http"})
    assert answer.status_code == 400 and "Location" not in answer.headers
    is_protected(answer, "/")


def test_what_asks_for_another_host_changes_no_address(https):
    """X-Forwarded-Host is nobody's business here: links are made from SITE_URL and the Host."""
    plain = https.get("/poles")
    forged = https.get(
        "/poles", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    )
    assert forged.headers["Location"] == plain.headers["Location"]
    page = https.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Original-URL": "/admin/"})
    assert b"evil.example" not in page.content and page.status_code == 200


@pytest.mark.parametrize("address", ["/poles/", "/admin/login/", "/admin/poles/pole/1/change/"])
def test_a_form_in_another_encoding_is_refused_in_a_sentence(address):
    """Django's own page for what cannot be read looks for a token in it, and fails again."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "a" * 32
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    answer = client.post(address, b"a=1", content_type=kind)
    assert answer.status_code == 400 and answer.content
    is_protected(answer, address)


def test_without_https_every_page_leads_to_it(https):
    answer = https.get("/poles/", headers={"X-Forwarded-Proto": "http"})
    assert answer.status_code == 301
    assert answer.headers["Location"] == "https://localhost/poles/"
    is_protected(answer, "/poles/")
    assert "Strict-Transport-Security" not in answer.headers


def test_every_public_page_forbids_what_is_unused():
    client = Client()
    for address in sorted(public_addresses())[::25]:
        is_protected(client.get(address), address)


def test_cards_are_shown_by_other_sites(client):
    html = client.get("/poles/florange-e2i/").content.decode()
    card = re.search(r"/partage/[^\"]+\.png", html)[0]
    answer = client.get(card)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Security-Policy"]


def test_what_is_unused_is_named_once_and_leaves_passkeys_alone():
    assert len(set(UNUSED)) == len(UNUSED)
    assert not [name for name in UNUSED if "publickey" in name or "clipboard" in name]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "x.webp.html", "../db.sqlite3", ""])
def test_an_unknown_file_of_media_is_never_given(client, name, settings):
    default_storage.save("images/a.html", ContentFile(b"<script>alert(1)</script>"))
    for folder in ("images", "masters"):
        answer = client.get(f"/media/{folder}/{name}")
        assert answer.status_code == 404
        assert b"alert" not in answer.content
    default_storage.delete("images/a.html")


def test_a_picture_runs_nothing(client):
    name = "ab" * 10 + "-480.webp"
    default_storage.save(f"images/{name}", ContentFile(b"<script>alert(1)</script>"))
    answer = client.get(f"/media/images/{name}")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    default_storage.delete(f"images/{name}")


def test_what_is_said_nearer_stays(rf: RequestFactory):
    from django.http import HttpResponse

    own = {"Referrer-Policy": "no-referrer", "Content-Security-Policy": "sandbox"}
    answer = ProtectionMiddleware(lambda _r: HttpResponse(headers=own))(rf.get("/"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    bare = ProtectionMiddleware(lambda _r: HttpResponse())(rf.get("/"))
    assert bare.headers["Content-Security-Policy"] == INERT
