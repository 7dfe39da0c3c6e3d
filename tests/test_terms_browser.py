"""A woven term in a real Chromium: a link without JavaScript, its short answer with it."""

import pytest

from .test_browser import visit

__all__ = ["visit"]
pytestmark = pytest.mark.browser

PAGE, TERM = "/ptce/", '.term[href="/glossaire/#appel-a-projets"]'
ANSWER = "Un concours public"


def test_without_javascript_a_term_is_a_link(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert not page.locator("#terme").is_visible()
    page.locator(TERM).click()
    page.wait_for_url("**/glossaire/#appel-a-projets")
    assert page.locator("#appel-a-projets .short").is_visible()


def test_the_answer_shows_on_hover_can_be_hovered_and_leaves(visit):
    page = visit(PAGE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    term, box = page.locator(TERM), page.locator("#terme")
    term.hover()
    box.wait_for(state="visible")
    assert box.inner_text().startswith(ANSWER) and "\n" not in box.inner_text()
    box.hover()
    page.wait_for_timeout(500)
    assert box.is_visible(), "not hoverable"
    page.mouse.move(2, 2)
    box.wait_for(state="hidden")
    assert term.get_attribute("aria-describedby") is None
    page.locator(".term").first.hover()
    box.wait_for(state="visible")
    assert not box.inner_text().startswith(ANSWER)
    assert sum(url.endswith("/glossaire/") for url in asked) == 1, "read once"
    assert not page.problems


def test_the_answer_shows_on_focus_is_described_and_escape_hides_it(visit):
    page = visit(PAGE)
    term, box = page.locator(TERM), page.locator("#terme")
    term.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    box.wait_for(state="visible")
    described = term.get_attribute("aria-describedby")
    assert box.get_attribute("id") == described and box.get_attribute("role") == "tooltip"
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")
    page.wait_for_timeout(400)
    assert not box.is_visible(), "it came back by itself"
    assert page.evaluate("document.activeElement.matches('.term')"), "the focus moved"
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossaire/#appel-a-projets")


def test_the_first_tap_shows_and_the_second_follows(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    term, box = page.locator(TERM), page.locator("#terme")
    term.tap()
    box.wait_for(state="visible")
    assert page.url.endswith(PAGE)
    term.tap()
    page.wait_for_url("**/glossaire/#appel-a-projets")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_answer_stays_on_the_screen_beside_its_word(visit, width):
    page = visit(PAGE, viewport={"width": width, "height": 500})
    terms, box = page.locator(".term"), page.locator("#terme")
    assert terms.count() > 5
    for number in range(terms.count()):
        page.mouse.move(0, 0)
        box.wait_for(state="hidden")
        terms.nth(number).hover()
        box.wait_for(state="visible")
        page.wait_for_timeout(50)
        word, answer = terms.nth(number).bounding_box(), box.bounding_box()
        assert answer["x"] >= 0 and answer["x"] + answer["width"] <= width
        below, above = answer["y"] - word["y"] - word["height"], word["y"] - answer["y"]
        gap = max(below, above - answer["height"])
        assert gap == pytest.approx(0, abs=1), "a gap to cross"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_paragraph_copies_and_reads_as_plain_sentences(visit):
    """The answer open or not, what is selected is what was written."""
    page = visit(PAGE)
    paragraph = f"p:has({TERM})"
    plain = visit(PAGE, java_script_enabled=False).inner_text(paragraph)
    page.locator(TERM).hover()
    page.locator("#terme").wait_for(state="visible")
    copied = page.evaluate(
        """selector => { const range = new Range();
          range.selectNodeContents(document.querySelector(selector));
          getSelection().removeAllRanges(); getSelection().addRange(range);
          return getSelection().toString(); }""",
        paragraph,
    )
    assert copied == plain and "appels à projets. Un comité" in copied
    assert ANSWER not in copied
