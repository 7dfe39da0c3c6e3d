"""Pages kept ready: one test for each way in which what is kept could be wrong (docs/adr/0019)."""

import gzip
import io
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import timeit
import tracemalloc
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections

from poles.models import Pole
from ptce_site import wsgi
from ptce_site.bodytype import plain
from ptce_site.delivery import Delivery
from ptce_site.editorial import previews
from ptce_site.editorial.models import Draft
from ptce_site.keptpages import KeptPages
from ptce_site.readypage import ReadyPage, coding
from ptce_site.wsgi import deliver

from .addresses import public_addresses
from .test_reviews import plan

ROOT = Path(__file__).parents[1]
HTML = [("Content-Type", "text/html; charset=utf-8")]
LONG = "<p>Une page assez longue pour qu’on la comprime.</p>" * 40
DICE = random.Random(7)
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
NEVER = ("/admin/", "/apercu/", "/partage/", "/static/", "/media/")


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = int(status[:3]), dict(headers), body
        once = [name for name, _value in headers if name != "Set-Cookie"]
        assert len(set(once)) == len(once), f"a header said twice: {headers}"

    @property
    def text(self) -> str:
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress}
        return unpack.get(self.headers.get("Content-Encoding"), bytes)(self.body).decode()


def request(path: str, method: str = "GET", query: str = "", **said: str) -> dict:
    return {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, **said,
    }  # fmt: skip


def visit(application, path: str, method: str = "GET", query: str = "", **said: str) -> Answer:
    told: list = []

    def start_response(status, headers, exc_info=None):
        told[:] = status, headers

    answer = application(request(path, method, query, **said), start_response)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return Answer(*told, body)


class Site:
    """A site made of what `tell(environ)` says; `asked` holds every request that came so far."""

    def __init__(self, tell=None, status="200 OK", headers=HTML) -> None:
        self.asked: list[dict] = []
        self.tell = tell or (lambda environ: LONG + environ["PATH_INFO"])
        self.status, self.headers = status, headers

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        body = self.tell(environ).encode()
        start_response(self.status, list(self.headers))
        return [body]


class World:
    """The version in force, as the look tells it."""

    def __init__(self) -> None:
        self.word, self.problem, self.looks = "1", None, 0
        self.deliveries: list[Delivery] = []

    def look(self):
        self.looks += 1
        if self.problem:
            raise self.problem
        return self.word, None

    def turn(self, delivery, word: str) -> None:
        self.word = word
        self.wait(delivery, 2)

    def wait(self, delivery, looks: int) -> None:
        """Until it has looked so many times more."""
        wanted, deadline = self.looks + looks, time.monotonic() + 5
        while self.looks < wanted and time.monotonic() < deadline:
            time.sleep(0.002)
        assert self.looks >= wanted


@pytest.fixture
def world():
    world = World()
    yield world
    for delivery in world.deliveries:
        delivery.lookout.stop()


@pytest.fixture
def keeping(world):
    """Puts a delivery that has looked already around an application."""

    def around(application, **options) -> Delivery:
        options = {"canonical": "localhost", "hosts": ["localhost"], "never": NEVER} | options
        options = {"cookies": ("sessionid",), "every": 0.005} | options
        delivery = Delivery(application, world.look, **options)
        world.deliveries.append(delivery)
        delivery._watched()
        world.wait(delivery, 2)
        return delivery

    return around


@pytest.fixture
def whole(db):
    """The whole site, which as with Django's own client leaves the test its connection."""
    handler = get_wsgi_application()
    signals = (request_started, request_finished)

    def application(environ, start_response):
        for signal in signals:
            signal.disconnect(close_old_connections)
        return handler(environ, start_response)

    application.handler = handler
    yield application
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def django(whole, keeping):
    """The same, behind pages kept ready."""
    return keeping(whole)


def kept(delivery, path: str) -> bool:
    return delivery.pages.get(path) is not None


# What is kept, and what goes on being asked


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_public_page_is_kept(django, language):
    tools = {"fr": "/signaler/", "en": "/en/report/", "de": "/de/melden/"}
    for path in public_addresses(language):
        first = visit(django, path)
        assert first.status == 200
        assert kept(django, path) == (path != tools[language]), path
        assert visit(django, path).body == first.body or path == tools[language]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/sitemap.xml", "/sitemap-poles.xml", "/robots.txt", "/.well-known/security.txt", "/fil.atom",
     "/en/feed.atom", "/site.webmanifest", "/carte/embed/", "/recherche/"],
)  # fmt: skip
def test_what_machines_ask_for_is_kept(django, path):
    assert visit(django, path).status == 200 and kept(django, path)


def test_a_kept_page_is_not_asked_again(keeping):
    site = Site()
    delivery = keeping(site)
    bodies = {visit(delivery, "/a/").body for _ in range(5)}
    assert len(site.asked) == 1 and bodies == {(LONG + "/a/").encode()}


