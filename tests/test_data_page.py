"""The page of the data in a real Chromium: keyboard alone, no JavaScript, files that arrive."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site, browser):
    """The page without JavaScript, as a small screen shows it."""
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, accept_downloads=True
    )
    page = context.new_page()
    page.goto(f"{site.url}/donnees/")
    yield page
    context.close()


def test_the_keyboard_takes_a_file_and_opens_its_dictionary(page):
    page.locator("#poles .files a").first.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.startswith("ptce-poles-")
    with open(download.value.path(), "rb") as file:
        assert file.read(14) == b"\xef\xbb\xbfidentifiant"
    table = page.get_by_role("table", name="Les pôles")
    assert not table.is_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert table.get_by_role("rowheader", name="precision_lieu").is_visible()
    width = page.locator("html").bounding_box()["width"]
    assert table.bounding_box()["width"] <= width == 360


def test_each_file_arrives_under_its_name(page):
    links = page.locator(".dataset .files a:not([type])")
    names = set()
    for number in range(links.count()):
        with page.expect_download() as download:
            links.nth(number).click()
        names.add(download.value.suggested_filename)
    assert len(names) == links.count() == 9
