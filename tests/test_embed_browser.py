"""The map in a frame on another origin, in a real Chromium; and no other page there."""

import html
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.template import Context, Template

from .test_browser import AXE_RULES, visit  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(whole_browser):
    """The one without windows does not load a frame of another site from this machine."""
    return whole_browser


@pytest.fixture(scope="module")
def elsewhere():
    """Someone else's site, on another port: it answers with whatever body it was given."""

    class Page(BaseHTTPRequestHandler):
        body = ""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><title>Ailleurs</title>{Page.body}".encode())

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Page.address = f"http://127.0.0.1:{server.server_port}/"
    yield Page
    server.shutdown()


def code_to_copy(site) -> str:
    page = Template("{% load embed %}{% embed_code %}").render(Context())
    code = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
    return code.replace(settings.SITE_URL, site.url)


def framed(page, elsewhere, body: str):
    """Show `body` on the other site and return its frame."""
    elsewhere.body = body
    page.goto(elsewhere.address)
    return page.frame_locator("iframe")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_code_shows_the_map_on_another_site_and_a_click_opens_a_pole(
    site, visit, elsewhere, javascript  # noqa: F811
):  # fmt: skip
    page = visit("/carte/embed/", java_script_enabled=javascript)
    frame = framed(page, elsewhere, code_to_copy(site))
    page.locator("iframe").scroll_into_view_if_needed()
    assert frame.locator("h1").inner_text() == "Les pôles territoriaux de coopération économique"
    assert frame.locator("svg.map.indexed").bounding_box()["width"] > 300
    page.frames[1].wait_for_load_state("load")
    sea = frame.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert sea != "rgba(0, 0, 0, 0)"  # its style was loaded, in a sandbox too
    frame.locator('svg a[href="/poles/florange-e2i/"]').click()
    page.wait_for_url(f"{site.url}/poles/florange-e2i/")


@pytest.mark.parametrize("address", ["/", "/poles/", "/poles/florange-e2i/", "/admin/login/"])
def test_another_page_refuses_the_frame(site, visit, elsewhere, address):  # noqa: F811
    page = visit("/carte/embed/")
    page.problems.clear()
    framed(page, elsewhere, f'<iframe src="{site.url}{address}" title="x"></iframe>')
    page.wait_for_timeout(500)
    assert page.frames[1].url == "chrome-error://chromewebdata/"
    assert any("frame-ancestors" in problem or "X-Frame" in problem for problem in page.problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [280, 520, 760, 1200])
def test_it_fits_its_frame_and_axe_finds_nothing(visit, width, scheme):  # noqa: F811
    page = visit("/carte/embed/", viewport={"width": width, "height": 620}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    map_box = page.locator("svg.map.indexed").bounding_box()
    assert map_box["y"] + map_box["height"] <= 620
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]
    assert not [problem for problem in page.problems if "404" not in problem]
