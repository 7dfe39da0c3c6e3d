"""Signing in with a real Chromium, as production asks: an application, a key, no JavaScript."""

import json
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import Server
from .test_accounts import code_at
from .test_browser import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.once]
FACTOR = "/admin/compte/second-facteur/"


@pytest.fixture(scope="module")
def guarded(site):
    """The site of the other tests, served once more as production is: a password is not enough."""
    server = Server(Path(site.environment["DATA_DIR"]), "ptce_site.settings.prod")
    server.environment["ACCESS_LOG"] = ""
    server.start()
    yield server
    server.stop()


@pytest.fixture
def person(guarded, request):
    name = re.sub(r"\W", "", request.node.name)[-30:]
    told = guarded.manage("create_editor", "--role", "redaction", "--username", name, "--password")
    return name, told.split("password '")[1].split("'")[0]


@pytest.fixture
def enter(guarded, browser, person):
    """Open the room with a password, in a browser of its own, listening for what must not be."""
    contexts = []

    def with_password(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(guarded.url + "/admin/")
        assert "/admin/login/" in page.url
        page.fill("[name=username]", person[0])
        page.fill("[name=password]", person[1])
        page.press("[name=password]", "Enter")
        page.wait_for_load_state("load")
        return page

    yield with_password
    for context in contexts:
        context.close()


def is_clean(page) -> None:
    """axe finds nothing, and nothing is wider than a telephone."""
    page.wait_for_load_state()  # half a page has no heading yet
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120], len(v["nodes"])) for v in found]
    assert not told, page.url + json.dumps(told, indent=1, ensure_ascii=False)
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size)
    assert wide <= 320, f"{page.url} is {wide} wide"


def see(page, address: str) -> None:
    page.goto(re.match(r"http://[^/]+", page.url)[0] + address)
    is_clean(page)


def test_an_application_is_set_up_then_asked_for_without_javascript(enter, guarded):
    page = enter()
    assert page.url.endswith(FACTOR), "nothing else opens"
    is_clean(page)
    page.goto(guarded.url + "/admin/pages/page/")
    assert page.url.endswith(FACTOR)
    page.get_by_role("link", name="Enregistrer une application").click()
    is_clean(page)
    secret = page.inner_text(".secret")
    page.fill("[name=code]", code_at(secret, time.time()))
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/codes-de-secours/")
    is_clean(page)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="entrer dans la rédaction").click()
    assert page.url == guarded.url + "/admin/"
    see(page, "/admin/compte/sessions/")
    see(page, FACTOR)
    see(page, "/admin/password_change/")
    assert not page.problems

    plain = enter(java_script_enabled=False)
    assert plain.url.endswith("/admin/compte/code/")
    plain.goto(guarded.url + "/admin/pages/page/")
    assert "/admin/login/" in plain.url or "/compte/code/" in plain.url
    plain.goto(guarded.url + "/admin/compte/code/")
    plain.fill("[name=code]", code_at(secret, time.time()))
    plain.press("[name=code]", "Enter")
    plain.wait_for_url(guarded.url + "/admin/")

    third = enter(color_scheme="dark")
    is_clean(third)
    third.fill("[name=code]", codes[3])
    third.press("[name=code]", "Enter")
    third.wait_for_url(guarded.url + "/admin/")
    assert not third.problems


def test_a_key_is_set_up_then_opens_the_room_alone_and_after_a_password(enter, guarded, person):
    page = enter()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("link", name="Enregistrer une clé").click()
    is_clean(page)
    page.fill("[name=name]", "Mon téléphone")
    assert page.is_checked("[name=passwordless]")
    page.get_by_role("button", name="Enregistrer la clé").click()
    page.wait_for_url("**/codes-de-secours/")
    page.goto(guarded.url + FACTOR)
    assert "Mon téléphone" in page.inner_text("main")
    page.get_by_role("link", name=re.compile("La retirer")).click()
    is_clean(page)
    page.get_by_role("button", name="Oui, retirer").or_(
        page.locator("input[type=submit]")
    ).first.click()
    assert "seul second facteur" in page.inner_text(".messagelist")

    def leave():
        page.locator("#logout-form button").click()
        page.goto(guarded.url + "/admin/")
        assert "/admin/login/" in page.url

    leave()
    is_clean(page)
    assert not page.locator("[data-key-problem]").is_visible()
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url(guarded.url + "/admin/")

    leave()
    page.fill("[name=username]", person[0])
    page.fill("[name=password]", person[1])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/compte/code/")
    page.get_by_role("button", name="Se servir d’une clé").click()
    page.wait_for_url(guarded.url + "/admin/")
    assert not page.problems

    leave()
    devices.send("WebAuthn.disable")
    devices.send("WebAuthn.enable")
    lost = {**options, "isUserVerified": False}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": lost})
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.locator("[data-key-problem]").wait_for(state="visible")
    assert "/admin/login/" in page.url
