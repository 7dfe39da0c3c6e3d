"""Reporting a mistake: kept once, about the right thing, by people; read by editors; forgotten."""

import datetime
import re
import threading
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from poles.models import Pole
from ptce_site.editorial import mailing, reception, report_form
from ptce_site.editorial.content_version import content_version
from ptce_site.editorial.models import Publisher, Report

from .posted import posted
from .strict import StrictClient, parse
from .test_admin import form_data

pytestmark = pytest.mark.django_db
FLORANGE = "/poles/florange-e2i/"
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
TYPED = {"kind": "fact", "message": "Le pôle est né en 2013.", "proof": "Le Républicain lorrain"}


def stamp(client, about: str = FLORANGE) -> str:
    html = client.get("/signaler/", {"objet": about}).content.decode()
    return re.search(r'name="cachet" value="([^"]+)"', html)[1]


@pytest.fixture
def later(monkeypatch):
    """Let time pass for the stamps: `later(10)` is ten seconds on."""
    gone = [0.0]
    now = report_form.time.time
    monkeypatch.setattr(report_form.time, "time", lambda: now() + gone[0])
    return lambda seconds: gone.__setitem__(0, gone[0] + seconds)


@pytest.fixture
def send(client, later):
    """Open the form, take ten seconds, send it."""

    def send(about: str = FLORANGE, headers: dict | None = None, **typed):
        data = {**TYPED, "objet": about, "cachet": stamp(client, about), **typed}
        later(10)
        extra = {} if typed.get("sender") is None else {"REMOTE_ADDR": data.pop("sender")}
        headers = OWN if headers is None else headers
        return client.post("/signaler/", data, headers=headers, **extra)

    return send


def test_a_report_is_kept_about_its_thing_and_thanked_for(client, send):
    before = content_version()
    response = send(email="ana@exemple.fr")
    assert response.status_code == 302
    report = Report.objects.get()
    florange = Pole.objects.get(slug="florange-e2i")
    assert (report.about_label, report.about_pk) == ("poles.pole", florange.pk)
    assert (report.path, report.about_title) == (FLORANGE, florange.name)
    assert (report.kind, report.state) == ("fact", "new")
    assert report.message == TYPED["message"] and report.proof == TYPED["proof"]
    assert report.email == "ana@exemple.fr"
    assert "127.0.0.1" not in report.sender and len(report.sender) == 64
    assert content_version() == before, "a report changes nothing that visitors read"
    thanks = client.get(response.headers["Location"]).content.decode()
    assert "Merci" in thanks and f'<a class="action" href="{FLORANGE}"' in thanks
    for page in (response, client.get("/signaler/"), client.get("/signaler/merci/")):
        assert not page.cookies


def test_the_form_says_what_it_is_about_and_is_not_kept(client):
    response = client.get("/signaler/", {"objet": FLORANGE})
    html = response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in html
    assert "(pôle)" in html and Pole.objects.get(slug="florange-e2i").name in html
    assert "30 jours" in html and "vous répondre" in html
    assert stamp(client) != stamp(client)
    assert client.head("/signaler/").status_code == 200
    assert client.put("/signaler/").status_code == 405


def test_the_query_string_and_the_anchor_of_a_page_do_not_hide_it(client):
    for asked in (f"{FLORANGE}?page=2", f"{FLORANGE}#chiffres", f"{FLORANGE}?a=/x/#b"):
        assert f'value="{FLORANGE}"' in client.get("/signaler/", {"objet": asked}).content.decode()


def test_a_page_that_no_editor_made_is_named_by_its_address(send):
    assert send("/plan-du-site/").status_code == 302
    report = Report.objects.get()
    assert (report.path, report.about_label, report.about_pk) == ("/plan-du-site/", "", None)