@pytest.mark.parametrize(
    "said",
    [
        {"query": "a=b"},
        {"method": "POST"}, {"method": "OPTIONS"}, {"method": "PROPFIND"}, {"method": "get"},
        {"HTTP_COOKIE": "a=b; sessionid=xyz"},
        {"HTTP_AUTHORIZATION": "Basic eA=="},
        {"HTTP_RANGE": "bytes=0-10"},
        {"HTTP_IF_MATCH": '"x"'}, {"HTTP_IF_UNMODIFIED_SINCE": "x"},
        {"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "localhost.evil.example"},
        {"HTTP_HOST": "localhost@evil.example"}, {"HTTP_HOST": "localhost:80:80"},
        {"HTTP_HOST": "localhost, evil.example"}, {"HTTP_HOST": ""}, {"HTTP_HOST": "a" * 9_000},
        {"SCRIPT_NAME": "/x"},
    ],
)  # fmt: skip
def test_what_is_not_everyones_goes_through_untouched(keeping, said):
    site = Site()
    delivery = keeping(site)
    visit(delivery, "/a/")
    visit(delivery, "/a/", **said)
    assert len(site.asked) == 2
    for name, value in said.items():
        if name.isupper():
            assert site.asked[1][name] == value, "Django sees the request as it came"
    assert site.asked[1]["REMOTE_ADDR"] == "192.0.2.7"
    delivery.pages.see("another")
    visit(delivery, "/b/", **said)
    assert not len(delivery.pages)


# Once: the application closes its connection, which on PostgreSQL is the test's own.
@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=a", "text/plain; b*=nope''x"),
        ("q=a", "text/plain; charset=rot13"),
        ("q=a", "text/plain; charset=undefined"),
        ("q=%5Cud800", "text/plain; charset=unicode_escape"),
        ("q=+2AA-", "text/plain; charset=utf-7"),
        ("q=a", "text/plain; x" + "x" * 20_000),
        ("q=a", "x" * 20_000),
    ],
)
def test_no_type_of_body_breaks_a_page(query, said):
    for path in ("/poles/", "/recherche/", "/nulle-part/"):
        answer = visit(wsgi.application, path, query=query, CONTENT_TYPE=said)
        assert answer.status == (404 if path == "/nulle-part/" else 200)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["", "; charset=unicode_escape", "; charset=utf-7; x=y"])
def test_what_is_posted_is_read_as_utf8_whatever_the_charset_said(charset):
    field = 'Content-Disposition: form-data; name="message"'
    body = f"--x\r\n{field}\r\n\r\né \\ud800 +2AA-\r\n--x--\r\n".encode()
    posted = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), **OWN}
    kind = f"multipart/form-data; boundary=x{charset}"
    answer = visit(wsgi.application, "/signaler/", "POST", CONTENT_TYPE=kind, **posted)
    assert answer.status == 422 and "é \\ud800 +2AA-" in answer.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", ""), ("xq7", ""), ("text/", ""), ("é/é", ""), ("; boundary=x", ""),
        ("application/x-www-form-urlencoded;charset=UTF-8", "application/x-www-form-urlencoded"),
        (" text/plain ", "text/plain"), ("application/ld+json", "application/ld+json"),
        ("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk",
         'multipart/form-data; boundary="----WebKitFormBoundary7MA4YWxk"'),
        ("Multipart/Form-Data; charset=x;Boundary=\"a b:c'\" ; d=e",
         "Multipart/Form-Data; boundary=\"a b:c'\""),
        ("multipart/form-data; boundary=" + "b" * 200,
         'multipart/form-data; boundary="' + "b" * 200 + '"'),
        ("multipart/form-data; boundary=" + "b" * 201, "multipart/form-data"),
        ("multipart/form-data; boundary*=utf-8''x", "multipart/form-data"),
        ("multipart/form-data; boundary=é", "multipart/form-data"),
    ],
)  # fmt: skip
def test_of_a_type_only_the_kind_and_the_boundary_are_told(said, told):
    assert plain(said) == told


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/x", "/apercu/x/", "/partage/fr/a/b.png", "/static/a.css",
     "/media/images/a.webp", "*", "", "http://x/"],
)  # fmt: skip
def test_some_addresses_are_never_looked_at(keeping, path):
    site = Site()
    delivery = keeping(site)
    visit(delivery, path)
    visit(delivery, path)
    assert len(site.asked) == 2 and not len(delivery.pages)
    assert all(environ["REMOTE_ADDR"] == "192.0.2.7" for environ in site.asked)


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "a=b"), ("Cache-Control", "no-store"), ("Cache-Control", "a, Private"),
        ("Vary", "Cookie"), ("Vary", "accept-encoding, Accept-Language"), ("Vary", "*"),
        ("Content-Encoding", "gzip"), ("Content-Type", "image/png"), ("Content-Type", "text/csv"),
        ("Content-Type", "text/htmlx"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_for_all_is_not_kept(keeping, header):
    headers = [header] if header[0] == "Content-Type" else [*HTML, header]
    site = Site(headers=headers)
    delivery = keeping(site)
    answer = visit(delivery, "/a/", HTTP_COOKIE="mine=1")
    assert not len(delivery.pages) and answer.headers[header[0]] == header[1]
    assert site.asked[-1]["HTTP_COOKIE"] == "mine=1", "it answers the one who asks"
    visit(delivery, "/a/", HTTP_COOKIE="mine=2")
    assert site.asked[-1]["HTTP_COOKIE"] == "mine=2" and len(site.asked) == 3


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "301 Moved", "500 x", "503 x"])
def test_only_what_is_found_is_kept(keeping, status):
    site = Site(status=status, headers=[*HTML, ("Location", "/b/")])
    delivery = keeping(site)
    for _ in range(2):
        answer = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH="*")
        assert answer.status == int(status[:3]) and answer.text == LONG + "/a/"
        assert answer.headers["Location"] == "/b/"
    assert len(site.asked) == 2 and not len(delivery.pages)


