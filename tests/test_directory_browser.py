"""The directory in a real Chromium: without JavaScript, by keyboard, and in place."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
COUNT = "[data-count] b"
LOOKS = (
    "/poles/?q=insertion&region=44&autour=Romans&tri=zz",
    "/poles/?vue=tableau&autour=Lyon&secteur=insertion",
    "/poles/?comparer=neo56&comparer=cluster-jura&comparer=florange-e2i&comparer=la-verriere",
    "/poles/?q=tarnos&region=44",
)


def tab_to(page, name: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", LOOKS)
def test_axe_finds_nothing(visit, address, scheme):  # noqa: F811
    page = visit(address, color_scheme=scheme)
    for facet in page.locator(".facet summary").all():
        facet.click()
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120], len(v["nodes"])) for v in found]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
    assert not page.problems


@pytest.mark.parametrize("width", [320, 768, 2560])
@pytest.mark.parametrize("address", LOOKS)
def test_nothing_overflows(visit, address, width):  # noqa: F811
    page = visit(address, viewport={"width": width, "height": 800})
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    for facet in page.locator(".facet summary").all():
        facet.click()
        assert page.evaluate(fits), address


def test_the_keyboard_alone_without_javascript(visit):  # noqa: F811
    """Type, choose, send; then tick two poles of the table and set them side by side."""
    page = visit("/poles/", java_script_enabled=False)
    tab_to(page, "q")
    page.keyboard.type("insertion")
    page.keyboard.press("Enter")
    page.wait_for_url("**/poles/?q=insertion*")
    everywhere = int(page.inner_text(COUNT))
    page.locator("#filtre-region summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "region-44")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**region=44**")
    assert 0 < int(page.inner_text(COUNT)) < everywhere
    assert page.input_value("#q") == "insertion" and page.locator("#region-44").is_checked()
    page.get_by_role("link", name="Tableau").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**vue=tableau**")
    for box in page.locator('[name="comparer"]').all()[:2]:
        box.focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**comparer=**comparer=**")
    assert page.locator('.side-by-side th[scope="col"]').count() == 2


def test_results_change_in_place_and_are_announced(visit):  # noqa: F811
    page = visit("/poles/")
    page.evaluate("""() => {
      window.here = true; window.said = [];
      const count = document.querySelector('[aria-live="polite"]');
      new MutationObserver(() => said.push(count.textContent.trim()))
        .observe(count, {childList: true, subtree: true, characterData: true});
    }""")
    page.locator("#filtre-region summary").click()
    page.locator("#region-44").focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/poles/?region=44")
    expect(page.locator(".place")).to_have_count(3)
    expect(page.locator(COUNT)).to_have_text("3")
    assert page.evaluate("said.at(-1)").startswith("3 pôles sur 20")
    assert page.evaluate("document.activeElement.id") == "region-44"
    assert page.locator("#filtre-region").get_attribute("open") is not None
    tab_to(page, "region-11")
    page.locator("#q").focus()
    page.keyboard.type("florange")
    page.wait_for_url("**/poles/?q=florange&region=44")
    expect(page.locator(".place")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.input_value("#q") == "florange"
    assert page.locator("svg a.point").count() == 1
    assert page.evaluate("window.here") and not page.problems


def test_back_undoes_one_thing_at_a_time(visit):  # noqa: F811
    page = visit("/poles/")
    chips = page.locator(".chips > li")
    page.locator("#q").press_sequentially("insertion", delay=20)
    page.wait_for_url("**/poles/?q=insertion")
    page.locator("#filtre-situation summary").click()
    page.locator("#situation-active").check()
    page.wait_for_url("**situation=active")
    expect(chips).to_have_count(3)
    page.go_back()
    expect(chips).to_have_count(2)
    assert page.url.endswith("/poles/?q=insertion")
    assert page.input_value("#q") == "insertion"
    assert not page.locator("#situation-active").is_checked()
    page.go_back()
    expect(chips).to_have_count(0)
    assert page.url.endswith("/poles/") and page.input_value("#q") == ""
    expect(page.locator(COUNT)).to_have_text("20")
    page.go_forward()
    expect(chips).to_have_count(2)
    assert page.input_value("#q") == "insertion" and not page.problems


def test_the_map_and_the_list_still_light_each_other_after_a_change(visit):  # noqa: F811
    page = visit("/poles/")
    for step in ("before", "after"):
        page.locator('.place > a[href="/poles/cis-dt-52/"]').focus()
        lit = page.locator("[data-lit]")
        assert lit.count() == 2, step
        page.mouse.move(5, 5)
        page.mouse.move(400, 5)  # as when the page moves under a pointer that does not
        assert lit.count() == 2, step
        assert page.locator('svg a.point[data-lit][href="/poles/cis-dt-52/"]').count() == 1, step
        page.locator("#q").focus()
        assert lit.count() == 0, step
        page.locator("#tri").select_option("region")
        page.wait_for_url("**tri=region")
        first = page.locator(".place > a").first
        expect(first).to_have_attribute("href", "/poles/culture-et-cooperation/")


def test_the_first_touch_of_a_point_shows_whose_it_is(visit):  # noqa: F811
    page = visit("/poles/", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    point = page.locator('svg a.point[href="/poles/cluster-jura/"]')
    point.locator(".mark").tap()
    assert point.get_attribute("data-shown") is not None and page.url.endswith("/poles/")
    point.locator(".mark").tap()
    page.wait_for_url("**/poles/cluster-jura/")


def test_without_javascript_the_page_says_the_same(visit):  # noqa: F811
    for address in LOOKS:
        with_script = visit(address).inner_text("main")
        assert visit(address, java_script_enabled=False).inner_text("main") == with_script


def test_portraits_side_by_side_print_whole(visit):  # noqa: F811
    page = visit(LOOKS[2])
    page.emulate_media(media="print")
    assert not page.locator(".way-back").is_visible()
    wide = page.evaluate("document.querySelector('.side-by-side').scrollWidth")
    assert wide <= page.evaluate("document.querySelector('.directory').clientWidth") + 1


def test_what_finds_nothing_replaces_what_was_there(visit):  # noqa: F811
    """Even when something was open that the answer does not hold."""
    page = visit("/poles/")
    page.locator("#integrer summary").click()
    page.locator("#q").fill("zzzzzz")
    expect(page.locator(COUNT)).to_have_text("0")
    assert page.locator(".place").count() == 0 and not page.problems


def test_an_answer_that_is_none_is_the_browser_s_to_tell(visit):  # noqa: F811
    page = visit("/poles/", reduced_motion="reduce")
    page.evaluate("window.here = true")
    page.route(lambda url: "q=jura" in url, lambda route: route.fulfill(status=502, body="<p>Down"))
    page.locator("#q").fill("jura")
    expect(page.locator("body")).to_have_text("Down")
    assert "undefined" not in page.content() and not page.evaluate("window.here")


def test_an_open_filter_does_not_cover_what_has_the_focus(visit):  # noqa: F811
    page = visit("/poles/", viewport={"width": 1440, "height": 900})
    page.locator("#filtre-region summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "region-44")
    assert page.locator("#filtre-region").get_attribute("open") is not None
    page.get_by_role("link", name="Tableau").focus()
    assert page.locator("#filtre-region").get_attribute("open") is None
