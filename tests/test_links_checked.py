"""Links to other sites: asked politely, never inside, dead only after days, offline nothing."""

import datetime as dt
import socket
import time

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from pages.models import Page
from poles.models import Pole
from ptce_site.editorial.content_version import content_version
from ptce_site.editorial.models import CheckedLink, Source
from ptce_site.editorial.outside import rounds
from ptce_site.editorial.outside.asking import Answer, Asker
from ptce_site.editorial.outside.cited import cited
from ptce_site.editorial.outside.record import Problem, key_of

from .outside import Outside, self_signed

pytestmark = pytest.mark.once

LOOP = ("127.0.0.0/8",)


@pytest.fixture(scope="module")
def outside():
    server = Outside()
    yield server
    server.close()


@pytest.fixture(scope="module")
def who():
    return Asker("test (+http://localhost:8000/)", pause=0, timeout=1, longest=3, allowed=LOOP)


# One address


@pytest.mark.parametrize(
    ("path", "problem", "status"),
    [
        ("200", "", 200),
        ("204", "", 204),
        ("hop1", "", 200),
        ("hop5", "", 200),
        ("hop6", "loop", 301),
        ("loop", "loop", 302),
        ("self", "loop", 302),
        ("nowhere", "nonsense", 302),
        ("404", "gone", 404),
        ("410", "gone", 410),
        ("to-404", "gone", 404),
        ("400", "refused", 400),
        ("401", "door", 401),
        ("403", "door", 403),
        ("429", "door", 429),
        ("429-odd", "door", 429),
        ("503", "door", 503),
        ("500", "error", 500),
        ("members", "door", 200),
        ("no-head-403", "", 200),
        ("no-head-405", "", 200),
        ("no-head-501", "", 200),
        ("head-hangs-up", "", 200),
        ("slow", "slow", 0),
        ("drip", "slow", 0),
        ("endless", "", 200),
        ("endless-headers", "nonsense", 0),
        ("garbage", "nonsense", 0),
        ("close", "nonsense", 0),
        ("to-file", "nonsense", 0),
        ("to-odd", "nonsense", 0),
        ("to-accent", "", 200),
        ("to-nul", "", 200),
        ("to-inside", "inside", 0),
        ("to-metadata", "inside", 0),
        ("déjà vu?q=é", "", 200),
    ],
)
def test_what_a_site_may_do(outside, who, path, problem, status):
    start = time.monotonic()
    answer = who.ask(f"{outside.url}/{path}")
    assert (answer.problem, answer.status) == (problem, status)
    assert time.monotonic() - start < 4


def test_where_one_is_led_can_be_written_down(outside, who):
    """PostgreSQL takes no NUL: the round of every day would stop there."""
    assert who.ask(f"{outside.url}/to-nul").redirected_to.endswith("/nul%00")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:1/", "unreached"),
        ("http://no.such.host.invalid/", "name"),
        ("http://", "address"),
        ("ftp://127.0.0.1/", "address"),
        ("http://[odd", "address"),
        ("http://127.0.0.1:99999/", "address"),
        ("http://" + "a" * 80 + ".fr/", "address"),
        ("http://10.0.0.1/", "inside"),
        ("http://192.168.1.1/", "inside"),
        ("http://169.254.169.254/", "inside"),
        ("http://[::1]/", "inside"),
        ("http://[::ffff:10.0.0.1]/", "inside"),
        ("http://[64:ff9b::a00:1]/", "inside"),
        ("http://[2002:a00:1::]/", "inside"),
        ("http://[fe80::1]/", "inside"),
        ("http://0.0.0.0/", "inside"),
        ("http://100.64.0.1/", "inside"),
        ("http://224.0.0.1/", "inside"),
        ("http://167772161/", "inside"),
    ],
)
def test_addresses_that_are_not_asked(who, url, problem):
    answer = who.ask(url)
    assert answer.problem == problem and not answer.spoke


def test_this_machine_is_not_asked_unless_allowed(outside):
    count = len(outside.seen)
    for url in (outside.url, f"http://localhost:{outside.port}/", f"http://[::1]:{outside.port}/"):
        assert Asker("x", pause=0).ask(url).problem == "inside"
    assert len(outside.seen) == count


def test_a_name_is_resolved_once_and_the_address_checked_is_the_one_asked(outside, monkeypatch):
    """A name that answers a public address first and a private one next gains nothing."""
    asked, reached = [], []
    replies = [[("93.184.216.34", outside.port)], [("127.0.0.1", outside.port)]]

    def resolve(host, port, **_):
        asked.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, place) for place in replies[min(len(asked), 2) - 1]]

    def connect(place, timeout):
        reached.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert Asker("x", pause=0).ask(f"http://rebind.example:{outside.port}/").problem == "unreached"
    assert reached == ["93.184.216.34"] and len(asked) == 1
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: resolve("x", 1)[:1])
    assert Asker("x", pause=0).ask("http://rebind.example/").problem == "inside"


