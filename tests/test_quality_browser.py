"""The quality gate in a real Chromium: by keyboard, as a writer and as a publisher, both themes."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_richtext_browser import PUT

pytestmark = pytest.mark.browser
PAGE = "/admin/pages/page/{}/change/"
GLOSSARY, SUMMARY, LEGAL = 7, 9, 11


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name={name}]:visible").last.click()
    page.wait_for_load_state("load")


def check(page) -> None:
    assert not page.problems
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:160], len(v["nodes"])) for v in found]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
    page.problems.clear()  # axe's own style is refused by the policy, and says so
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px too wide"


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def tab_to(page, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


@pytest.fixture
def at(site, visit, people):  # noqa: F811
    def open_form(name: str, number: int, **options):
        page = visit(f"/admin/login/?next={PAGE.format(number)}", **options)
        page.fill("#id_username", name)
        page.fill("#id_password", people[name]["password"])
        with page.expect_navigation():
            page.click("[type=submit]")
        page.wait_for_load_state("load")
        return page

    return open_form


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_publisher_is_stopped_mends_sees_and_publishes(site, at, scheme):
    page = at("paul", GLOSSARY, color_scheme=scheme)
    was = page.input_value("#id_nav_title_fr")
    title = page.input_value("#id_title_fr")
    page.evaluate("document.querySelector('#id_nav_title_en').closest('details').open = true")
    page.fill("#id_nav_title_en", "Words")
    page.fill("#id_nav_title_fr", "")
    page.fill("#id_description_fr", "Bien trop court.")
    page.fill("#id_title_en", "It is  a glossary")
    press(page, "_publish")
    assert focused(page) == "verifications", "what is wrong is where the keyboard is"
    told = page.locator(".quality").inner_text()
    assert "Une erreur à corriger" in told and "2 points à regarder" in told
    check(page)

    # The link goes to the field, and opens what is folded around it
    tab_to(page, ".quality a")
    page.keyboard.press("Enter")
    assert focused(page) == "id_nav_title_fr"
    page.keyboard.type(was)
    folded = page.locator("#id_title_en").locator("xpath=ancestor::details")
    assert folded.get_attribute("open") is None
    page.locator(".quality a[href='#id_title_en']").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "id_title_en" and folded.get_attribute("open") is not None
    page.fill("#id_title_en", "")

    # A warning is asked for until it is seen
    press(page, "_publish")
    assert "erreur" not in page.locator(".quality").inner_text()
    page.locator(".quality [name=_seen_warning]").focus()
    page.keyboard.press("Space")
    press(page, "_publish")
    assert not page.locator(".quality").count()
    assert "Publié" in page.inner_text(".messagelist")

    # What the site has already is told, folded, and not asked again
    page.fill("#id_title_fr", f"{title}, oui")
    press(page, "_check")
    assert "Rien de nouveau à redire" in page.locator(".quality").inner_text()
    page.locator(".quality summary").click()
    assert "Trop court" in page.locator(".quality").inner_text()
    check(page)
    page.fill("#id_title_fr", title)
    page.fill(
        "#id_description_fr",
        "Les mots de l’économie sociale et des pôles, expliqués simplement et sourcés.",
    )
    page.evaluate("document.querySelector('#id_nav_title_en').closest('details').open = true")
    page.fill("#id_nav_title_en", "")
    press(page, "_publish")
    assert not page.locator(".quality").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_writer_verifies_and_mends_typography(site, at, scheme):
    page = at("ana", SUMMARY, color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.fill("#id_title_fr", "L'essentiel, c'est quoi ?")
    press(page, "_check")
    told = page.locator(".quality").inner_text()
    assert "Typographie à corriger" in told and "la personne qui publie en jugera" in told
    assert not page.locator("[name=_seen_warning]").count()
    check(page)
    page.locator(".quality [name=_mend]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_load_state("load")
    assert page.input_value("#id_title_fr") == "L’essentiel, c’est quoi\u202f?"
    assert "corrigée" in page.locator(".quality").inner_text()
    check(page)
    press(page, "_check")
    assert "Typographie" not in page.locator(".quality").inner_text()
    press(page, "_draft")
    assert "Brouillon enregistré" in page.inner_text(".messagelist")
    assert page.input_value("#id_title_fr") == "L’essentiel, c’est quoi\u202f?"
    page.locator(".discard summary").click()
    press(page, "_discard")


def in_editor_of(page, name: str) -> None:
    """Wait until the keyboard is in the editor that stands over a long text."""
    page.wait_for_function(
        """id => document.activeElement.matches(".ProseMirror")
            && document.activeElement.closest(".rich").contains(document.getElementById(id))""",
        arg=name,
    )


def test_links_lead_into_the_editor_of_a_long_text(site, at):
    page = at("paul", SUMMARY)
    french, english = "id_sections-0-body_fr", "id_sections-0-body_en"
    page.evaluate(PUT, [f"#{french}", "<p>L'<a href='/nulle-part/'>adresse morte</a> !</p>"])
    page.evaluate(PUT, [f"#{english}", "<p>A <a href='/nowhere/'>dead address</a>.</p>"])
    press(page, "_check")
    for name in (english, french, english):  # in what is folded; then where the editor is already
        page.locator(f".quality a[href='#{name}']").first.focus()
        page.keyboard.press("Enter")
        in_editor_of(page, name)
        assert page.locator(f"#{name}").evaluate("one => !one.closest('details:not([open])')")
    press(page, "_mend")
    assert focused(page) == "verifications"
    page.locator(f".quality a[href='#{french}']").first.click()
    in_editor_of(page, french)
    page.keyboard.press("Control+End")
    page.keyboard.type(" Oui.")
    assert page.locator(".ProseMirror:focus").inner_text() == "L’adresse morte\u202f! Oui."
    assert page.input_value(f"#{french}").endswith("\u202f! Oui.</p>")
    assert not page.locator("[data-found] button:visible").count(), "nothing is lost, or offered"

    # The board leads there in the same way; what is to be corrected is said before
    page.goto(f"{page.url.partition('?')[0].partition('#')[0]}?langue=en#{english}")
    in_editor_of(page, english)
    page.evaluate(PUT, [f"#{english}", "<p>A <a href='/nowhere/'>dead address</a>.</p>"])
    press(page, "_check")
    assert focused(page) == "verifications"
    assert not page.problems


def test_without_javascript_the_same_is_said_and_linked(site, at):
    page = at("paul", LEGAL, java_script_enabled=False)
    page.fill("#id_title_fr", "Mentions  légales")
    press(page, "_check")
    link = page.locator(".quality a[href='#id_title_fr']")
    link.click()
    assert re.search("#id_title_fr$", page.url)