HOSTILE = [
    "https://evil.example/", "//evil.example/poles/", "/\\evil.example", "javascript:alert(1)",
    '"><script>alert(1)</script>', "/admin/", "/admin/login/", "/poles/nulle-part/", "\x00",
    "é" * 5000, "/poles/florange-e2i", "/static/x.css", "/poles/../admin/", "\r\nSet-Cookie: a=b",
    "%00",
]  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE)
def test_an_unknown_or_foreign_address_is_the_site_in_general(client, send, asked):
    for address in ("/signaler/", "/signaler/merci/"):
        html = client.get(address, {"objet": asked}).content.decode()
        assert "evil" not in html and "alert(1)" not in html and "admin" not in html
        assert "site en général" in html or address.endswith("merci/")
    response = send(asked)
    assert response.headers["Location"] == "/signaler/merci/"
    assert Report.objects.get().path == ""


def test_a_draft_is_not_named(client):
    Pole.objects.filter(slug="neo56").update(state="draft")
    html = client.get("/signaler/", {"objet": "/poles/neo56/"}).content.decode()
    assert "site en général" in html and "neo56" not in html.lower()


def test_an_error_is_told_twice_and_nothing_typed_is_lost(send):
    response = send(kind="", message="", proof="Un <b>livre</b>", email="ana@")
    html = response.content.decode()
    assert response.status_code == 422 and not Report.objects.exists()
    summary = html[html.index('class="error-summary"') :].split("</section>")[0]
    assert re.findall(r'href="#(\w+)"', summary) == ["id_kind_0", "id_message", "id_email"]
    ids = {element.get("id") for element in parse(html).iter() if element.get("id")}
    for name in ("kind", "message", "email"):
        assert f"id_{name}_error" in ids
        assert re.search(rf'aria-describedby="[^"]*\bid_{name}_error"', html), name
    assert 'value="ana@"' in html and "Un &lt;b&gt;livre&lt;/b&gt;" in html
    assert "<title>Erreur" in html and response.headers["Cache-Control"] == "no-store"


def test_a_message_may_be_long_but_not_too_long(send):
    assert send(message="é" * 4000).status_code == 302
    response = send(message="é" * 4001)
    assert response.status_code == 422 and "4001 caractères" in response.content.decode()
    assert "é" * 4001 in response.content.decode()
    assert send(proof="x" * 501).status_code == 422
    assert Report.objects.count() == 1


def test_lines_count_once_and_html_is_only_text(send):
    assert send(message="a\r\n" * 1990 + "<script>x</script>").status_code == 302
    assert Report.objects.get().message.startswith("a\na\n")


