"""Searching the site, following a figure: the keyboard in a real Chromium, JavaScript or not."""

import re

import pytest

from .test_browser import visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

# Who leaves a page before it has come in whole makes Chromium abort a transition, and say so.
STILL = {"reduced_motion": "reduce"}


@pytest.mark.parametrize("javascript", [True, False])
def test_the_keyboard_finds_a_word_mistyped_or_not(visit, javascript):  # noqa: F811
    page = visit("/", java_script_enabled=javascript, **STILL)
    page.locator('[accesskey="s"]').focus()  # a headless browser hears no access key
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/")
    page.locator("#q").focus()
    page.keyboard.type("Florrange")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=Florrange")
    assert "Vous cherchiez peut-être" in page.inner_text("main")
    first = page.locator(".results h3 a").first
    assert "Florange" in first.inner_text()
    assert page.locator(".results mark").count()
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("lorange"))
    page.go_back()
    page.wait_for_url("**/recherche/?q=Florrange")
    assert page.input_value("#q") == "Florrange"
    assert not page.context.cookies() and not page.problems


@pytest.mark.parametrize("javascript", [True, False])
def test_a_figure_leads_to_its_page_its_rivals_and_its_citation(visit, javascript):  # noqa: F811
    page = visit("/tous-les-chiffres/", java_script_enabled=javascript, **STILL)
    page.locator('.plate a[href="/chiffres-cles/pib-2013/"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/chiffres-cles/pib-2013/")
    assert "10" in page.inner_text("h1")
    page.locator("textarea.citation").focus()
    assert "/chiffres-cles/pib-2013/" in page.input_value("textarea.citation")
    rival = page.locator(".disagreement a").first
    leads_to = rival.get_attribute("href")
    rival.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{leads_to}")
    assert not page.problems