def test_what_fails_is_not_asked_again_in_person(keeping):
    """A database that is waited for five seconds would be waited for ten."""
    site = Site(status="503 x", headers=[*HTML, ("Cache-Control", "no-store")])
    answer = visit(keeping(site), "/a/")
    assert answer.status == 503 and answer.headers["Cache-Control"] == "no-store"
    assert len(site.asked) == 1


def test_what_streams_streams(keeping):
    class Stream(list):
        streaming, closed = True, 0

        def close(self):
            Stream.closed += 1

    def site(environ, start_response):
        start_response("200 OK", HTML)
        return Stream([b"a", b"b"])

    delivery = keeping(site)
    assert visit(delivery, "/a/").body == b"ab" and not len(delivery.pages)
    assert Stream.closed == 2


# Nothing of one visitor in what another reads


HOSTILE = {
    "HTTP_COOKIE": "a=<poison>", "HTTP_ACCEPT_LANGUAGE": "de", "HTTP_USER_AGENT": "poison",
    "HTTP_REFERER": "https://poison.example/", "HTTP_X_FORWARDED_HOST": "poison",
    "HTTP_X_FORWARDED_PROTO": "poison", "HTTP_X_FORWARDED_FOR": "poison", "HTTP_FORWARDED": "x",
    "HTTP_X_FORWARDED_PORT": "666", "HTTP_X_ORIGINAL_URL": "/poison/", "HTTP_X_REWRITE_URL": "/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST", "HTTP_ORIGIN": "https://poison.example",
    "HTTP_SEC_FETCH_SITE": "poison", "HTTP_IF_NONE_MATCH": '"poison"', "HTTP_ACCEPT": "poison",
    "HTTP_IF_MODIFIED_SINCE": "Fri, 01 Jan 2100 00:00:00 GMT", "HTTP_ACCEPT_ENCODING": "gzip",
    "SERVER_NAME": "poison.example", "SERVER_PORT": "6666", "REMOTE_ADDR": "poison",
    "REMOTE_USER": "poison", "CONTENT_LENGTH": "6", "RAW_URI": "http://poison.example/?poison",
    "REQUEST_URI": "http://poison.example/", "wsgi.url_scheme": "https", "HTTP_HOST": "LOCALHOST:6",
}  # fmt: skip


def test_django_is_asked_by_nobody_in_particular(keeping):
    site = Site()
    delivery = keeping(site)
    visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br")
    visit(delivery, "/b/", "HEAD", **HOSTILE)
    plain, poisoned = site.asked
    assert poisoned.pop("PATH_INFO") == "/b/" and plain.pop("PATH_INFO") == "/a/"
    assert plain.pop("wsgi.input").read() == poisoned.pop("wsgi.input").read() == b""
    assert plain == poisoned and plain["REQUEST_METHOD"] == "GET"
    assert "HTTP_COOKIE" not in plain and plain["HTTP_HOST"] == "localhost"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/en/clusters/", "/de/cluster/florange-e2i/", "/fil.atom"])
def test_who_fills_it_leaves_no_trace(django, path):
    poisoned = visit(django, path, **HOSTILE)
    assert poisoned.status == 200 and poisoned.headers["Content-Encoding"] == "gzip"
    again = visit(django, path)
    django.pages.see("another")
    clean = visit(django, path)
    assert again.text == poisoned.text == clean.text and "poison" not in clean.text
    assert again.headers == clean.headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("//ptce/", 404), ("//evil.example/ptce/", 404), ("/ptce//", 404), ("/ptce/;x=1", 404),
        ("/ptce/%2e", 404), ("/./ptce/", 404), ("/ptce/../", 404), ("/PTCE/", 404),
        ("/ptce", 301), ("/ptce/\0", 404), ("/\udcff/".encode("utf-8", "replace").decode(), 404),
        ("/Ã©/", 404), ("/ptce/ ", 404), ("/\r\nX: y/", 404),
    ],
)  # fmt: skip
def test_an_address_that_only_looks_like_one_is_another(django, path, status):
    visit(django, "/ptce/")
    answer = visit(django, path)
    assert answer.status == status and len(django.pages) == 1


