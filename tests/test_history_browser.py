"""The history in a real Chromium: by keyboard, without JavaScript, checked by axe, at 768 px."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
LIST = "/admin/pages/definition/"


def sign_in(page, site) -> None:
    page.fill("[name=username]", "redaction")
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def check(page) -> None:
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    # Django's own forms are checked elsewhere; here, what the history adds.
    found = Axe().run(page, context=".history, .draft-note, .breadcrumbs, h1", options=options)
    told = [
        (v["id"], v["nodes"][0]["html"][:120], len(v["nodes"]))
        for v in found.response["violations"]
    ]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
    assert not page.problems
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px too wide"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_change_compare_put_back_delete_recover(site, visit, scheme):  # noqa: F811
    page = visit(LIST, viewport={"width": 768, "height": 900}, color_scheme=scheme)
    sign_in(page, site)
    page.locator("#result_list tbody a").first.click()
    address = page.url
    was = page.input_value("#id_term_fr")
    for word in (f"{was} {scheme}", f"{was} encore"):
        page.goto(address)
        page.fill("#id_term_fr", word)
        page.locator("[name=_publish]").last.click()
        page.wait_for_load_state()
    page.goto(address.replace("change/", "history/"))
    check(page)
    assert f"«\u202f{was} {scheme}\u202f» devient «\u202f{was} encore\u202f»" in page.inner_text(
        ".history"
    )
    page.locator("[name=avant]").nth(2).check()
    page.locator("[name=apres]").nth(1).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Comparer les deux").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?*")
    check(page)
    assert scheme in page.inner_text(".comparison ins")
    page.get_by_role("link", name="Remettre la version").first.click()
    page.wait_for_url("**/history/*/")
    assert page.input_value("#id_term_fr") == was
    check(page)
    page.locator("[name=_publish]").last.click()
    page.wait_for_url(address)
    assert page.input_value("#id_term_fr") == was
    page.goto(site.url + LIST + "add/")
    page.fill("#id_term_fr", f"Mot {scheme}")
    page.fill("#id_short_answer_fr", "Une réponse.")
    page.fill("#id_slug", f"mot-{scheme}")
    page.locator("[name=_publish]").last.click()
    page.wait_for_url("**/change/")
    page.goto(page.url.replace("change/", "delete/"))
    page.locator("#content [type=checkbox]").check()
    with page.expect_navigation():
        page.locator("#content [type=submit]").click()
    page.get_by_role("link", name="Rétablir ce qui a été supprimé", exact=True).click()
    page.wait_for_url("**/recover/")
    check(page)
    page.get_by_role("link", name=f"Rétablir\u202f: Mot {scheme}").click()
    page.wait_for_url("**/recover/*/")
    check(page)
    page.locator("[name=_publish]").last.click()
    page.wait_for_url("**/change/")
    assert page.input_value("#id_short_answer_fr") == "Une réponse."
    assert not page.problems
