"""A pole's whole life in a real Chromium, as a writer and as a publisher."""

import re
import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
TALL = {"width": 1280, "height": 1400}


def sign_in(visit, people, name):  # noqa: F811
    page = visit("/admin/login/?next=/admin/", viewport=TALL)
    page.fill("#id_username", name)
    page.fill("#id_password", people[name]["password"])
    with page.expect_navigation():
        page.click("[type=submit]")
    assert page.url.endswith("/admin/") and "login" not in page.url
    return page


def answer(site, address: str) -> tuple[int, str]:
    """What a visitor gets: the status, and the page or where it leads."""

    class NoFollow(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    try:
        response = urllib.request.build_opener(NoFollow).open(site.url + address)
        return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")


def choose(page, name: str, typed: str) -> None:
    """Choose in a field that completes itself, by its keyboard."""
    page.locator(f"#id_{name} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.wait_for_selector(".select2-results__option--highlighted")
    page.keyboard.press("Enter")


def press(page, name: str) -> None:
    """Press a button of the lower desk, and wait for the answer."""
    with page.expect_navigation():
        page.locator(f"button[name={name}]").last.click()
    wrong = page.locator(".errornote, .errorlist").all_inner_texts()
    assert name == "_draft" or not wrong, wrong


def axe(page, name: str) -> None:
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:150]) for v in found], name


@pytest.mark.parametrize(("publisher", "river"), [("paul", "Nied"), ("alix", "Sarre")])
def test_a_whole_life(site, visit, people, publisher, river):  # noqa: F811
    name, slug = f"Pôle de la {river}", river.lower()
    long = f"pole-de-la-{slug}"

    # A writer begins, from the commune; the draft is not complete
    ana = sign_in(visit, people, "ana")
    ana.goto(f"{site.url}/admin/poles/pole/add/")
    assert not ana.locator("button[name=_publish]").count(), "a writer does not publish"
    ana.fill("#id_name", name)
    ana.keyboard.press("Tab")
    assert ana.input_value("#id_slug") == long
    choose(ana, "commune", "Boulay-Mos")
    press(ana, "_draft")
    assert "Brouillon enregistré" in ana.inner_text("main, #main")
    assert "brouillon=" in ana.url
    assert ana.locator("#id_summary_fr_error").count(), "what is missing is said"
    assert answer(site, f"/poles/{long}/")[0] == 404
    ana.locator("button[name=_preview][value=fr]").last.click()
    frame = ana.frame_locator("iframe[name=apercu]")
    frame.get_by_text("Il manque encore").wait_for()
    ana.fill("#id_summary_fr", "Un pôle pour l’essai.")
    ana.fill(
        "#id_hook_fr", "Des artisans de la vallée partagent un atelier, un camion et des clients."
    )
    ana.fill("#id_verified_on", "2026-11-01")
    ana.fill("#id_unknowns_fr", "Tout reste à savoir.")
    ana.select_option("#id_call", index=1)
    choose(ana, "source", "2014-856")
    press(ana, "_draft")
    ana.locator("button[name=_preview][value=fr]").last.click()
    frame.get_by_role("heading", name=name).wait_for()
    axe(ana, "the form of a draft")

    # A publisher finds it on the first screen and publishes it
    paul = sign_in(visit, people, publisher)
    axe(paul, "the first screen")
    with paul.expect_navigation():
        paul.get_by_role("link", name=re.compile(name)).first.click()
    press(paul, "_publish")
    status, html = answer(site, f"/poles/{long}/")
    assert status == 200 and "Un pôle pour l’essai." in html
    pole = re.search(r"/pole/(\d+)/change/", paul.url)[1]
    change = f"{site.url}/admin/poles/pole/{pole}/change/"

    # It is edited while the live page stays as it is, then published at a chosen time
    ana.goto(change)
    ana.fill("#id_summary_fr", "Une deuxième version.")
    press(ana, "_draft")
    assert "Un pôle pour l’essai." in answer(site, f"/poles/{long}/")[1]
    paul.goto(change)
    assert "Brouillon." in paul.inner_text(".draft-note") and "ana" in paul.inner_text(
        ".draft-note"
    )
    paul.fill("input[name=_publish_at]", "2199-01-01T08:00")
    press(paul, "_publish")
    assert "programmée" in paul.inner_text("main, #main")
    assert "Un pôle pour l’essai." in answer(site, f"/poles/{long}/")[1]
    paul.fill("input[name=_publish_at]", "")
    press(paul, "_publish")
    assert "Une deuxième version." in answer(site, f"/poles/{long}/")[1]

    # Compared, and put back
    paul.goto(f"{site.url}/admin/poles/pole/{pole}/history/")
    axe(paul, "the history")
    with paul.expect_navigation():
        paul.get_by_role("button", name=re.compile("Comparer")).click()
    assert paul.locator("del").count() and paul.locator("ins").count()
    axe(paul, "the comparison")
    with paul.expect_navigation():
        paul.locator(".put-back a").first.click()
    assert paul.input_value("#id_summary_fr") == "Un pôle pour l’essai."
    press(paul, "_publish")
    assert "Un pôle pour l’essai." in answer(site, f"/poles/{long}/")[1]

    # Renamed: the old address leads to the new one
    paul.goto(change)
    paul.fill("#id_slug", slug)
    press(paul, "_publish")
    status, place = answer(site, f"/poles/{long}/")
    assert status == 301 and place.endswith(f"/poles/{slug}/")

    # Withdrawn, published again, deleted, brought back
    press(paul, "_withdraw")
    assert answer(site, f"/poles/{slug}/")[0] == 410
    press(paul, "_publish")
    assert answer(site, f"/poles/{slug}/")[0] == 200
    with paul.expect_navigation():
        paul.get_by_role("link", name="Supprimer…").click()
    axe(paul, "the deletion")
    paul.locator("form input[type=checkbox]").first.check()
    with paul.expect_navigation():
        paul.locator("form [type=submit]").last.click()
    assert answer(site, f"/poles/{slug}/")[0] == 410
    paul.goto(f"{site.url}/admin/poles/pole/recover/")
    axe(paul, "what was deleted")
    with paul.expect_navigation():
        paul.get_by_role("link", name=re.compile(name)).first.click()
    press(paul, "_publish")
    status, html = answer(site, f"/poles/{slug}/")
    assert status == 200 and "Un pôle pour l’essai." in html
    assert not [p for p in (*ana.problems, *paul.problems) if "404" not in p]
