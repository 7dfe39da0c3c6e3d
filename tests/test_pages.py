"""Every public page, as a visitor gets it; links, anchors, titles are for test_check_site."""

import re

import pytest
from django.urls import reverse

from pages.models import Page
from poles.models import Call, Pole

from .addresses import PAGES, public_addresses
from .strict import parse

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_published_thing_answers_with_a_well_formed_page(client, language):
    """200, right language, one h1, one main, no heading jump, a name for each link and image."""
    for address in public_addresses(language):
        response = client.get(address)
        assert response.status_code == 200, address
        tree = parse(response.content.decode())
        tags = [
            element.tag.rpartition("}")[2]
            for element in tree.iter()
            if isinstance(element.tag, str)
        ]
        assert tree.find(".").get("lang") == language
        assert tags.count("h1") == 1 and tags.count("main") == 1, address
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        jumps = [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
        assert not jumps, f"{address}: heading jump {jumps}"
        for link in tree.iter("a"):
            words = "".join(link.itertext()).strip() or link.get("aria-label", "")
            assert words, f"{address}: a link without a name to {link.get('href')}"
        assert (tree.findtext(".//title") or "").strip()
        assert not response.cookies, f"{address} sets a cookie"


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_database_answers_everywhere(client, empty_site, address):
    assert client.get(address).status_code == 200


def test_unknown_addresses_help(client):
    for address in ("/nulle-part/", "/poles/nulle-part/", "/es/"):
        response = client.get(address)
        assert response.status_code == 404
        assert reverse("pages:sitemap") in response.content.decode()


def test_what_was_withdrawn_says_so(client):
    Pole.objects.filter(slug="neo56").update(state="withdrawn")
    Page.objects.filter(slug="reperes").update(state="withdrawn")
    for address in ("/poles/neo56/", "/reperes/"):
        response = client.get(address)
        assert response.status_code == 410
        assert "retirée" in response.content.decode()


def test_a_draft_is_nowhere(client):
    Pole.objects.filter(slug="neo56").update(state="draft")
    assert client.get("/poles/neo56/").status_code == 404
    for address in public_addresses():
        assert "/poles/neo56/" not in client.get(address).content.decode(), address


def test_the_open_places_are_what_the_call_lacks(client):
    """23 places: each published pole, then the open ones, counted and never invented."""
    html = client.get("/poles/").content.decode()
    assert html.count('class="place"') == 20
    assert html.count('class="place open"') == 3
    Pole.objects.filter(slug="neo56").update(state="draft")
    html = client.get("/poles/").content.decode()
    assert html.count('class="place"') == 19
    assert html.count('class="place open"') == 4
    other = Call.objects.create(
        slug="2015", name="x", launched_on="2015-04-21", announced_on="2016-01-14", laureates=14
    )
    Pole.objects.filter(slug="cluster-jura").update(call=other)
    assert client.get("/poles/").content.decode().count('class="place open"') == 5
    home = client.get("/").content.decode()
    assert "/poles/pays-d-ancenis/" in home
    assert "/poles/cluster-jura/" not in home, "the home page tells the first call"
    Call.objects.update(laureates=18)
    assert 'class="place open"' not in client.get("/poles/").content.decode()


def test_the_map_places_each_located_pole_and_names_the_others(client):
    html = client.get("/poles/").content.decode()
    located = Pole.objects.published().exclude(latitude=None)
    assert located.count() == 19
    assert len(re.findall(r'<a href="/poles/[\w-]+/" class="point', html)) == 19
    assert "19 pôles placés" in html
    assert re.search(r'hors de la carte :.*?<a href="/poles/la-verriere/">', html, re.DOTALL)
    rings = located.filter(precision="department").count()
    assert html.count('class="point ring') == rings == 4


def test_head_slash_and_conditional_requests(client):
    page = client.get("/ptce/")
    head = client.head("/ptce/")
    assert head.status_code == 200 and head.content == b""
    assert client.get("/ptce").headers["Location"] == "/ptce/"
    assert client.get("/ptce").status_code == 301
    again = client.get("/ptce/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert client.post("/ptce/").status_code == 405


def test_policies_are_on_every_answer(client):
    for address in ("/", "/nulle-part/", "/admin/login/"):
        headers = client.get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "nonce" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_without_known_facts_shows_no_empty_field(client):
    html = client.get("/poles/la-verriere/").content.decode()
    assert "<dt>Porté par</dt>" not in html and "<dt>Site</dt>" not in html
    assert "Ce que nous ne savons pas encore" in html
    assert "Île-de-France" in html


def test_a_portrait_names_every_sector(client):
    pole = Pole.objects.get(slug="cis-dt-52")
    html = client.get("/poles/cis-dt-52/").content.decode()
    assert pole.sectors.count() > 3
    for sector in pole.sectors.all():
        assert sector.name in html


def test_a_likely_laureate_says_to_confirm(client):
    assert "À confirmer" in client.get("/poles/neo56/").content.decode()


def test_partial_addresses_are_shown_without_link(client):
    html = "".join(client.get(address).content.decode() for address in public_addresses())
    assert "Adresse partielle" in html
    assert 'href="docplayer.fr' not in html


def test_the_legal_pages_say_what_is_to_complete(client):
    from ptce_site.editorial.models import Publisher

    assert "à compléter" in client.get("/mentions-legales/").content.decode()
    Publisher.objects.create(pk=1, name="Association du Val de Fensch")
    assert "Association du Val de Fensch" in client.get("/mentions-legales/").content.decode()


def test_the_accessibility_statement_follows_the_audits(client):
    from ptce_site.editorial.models import AccessibilityAudit

    def statement():
        return client.get("/accessibilite/").content.decode()

    assert "<strong>non conforme</strong>" in statement()
    audit = AccessibilityAudit.objects.create(
        audited_on="2027-01-15", auditor="Un cabinet", rate=80, findings_fr="<p>Le menu.</p>"
    )
    assert "<strong>partiellement conforme</strong>" in statement()
    AccessibilityAudit.objects.filter(pk=audit.pk).update(rate=100)
    assert "<strong>totalement conforme</strong>" in statement()
    AccessibilityAudit.objects.filter(pk=audit.pk).update(rate=49)
    assert "<strong>non conforme</strong>" in statement()
