"""The feed of changes: parsed, true dates, stable identifiers, whole addresses."""

import datetime

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pages.models import Definition, KeyFigure, Page
from poles.models import Milestone, Pole
from ptce_site.editorial.models import Reading

from .test_queries import add_poles

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def parsed(client):
    response = client.get("/fil.atom")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def touch(thing, minutes: int) -> datetime.datetime:
    """Say that something changed so many minutes after everything else."""
    when = timezone.now() + datetime.timedelta(minutes=minutes)
    noted = Reading.objects.filter(kind=thing._meta.label_lower, thing=thing.pk)
    assert noted.update(changed_at=when) == 3
    return when


def test_a_feed_parser_reads_it(client, settings):
    feed = parsed(client)
    assert feed.feed.language == "fr" and feed.feed.author
    assert feed.feed.id == f"{settings.SITE_URL}/fil.atom"
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"}
    assert len(feed.entries) == 40
    assert len({entry.id for entry in feed.entries}) == 40
    for entry in feed.entries:
        assert entry.title and entry.link.startswith(f"{settings.SITE_URL}/")
        assert entry.updated_parsed and entry.tags
    changes = [entry.updated_parsed for entry in feed.entries]
    assert changes == sorted(changes, reverse=True)
    assert feed.feed.updated_parsed == changes[0]


def test_the_last_change_comes_first_with_its_true_date(client):
    things = [
        Page.objects.get(slug="ess"),
        Pole.objects.get(slug="neo56"),
        KeyFigure.objects.get(slug="pib-2013"),
        Definition.objects.get(slug="filiere"),
        Milestone.objects.of_the_policy().published().first(),
    ]
    dates = [touch(thing, minutes) for minutes, thing in enumerate(things, start=1)]
    entries = parsed(client).entries[:5]
    for entry, thing, when in zip(entries, reversed(things), reversed(dates), strict=True):
        assert entry.id.endswith(f":{thing._meta.label_lower}:{thing.pk}")
        assert entry.link.endswith(thing.get_absolute_url())
        assert entry.updated_parsed[:6] == when.astimezone(datetime.UTC).timetuple()[:6]
    assert entries[2].title == "10 % du produit intérieur brut (PIB), la richesse produite en un an"


def test_each_address_of_the_feed_answers(client, settings):
    touch(Milestone.objects.of_the_policy().published().first(), 1)
    touch(Definition.objects.get(slug="filiere"), 1)
    pages = {}
    for entry in parsed(client).entries:
        path, _, anchor = entry.link.removeprefix(settings.SITE_URL).partition("#")
        if path not in pages:
            response = client.get(path)
            assert response.status_code == 200
            pages[path] = response.content.decode()
        assert not anchor or f'id="{anchor}"' in pages[path]


def test_identifiers_survive_a_renamed_address(client):
    pole = Pole.objects.get(slug="neo56")
    touch(pole, 1)
    before = parsed(client).entries[0]
    Pole.objects.filter(pk=pole.pk).update(slug="neo-56")
    after = parsed(client).entries[0]
    assert after.id == before.id and after.link != before.link


def test_what_is_not_public_is_not_in_it(client):
    for state in ("draft", "withdrawn"):
        pole = Pole.objects.get(slug="neo56")
        touch(pole, 5)
        Pole.objects.filter(pk=pole.pk).update(state=state)
        assert "neo56" not in client.get("/fil.atom").content.decode()


def test_hostile_titles_stay_text(client):
    pole = Pole.objects.get(slug="neo56")
    Pole.objects.filter(pk=pole.pk).update(
        name="A\x0b<b>B</b> & \x08C", hook_fr="1 < 2 <script>alert(1)</script>"
    )
    touch(pole, 1)
    response = client.get("/fil.atom")
    entry = feedparser.parse(response.content, sanitize_html=False).entries[0]
    assert entry.title == "A<b>B</b> & C"
    assert entry.summary == "1 &lt; 2 &lt;script&gt;alert(1)&lt;/script&gt;"


def test_the_same_bytes_twice_and_few_queries(client):
    with CaptureQueriesContext(connection) as few:
        first = client.get("/fil.atom")
    assert len(few) == 5  # one a kind of thing
    assert client.get("/fil.atom").content == first.content
    kept = client.get("/fil.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert kept.status_code == 304
    add_poles(60)
    with CaptureQueriesContext(connection) as many:
        client.get("/fil.atom")
    assert len(many) == len(few)


def test_an_empty_site_has_an_empty_feed(client, empty_site):
    assert parsed(client).entries == []
