"""Searching the site, on whichever database: what a person means, in words, never an error."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pages.models import Definition
from poles.models import Pole
from ptce_site.editorial.site_search import find

from .test_queries import add_poles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("lorraine", "Florange e2i"),
        ("romans", "Pôle Sud"),
        ("26100", "Pôle Sud"),
        ("archer", "Pôle Sud"),
        ("recyclage", "Pôle déchets des Alpilles"),
        ("ile saint denis", "Le PHARES"),
        ("Florrange", "Florange e2i"),
        ("SCIC", "société coopérative d’intérêt collectif"),
    ],
)
def test_what_a_person_means_comes_first(client, query, title):
    page = client.get("/recherche/", {"q": query})
    first = page.content.decode().split('<ol class="results"')[1].split("</h3>")[0]
    assert title in first


def test_the_words_are_marked_in_their_sentence(client):
    html = client.get("/recherche/", {"q": "fenêtre"}).content.decode()
    assert "<mark>fenêtres</mark>" in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_spelling_read_is_told_and_nothing_found_helps(client):
    html = client.get("/recherche/", {"q": "Florrange"}).content.decode()
    assert "Vous cherchiez peut-être <strong>Florange</strong>" in html
    html = client.get("/recherche/", {"q": "zzzzqqq"}).content.decode()
    assert "Rien ne répond à" in html and "ways-out" in html
    html = client.get("/recherche/", {"q": "florange romans"}).content.decode()
    assert "Rien ne contient tous les mots" in html and "Pôle Sud" in html


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "é" * 10_000,
        "a\x00b",
        "\udcff",
        "(((",
        "%",
        "-",
        "de la",
        "𝕱𝖑𝖔𝖗𝖆𝖓𝖌𝖊",
    ],
)
def test_bad_input_is_a_normal_page(client, query):
    answer = client.get("/recherche/", {"q": query.encode("utf-8", "surrogateescape")})
    assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-3", "99999", "x", "1" * 500])
def test_absurd_pages_show_one_that_exists(client, page):
    answer = client.get("/recherche/", {"q": "pôle", "page": page})
    assert answer.status_code == 200 and '<ol class="results"' in answer.content.decode()


def test_results_come_by_pages(client):
    html = client.get("/recherche/", {"q": "ptce"}).content.decode()
    assert html.count('class="kind"') == 20 and "page=2" in html


def test_what_is_not_public_is_not_found():
    assert find("Cluster Jura")[:1][0].thing.kind == "pôle"
    for pole in Pole.objects.filter(slug="cluster-jura"):
        pole.state = "withdrawn"
        pole.save()
    assert all("cluster-jura" not in r.thing.url for r in find("Clus’Ter Jura")[:50])
    Definition.objects.create(slug="secret", term="xylophone secret", state="draft")
    assert not find("xylophone")


def test_five_hundred_poles_cost_no_query_more_and_no_patience(client):
    def measure() -> tuple[int, float]:
        with CaptureQueriesContext(connection) as captured:
            began = time.process_time()
            assert client.get("/recherche/", {"q": "copie jura"}).status_code == 200
        return len(captured), time.process_time() - began

    measure()
    before, _ = measure()
    add_poles(480)
    from ptce_site.editorial.content_version import bump

    bump()
    measure()
    (after, *_), times = zip(*(measure() for _ in range(3)), strict=True)
    assert after == before
    assert min(times) < 0.15, times
