"""Sitemaps equal to what the heads say, dates that tell the truth, and the files beside them."""

import datetime
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from pages.drawn import DRAWN
from pages.models import Definition, KeyFigure, Page, Section
from poles.models import Milestone, Pole
from ptce_site.addresses import CODES, in_language
from ptce_site.editorial.due import apply_due
from ptce_site.editorial.models import Publisher, Reading, Source
from ptce_site.editorial.reading import date_changes
from ptce_site.editorial.tongues import languages_of

from .test_queries import add_poles

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
KINDS = ("pages", "poles", "chiffres")


def read(client, address: str, **headers) -> ElementTree.Element:
    response = client.get(address, headers=headers)
    assert response.status_code == 200 and not response.cookies
    assert response.headers["Content-Type"] == "application/xml"
    return ElementTree.fromstring(response.content)  # noqa: S314  (our own)


def listed(client, **headers) -> dict[str, tuple[str | None, dict[str, str]]]:
    """By address: its date, its alternates."""
    found = {}
    for kind in KINDS:
        for url in read(client, f"/sitemap-{kind}.xml", **headers):
            loc = url.findtext(f"{SPACE}loc")
            assert loc not in found, "each address once"
            links = {link.get("hreflang"): link.get("href") for link in url.iter(LINK)}
            found[loc] = url.findtext(f"{SPACE}lastmod"), links
    return found


def dates() -> dict[tuple[str, str], datetime.datetime]:
    """When each thing moved, by (path or label, language)."""
    rows = Reading.objects.values_list("kind", "thing", "language", "changed_at")
    return {(f"{kind}:{pk}", code): at for kind, pk, code, at in rows}


def name(thing) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


def moved(change) -> set[tuple[str, str]]:
    """What took a new date because of a change."""
    before = dates()
    change()
    date_changes()
    return {key for key, at in dates().items() if before.get(key) != at}


def page(slug: str) -> Page:
    return Page.objects.get(slug=slug)


def in_all(*things) -> set[tuple[str, str]]:
    return {(name(thing), code) for thing in things for code in CODES}


# Sitemaps


@pytest.mark.once
def test_the_sitemap_is_what_the_heads_say(settings, figure, pole):
    """Even where languages have dates of their own, which no column of the things tells."""
    client = Client()
    figure.label_en, pole.hook_de = "Otherwise said", "Anders gesagt"
    figure.save()
    pole.save()
    date_changes()
    Pole.objects.update(updated_at=timezone.now())
    found = listed(client)
    for address, (changed, links) in found.items():
        response = client.get(address.removeprefix(settings.SITE_URL))
        assert response.status_code == 200, address
        head = response.context["head"]
        assert head.canonical == address
        assert dict(head.alternates) == links and not head.robots
        assert links["x-default"] == links["fr"]
        assert all(other in found for other in links.values())
        html = response.content.decode()
        assert dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', html)) == links
        if changed is None:
            assert address.endswith(("/plan-du-site/", "/site-map/", "/uebersicht/"))
            continue
        assert f'"dateModified":"{changed}"' in html
        shown = map(parse_datetime, re.findall(r'<time datetime="([^"]+T[^"]+)"', html))
        assert parse_datetime(changed) in [moment.replace(microsecond=0) for moment in shown]


def test_all_that_is_published_is_in_it_in_its_languages(client):
    things = [*Page.objects.published(), *Pole.objects.published(), *KeyFigure.objects.published()]
    assert len(listed(client)) == sum(len(languages_of(thing)) for thing in things) + 3


def test_what_search_engines_should_not_find_is_not(client, settings):
    Pole.objects.filter(slug="neo56").update(state="withdrawn")
    KeyFigure.objects.filter(slug="pib-2013").update(state="draft")
    Page.objects.filter(slug="ess").update(title_en="")
    found = listed(client)
    told = " ".join(found)
    assert "neo56" not in told and "pib-2013" not in told
    assert f"{settings.SITE_URL}/ess/" in found
    assert f"{settings.SITE_URL}/en/social-economy/" not in found
    assert "en" not in found[f"{settings.SITE_URL}/ess/"][1]
    for word in ("recherche", "signaler", "guide-de-style", ".pdf", ".csv", "admin", "embed", "?"):
        assert word not in told