@pytest.mark.django_db
def test_the_language_is_the_addresses(django):
    for path, language in (("/", "fr"), ("/en/", "en"), ("/de/", "de")):
        for asked in ("fr", "en", "de", ""):
            said = {"HTTP_ACCEPT_LANGUAGE": asked, "HTTP_COOKIE": f"django_language={asked}"}
            answer = visit(django, path, **said)
            assert f'<html lang="{language}"' in answer.text
            assert answer.headers["Content-Language"] == language


def test_without_https_said_by_the_proxy_django_redirects(keeping):
    site = Site()
    delivery = keeping(site, secure=("HTTP_X_FORWARDED_PROTO", "https"))
    for said in ({}, {"HTTP_X_FORWARDED_PROTO": "http"}, {"HTTP_X_FORWARDED_PROTO": "https, http"}):
        visit(delivery, "/a/", **said)
    assert len(site.asked) == 3 and not len(delivery.pages)
    visit(delivery, "/a/", HTTP_X_FORWARDED_PROTO="https")
    assert kept(delivery, "/a/") and site.asked[-1]["wsgi.url_scheme"] == "https"
    assert site.asked[-1]["HTTP_X_FORWARDED_PROTO"] == "https"


# Drafts, previews, staff, forms


@pytest.mark.django_db
def test_no_draft_no_preview_no_form_and_nothing_of_the_staff(
    django, editor_client, figure, django_user_model
):
    Pole.objects.filter(slug="florange-e2i").update(state="draft")
    plan(editor_client, figure, label_fr=["Rien que pour la rédaction"])
    draft = Draft.objects.get()
    preview = urlsplit(previews.link(draft.pk)).path
    session = editor_client.cookies["sessionid"].value
    cookie = {"HTTP_COOKIE": f"sessionid={session}"}
    assert visit(django, "/guide-de-style/").status == 302
    assert visit(django, "/guide-de-style/", **cookie).status == 200
    assert visit(django, "/guide-de-style/").status == 302
    for path in ("/admin/", "/admin/login/", "/signaler/", "/poles/florange-e2i/", preview):
        for said in (cookie, {}):
            answer = visit(django, path, **said)
            assert not kept(django, path) and (path != preview or answer.status == 200)
    forms = {visit(django, "/signaler/").body for _ in range(3)}
    assert len(forms) == 3, "each form has a key of its own"
    visit(django, figure.get_absolute_url(), **cookie)
    assert not len(django.pages)
    assert "Rien que pour la rédaction" not in visit(django, figure.get_absolute_url()).text


# The right coding


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, "identity"), ("", "identity"), ("identity", "identity"), ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("*", "br"),
        ("br;q=0", "identity"), ("br;q=0, *", "gzip"), ("br;q=0.5, gzip", "gzip"),
        ("br;q=0.5,gzip;q=0.5", "br"), ("gzip;q=0.5, identity", "identity"),
        ("gzip;q=0.001", "gzip"), ("identity;q=0", "identity"), ("identity;q=0, gzip", "gzip"),
        ("*;q=0", "identity"), ("*;q=0, gzip", "gzip"), ("identity;q=0.5, *;q=0", "identity"),
        ("gzip;q=0.0", "identity"), ("br ; q = 1 , gzip", "br"), ("br;q=x, gzip", "gzip"),
        ("br;q=2", "identity"), ("br;q=nan", "identity"), ("br;q=-1", "identity"),
        ("gzip;q=", "identity"), ("deflate", "identity"), (",;,", "identity"), ("brr", "identity"),
        ("gzip;level=9;q=0.4, br;q=0.3", "gzip"), ("deflate, " * 900 + "gzip", "gzip"),
    ],
)  # fmt: skip
def test_the_coding_is_the_one_that_is_liked_best(keeping, accepted, expected):
    delivery = keeping(Site())
    said = {} if accepted is None else {"HTTP_ACCEPT_ENCODING": accepted}
    for _ in range(2):
        answer = visit(delivery, "/a/", **said)
        assert answer.headers.get("Content-Encoding", "identity") == expected == coding(accepted)
        assert answer.text == LONG + "/a/" and answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_headers_are_not_remembered_without_end(keeping):
    from ptce_site.readypage import _remembered

    delivery = keeping(Site())
    for number in range(3_000):
        visit(delivery, "/a/", HTTP_ACCEPT_ENCODING=f"x{number}, br", HTTP_HOST=f"x{number}")
    assert _remembered.cache_info().currsize <= 512
    assert delivery._is_ours.cache_info().currsize <= 64