def test_a_certificate_nobody_signed_is_named(tmp_path, who):
    certificate = self_signed(tmp_path)
    if certificate is None:
        pytest.skip("no openssl here")
    server = Outside(certificate=certificate)
    assert who.ask(f"{server.url}/200").problem == "security"
    server.close()
    plain = Outside()
    assert who.ask(plain.url.replace("http:", "https:")).problem in ("security", "nonsense", "slow")
    plain.close()


def test_one_says_who_one_is_and_reads_no_body(outside, who):
    outside.headers.clear()
    who.ask(f"{outside.url}/polite")
    (headers,) = outside.headers
    assert headers.startswith("HEAD /polite ") and "User-Agent: test (+http://localhost" in headers
    assert "http://localhost:8000" in rounds.asker().agent
    assert rounds.asker().pause >= 2 and rounds.asker().timeout <= 10


def test_a_wait_asked_for_is_read(outside, who):
    outside.seen.clear()
    assert who.ask(f"{outside.url}/429").wait == 120
    assert who.ask(f"{outside.url}/429-odd").wait == 0
    assert who.ask(f"{outside.url}/429-date").wait == 7 * 24 * 3600
    assert outside.methods("/429") == ["HEAD"]


def test_a_host_is_asked_one_at_a_time_with_a_pause(who):
    from concurrent.futures import ThreadPoolExecutor

    server = Outside()
    slow = Asker("x", pause=0.2, timeout=2, allowed=LOOP)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(slow.ask, [f"{server.url}/hop1", f"{server.url}/a", f"{server.url}/405"]))
    times = [when for _method, _path, when in server.seen]
    assert len(times) == 4 and server.most_open == 1
    assert min(b - a for a, b in zip(times, times[1:], strict=False)) >= 0.19
    server.close()


# A round


@pytest.fixture
def sites(db, settings):
    """Three hosts of the loop; the content leads nowhere else."""
    settings.LINKS_MAY_REACH = LOOP
    Source.objects.update(url_complete=False)
    Pole.objects.update(website="")
    assert not cited(), "long texts lead outside too"
    servers = [Outside(f"127.0.0.{n}") for n in (2, 3, 4)]
    yield servers
    for server in servers:
        server.close()


def lead_to(*urls: str) -> list[Source]:
    return [
        Source.objects.create(key=f"lien-{n}", title=f"Lien {n}", publisher="X", url=url)
        for n, url in enumerate(urls)
    ]


def go(days: int = 0, **options) -> rounds.Round:
    """A round, made so many days from now."""
    who = Asker("x", pause=0, timeout=1, longest=2, allowed=LOOP)
    moments = ("last_checked", "last_ok", "first_failed", "ask_after")
    CheckedLink.objects.update(**{name: F(name) - dt.timedelta(days=days) for name in moments})
    return rounds.go_round(who, 60, **options)


def test_what_the_content_leads_to_is_collected(db):
    places = dict(cited().values())
    whole = Source.objects.filter(url_complete=True).exclude(url="").first()
    assert whole.url in places
    partial = Source.objects.filter(url_complete=False).exclude(url="")
    assert not {s.url for s in partial} & places.keys()
    pole = Pole.objects.published().exclude(website="").first()
    (place,) = (p for p in places[pole.website] if p[0] == "poles.pole")
    assert place[4] == reverse("admin:poles_pole_change", args=[pole.pk]) + "#id_website"
    page = Page.objects.get(slug="ess")
    section = list(page.sections.all())[1]
    section.body_de = '<p>Sieh <a href="https://example.org/a?b=1&amp;c=2">hier</a>.</p>'
    section.save()
    place = dict(cited().values())["https://example.org/a?b=1&c=2"][0]
    assert place[4].endswith(f"/{page.pk}/change/#id_sections-1-body_de")
    page.sections.exclude(pk=section.pk).update(position=F("position") + 1)
    type(section).objects.filter(pk=section.pk).update(position=0)  # first in the form
    place = dict(cited().values())["https://example.org/a?b=1&c=2"][0]
    assert place[4].endswith("#id_sections-0-body_de")
    Page.objects.filter(pk=page.pk).update(state="draft")
    assert "https://example.org/a?b=1&c=2" not in {u for u, _ in cited().values()}


