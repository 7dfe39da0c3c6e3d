"""The board of translations in a real Chromium, as a publisher and as a writer, both themes."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_editing_browser import edit, press_button  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
FORM = "/admin/pages/keyfigure/{}/change/"
BOARD = "/admin/traductions/?etat=stale&q={}"


def make_stale(page, word: str) -> None:
    """Translate a figure's label into English alone, then change its French: both published."""
    page.locator("summary", has_text="Deutsch").click()
    page.fill("#id_label_de", "")
    page.locator("summary", has_text="English").click()
    page.fill("#id_label_en", f"A label {word}")
    press_button(page, "_publish")
    page.fill("#id_label_fr", f"Un libellé {word}")
    press_button(page, "_publish")


def follow(page, link) -> None:
    with page.expect_navigation():
        link.click()
    page.wait_for_load_state("load")


def in_sight(page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    return bool(box) and 0 <= box["y"] < page.viewport_size["height"]


def test_a_publisher_finds_reads_and_judges_a_stale_translation(edit):  # noqa: F811
    page = edit(FORM.format(20))
    make_stale(page, "publiée")
    page.goto(page.url.split("/admin/")[0] + "/admin/")
    follow(page, page.get_by_role("link", name="Traductions", exact=True))
    page.select_option("#etat", "stale")
    page.fill("#q", "libellé publiée")
    with page.expect_navigation():
        page.get_by_role("button", name="Filtrer", exact=True).click()
    row = page.locator(".translations tbody tr")
    assert row.count() == 1 and "périmée" in row.inner_text()
    assert row.locator("ins").first.is_visible() and row.locator("del").first.is_visible()
    follow(page, row.locator(".stale a"))
    assert page.locator("#id_label_en").is_visible() and in_sight(page, "#id_label_en")
    french = page.locator(".french", has_text="Le français a changé").first
    assert french.is_visible() and "Un libellé publiée" in french.inner_text()
    follow(page, french.get_by_role("link"))
    button = page.get_by_role("button", name="Toujours juste")
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "toujours juste" in page.inner_text(".messagelist")
    assert "Aucune fiche" in page.inner_text("main")
    with page.expect_navigation():
        page.get_by_role("button", name="Annuler", exact=True).click()
    assert "de nouveau périmée" in page.inner_text(".messagelist")
    assert page.get_by_role("button", name="Toujours juste").count() == 1
    assert not page.problems


def test_a_writer_sees_translates_in_a_draft_and_judges(edit, people):  # noqa: F811
    publisher = edit(FORM.format(21))
    make_stale(publisher, "relue")
    page = edit("/admin/traductions/", **people["ana"])
    page.goto(page.url.split("/admin/")[0] + BOARD.format("relue"))
    follow(page, page.locator(".translations .stale a"))
    page.fill("#id_label_en", "Another label")
    press_button(page, "_draft")
    page.goto(page.url.split("/admin/")[0] + BOARD.format("relue"))
    assert "brouillon en cours" in page.inner_text(".translations tbody")
    assert "périmée" in page.inner_text(".translations tbody"), "a draft is not on the site"
    with page.expect_navigation():
        page.get_by_role("button", name="Toujours juste").click()
    assert "toujours juste" in page.inner_text(".messagelist")
    assert not page.problems and not publisher.problems


def test_a_link_to_a_folded_field_unfolds_it(edit, site):  # noqa: F811
    start = site.url
    page = edit(FORM.format(22))
    page.goto("about:blank")
    page.goto(start + FORM.format(22) + "#id_unit_de")
    assert page.locator("#id_unit_de").is_visible() and in_sight(page, "#id_unit_de")
    assert not page.locator("#id_unit_en").is_visible()
    page = edit(FORM.format(22), java_script_enabled=False)
    page.goto(page.url + "?langue=de#id_unit_de")
    assert page.locator("#id_unit_de").is_visible() and in_sight(page, "#id_unit_de")
    assert page.locator(".field-label_de .french").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(edit, scheme):  # noqa: F811
    number = {"light": 23, "dark": 24}[scheme]
    page = edit(FORM.format(number), color_scheme=scheme)
    make_stale(page, f"vue-{scheme}")
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    start = page.url.split("/admin/")[0]
    for address in (
        "/admin/traductions/",
        BOARD.format(f"vue-{scheme}"),
        FORM.format(number) + "?langue=en",
    ):
        page.goto(start + address)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options=options).response["violations"]
            told = [(v["id"], v["nodes"][0]["html"][:160], len(v["nodes"])) for v in found]
            assert not told, (address, width, json.dumps(told, indent=1, ensure_ascii=False))
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not page.problems