def test_each_coding_has_a_tag_of_its_own(keeping):
    delivery = keeping(Site())
    tags = {
        visit(delivery, "/a/", HTTP_ACCEPT_ENCODING=name).headers["ETag"]
        for name in ("br", "gzip", "identity")
    }
    assert len(tags) == 3 and all(tag.startswith('"') and tag.endswith('"') for tag in tags)


def test_a_short_page_is_sent_as_it_is(keeping):
    delivery = keeping(Site(lambda environ: "court"))
    answer = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br")
    assert answer.body == b"court" and "Content-Encoding" not in answer.headers
    again = visit(
        delivery, "/a/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=answer.headers["ETag"]
    )
    assert again.status == 304


def test_pages_asked_again_are_compressed_better_and_known_by_their_first_tag(keeping, world):
    text = " ".join(DICE.choices(LONG.split() + [str(n) for n in range(500)], k=9_000))
    delivery = keeping(Site(lambda environ: text))
    for path in ("/a/", "/b/"):
        first = visit(delivery, path, HTTP_ACCEPT_ENCODING="br")
    visit(delivery, "/b/", HTTP_ACCEPT_ENCODING="gzip")
    deadline = time.monotonic() + 10
    while not delivery.pages.get("/b/").best and time.monotonic() < deadline:
        time.sleep(0.01)
    world.wait(delivery, 2)
    assert not delivery.pages.get("/a/").best, "nobody came back for it"
    second = visit(delivery, "/b/", HTTP_ACCEPT_ENCODING="br")
    assert second.text == first.text == text and len(second.body) < len(first.body)
    assert second.headers["ETag"] != first.headers["ETag"]
    for held in (first, second):
        tag = held.headers["ETag"]
        answer = visit(delivery, "/b/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=tag)
        assert answer.status == 304 and answer.headers["ETag"] == tag, "the tag that is held"


# 304, HEAD


def test_who_holds_the_page_is_told_so(keeping):
    site = Site(headers=[*HTML, ("Last-Modified", "x"), ("Content-Security-Policy", "y")])
    delivery = keeping(site)
    page = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br")
    tag = page.headers["ETag"]
    for held in (tag, f"W/{tag}", f'"x", {tag}', f'W/"x",W/{tag} , "y"', "*", " * "):
        answer = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=held)
        assert answer.status == 304 and answer.body == b"", held
        expected = {"ETag", "Vary", "Cache-Control", "Content-Security-Policy"}
        assert set(answer.headers) == expected
        assert all(page.headers[name] == answer.headers[name] for name in expected)
    for held in ('"x"', tag.strip('"'), f"w/{tag}", "", '"*"', f"{tag[:-1]}", f"W/ {tag}"):
        answer = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=held)
        assert answer.status == 200 and answer.text == LONG + "/a/", held
    other = visit(delivery, "/a/", HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag)
    assert other.status == 200, "a cache that holds another coding does not send it to this one"
    dated = visit(delivery, "/a/", HTTP_IF_MODIFIED_SINCE="x")
    assert dated.status == 200, "a date says less than the page: it is sent"
    assert visit(delivery, "/a/", "HEAD", HTTP_IF_NONE_MATCH="*").status == 304


def test_a_page_that_changes_changes_its_tag_and_so_does_its_policy(keeping, world):
    site = Site()
    delivery = keeping(site)
    tags = [visit(delivery, "/a/").headers["ETag"]]
    site.tell = lambda environ: LONG + "!"
    world.turn(delivery, "2")
    tags.append(visit(delivery, "/a/").headers["ETag"])
    site.headers = [*HTML, ("Content-Security-Policy", "default-src 'none'")]
    world.turn(delivery, "3")
    tags.append(visit(delivery, "/a/").headers["ETag"])
    assert len(set(tags)) == 3


@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
def test_head_says_what_get_says(keeping, accepted):
    delivery = keeping(Site())
    for path in ("/a/", "/b/"):
        methods = ("HEAD", "GET") if path == "/a/" else ("GET", "HEAD")
        answers = {m: visit(delivery, path, m, HTTP_ACCEPT_ENCODING=accepted) for m in methods}
        assert answers["HEAD"].headers == answers["GET"].headers
        assert answers["HEAD"].body == b"" and answers["GET"].text == LONG + path