def test_a_page_is_dead_after_two_days_a_site_after_three(sites):
    one, two, three = sites
    lead_to(f"{one.url}/404", f"{two.url}/500", f"{three.url}/200")
    version = content_version()
    for day, dead in enumerate([0, 1, 2]):
        told = go(1 if day else 0)
        assert CheckedLink.objects.dead().count() == dead, day
        assert sum(link.is_dead for link in CheckedLink.objects.all()) == dead
        assert not told.offline
    assert content_version() == version, "visitors' pages are not made again for a check"
    assert one.methods("/404") == ["HEAD", "GET"] * 3
    assert three.methods("/200") == ["HEAD"], "what answers is asked once a week"
    Source.objects.filter(key="lien-0").update(url=f"{one.url}/200")
    go(1)
    assert CheckedLink.objects.dead().get().url.endswith("/500")


def test_a_day_counts_once_and_good_news_clears(sites):
    one, two, _three = sites
    (first, _second) = lead_to(f"{one.url}/500", f"{two.url}/200")
    for _ in range(4):
        go(all_of_them=True)
    link = CheckedLink.objects.at(key_of(first.url))
    assert link.failures == 1 and "500" in link.said
    link.note(200, "", "", timezone.now())
    assert link.failures == 0 and link.first_failed is None and link.last_ok


@pytest.mark.parametrize("path", ["403", "401", "429", "503", "members"])
def test_a_closed_door_is_never_dead(sites, path):
    one, two, _three = sites
    lead_to(f"{one.url}/{path}", f"{two.url}/200")
    for _ in range(6):
        go(2)
    link = CheckedLink.objects.at(key_of(f"{one.url}/{path}"))
    assert link.problem == Problem.CLOSED_DOOR and link.failures == 0
    assert not CheckedLink.objects.dead()


def test_a_host_that_asks_to_wait_is_left_alone(sites):
    one, _two, _three = sites
    lead_to(f"{one.url}/429", f"{one.url}/a", f"{one.url}/b")
    told = go()
    assert told.asked == 1 and one.methods("/a") == []
    assert CheckedLink.objects.at(key_of(f"{one.url}/429")).ask_after > timezone.now()
    assert go().asked == 2, "the others next time, that one later"
    assert one.methods("/429") == ["HEAD"]


def test_without_a_network_nothing_is_marked(sites, settings, capsys):
    lead_to(*(f"http://127.0.0.{n}:1/" for n in range(10, 40)))
    told = go()
    assert told.offline and told.written == 0
    assert not CheckedLink.objects.exclude(last_checked=None).exists()
    with pytest.raises(CommandError, match="does not reach other sites"):
        call_command("check_links")


def test_a_network_lost_on_the_way_marks_nothing_more(sites):
    one, _two, _three = sites
    lead_to(f"{one.url}/200", *(f"http://127.0.0.{n}:1/" for n in range(10, 15)))
    told = go()
    assert not told.offline and told.written == 6, "the network is there: they are not"
    spoken, asked = one.url, []

    class Lost(Asker):
        def ask(self, url):
            if not url.startswith(spoken):
                return super().ask(url)
            asked.append(url)  # it answers once, then the network goes
            return Answer("", 200) if len(asked) == 1 else Answer("unreached")

    before = CheckedLink.objects.at(key_of("http://127.0.0.10:1/")).failures
    CheckedLink.objects.update(last_checked=timezone.now() - dt.timedelta(days=9))
    told = rounds.go_round(Lost("x", pause=0, timeout=1, allowed=LOOP), 60)
    assert told.offline
    assert CheckedLink.objects.at(key_of("http://127.0.0.10:1/")).failures == before