def test_half_a_character_is_taken_out():
    assert report_form.readable({"message": "a\ud800b\udfffc"}) == {"message": "abc"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Referer": "http://testserver.evil.example/signaler/"},
        {"Origin": "http://testserver:81"},
    ],
)
def test_another_site_cannot_post(send, headers):
    response = send(headers=headers)
    html = response.content.decode()
    assert response.status_code == 403 and not Report.objects.exists()
    assert "formulaire" in html and TYPED["message"] in html


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Origin": "http://localhost:8000"},
        {"Referer": "http://testserver/signaler/?objet=/"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_a_browser_that_says_little_still_can(send, settings, headers):
    settings.SITE_URL = "http://localhost:8000"
    assert send(headers=headers).status_code == 302


def test_a_robot_in_a_hurry_waits_and_loses_nothing(client, later):
    first = stamp(client)
    later(1)
    data = {**TYPED, "objet": FLORANGE, "cachet": first}
    response = client.post("/signaler/", data, headers=OWN)
    html = response.content.decode()
    assert response.status_code == 422 and "trois secondes" in html
    assert TYPED["message"] in html and f'value="{FLORANGE}"' in html
    fresh = re.search(r'name="cachet" value="([^"]+)"', html)[1]
    assert fresh != first
    later(4)
    response = client.post("/signaler/", {**data, "cachet": fresh}, headers=OWN)
    assert response.status_code == 302 and Report.objects.count() == 1


@pytest.mark.parametrize("cachet", ["", "x", "a:b:c", "é\x00", "x" * 10_000, None])
def test_a_form_too_old_or_not_ours_comes_back_fresh(client, later, cachet):
    old = stamp(client)
    later(24 * 3600 + 1)
    data = {**TYPED, "cachet": old if cachet is None else cachet}
    response = client.post("/signaler/", data, headers=OWN)
    html = response.content.decode()
    assert response.status_code == 422 and "trop longtemps" in html and TYPED["message"] in html
    fresh = re.search(r'name="cachet" value="([^"]+)"', html)[1]
    later(4)
    assert client.post("/signaler/", {**data, "cachet": fresh}, headers=OWN).status_code == 302


def test_correcting_an_error_does_not_restart_the_clock(client, later):
    first = stamp(client)
    later(5)
    html = client.post("/signaler/", {"cachet": first}, headers=OWN).content.decode()
    assert re.search(r'name="cachet" value="([^"]+)"', html)[1] == first


def test_the_trap_looks_like_a_success_and_keeps_nothing(client, send):
    response = send(sujet="Bonjour")
    assert response.status_code == 302 and "/signaler/merci/" in response.headers["Location"]
    assert not Report.objects.exists()
    html = client.get("/signaler/").content.decode()
    assert re.search(r'<p hidden>.*name="sujet" tabindex="-1" autocomplete="off"', html)


def test_the_same_form_sent_twice_is_one_report(client, later):
    data = {**TYPED, "cachet": stamp(client)}
    later(10)
    for _ in range(2):
        assert client.post("/signaler/", data, headers=OWN).status_code == 302
    assert Report.objects.count() == 1


@pytest.mark.parametrize("more", [{"message": "Autre chose."}, {"objet": "/plan-du-site/"}])
def test_something_else_said_in_the_same_form_is_another_report(client, later, more):
    data = {**TYPED, "objet": FLORANGE, "cachet": stamp(client)}
    later(10)
    for sent in (data, data | more, data | more):
        assert client.post("/signaler/", sent, headers=OWN).status_code == 302
    assert Report.objects.count() == 2


def test_the_same_form_does_not_get_around_the_limit(client, later, monkeypatch):
    monkeypatch.setattr(reception, "AN_HOUR", 1)
    data = {**TYPED, "cachet": stamp(client)}
    later(10)
    for message, status in (("Une.", 302), ("Une.", 302), ("Deux.", 429)):
        sent = client.post("/signaler/", {**data, "message": message}, headers=OWN)
        assert sent.status_code == status
    assert Report.objects.count() == 1


def test_five_an_hour_then_a_clear_word(client, send):
    for _ in range(reception.AN_HOUR):
        assert send().status_code == 302
    response = send(message="Une sixième.")
    html = response.content.decode()
    assert response.status_code == 429 and "dans une heure" in html and "Une sixième." in html
    assert reverse("pages:page", args=["contact"]) in html
    assert Report.objects.count() == reception.AN_HOUR
    assert send(sender="192.0.2.7").status_code == 302
    Report.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2))
    assert send().status_code == 302


def test_twenty_a_day(send):
    for _ in range(reception.A_DAY):
        assert send().status_code == 302
        Report.objects.update(created_at=F("created_at") - datetime.timedelta(hours=2))
    response = send()
    assert response.status_code == 429 and "demain" in response.content.decode()


def sender(settings, proxies: int = 0, **meta) -> str:
    settings.TRUSTED_PROXIES = proxies
    return reception.sender_of(RequestFactory().post("/signaler/", **meta))


def test_the_address_is_hashed_anew_each_day(settings, monkeypatch):
    today = sender(settings, REMOTE_ADDR="192.0.2.1")
    assert today == sender(settings, REMOTE_ADDR="192.0.2.1")
    assert today == sender(settings, REMOTE_ADDR="::ffff:192.0.2.1")
    assert today != sender(settings, REMOTE_ADDR="192.0.2.2")
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2030, 1, 1))
    assert today != sender(settings, REMOTE_ADDR="192.0.2.1")


def test_an_ipv6_home_is_one_sender(settings):
    first, same, other = (
        sender(settings, REMOTE_ADDR=f"2001:db8:0:{net}::{host}")
        for net, host in ("1a", "12", "21")
    )
    assert first == same != other


def test_a_proxy_is_believed_only_when_it_is_ours(settings):
    seen = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 192.0.2.1"}
    alone = sender(settings, REMOTE_ADDR="10.0.0.1")
    assert sender(settings, 0, **seen) == alone
    assert sender(settings, 1, **seen) == sender(settings, REMOTE_ADDR="192.0.2.1")
    assert sender(settings, 2, **seen) == sender(settings, REMOTE_ADDR="203.0.113.9")
    assert sender(settings, 3, **seen) == alone
    for forged in ("", "nonsense", "x:y:z", "a" * 9000, "é"):
        assert sender(settings, 1, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forged)