# No header lost


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/", "/en/clusters/", "/de/kennzahlen/pib-2013/", "/poles/florange-e2i/", "/sitemap.xml",
     "/robots.txt", "/fil.atom", "/site.webmanifest", "/carte/embed/", "/plan-du-site/"],
)  # fmt: skip
@pytest.mark.parametrize("https", [False, True])
def test_every_header_is_djangos(whole, keeping, settings, path, https):
    said = {}
    if https:
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
        said = {"HTTP_X_FORWARDED_PROTO": "https"}
    whole.handler.load_middleware()
    own = visit(whole, path, **said).headers
    assert ("Strict-Transport-Security" in own) == https and "X-Content-Type-Options" in own
    delivery = keeping(whole, secure=settings.SECURE_PROXY_SSL_HEADER)
    visit(delivery, path, **said)
    answer = visit(delivery, path, **said)
    assert kept(delivery, path)
    ours = {"ETag", "Vary", "Content-Length", "X-Request-ID"}
    assert "X-Request-ID" not in answer.headers, "kept for all, it would name one request"
    assert answer.headers.keys() - own.keys() <= {"Cache-Control", "Vary", "ETag", "Content-Length"}
    assert {k: v for k, v in own.items() if k not in ours} == {
        k: answer.headers[k] for k in own if k not in ours
    }
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == own.get("Cache-Control", "no-cache")
    compressed = visit(delivery, path, HTTP_ACCEPT_ENCODING="br", **said).headers
    assert {k: v for k, v in compressed.items() if k not in (*ours, "Content-Encoding")} == {
        k: v for k, v in answer.headers.items() if k not in ours
    }


def test_a_shared_cache_may_be_allowed_to_answer_alone(keeping):
    delivery = keeping(Site(), shared=30)
    answer = visit(delivery, "/a/")
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=30"
    own = keeping(Site(headers=[*HTML, ("cache-control", "max-age=9")]), shared=30)
    assert visit(own, "/a/").headers["cache-control"] == "max-age=9"


def test_who_serves_may_change_the_headers_it_is_given(keeping):
    delivery = keeping(Site())

    def spoil(status, headers, exc_info=None):
        headers.append(("X-Spoiled", "yes"))

    visit(delivery, "/a/")
    for said in ({}, {"HTTP_IF_NONE_MATCH": "*"}):
        delivery(request("/a/", **said), spoil)
        assert "X-Spoiled" not in visit(delivery, "/a/", **said).headers


# Never stale


def test_a_new_version_forgets_everything_at_once(keeping, world):
    site = Site()
    delivery = keeping(site)
    for path in ("/a/", "/b/"):
        visit(delivery, path)
    site.tell = lambda environ: "new"
    assert visit(delivery, "/a/").text == LONG + "/a/"
    world.turn(delivery, "2")
    assert not len(delivery.pages) and delivery.pages.size == 0
    assert visit(delivery, "/a/").text == visit(delivery, "/b/").text == "new"
    site.tell = lambda environ: "back"
    world.turn(delivery, "1")
    assert visit(delivery, "/a/").text == "back", "a word that comes back is another version"


def test_who_publishes_here_is_seen_at_once(keeping, world):
    site = Site()
    delivery = keeping(site, every=0.3)
    visit(delivery, "/a/")
    world.wait(delivery, 1)

    def publish(environ):
        world.word = "2"
        return "published"

    assert visit(delivery, "/a/").text == LONG + "/a/"
    site.tell = publish
    visit(delivery, "/admin/", "POST")
    site.tell = lambda environ: "new"
    time.sleep(0.1)
    assert visit(delivery, "/a/").text == "new"


def test_what_was_rendered_across_a_publication_is_not_kept(keeping, world):
    started, published = threading.Event(), threading.Event()

    def slow(environ):
        started.set()
        published.wait(5)
        return "old"

    site = Site(slow)
    delivery = keeping(site)
    thread = threading.Thread(target=visit, args=(delivery, "/a/"))
    thread.start()
    started.wait(5)
    world.turn(delivery, "2")
    published.set()
    thread.join()
    assert not kept(delivery, "/a/")
    site.tell = lambda environ: "new"
    assert visit(delivery, "/a/").text == "new"


def test_a_race_of_visitors_and_publications_leaves_nothing_old(keeping, world):
    """Whoever asks once the look has seen a publication reads it, whatever was under way."""
    database = {"text": "0"}

    def read(environ):
        text = database["text"]
        time.sleep(DICE.uniform(0, 0.01))
        return text

    delivery = keeping(Site(read), every=0.002)
    seen_at_least, faults, over = 0, [], threading.Event()

    def visitor():
        while not over.is_set():
            least = seen_at_least
            found = int(visit(delivery, f"/{DICE.randrange(3)}/").text)
            if found < least:
                faults.append((least, found))

    threads = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(1, 120):
        database["text"] = str(number)
        world.word = f"version {number}"
        world.wait(delivery, 2)
        seen_at_least = number
        time.sleep(DICE.uniform(0, 0.012))
    over.set()
    for thread in threads:
        thread.join()
    assert not faults
    kept_once = {visit(delivery, f"/{n}/").text for n in range(3) for _ in range(3)}
    assert kept_once == {"119"}