def test_the_index_names_them_with_their_last_change(client, settings):
    index = read(client, "/sitemap.xml")
    assert index.tag == f"{SPACE}sitemapindex"
    told = {s.findtext(f"{SPACE}loc"): s.findtext(f"{SPACE}lastmod") for s in index}
    assert list(told) == [f"{settings.SITE_URL}/sitemap-{kind}.xml" for kind in KINDS]
    for address, last in told.items():
        rows = read(client, address.removeprefix(settings.SITE_URL))
        assert last == max(url.findtext(f"{SPACE}lastmod") or "" for url in rows)
    assert client.get("/sitemap-autre.xml").status_code == 404


def test_they_are_of_the_shape_that_sitemaps_org_asks(client):
    """Its schema by hand: names, order, whole addresses, W3C dates, nothing else."""
    for address, root, entry in [("/sitemap.xml", "sitemapindex", "sitemap")] + [
        (f"/sitemap-{kind}.xml", "urlset", "url") for kind in KINDS
    ]:
        tree = read(client, address)
        assert tree.tag == SPACE + root and 0 < len(tree) <= 50_000
        for row in tree:
            assert row.tag == SPACE + entry
            tags = [child.tag for child in row if child.tag != LINK]
            assert tags in ([f"{SPACE}loc"], [f"{SPACE}loc", f"{SPACE}lastmod"])
            assert [child.tag for child in row][: len(tags)] == tags, "links come last"
            assert 12 <= len(row.findtext(f"{SPACE}loc")) <= 2048
            last = row.findtext(f"{SPACE}lastmod")
            assert last is None or parse_datetime(last).tzinfo
            assert all(link.get("rel") == "alternate" for link in row.iter(LINK))