BODIES = [
    b"", b"\xff\xfe\xfd=\xff", b"message=%FF%FE&kind=%00&objet=%00", b"&&&===",
    b"message=" + b"a" * 150_000, b"message=a&" * 900, b"message=a&" * 5000,
    b"kind=fact&kind=other&message=a&message=b", b"x" * 10_000_000,
    b"message=%00&kind=fact", b"email=a%0d%0aBcc:b@c.fr&kind=fact&message=x",
    b"objet=/poles/florange-e2i/&objet=//evil.example&message=x&kind=fact",
]  # fmt: skip
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nonsense",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json",
    "text/plain",
]


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_posted_breaks_the_form(kind):
    client = StrictClient(raise_request_exception=True)
    for body in BODIES:
        response = client.generic("POST", "/signaler/", body, kind, headers=OWN)
        assert response.status_code in (400, 413, 422), (body[:40], response.status_code)
        assert "Votre envoi n’est pas parti" in response.content.decode()
        assert not response.cookies
    assert not Report.objects.exists()


def test_what_is_too_heavy_is_not_even_read(client):
    body = b"message=" + b"a" * 300_000
    kind = "application/x-www-form-urlencoded"
    response = client.generic("POST", f"/signaler/?objet={FLORANGE}", body, kind, headers=OWN)
    assert response.status_code == 413
    assert f'value="{FLORANGE}"' in response.content.decode()


def test_django_s_own_check_asks_for_no_cookie(later):
    client = StrictClient(enforce_csrf_checks=True)
    data = {**TYPED, "cachet": stamp(client)}
    later(10)
    assert client.post("/signaler/", data, headers=OWN).status_code == 302


def test_hostile_words_are_kept_as_words_or_refused(client, send):
    assert send(message="'; DROP TABLE editorial_report; --\x00\x07").status_code == 302
    assert Report.objects.get().message == "'; DROP TABLE editorial_report; --"
    assert send(email="a@b.fr\r\nBcc: c@d.fr").status_code == 422
    assert send(kind="nonsense").status_code == 422
    attached = {**TYPED, "cachet": stamp(client), "objet": FLORANGE}
    attached["proof"] = SimpleUploadedFile("virus.exe", b"MZ")
    assert client.post("/signaler/", attached, headers=OWN).status_code == 422
    for query in (
        "objet=%ff%fe",
        "objet=/a/&objet=/b/",
        "objet[]=x",
        "objet=" + quote("<b>" * 3000),
    ):
        assert client.get(f"/signaler/?{query}").status_code == 200
        assert client.get(f"/signaler/merci/?{query}").status_code == 200