def test_before_the_first_look_nothing_is_kept(world):
    world.problem = OperationalError("away")
    site = Site()
    delivery = Delivery(site, world.look, canonical="localhost", hosts=["localhost"], every=0.005)
    world.deliveries.append(delivery)
    for _ in range(3):
        assert visit(delivery, "/a/").status == 200
    world.wait(delivery, 3)
    visit(delivery, "/a/")
    assert len(site.asked) == 4 and not len(delivery.pages)
    world.problem = None
    world.wait(delivery, 2)
    visit(delivery, "/a/")
    visit(delivery, "/a/")
    assert len(site.asked) == 5


def test_once_nobody_looks_nothing_kept_is_believed(keeping, world):
    site = Site()
    delivery = keeping(site)
    visit(delivery, "/a/")
    delivery.lookout.stop()
    world.problem = OperationalError("away")
    site.tell = lambda environ: "new"
    for _ in range(2):
        assert visit(delivery, "/a/").text == "new"
    world.problem = None
    visit(delivery, "/a/")
    world.wait(delivery, 2)
    visit(delivery, "/a/")
    assert delivery.lookout.is_alive() and kept(delivery, "/a/"), "another took its place"


def test_a_machine_that_can_start_no_thread_keeps_nothing(world, monkeypatch):
    site = Site()
    delivery = Delivery(site, world.look, canonical="localhost", hosts=["localhost"])

    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(delivery.lookout, "start", refuse)
    assert visit(delivery, "/a/").text == visit(delivery, "/a/").text == LONG + "/a/"
    assert len(site.asked) == 2 and not len(delivery.pages)


# Bounded


def test_ten_thousand_hostile_addresses_fill_nothing(keeping):
    site = Site(status="404 Not Found")
    delivery = keeping(site)
    tracemalloc.start()
    try:
        for number in range(10_000):
            if number == 1_000:
                before = tracemalloc.get_traced_memory()[0]
            visit(delivery, f"/{number}/{'x' * 200}", HTTP_USER_AGENT=f"{number}")
            site.asked.clear()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert not len(delivery.pages) and not delivery._rendering
    assert after - before < 200_000


def test_addresses_that_answer_what_is_not_kept_are_remembered_within_bounds(keeping):
    site = Site(headers=[("Content-Type", "image/png")])
    delivery = keeping(site)
    for number in range(5_000):
        visit(delivery, f"/{number}")
        site.asked.clear()
    assert len(delivery.pages._refused) <= 2_000


def test_pages_have_so_much_room_and_no_more(keeping):
    most = 200_000
    delivery = keeping(Site(), pages=KeptPages(most=most, largest=50_000))
    visit(delivery, "/asked/")
    for number in range(200):
        visit(delivery, "/asked/")
        visit(delivery, f"/{number}/")
        held = delivery.pages._pages.values()
        assert delivery.pages.size == sum(page.size for page in held) <= most
    assert kept(delivery, "/asked/") and kept(delivery, "/199/") and not kept(delivery, "/0/")


def test_a_huge_page_is_djangos(keeping):
    site = Site(lambda environ: LONG * 100)
    delivery = keeping(site, pages=KeptPages(most=10**6, largest=50_000))
    for _ in range(3):
        assert visit(delivery, "/a/").text == LONG * 100
    assert not len(delivery.pages) and delivery.pages.is_refused("/a/")


def test_everything_always_asked_for_still_makes_room():
    pages = KeptPages(most=100_000, largest=50_000)
    pages.see("1")
    for number in range(100):
        page = ReadyPage("200 OK", HTML, LONG.encode())
        page.asked = True
        assert pages.keep(str(number), page, pages.age)
        assert pages.size <= 100_000


# Many at once


def test_who_asks_for_one_page_at_once_has_it_rendered_once(keeping):
    def slow(environ):
        time.sleep(0.1)
        return LONG

    site = Site(slow)
    delivery = keeping(site)
    answers = at_once(8, lambda: visit(delivery, "/a/"))
    assert len(site.asked) == 1 and {a.text for a in answers} == {LONG}
    assert not delivery._rendering


def test_nobody_waits_for_ever_nor_for_what_fails(keeping, monkeypatch):
    monkeypatch.setattr("ptce_site.delivery.PATIENCE", 0.05)
    held = threading.Event()

    def stuck(environ):
        if len(site.asked) == 1:
            held.wait(5)
        return LONG

    site = Site(stuck)
    delivery = keeping(site)
    first = threading.Thread(target=visit, args=(delivery, "/a/"))
    first.start()
    time.sleep(0.02)
    assert visit(delivery, "/a/").text == LONG and len(site.asked) == 2
    held.set()
    first.join()

    def fail(environ):
        raise ValueError("a bug")

    site.tell = fail
    with pytest.raises(ValueError, match="a bug"):
        visit(delivery, "/b/")
    site.tell = lambda environ: LONG
    assert visit(delivery, "/b/").text == LONG and not delivery._rendering