def test_addresses_are_the_site_s_whatever_the_host_asked(client, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://ptce.example.org", ["*"]
    assert all(a.startswith("https://ptce.example.org/") for a in listed(client, host="evil.test"))
    assert b"evil.test" not in client.get("/sitemap.xml", headers={"host": "evil.test"}).content
    assert b"evil.test" not in client.get("/robots.txt", headers={"host": "evil.test"}).content


def test_as_many_queries_whatever_the_number_of_poles(client):
    with CaptureQueriesContext(connection) as few:
        client.get("/sitemap-poles.xml")
    add_poles(40)
    with CaptureQueriesContext(connection) as many:
        client.get("/sitemap-poles.xml")
    assert len(few) == len(many) == 2


def test_an_empty_site_has_an_empty_sitemap(client, empty_site):
    assert len(listed(client)) == 3  # the site plan


# Dates


def test_saving_without_a_change_moves_nothing(figure, pole):
    things = [page("ess"), page("accueil"), figure, pole, Definition.objects.first()]

    def save_all():
        for thing in things:
            thing.save()
            for section in getattr(thing, "sections", Page.objects.none()).all():
                section.save()

    assert moved(save_all) == set()


def test_what_is_not_read_moves_nothing(figure, pole):
    def change():
        for thing in (figure, pole, page("ess"), page("chiffres-cles")):
            thing.review_on = thing.verified_on = datetime.date(2031, 1, 1)
            thing.withdraw_at = timezone.now() + datetime.timedelta(days=9)
            thing.save()
        KeyFigure.objects.filter(pk=figure.pk).update(position=99)
        Page.objects.filter(slug="ess").update(position=99, menu="none")
        Definition.objects.update(woven=False)
        first = page("ess").sections.first()
        first.position = 50
        first.save()

    assert moved(change) == set()


def test_typography_alone_moves_nothing(pole):
    pole.summary_fr = pole.summary_fr.replace("’", "'").replace("\u202f", " ").replace("\xa0", " ")
    pole.summary_fr += "  "
    assert moved(pole.save) == set()


@pytest.mark.parametrize("code", ["en", "de"])
def test_a_translation_moves_its_language_alone(code):
    ess = page("ess")
    setattr(ess, f"lead_{code}", "<p>Other words.</p>")
    assert moved(ess.save) == {(name(ess), code)}


def test_french_moves_the_languages_where_it_stands_in(pole):
    pole.story_fr, pole.story_en, pole.story_de = "<p>Un.</p>", "", "<p>Eins.</p>"
    pole.save()
    date_changes()
    pole.story_fr = "<p>Deux.</p>"
    assert {key for key in moved(pole.save) if key[0] == name(pole)} == {
        (name(pole), "fr"),
        (name(pole), "en"),
    }


def test_a_new_value_moves_the_figure_and_the_pages_that_draw_it(figure):
    figure.value += 1
    found = moved(figure.save)
    assert in_all(figure, page("chiffres-cles"), page("donnees")) <= found
    untouched = in_all(page("glossaire"), page("contact"), page("reperes"), *Pole.objects.all())
    assert not found & untouched
    assert len({dates()[key] for key in found}) == 1, "the same moment"


def test_a_figure_beside_it_moves_too():
    figure = KeyFigure.objects.published().exclude(supersedes=None).first()
    figure.value += 1
    assert in_all(figure, figure.supersedes) <= moved(figure.save)


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        (lambda: Definition.objects.first(), "glossaire"),
        (lambda: Milestone.objects.of_the_policy().published().first(), "reperes"),
        (lambda: Pole.objects.get(slug="neo56"), "poles"),
        (lambda: Pole.objects.get(slug="neo56"), "accueil"),
        (lambda: Publisher.objects.get_or_create(pk=1)[0], "mentions-legales"),
    ],
)
def test_a_page_moves_with_what_it_draws(change, slug):
    thing = change()
    for field in ("term_fr", "title_fr", "short_name", "name"):
        if hasattr(thing, field):
            setattr(thing, field, "Autrement dit")
    assert (name(page(slug)), "fr") in moved(thing.save)


def test_each_kind_of_section_that_draws_says_what():
    words = {"text", "callout", "points", "comparison", "weights"}  # the last draws a file
    assert set(DRAWN) == set(Section.Kind.values) - words


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind.startswith("figures-")])
def test_each_section_of_figures_moves_its_page(kind):
    figure = KeyFigure.objects.published().exclude(supersedes=None).first()
    KeyFigure.objects.filter(pk=figure.pk).update(featured=True)
    figure.refresh_from_db()
    mine = Page.objects.create(
        slug="a-moi", state="published", title_fr="À moi", description_fr="x"
    )
    Section.objects.create(page=mine, kind=kind, anchor="la")
    date_changes()
    figure.value += 1
    assert in_all(mine) <= moved(figure.save)


def test_a_story_does_not_move_the_map(pole):
    pole.story_fr = "<p>Une autre histoire.</p>"
    found = moved(pole.save)
    assert (name(pole), "fr") in found
    assert not found & in_all(page("accueil"), page("poles"))


def test_parts_and_sources_count(pole):
    part = pole.milestones.first() or pole.actors.first() or pole.names.first()
    assert in_all(pole) <= moved(part.delete)
    Source.objects.filter(pk=pole.source_id).update(title="Un autre titre")
    pole.save()  # an `update()` says nothing by itself
    assert in_all(pole) <= moved(lambda: None)


def test_what_is_published_is_dated_of_that_moment_and_what_leaves_is_missed(client, figure):
    KeyFigure.objects.filter(pk=figure.pk).update(state="draft")
    figure.refresh_from_db()
    gone = moved(figure.save)
    assert in_all(page("chiffres-cles")) <= gone
    start = timezone.now()
    figure.state = "published"
    assert in_all(figure, page("chiffres-cles")) <= moved(figure.save)
    assert dates()[name(figure), "fr"] >= start


