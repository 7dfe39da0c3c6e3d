"""Reporting a mistake in a real Chromium: the keyboard alone, JavaScript off, both themes."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
FORM = "/signaler/?objet=/poles/florange-e2i/"
A_PERSON = 3500  # milliseconds, longer than the form asks


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def tab_to(page, name: str) -> None:
    for _ in range(40):
        if focused(page) == name:
            return
        press(page, "Tab")
    raise AssertionError(f"the keyboard does not reach {name}; it is on {focused(page)}")


def test_the_keyboard_alone_without_javascript(visit):  # noqa: F811
    """From a pole's page: a mistake in the form, told and repaired, then the thank-you."""
    page = visit("/poles/florange-e2i/", java_script_enabled=False)
    page.locator('a[href="/signaler/?objet=/poles/florange-e2i/"]').first.focus()
    press(page, "Enter")
    page.wait_for_url(f"**{FORM}")
    tab_to(page, "id_email")
    page.keyboard.type("ana@")
    tab_to(page, "action")
    press(page, "Enter")
    page.wait_for_selector(".error-summary:focus")  # autofocus comes a frame after the summary
    assert page.title().startswith("Erreur")
    press(page, "Tab")
    assert page.evaluate("document.activeElement.hash") == "#id_kind_0"
    press(page, "Enter", "Space", "ArrowDown")
    assert page.is_checked("#id_kind_1")
    tab_to(page, "id_message")
    page.keyboard.type("Le pôle est né en 2013.")
    tab_to(page, "id_email")
    assert page.input_value("#id_email") == "ana@"
    press(page, "End")
    page.keyboard.type("exemple.fr")
    page.wait_for_timeout(A_PERSON)
    press(page, "Enter")
    page.wait_for_url("**/signaler/merci/?objet=*florange-e2i*")
    assert "Merci" in page.inner_text("h1")
    page.get_by_role("link", name="Revenir à la page").focus()
    press(page, "Enter")
    page.wait_for_url("**/poles/florange-e2i/")
    assert not page.context.cookies()


def test_the_trap_is_neither_seen_nor_reached(visit):  # noqa: F811
    page = visit(FORM)
    assert not page.locator("[name=sujet]").is_visible()
    assert "Laissez ce champ" not in page.inner_text("main")
    page.locator("#id_email").focus()
    press(page, "Tab")
    assert focused(page) == "action"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["empty", "errors", "thanks"])
def test_axe_finds_nothing(visit, state, scheme):  # noqa: F811
    page = visit("/signaler/merci/" if state == "thanks" else FORM, color_scheme=scheme)
    if state == "errors":
        page.click("button.action")
        page.wait_for_selector(".error-summary")
        page.wait_for_timeout(600)
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120], len(v["nodes"])) for v in found]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
    assert not [problem for problem in page.problems if "422" not in problem]


@pytest.mark.parametrize("width", [320, 2560])
def test_nothing_overflows_and_targets_are_large(visit, width):  # noqa: F811
    page = visit(FORM, viewport={"width": width, "height": 800})
    page.click("button.action")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    fields = "form input:not([type=hidden], [type=radio], [hidden] *), textarea"
    targets = f"{fields}, .choices label, button.action"
    heights = page.eval_on_selector_all(
        targets, "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) >= 10 and min(heights) >= 44