def test_nobody_is_asked_for_what_cannot_be_written(sites, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device")

    one, _two, _three = sites
    lead_to(*(f"{one.url}/{n}" for n in range(12)))
    monkeypatch.setattr(rounds, "_write", full)
    before = len(one.seen)
    with pytest.raises(OSError, match="No space"):
        rounds.go_round(Asker("x", pause=0.2, timeout=1, allowed=LOOP), 60)
    assert len(one.seen) - before < 6


def test_a_round_stops_on_time_and_resumes_with_the_oldest(sites):
    one, _two, _three = sites
    lead_to(*(f"{one.url}/{n}" for n in range(6)))
    told = rounds.go_round(Asker("x", pause=0.3, timeout=1, allowed=LOOP), 0.7)
    assert 1 <= told.asked < 6
    done = told.asked
    assert go().asked == 6 - done, "what was not asked comes first"
    assert go().asked == 0


def test_the_command_says_what_it_did(sites, capsys, monkeypatch):
    one, _two, _three = sites
    lead_to(f"{one.url}/200", f"{one.url}/404")
    monkeypatch.setattr(Asker, "pause", 0)
    call_command("check_links", budget=1)
    assert "2 address(es) asked, 0 left for next time; 0 dead." in capsys.readouterr().out


def test_what_nothing_leads_to_is_forgotten(sites):
    one, _two, _three = sites
    lead_to(f"{one.url}/200")
    go()
    Source.objects.filter(key="lien-0").delete()
    go()
    assert not CheckedLink.objects.exists()


# What editors see of it


@pytest.fixture
def dead(db):
    source = Source.objects.create(
        key="rapport-perdu", title="Rapport perdu", publisher="X", url="https://gone.example.org/r"
    )
    CheckedLink.objects.keep_only(cited())
    link = CheckedLink.objects.at(key_of(source.url))
    when = timezone.now() - dt.timedelta(days=2)
    link.note(404, "gone", "", when)
    link.note(404, "gone", "", when + dt.timedelta(days=1))
    CheckedLink.objects.write(link)
    return source


def home(client) -> str:
    return client.get(reverse("admin:index")).content.decode()


def test_the_first_screen_leads_to_the_field(publisher, writer, dead):
    html = home(publisher)
    assert "Liens qui ne mènent plus nulle part" in html
    assert f"/admin/editorial/source/{dead.pk}/change/#id_url" in html
    assert "la page n’existe plus (404), depuis le" in html
    assert "Liens qui ne mènent plus" not in home(writer)


def test_what_was_mended_is_no_longer_told(publisher, dead):
    dead.url = "https://example.org/found"
    dead.save()
    assert "Liens qui ne mènent plus" not in home(publisher)


def test_the_source_suggests_an_archived_copy(writer, publisher, dead):
    for client in (publisher, writer):
        html = client.get(f"/admin/editorial/source/{dead.pk}/change/").content.decode()
        assert "copie archivée" in html and 'href="#id_reading"' in html
    other = Source.objects.exclude(url="").exclude(pk=dead.pk).first()
    html = publisher.get(f"/admin/editorial/source/{other.pk}/change/").content.decode()
    assert "link-note" not in html


def test_a_link_is_set_aside_for_six_months(publisher, writer, dead):
    link = CheckedLink.objects.dead().get()
    address = reverse("admin:checked_link_aside", args=[link.pk])
    assert writer.post(address).status_code == 403 and publisher.get(address).status_code == 403
    publisher.post(address)
    link.refresh_from_db()
    assert 180 <= (link.ignored_until - timezone.localdate()).days <= 184
    assert not link.is_dead and "Liens qui ne mènent plus" not in home(publisher)
    publisher.post(address)
    assert CheckedLink.objects.dead().get() == link


def test_one_is_asked_again_at_once_and_only_good_news_counts(publisher, writer, sites):
    one, two, _three = sites
    lead_to(f"{one.url}/500", f"{two.url}/200")
    for day in range(3):
        go(1 if day else 0)
    link = CheckedLink.objects.dead().get()
    address = reverse("admin:checked_link_ask", args=[link.pk])
    assert writer.post(address).status_code == 403
    assert "ne répond toujours pas" in publisher.post(address, follow=True).content.decode()
    link.refresh_from_db()
    assert link.failures == 3
    CheckedLink.objects.filter(pk=link.pk).update(url=f"{one.url}/200")
    assert "L’adresse répond" in publisher.post(address, follow=True).content.decode()
    assert not CheckedLink.objects.dead()


@pytest.mark.parametrize("what", ["morts", "echecs", "portes", "ailleurs", "cote", "vivants", "x"])
def test_the_list_and_each_record_open_for_all(publisher, writer, dead, what):
    for client in (publisher, writer):
        answer = client.get("/admin/editorial/checkedlink/", {"constat": what})
        assert answer.status_code == 200
        found = answer.context["cl"].result_count
        assert found == {"morts": 1, "x": CheckedLink.objects.count()}.get(what, 0)
    link = CheckedLink.objects.dead().get()
    address = reverse("admin:editorial_checkedlink_change", args=[link.pk])
    assert "Revérifier" in publisher.get(address).content.decode()
    assert "Revérifier" not in writer.get(address).content.decode()
    assert publisher.post(address, {"url": "x"}).status_code == 403


def test_no_ordinary_request_asks_another_site(publisher, client, dead, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a request went out")

    monkeypatch.setattr(Asker, "ask", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    home(publisher)
    publisher.get("/admin/editorial/checkedlink/")
    publisher.get(f"/admin/editorial/source/{dead.pk}/change/")
    assert client.get("/").status_code == 200