def test_the_database_holds_the_invariants():
    good = {"key": "k", "kind": "fact", "message": "x"}
    wrong = [
        {"message": ""},
        {"message": "x" * 4001},
        {"key": ""},
        {"kind": "nonsense"},
        {"state": "nonsense"},
        {"state": "done"},
        {"closed_at": timezone.now()},
        {"about_label": "poles.pole"},
        {"about_label": "poles.pole", "about_pk": 1},
        {"about_pk": 1},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.create(**{**good, **change})
    Report.objects.create(**good)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(**good)


def test_the_editors_are_written_to_without_a_word_of_the_visitor(send):
    send()
    assert not posted(), "no publisher's address"
    Publisher.objects.create(pk=1, email="redaction@exemple.fr")
    Pole.objects.filter(slug="florange-e2i").update(name="Florange\r\nBcc: x@y.fr")
    send(email="ana@exemple.fr", message="Secret.")
    (sent,) = posted()
    assert sent.to == ["redaction@exemple.fr"] and "\n" not in sent.subject
    report = Report.objects.get(message="Secret.")
    assert reverse("admin:editorial_report_change", args=[report.pk]) in sent.body
    assert "Secret" not in sent.body and "ana@" not in sent.body


def test_a_mail_that_fails_loses_nothing(send, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(mailing, "send_mail", refuse)
    Publisher.objects.create(pk=1, email="redaction@exemple.fr")
    assert send().status_code == 302
    posted()
    assert Report.objects.count() == 1 and "could not be sent" in caplog.text


def test_a_mail_server_that_is_slow_holds_up_no_visitor(send, monkeypatch):
    answered, left = threading.Event(), []
    monkeypatch.setattr(mailing, "send_mail", lambda *_told: left.append(answered.wait(20)))
    Publisher.objects.create(pk=1, email="redaction@exemple.fr")
    assert send().status_code == 302 and not left
    answered.set()
    posted()
    assert left == [True]


def test_pole_and_contact_pages_lead_to_the_form(client):
    assert f'href="/signaler/?objet={FLORANGE}"' in client.get(FLORANGE).content.decode()
    assert 'href="/signaler/"' in client.get("/contact/").content.decode()
    privacy = client.get("/donnees-personnelles/").content.decode()
    for promise in ("30 jours", "12 mois", "empreinte", "le lendemain"):
        assert promise in privacy


# The editors' room


def make(**values) -> Report:
    key = f"k{Report.objects.count()}"
    pole = Pole.objects.get(slug="florange-e2i")
    about = {
        "path": FLORANGE,
        "about_label": "poles.pole",
        "about_pk": pole.pk,
        "about_title": pole.name,
    }
    return Report.objects.create(
        **{"key": key, "kind": "fact", "message": "Né en 2013.", **about, **values}
    )


def test_the_first_screen_tells_the_reports_in_one_query(editor_client):
    index = reverse("admin:index")
    assert "Signalements de visiteurs" not in editor_client.get(index).content.decode()
    make()
    with CaptureQueriesContext(connection) as one:
        assert "Signalements de visiteurs" in editor_client.get(index).content.decode()
    make(), make(state="open"), make(state="done", closed_at=timezone.now())
    with CaptureQueriesContext(connection) as some:
        editor_client.get(index)
    assert len(some) == len(one)
    assert sum("editorial_report" in query["sql"] for query in some) == 1


def test_the_queue_shows_who_waits_first(editor_client):
    now = timezone.now()
    old = make(created_at=now - datetime.timedelta(days=3), about_title="Ancien")
    new = make(about_title="Récent")
    closed = make(state="done", closed_at=now, about_title="Clos", created_at=old.created_at)
    assert list(Report.objects.all()) == [old, new, closed]
    html = editor_client.get(reverse("admin:editorial_report_changelist")).content.decode()
    table = html[html.index('id="result_list"') :]
    assert table.index("Ancien") < table.index("Récent") < table.index("Clos")
    assert "3\xa0jours" in table and "Né en 2013." in table


def test_a_report_is_read_answered_and_closed(editor_client):
    report = make(email="ana?bcc=x@exemple.fr", message="<script>alert(1)</script>\nNé en 2013.")
    address = reverse("admin:editorial_report_change", args=[report.pk])
    html = editor_client.get(address).content.decode()
    assert f'<a href="{FLORANGE}">' in html
    assert reverse("admin:poles_pole_change", args=[report.about_pk]) in html
    assert "mailto:ana%3Fbcc%3Dx@exemple.fr" in html and "<script>alert" not in html
    data = form_data(html)
    shown = {name for name in data if not name.startswith(("csrf", "_", "initial-"))}
    assert shown == {"state", "note"}
    data |= {"state": ["done"], "note": ["Corrigé d’après les statuts."]}
    assert editor_client.post(address, {**data, "message": "autre"}).status_code == 302
    report.refresh_from_db()
    assert report.is_closed and report.closed_at and report.note.startswith("Corrigé")
    assert report.message.startswith("<script>")
    closed_at = report.closed_at
    editor_client.post(address, {**data, "state": "dropped"})
    report.refresh_from_db()
    assert report.closed_at == closed_at, "closed once"
    editor_client.post(address, {**data, "state": "open"})
    report.refresh_from_db()
    assert report.closed_at is None
    assert editor_client.get(reverse("admin:editorial_report_add")).status_code == 403


@pytest.mark.parametrize("mine", [{"state": ["new"]}, {"state": ["open"]}, {"note": ["Vu."]}])
def test_what_a_colleague_did_meanwhile_is_kept_or_told(editor_client, mine):
    report = make(email="ana@exemple.fr")
    address = reverse("admin:editorial_report_change", args=[report.pk])
    opened = form_data(editor_client.get(address).content.decode())
    done = opened | {"state": ["done"], "note": ["Vérifié :\r\nles statuts."]}
    editor_client.post(address, done)
    html = editor_client.post(address, opened | mine, follow=True).content.decode()
    report.refresh_from_db()
    state = "open" if mine == {"state": ["open"]} else "done"
    assert report.state == state and bool(report.closed_at) == report.is_closed
    assert report.note == mine.get("note", done["note"])[0]
    assert ("elle remplace celle-ci\u202f: traité" in html) == (state == "open")
    assert ("elle remplace celle-ci\u202f: Vérifié :" in html) == ("note" in mine)


def test_who_is_alone_with_a_report_is_told_nothing(editor_client):
    report = make(note="Un.\r\nDeux.", state="open")
    address = reverse("admin:editorial_report_change", args=[report.pk])
    for change in ({"note": ["Un.\r\nTrois."]}, {"note": [""]}, {"state": ["done"]}):
        data = form_data(editor_client.get(address).content.decode()) | change
        html = editor_client.post(address, data, follow=True).content.decode()
        assert "elle remplace" not in html
    report.refresh_from_db()
    assert (report.note, report.state) == ("", "done") and report.closed_at


def test_a_report_about_nothing_or_something_gone_opens(editor_client):
    general = make(path="", about_label="", about_pk=None, about_title="")
    gone = make(about_label="old.thing", about_pk=9)
    for report in (general, gone):
        address = reverse("admin:editorial_report_change", args=[report.pk])
        assert editor_client.get(address).status_code == 200
    assert "le site en général" in editor_client.get(
        reverse("admin:editorial_report_changelist")
    ).content.decode()  # fmt: skip


def test_several_are_closed_at_once(editor_client):
    first = timezone.now() - datetime.timedelta(days=9)
    new, closed = make(), make(state="dropped", closed_at=first)
    listing = reverse("admin:editorial_report_changelist")
    chosen = {"_selected_action": [new.pk, closed.pk]}
    html = editor_client.post(listing, {**chosen, "action": "mark_done"}, follow=True)
    assert "2 traité(s)" in html.content.decode()
    new.refresh_from_db(), closed.refresh_from_db()
    assert new.state == closed.state == "done" and new.closed_at > first == closed.closed_at
    editor_client.post(listing, {**chosen, "action": "drop"})
    assert {report.state for report in Report.objects.all()} == {"dropped"}


# What is forgotten


def test_who_reported_is_forgotten_in_time(capsys):
    now = timezone.now()

    def ago(days: int) -> datetime.datetime:
        return now - datetime.timedelta(days=days, minutes=1)

    known = {"email": "ana@exemple.fr", "sender": "f" * 64}
    fresh = make(**known)
    waiting = make(**known, created_at=ago(300))
    just_closed = make(**known, created_at=ago(60), state="done", closed_at=ago(28))
    closed = make(**known, created_at=ago(60), state="dropped", closed_at=ago(30))
    old = make(**known, created_at=ago(365), state="open")
    call_command("purge", "--dry-run")
    assert "Would erase 2 e-mail(s) and 4 address hash(es)" in capsys.readouterr().out
    assert Report.objects.exclude(email="").exclude(sender="").count() == 5
    call_command("purge")
    assert "Erased 2 e-mail(s) and 4 address hash(es)" in capsys.readouterr().out
    for report in (fresh, waiting, just_closed, closed, old):
        report.refresh_from_db()
    assert [bool(r.email) for r in (fresh, waiting, just_closed, closed, old)] == [1, 1, 1, 0, 0]
    assert [r for r in Report.objects.all() if r.sender] == [fresh]
    assert Report.objects.count() == 5 and closed.message
    call_command("purge")
    assert "Erased 0 e-mail(s) and 0 address hash(es)" in capsys.readouterr().out
