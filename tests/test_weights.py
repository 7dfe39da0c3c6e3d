"""The page on eco-design: its figures are what a browser receives, in three languages."""

import time
import urllib.request
from decimal import Decimal

import pytest

from pages import weights
from ptce_site.ops import weighing

TITLES = {
    "/ecoconception/": "Ce que pèse ce site",
    "/en/eco-design/": "What this site weighs",
    "/de/oekodesign/": "Was diese Website wiegt",
}


def told(path: str, language: str = "fr") -> dict[str, int]:
    return weights.measured()["pages"][path][language]


@pytest.mark.django_db
@pytest.mark.parametrize("address", TITLES)
def test_the_page_tells_the_weights_of_its_language(client, address):
    html = client.get(address).content.decode()
    assert f"<h1>{TITLES[address]}</h1>" in html
    language = address.split("/")[1] if address.count("/") > 2 else "fr"
    for path in weights.WEIGHED:
        sizes = dict(told(path, language))
        requests = sizes.pop("requests")
        shown = f"{Decimal(sum(sizes.values())) / 1000:.1f}"
        cell = f"<strong>{shown if language == 'en' else shown.replace('.', ',')}</strong>"
        assert cell in html and f">{requests}</td>" in html, path


@pytest.mark.django_db
def test_the_foot_and_the_plan_lead_to_it(client):
    for address in ("/", "/plan-du-site/"):
        assert '<a href="/ecoconception/">' in client.get(address).content.decode()
    assert "/en/eco-design/" in client.get("/sitemap-pages.xml").content.decode()


@pytest.mark.django_db
def test_the_drawing_has_a_square_a_kilobyte(client):
    html = client.get("/ecoconception/").content.decode()
    page, fonts = told("/")["page"], told("/")["fonts"]
    for size in (page, fonts):
        assert f'd="M0 4H{10 * round(size / 1000) - 2}"' in html


def test_what_a_browser_fetches_is_found_in_the_page():
    html = """<link rel="preload" href="/f.woff2" as="font"><link rel="stylesheet" href="/a.css">
        <link rel="alternate" href="/fil.atom"><link rel="icon" href="data:,"><a href="/b/">b</a>
        <link rel="manifest" href="/m.json">
        <script src="/m.js"></script><script type="application/ld+json">{}</script>
        <svg><use href="/s.svg#one"/><use href="/s.svg#two"/><use href="#here"/></svg>
        <img src="/seen.webp"><img src="/below.webp" loading="lazy"><img src="data:,">"""
    assert weighing.fetched("/x/", html, "/r.json") == {
        "/f.woff2": "fonts", "/a.css": "styles", "/m.json": "browser", "/m.js": "scripts",
        "/s.svg": "drawings", "/seen.webp": "drawings", "/r.json": "browser",
    }  # fmt: skip


def test_a_figure_five_per_cent_away_is_noticed_and_one_request_too():
    sizes = {"page": 10_000, "fonts": 0, "requests": 7}

    def apart(**changed: int) -> list[str]:
        return [*weighing.differences({"/": {"fr": sizes}}, {"/": {"fr": sizes | changed}})]

    assert not apart() and not apart(page=10_500) and not apart(page=9_500)
    assert apart(page=10_501) and apart(page=9_499) and apart(requests=8) and apart(fonts=1)
    assert len([*weighing.differences({"/": {"fr": sizes}}, {})]) == 2


@pytest.mark.django_db
def test_what_does_not_answer_is_said(client):
    with pytest.raises(weighing.NotWeighed, match="/nulle-part/ answers 404"):
        weighing.weigh("/nulle-part/", client.get, {})


@pytest.mark.once
def test_the_figures_told_are_still_true(site):
    """As the command does before a release: everything weighed again, in the three languages."""
    site.manage("weigh_pages", "--check")


def received(address: str) -> int:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        return len(answer.read())


@pytest.mark.once
def test_a_kept_page_weighs_what_is_told(site):
    """Once the site has had the time to compress it as well as it can. Its own address, which it
    says ten times, is not as long here as where it was weighed.
    """
    for path in weights.WEIGHED:
        address, size = site.url + path, told(path)["page"]
        deadline = time.monotonic() + 20
        while received(address) > size * 1.02 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert abs(received(address) - size) <= size * 0.02, address


@pytest.mark.browser
@pytest.mark.parametrize("path", weights.WEIGHED)
def test_a_browser_fetches_the_files_weighed_and_no_other(site, browser, path):
    """All but what it asks for by itself, which its own tools do not show (tests/test_look.py)."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    answer = page.goto(site.url + path, wait_until="networkidle")
    found = dict(
        page.evaluate(
            """() => performance.getEntriesByType('resource')
                 .map(one => [new URL(one.name).pathname, one.encodedBodySize])"""
        )
    )
    rules = answer.headers["speculation-rules"].strip('"')
    weighed = weighing.fetched(path, answer.text(), rules)
    context.close()
    shown = {address for address, kind in weighed.items() if kind != "browser"}
    others = {one for one in found if one.startswith("/media/")}  # of the tests that add pictures
    assert found.keys() - weighed.keys() <= others and shown <= found.keys()
    sizes = told(path)
    assert sizes["requests"] == 1 + len(weighed) and rules in weighed
    for kind in ("styles", "fonts", "scripts"):
        size = sum(found[address] for address, one in weighed.items() if one == kind)
        assert abs(size - sizes[kind]) <= weighing.TOLERANCE * size, kind
