"""In a real Chromium, against the site as `make run` serves it."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
AXE_RULES = {n: {"enabled": True} for n in ("target-size", "label-content-name-mismatch")}

PAGE_TYPES = (
    "/", "/ess/", "/ptce/", "/chiffres-cles/", "/tous-les-chiffres/", "/chiffres-cles/pib-2013/",
    "/chiffres-cles/mutuelles-2022/", "/poles/", "/poles/florange-e2i/",
    "/poles/la-verriere/", "/florange-e2i/", "/glossaire/", "/reperes/", "/resume/", "/contact/",
    "/mentions-legales/", "/donnees-personnelles/", "/accessibilite/",
    "/ecoconception/", "/plan-du-site/", "/donnees/", "/nulle-part/",
)  # fmt: skip


@pytest.fixture
def visit(site, browser):
    """Open a page in a context of its own, listening for what must not happen."""
    contexts = []

    def open_page(address: str, **options):
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "request",
            lambda r: r.url.startswith(("data:", site.url)) or page.problems.append(r.url),
        )
        page.goto(site.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGE_TYPES)
def test_axe_finds_nothing(visit, address, scheme):
    page = visit(address, color_scheme=scheme)
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    told = [(v["id"], v["nodes"][0]["html"][:120], len(v["nodes"])) for v in found]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
    problems = [p for p in page.problems if "404" not in p]
    assert not problems


@pytest.mark.parametrize("width", [320, 768, 2560])
@pytest.mark.parametrize("address", PAGE_TYPES)
def test_nothing_overflows(visit, address, width):
    page = visit(address, viewport={"width": width, "height": 800})
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(e => {
             const r = e.getBoundingClientRect(), s = getComputedStyle(e);
             return r.width && s.position !== 'fixed' && r.right > innerWidth + 1
               && !e.closest('[tabindex="0"], svg, .visually-hidden, .skip-link');
           }).slice(0, 5).map(e => e.outerHTML.slice(0, 100))"""
    )
    scroll = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert scroll <= 0, (scroll, wide)


@pytest.mark.parametrize("address", ["/", "/poles/", "/chiffres-cles/", "/glossaire/"])
def test_everything_is_there_without_javascript(visit, address):
    with_script = visit(address).inner_text("main")
    without = visit(address, java_script_enabled=False)
    assert without.inner_text("main") == with_script


def test_a_keyboard_reaches_the_content_first(visit):
    page = visit("/poles/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_map_point_leads_to_its_pole_by_keyboard(visit):
    page = visit("/poles/")
    page.locator('main svg a[href="/poles/florange-e2i/"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/poles/florange-e2i/")
    assert "Florange" in page.inner_text("h1")


def test_the_phone_menu_opens_without_javascript(visit):
    page = visit("/", viewport={"width": 360, "height": 740}, java_script_enabled=False)
    link = page.locator('header nav a[href="/poles/"]')
    assert not link.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert link.is_visible()
    link.click()
    page.wait_for_url("**/poles/")


def test_a_footnote_leads_there_and_back(visit):
    page = visit("/florange-e2i/")
    mark = page.locator('a[href="#note-1"]').first
    mark.click()
    assert page.locator("#note-1").is_visible()
    page.locator('#note-1 a[href="#appel-1"]').click()
    assert page.url.endswith("#appel-1")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_note_far_below_is_in_sight_when_one_lands(visit, width):
    size = {"width": width, "height": 800}
    page = visit("/tous-les-chiffres/#note-30", viewport=size, reduced_motion="reduce")
    page.wait_for_timeout(500)  # what is laid out late would push it away
    box = page.locator("#note-30").bounding_box()
    assert 0 <= box["y"] <= 800 - box["height"], box


def test_static_files_are_hashed_compressed_and_one(site, visit):
    page = visit("/")
    sheets = page.eval_on_selector_all("link[rel=stylesheet]", "links => links.map(l => l.href)")
    assert len(sheets) == 1
    answer = page.request.get(sheets[0], headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert page.request.get(f"{site.url}/static/css/site/tokens.css").status == 404


def test_an_editor_adds_a_pole_under_the_strict_policy(site, visit):
    """Sign in, pick a commune by typing, save a draft: no policy violation, no foreign request."""
    page = visit("/admin/")
    page.evaluate(
        "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
    )
    page.fill("[name=username]", "redaction")
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    assert "il manque" in page.inner_text("body")
    page.goto(f"{site.url}/admin/poles/pole/add/")
    page.fill("#id_name", "Pôle d’essai")
    page.select_option("#id_call", "1")
    page.locator(".field-commune .select2-selection").click()
    page.keyboard.type("florange")
    page.get_by_role("option", name="Florange (57)").click()
    page.locator("button.button[name=_draft]:visible").last.click()
    page.wait_for_load_state()
    assert "Brouillon enregistré" in page.inner_text(".messagelist")
    assert page.input_value("#id_slug") == "pole-dessai"
    assert "Florange (57)" in page.inner_text("#select2-id_commune-container")
    assert not page.problems