def test_the_first_date_is_that_of_the_last_save(client):
    Reading.objects.all().delete()
    ess = page("ess")
    ess.save()
    date_changes()
    assert dates()[name(ess), "fr"] >= Page.objects.get(pk=ess.pk).updated_at
    glossary = page("glossaire")
    latest = max(Definition.objects.latest("updated_at").updated_at, glossary.updated_at)
    assert dates()[name(glossary), "de"] == latest


def test_another_way_of_telling_moves_no_date(monkeypatch, figure):
    monkeypatch.setattr("ptce_site.editorial.reading.RECIPE", "another")
    figure.save()
    assert moved(lambda: None) == set()
    figure.label_en = "Something else"
    assert moved(figure.save) >= {(name(figure), "en")}


def test_what_is_deleted_is_forgotten(figure):
    key = name(figure)
    figure.delete()
    date_changes()
    assert not {k for k in dates() if k[0] == key}


def test_a_post_in_the_room_and_the_timer_both_date(editor_client, pole):
    before = dates()
    pole.hook_fr = "Une accroche toute neuve."
    pole.save()
    editor_client.post("/admin/logout/")
    after = dates()
    assert after[name(pole), "fr"] > before[name(pole), "fr"]
    pole.hook_fr = "Encore une autre."
    pole.save()
    apply_due()
    assert dates()[name(pole), "fr"] > after[name(pole), "fr"]


def test_one_light_query_when_nothing_changed():
    with CaptureQueriesContext(connection) as captured:
        assert date_changes() == 0
    assert len(captured) == 1


# What else is asked for by convention


def test_robots(client, settings):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age" in response.headers["Cache-Control"] and not response.cookies
    lines = response.content.decode().splitlines()
    assert lines[0] == "User-agent: *" and f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    barred = [line.partition(": ")[2] for line in lines if line.startswith("Disallow")]
    assert barred == ["/admin/", "/apercu/"]


def test_security(client, settings):
    def told() -> dict[str, str]:
        response = client.get("/.well-known/security.txt")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "max-age" in response.headers["Cache-Control"] and not response.cookies
        return dict(line.split(": ", 1) for line in response.content.decode().splitlines())

    Publisher.objects.all().delete()
    first = told()
    assert first["Contact"] == f"{settings.SITE_URL}/contact/"
    assert first["Preferred-Languages"] == "fr, en, de"
    assert first["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    ahead = parse_datetime(first["Expires"]) - timezone.now()
    assert datetime.timedelta(days=363) < ahead <= datetime.timedelta(days=365)
    Publisher.objects.create(pk=1, email="bureau@example.org")
    assert told()["Contact"] == "mailto:bureau@example.org"


@pytest.mark.parametrize("code", CODES)
def test_manifest(client, code):
    start = "/" if code == "fr" else f"/{code}/"
    address = f"{start}site.webmanifest"
    link = f'<link rel="manifest" href="{address}">'
    assert link in client.get(in_language("/ess/", code)).content.decode()
    assert link not in client.get(start).content.decode()  # seven requests, see test_look
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(response.content)
    assert told["lang"] == code and told["start_url"] == start and told["display"] == "browser"
    assert told["name"] and told["short_name"]
    tokens = Path(finders.find("css/site/tokens.css")).read_text(encoding="utf-8")
    assert f"--paper: {told['background_color']};" in tokens
    assert f"--night: {told['theme_color']};" in tokens
    for icon in told["icons"]:
        head = Path(finders.find(icon["src"].removeprefix("/static/"))).read_bytes()
        side = int.from_bytes(head[16:20], "big")
        assert head[:4] == b"\x89PNG" and icon["sizes"] == f"{side}x{side}" and len(head) < 8000
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_icons_at_the_root(client):
    for path, kind in (("/favicon.ico", "icon"), ("/apple-touch-icon.png", "image/png")):
        response = client.get(path)
        assert response.status_code == 200 and kind in response.headers["Content-Type"]
        assert b"".join(response)
