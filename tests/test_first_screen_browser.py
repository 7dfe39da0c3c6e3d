"""The first screen in Chromium: axe finds nothing, a tablet holds it, the keyboard reaches it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import visit  # noqa: F401 - fixture

pytestmark = pytest.mark.browser

LATE = """
from pages.models import KeyFigure
from ptce_site.editorial.models import Report
KeyFigure.objects.filter(pk__lt=12).update(review_on="2020-01-02")
Report.objects.get_or_create(key="first-screen", kind="fact", message="Une date est fausse.")
"""
CLEAR = """
from pages.models import KeyFigure
from ptce_site.editorial.models import Report
KeyFigure.objects.update(review_on=None)
Report.objects.filter(key="first-screen").delete()
"""


@pytest.fixture(scope="module")
def late(site):
    site.manage("shell", "-v0", "-c", LATE)
    yield
    site.manage("shell", "-v0", "-c", CLEAR)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [768, 1280])
def test_what_waits_is_readable_by_all(visit, site, late, scheme, width):  # noqa: F811
    page = visit("/admin/", color_scheme=scheme, viewport={"width": width, "height": 900})
    page.fill("#id_username", "redaction")
    page.fill("#id_password", site.password)
    with page.expect_navigation():
        page.click("[type=submit]")
    page.locator(".waiting h3", has_text="Relectures en retard").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    rules = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    assert not found, [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found]
    assert not page.problems
    page.locator(".waiting summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/pages/keyfigure/*/change/**#id_verified_on")
    assert page.locator("#id_verified_on").is_visible()