def at_once(number: int, do) -> list:
    found: list = []
    threads = [threading.Thread(target=lambda: found.append(do())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


# The database away


@pytest.mark.django_db
def test_without_a_database_what_is_kept_is_served_and_the_rest_asks_to_wait(
    django, world, monkeypatch, caplog
):
    before = visit(django, "/ptce/")
    world.problem = OperationalError("the server closed the connection")

    def away(*args, **said):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("pages.views.heads.page", away)
    world.wait(django, 3)
    assert visit(django, "/ptce/").body == before.body
    for path, language in (("/ess/", "fr"), ("/en/key-figures/", "en"), ("/de/kennzahlen/", "de")):
        answer = visit(django, path, HTTP_ACCEPT_ENCODING="gzip")
        assert answer.status == 503 and answer.headers["Retry-After"] == "10"
        assert f'<html lang="{language}">' in answer.text and "503" in answer.text
        assert "Traceback" not in answer.text and "connection" not in answer.text
        assert not kept(django, path)
    said = [r for r in caplog.records if "version of the content" in r.getMessage()]
    assert len(said) == 1, "said once, not twice a second"
    monkeypatch.undo()
    world.problem = None
    world.wait(django, 2)
    assert visit(django, "/ess/").status == 200 and kept(django, "/ess/")
    assert visit(django, "/ptce/").body == before.body


MOVED = """
import os, time
from django.conf import settings
from django.db import connections
from django.core.wsgi import get_wsgi_application
from ptce_site.wsgi import deliver
from tests.test_delivery import visit

settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
connections["default"].settings_dict["CONN_MAX_AGE"] = 0
settings.LOOK_EVERY = 0.05
path = settings.DATABASES["default"]["NAME"]
delivery = deliver(get_wsgi_application())
visit(delivery, "/robots.txt")
time.sleep(0.5)
before = visit(delivery, "/ptce/")
connections.close_all()
os.rename(path, f"{path}.away")
os.mkdir(path)
time.sleep(0.5)
print(delivery.lookout.failing, before.status, visit(delivery, "/ptce/").body == before.body)
away = visit(delivery, "/en/key-figures/")
print(away.status, away.headers.get("Retry-After"), "<html lang=\\"en\\">" in away.text)
nowhere = visit(delivery, "/de/nirgends/")
print(nowhere.status, "<html lang=\\"de\\">" in nowhere.text)
os.rmdir(path)
os.rename(f"{path}.away", path)
time.sleep(0.5)
print(delivery.lookout.failing, visit(delivery, "/en/key-figures/").status)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory, prepared):
    """A folder with a database of its own, on SQLite, with the content in it."""
    folder = tmp_path_factory.mktemp("delivery")
    return shutil.copytree(prepared, folder, dirs_exist_ok=True)


def environment(folder: Path) -> dict[str, str]:
    found = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ptce_site.settings.test",
        "DATA_DIR": str(folder),
    }
    found.pop("DATABASE_URL", None)
    return found


def run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_database_file_moved_away_and_put_back(folder):
    told = run(folder, "shell", "-v0", "-c", MOVED).splitlines()
    assert told == ["True 200 True", "503 10 True", "503 True", "False 200"]


# As the site is put together


@pytest.mark.django_db
def test_the_site_hands_in_its_own_settings(settings):
    settings.SHARED_CACHE_SECONDS, settings.LOOK_EVERY = 7, 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    delivery = deliver(Site())
    assert isinstance(delivery, Delivery)
    assert set(NEVER) <= set(delivery._never) and "sessionid" in delivery._cookies
    assert delivery._secure == settings.SECURE_PROXY_SSL_HEADER
    assert "s-maxage=7" in delivery._policy and delivery.lookout._every == 3600
    settings.DEBUG = True
    site = Site()
    assert deliver(site) is site, "who changes a template sees it at once"


def test_nothing_keeps_pages_in_the_visitors_way_but_this(settings):
    assert not any("due" in name for name in settings.MIDDLEWARE)


def test_a_kept_answer_costs_little_and_an_unchanged_one_no_more(keeping):
    delivery = keeping(Site())
    said = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd", "HTTP_ACCEPT": "text/html"}
    tag = visit(delivery, "/a/", **said).headers["ETag"]
    whole, unchanged = request("/a/", **said), request("/a/", HTTP_IF_NONE_MATCH=tag, **said)

    def start_response(status, headers, exc_info=None):
        pass

    def cost(environ: dict) -> float:
        once = timeit.Timer(lambda: delivery(environ, start_response))
        return min(once.repeat(9, 2_000)) / 2_000 * 1e6

    assert cost(whole) <= 15 and cost(unchanged) <= 15
    assert cost(unchanged) <= 1.25 * cost(whole)
