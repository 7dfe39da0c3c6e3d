"""Editing in a real Chromium: nothing typed is lost, two people at once, previews, both themes."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
FIGURE = "/admin/pages/keyfigure/{}/change/"
POLE = "/admin/poles/pole/1/change/"
KEPT = "Object.entries(localStorage).map(([, text]) => text).join()"


@pytest.fixture
def edit(site, visit):  # noqa: F811
    """Open an address of the editors' room, signed in; later pages share the browser."""

    def open_page(address: str, name: str = "redaction", password: str = "", **options):
        page = visit(f"/admin/login/?next={address}", **options)
        page.fill("[name=username]", name)
        page.fill("[name=password]", password or site.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{address}")
        page.wait_for_load_state("load")
        return page

    return open_page


@pytest.fixture(scope="session")
def marie(site) -> dict[str, str]:
    site.manage(
        "shell",
        "-v0",
        "-c",
        "from django.contrib.auth import get_user_model as m; m().objects.create_superuser("
        "'marie', password='une-autre-phrase', first_name='Marie')",
    )
    return {"name": "marie", "password": "une-autre-phrase"}


def reopened(page, address: str):
    """The same browser after the page died without saving."""
    fresh = page.context.new_page()
    page.close(run_before_unload=False)
    fresh.problems = page.problems
    fresh.on("console", lambda m: m.type == "error" and fresh.problems.append(m.text))
    fresh.goto(page.url.split("/admin/")[0] + address)
    fresh.wait_for_load_state("load")
    return fresh


def left(page) -> list[str]:
    """What the browser still keeps."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept '))")


def kept(page, text: str) -> None:
    """Wait until the browser has kept a text; waiting inside the page would need eval()."""
    for _ in range(50):
        if json.dumps(text, ensure_ascii=False)[1:-1] in page.evaluate(KEPT):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{text} was not kept")


def tab_to_button(page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def told(page) -> str:
    return page.inner_text(".kept [role=status]")


def press_button(page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name={name}]:visible").last.click()


def discard(page) -> None:
    page.locator(".discard summary").click()
    press_button(page, "_discard")
    assert "abandonné" in page.inner_text(".messagelist")


def choose(page, field: str, text: str) -> None:
    """Pick an option of an autocomplete by typing."""
    page.locator(f"#id_{field} + .select2").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option:not(.loading-results)", has_text=text).first.click()


def test_what_was_typed_comes_back_by_keyboard_alone(edit):
    page = edit(POLE)
    for part in ("names", "actors"):  # one stands open, the other folds
        page.locator(f"#{part}-group .add-row a").evaluate("link => link.click()")
    new = page.input_value("#id_names-TOTAL_FORMS")
    row = int(new) - 1
    page.fill(f"#id_names-{row}-name", "Nom à venir")
    page.fill("#id_names-0-start", "1999")
    choose(page, f"names-{row}-source", "2014-856")
    source = page.locator(f"#id_names-{row}-source option:checked").inner_text()
    page.fill("#id_summary_fr", "Un résumé\ntapé longuement.")
    page.uncheck("#id_featured")
    page.select_option("#id_precision", index=2)
    precision = page.input_value("#id_precision")
    choose(page, "sectors", "Cultur")
    sectors = page.locator("#id_sectors option:checked").all_inner_texts()
    assert len(sectors) > 2
    kept(page, sectors[-1])
    assert "csrf" not in page.evaluate(KEPT) and "_seen" not in page.evaluate(KEPT)

    page = reopened(page, POLE)
    assert page.input_value("#id_summary_fr") != "Un résumé\ntapé longuement."
    assert "n’a pas été envoyé" in told(page) and " à " in told(page)
    listed = page.inner_text(".kept ul")
    assert "Résumé" in listed and "Nom à venir" in listed and sectors[-1] in listed
    tab_to_button(page, "Le reprendre")
    page.keyboard.press("Enter")
    assert "repris" in told(page)
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status"
    assert page.input_value("#id_summary_fr") == "Un résumé\ntapé longuement."
    assert page.input_value("#id_names-TOTAL_FORMS") == new
    assert page.input_value(f"#id_names-{row}-name") == "Nom à venir"
    assert page.input_value("#id_names-0-start") == "1999"
    shown = page.locator(f"#id_names-{row}-source + .select2").inner_text()
    assert source in shown
    assert not page.is_checked("#id_featured")
    assert page.input_value("#id_precision") == precision
    assert page.locator("#id_sectors option:checked").all_inner_texts() == sectors
    press_button(page, "_draft")
    assert page.input_value("#id_summary_fr") == "Un résumé\ntapé longuement."
    assert not left(page), "the server has it now"
    assert not told(page)
    discard(page)
    assert not page.problems


def test_an_expired_session_gives_the_text_back_after_signing_in(edit, site):
    address = FIGURE.format(3)
    page = edit(address)
    page.fill("#id_label_fr", "Tapé trop longtemps")
    page.context.clear_cookies(name="session")
    press_button(page, "_draft")
    assert "/admin/login/" in page.url
    assert "Votre session a expiré" in page.inner_text(".messagelist")
    page.fill("[name=username]", "redaction")
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{address}")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Le reprendre").click()
    assert page.input_value("#id_label_fr") == "Tapé trop longtemps"
    press_button(page, "_draft")
    assert page.input_value("#id_label_fr") == "Tapé trop longtemps" and not told(page)
    discard(page)
    assert not page.problems


def test_a_stale_tab_is_told_and_the_text_is_offered(edit):
    address = FIGURE.format(4)
    page = edit(address)
    page.fill("#id_label_fr", "Tapé hier")
    page.context.clear_cookies(name="csrf")
    press_button(page, "_publish")
    assert "gardé dans ce navigateur" in page.inner_text("main")
    page.get_by_role("link", name="Rouvrir le formulaire").click()
    page.get_by_role("button", name="Le reprendre").click()
    assert page.input_value("#id_label_fr") == "Tapé hier"
    page.fill("#id_label_fr", "")
    press_button(page, "_publish")  # refused: something is missing; the page keeps on keeping
    assert page.locator("#id_label_fr_error").is_visible() and not told(page)
    page.fill("#id_label_fr", "Tapé après le refus")
    kept(page, "Tapé après le refus")
    page = reopened(page, address)
    page.get_by_role("button", name="L’effacer").click()
    assert "effacé" in told(page) and not left(page)
    assert page.input_value("#id_label_fr") not in ("", "Tapé hier", "Tapé après le refus")
    assert not [p for p in page.problems if "403" not in p]


def test_two_openings_keep_apart_and_signing_out_clears_both(edit):
    address = FIGURE.format(5)
    page = edit(address)
    page.fill("#id_label_fr", "Premier texte")
    kept(page, "Premier texte")
    page = reopened(page, address)
    page.fill("#id_unit_fr", "autre unité")  # without choosing what to do of the first
    kept(page, "autre unité")
    kept(page, "Premier texte")
    page = reopened(page, address)
    assert "autre unité" in page.inner_text(".kept ul")
    page.get_by_role("button", name="Le reprendre").click()
    assert "Premier texte" in page.inner_text(".kept ul")
    page.get_by_role("button", name="Le reprendre").click()
    assert page.input_value("#id_label_fr") == "Premier texte"
    assert page.input_value("#id_unit_fr") == "autre unité"
    page.click("#logout-form button")
    page.wait_for_load_state("load")
    assert not left(page)
    assert not page.problems


def test_nobody_else_is_offered_my_text(edit, marie):
    address = FIGURE.format(6)
    page = edit(address)
    page.fill("#id_label_fr", "Pour moi seule")
    kept(page, "Pour moi seule")
    page.context.clear_cookies(name="session")
    page.goto(page.url)
    page.fill("[name=username]", marie["name"])
    page.fill("[name=password]", marie["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{address}")
    page.wait_for_load_state("load")
    assert not told(page) and not page.locator(".kept button").first.is_visible()


def test_a_row_that_is_gone_leaves_its_text_to_be_copied(edit, site):
    page = edit(POLE)
    row = page.input_value("#id_names-0-id")
    page.fill("#id_names-0-name", "Nom d’une ligne disparue")
    kept(page, "Nom d’une ligne disparue")
    page.evaluate(
        "row => { for (const key of Object.keys(localStorage))"
        " localStorage[key] = localStorage[key].replaceAll(`#${row}-`, '#999999-'); }",
        row,
    )
    page.evaluate("document.body.dataset.left = ''")
    page = reopened(page, POLE)
    page.get_by_role("button", name="Le reprendre").click()
    assert "perdu sa place" in told(page)
    assert "Nom d’une ligne disparue" in page.inner_text(".kept ul")
    page.get_by_role("button", name="L’effacer").click()
    assert not left(page)


def test_two_people_edit_one_figure_and_nothing_is_lost(edit, marie):
    address = FIGURE.format(7)
    mine, hers = edit(address), edit(address, **marie)
    before = mine.input_value("#id_label_fr")
    mine.fill("#id_label_fr", "Mon texte")
    mine.fill("#id_scope_fr", "Mon périmètre")
    hers.fill("#id_label_fr", "Son texte")
    press_button(hers, "_publish")
    assert hers.input_value("#id_label_fr") == "Son texte"
    press_button(mine, "_publish")
    conflict = mine.inner_text(".conflict")
    assert "Marie" in conflict and "Son texte" in conflict and "Mon texte" in conflict
    assert mine.input_value("#id_label_fr") == "Mon texte"
    kept(mine, "Mon périmètre")
    mine.get_by_label("reprendre").check()
    press_button(mine, "_publish")
    assert mine.input_value("#id_label_fr") == "Son texte"
    assert mine.input_value("#id_scope_fr") == "Mon périmètre"
    assert not left(mine)
    hers.goto(hers.url)
    hers.get_by_role("link", name="Historique").click()
    hers.wait_for_load_state("load")
    versions = hers.locator("main tbody tr")
    assert versions.count() >= 3
    assert {"redaction", "marie"} <= set(" ".join(versions.all_inner_texts()).lower().split())
    mine.fill("#id_label_fr", before)
    press_button(mine, "_publish")
    assert not mine.problems and not hers.problems


def test_the_preview_opens_beside_the_form_at_a_phone_s_width(edit):
    page = edit(FIGURE.format(8), viewport={"width": 1600, "height": 1000})
    page.fill("#id_label_fr", "Seulement montré")
    page.fill("#id_scope_fr", "Un périmètre")
    page.evaluate("document.getElementById('id_label_en').value = 'Only shown'")
    page.get_by_label("largeur d’un téléphone").check()
    frame = page.frame_locator("iframe[name=apercu]")
    for name, language, text in (
        ("Aperçu", "fr", "Seulement montré"),
        ("en anglais", "en", "Only"),
    ):
        page.get_by_role("button", name=name, exact=True).last.click()
        frame.get_by_text(text).first.wait_for()
        assert frame.locator("html").get_attribute("lang") == language
        assert frame.locator("html").evaluate("html => innerWidth") == 375
    box, form = page.locator("iframe").bounding_box(), page.locator("#id_label_fr").bounding_box()
    assert box["x"] > form["x"] + form["width"] and box["y"] < 1000
    assert page.input_value("#id_label_fr") == "Seulement montré"
    assert not page.problems


def test_the_preview_is_brought_into_view_on_a_small_screen(edit):
    page = edit(FIGURE.format(8), viewport={"width": 768, "height": 1024})
    page.get_by_role("button", name="Aperçu", exact=True).last.click()
    page.frame_locator("iframe[name=apercu]").locator("h1").wait_for()
    assert page.locator("iframe").bounding_box()["y"] < 700
    assert not page.problems


def test_without_javascript_the_form_is_whole(edit):
    address = FIGURE.format(9)
    page = edit(address, java_script_enabled=False)
    assert not page.inner_text(".kept").strip()
    page.fill("#id_label_fr", "Sans script")
    press_button(page, "_draft")
    assert page.input_value("#id_label_fr") == "Sans script"
    assert "Brouillon." in page.inner_text(".draft-note")
    discard(page)


SCREENS = {
    "first screen": "/admin/",
    "list": "/admin/pages/keyfigure/",
    "figure": FIGURE.format(1),
    "pole": POLE,
    "source": "/admin/editorial/source/add/",
    "offer": FIGURE.format(10),
    "conflict": FIGURE.format(11),
}


def into_state(page, screen: str, edit, who) -> None:
    if screen == "offer":
        page.fill("#id_label_fr", "Jamais envoyé")
        kept(page, "Jamais envoyé")
        page.reload()
        page.wait_for_selector(".kept button:visible")
    if screen == "conflict":
        hers = edit(SCREENS[screen], **who)
        hers.fill("#id_label_fr", hers.input_value("#id_label_fr") + " x")
        press_button(hers, "_publish")
        page.fill("#id_label_fr", "Le mien")
        press_button(page, "_publish")
        page.wait_for_selector(".conflict")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(edit, marie, screen, scheme):
    page = edit(SCREENS[screen], color_scheme=scheme)
    into_state(page, screen, edit, marie)
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    for width in (1440, 768):
        page.set_viewport_size({"width": width, "height": 1000})
        found = Axe().run(page, options=options).response["violations"]
        told = [(v["id"], v["nodes"][0]["html"][:160], len(v["nodes"])) for v in found]
        assert not told, json.dumps(told, indent=1, ensure_ascii=False)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not page.problems
