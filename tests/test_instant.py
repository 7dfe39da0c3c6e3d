"""Going from page to page: fetched before the click, kept for the way back, nothing in the way."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from . import machine

RULES = json.loads(Path(finders.find("js/visit.speculationrules")).read_text(encoding="utf-8"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/en/clusters/", "/de/cluster/neo56/", "/plan-du-site/"])
def test_a_page_says_where_its_rules_are(client, address):
    answer = client.get(address)
    assert re.fullmatch(r'"/static/js/visit\S*\.speculationrules"', answer["Speculation-Rules"])
    assert "no-store" not in answer.get("Cache-Control", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/nulle-part/", "/poles/poles.csv", "/carte/", "/admin/login/"]
)
def test_what_is_not_a_page_to_read_has_none(client, address):
    assert "Speculation-Rules" not in client.get(address)


@pytest.mark.browser
def test_the_rules_come_as_rules(site, browser):
    page = browser.new_page()
    answer = page.goto(f"{site.url}/ess/")
    rules = page.request.get(site.url + answer.headers["speculation-rules"].strip('"'))
    assert rules.headers["content-type"].startswith("application/speculationrules+json")
    assert "immutable" in rules.headers["cache-control"]
    assert rules.json() == RULES
    page.close()


@pytest.fixture(scope="module")
def free_browser(chromium):
    """The whole one, as visitors have it: Playwright takes away what is kept for the way back."""
    browser = chromium(machine.chromium(), ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


@pytest.fixture
def reader(site, free_browser):
    """A page in the whole Chromium; `fetched` is what it asked for before any click."""
    context = free_browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.problems, page.fetched = [], []
    page.on("console", lambda m: m.type in ("error", "warning") and page.problems.append(m.text))
    session = context.new_cdp_session(page)
    session.send("Preload.enable")
    session.on(
        "Preload.prefetchStatusUpdated",
        lambda event: page.fetched.append((event["prefetchUrl"], event["status"])),
    )
    yield page
    context.close()


def hovered(page, selector: str) -> list[str]:
    """What is fetched once the pointer has rested on a link."""
    page.fetched.clear()
    page.locator(selector).first.hover()
    page.wait_for_timeout(1500)
    return [url for url, status in page.fetched if status == "Ready"]  # fetched, not shown yet


@pytest.mark.browser
def test_a_link_is_fetched_before_it_is_clicked(site, reader):
    reader.goto(f"{site.url}/ess/", wait_until="networkidle")
    assert hovered(reader, 'nav a[href="/ptce/"]') == [f"{site.url}/ptce/"]
    assert not reader.context.cookies()
    assert not reader.problems


@pytest.mark.browser
@pytest.mark.parametrize(
    ("address", "selector"),
    [
        ("/ess/", 'a[href^="/signaler/?"]'),
        ("/poles/florange-e2i/", 'main a[href$=".pdf"]'),
        ("/donnees/", 'main a[href$=".csv"]'),
        ("/poles/", '.ways-to-look a[href^="?"]'),
        ("/ess/", 'main a[rel~="external"]'),
    ],
)
def test_what_costs_or_leads_elsewhere_is_not(site, reader, address, selector):
    reader.goto(site.url + address, wait_until="networkidle")
    assert hovered(reader, selector) == []


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/", "/poles/", "/poles/neo56/", "/chiffres-cles/"])
def test_the_way_back_is_kept_whole(site, reader, address):
    """The page is shown as it was left, not made again (back-forward cache)."""
    reader.add_init_script(
        "addEventListener('pageshow', event => { window.shownAgain = event.persisted; })"
    )
    reader.goto(site.url + address, wait_until="networkidle")
    reader.evaluate("window.mark = 'left here'")
    reader.goto(f"{site.url}/ess/", wait_until="networkidle")
    reader.evaluate("history.back()")
    reader.wait_for_url(site.url + address, wait_until="commit")
    reader.wait_for_function("window.shownAgain !== undefined")
    assert reader.evaluate("[window.mark, window.shownAgain]") == ["left here", True]


def test_nothing_blocks_the_way_back():
    for script in (Path(__file__).parents[1] / "static/js").glob("*.js"):
        if not script.name.startswith("admin-"):
            assert "unload" not in script.read_text(encoding="utf-8"), script.name
