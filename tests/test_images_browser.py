"""An image in a real Chromium: dropped, aimed at by a click and by keys, placed, seen, replaced."""

import base64
import time

import pytest
from axe_playwright_python.sync_playwright import Axe

from ptce_site.images import WIDTHS

from .photographs import photograph
from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_editing_browser import choose, edit  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
ADD = "/admin/editorial/image/add/"
PAGE = "/admin/pages/page/{}/change/"


@pytest.fixture(scope="module")
def ess(site) -> str:
    """The form of the page on the ESS."""
    told = site.manage(
        "shell",
        "-v0",
        "-c",
        "from pages.models import Page; print(Page.objects.get(slug='ess').pk)",
    )
    return PAGE.format(told.strip())


def drop(page, data: bytes, name: str = "photo.jpg") -> None:
    """Let a file fall on the field as a hand would, through the page's own events."""
    page.evaluate(
        """([text, name]) => {
             const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
             const held = new DataTransfer();
             held.items.add(new File([bytes], name, { type: 'image/jpeg' }));
             const box = document.querySelector('.drop');
             const what = { bubbles: true, cancelable: true, dataTransfer: held };
             for (const kind of ['dragenter', 'dragover', 'drop'])
               box.dispatchEvent(new DragEvent(kind, what));
           }""",
        [base64.b64encode(data).decode(), name],
    )
    page.locator(".aim").wait_for(state="visible")


def describe(page, title: str) -> None:
    page.fill("#id_title", title)
    page.fill("#id_alt_fr", "Un soleil ocre au-dessus d’une porte.")
    page.fill("#id_credit", "Marie Tang")
    page.select_option("#id_licence", "cc-by-4")


def press(page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"[name={name}]:visible").last.click()


def point(page) -> tuple[int, int]:
    return int(page.input_value("#id_focus_x")), int(page.input_value("#id_focus_y"))


def cut_colour(page, across: float, down: float) -> list[int]:
    """A colour of the preview of the cut."""
    return page.evaluate(
        """([x, y]) => { const c = document.querySelectorAll('.aim canvas')[1];
           return [...c.getContext('2d').getImageData(c.width * x, c.height * y, 1, 1).data]; }""",
        [across, down],
    )


def clean(page) -> None:
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    found = Axe().run(page, options=options).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:160]) for v in found]


def until_there(image) -> None:
    """A lazy image comes once it is in sight: as late as the machine is busy."""
    image.page.wait_for_function("i => i.complete && i.naturalWidth", arg=image.element_handle())


def test_a_writer_adds_an_image_and_a_publisher_shows_it(edit, ess, people, visit):  # noqa: F811
    page = edit(ADD, **people["ana"])
    drop(page, photograph())
    assert "photo.jpg" in page.inner_text(".picture-input [role=status]")
    before = cut_colour(page, 0.5, 0.02)

    canvas = page.locator(".aim .whole canvas")
    size = canvas.bounding_box()
    canvas.click(position={"x": size["width"] * 0.775, "y": size["height"] * 0.2})
    assert abs(point(page)[0] - 77) <= 1 and abs(point(page)[1] - 20) <= 1
    assert cut_colour(page, 0.5, 0.02) != before, "the cut follows the point"
    assert page.evaluate("document.activeElement.matches('.aim button')")
    x, y = point(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert point(page) == (x - 1, y + 10)
    assert f"{x - 1} %" in page.inner_text(".picture-input [role=status]").replace("\u202f", " ")
    page.fill("#id_focus_y", "15")
    assert page.evaluate("document.querySelector('.aim button').style.top") == "15%"

    describe(page, "Le soleil")
    page.fill("#id_credit", "")
    press(page, "_save")
    assert page.locator("#id_credit_error").is_visible()
    assert "inutile de le choisir" in page.inner_text(".picture-input")
    page.fill("#id_credit", "Marie Tang")
    press(page, "_save")
    assert "Le soleil" in page.inner_text(".messagelist")

    page = edit(ess, **people["ana"])
    row = next(n for n in range(12) if page.input_value(f"#id_sections-{n}-kind") == "text")
    choose(page, f"sections-{row}-image", "soleil")
    shown = page.locator(f".field-image:has(#id_sections-{row}-image) .thumbnail")
    shown.scroll_into_view_if_needed()
    until_there(shown)
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 400
    press(page, "_draft")

    page = edit(ess)
    page.get_by_role("button", name="Aperçu", exact=True).last.click()
    picture = page.frame_locator("iframe[name=apercu]").locator(".picture img")
    picture.wait_for(state="attached")
    press(page, "_publish")
    for scheme in ("light", "dark"):
        for width in (1280, 1024, 390):
            seen = visit("/ess/", color_scheme=scheme, viewport={"width": width, "height": 800})
            image = seen.locator(".picture img").first
            image.scroll_into_view_if_needed()
            until_there(image)
            taken = image.evaluate("i => [i.complete, i.currentSrc, i.naturalWidth, i.clientWidth]")
            assert taken[0] and taken[1].endswith(".avif") and taken[2] > 0, taken
            fetched = int(taken[1].rpartition("-")[2].split(".")[0])
            assert fetched == next(one for one in WIDTHS if one >= taken[3])
            assert not seen.evaluate("document.documentElement.scrollWidth > innerWidth")
            clean(seen)
            assert not seen.problems


def test_nothing_moves_when_the_image_comes(site, visit):  # noqa: F811
    page = visit("/ess/")
    shift = page.evaluate(
        """() => new Promise(done => { let sum = 0;
             new PerformanceObserver(l => l.getEntries().forEach(e => sum += e.value))
               .observe({ type: 'layout-shift', buffered: true });
             document.querySelector('.picture')?.scrollIntoView();
             setTimeout(() => done(sum), 1200); })"""
    )
    assert shift < 0.001


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_the_library(edit, scheme, width):  # noqa: F811
    page = edit(ADD, color_scheme=scheme, viewport={"width": width, "height": 900})
    drop(page, photograph(width + 500, 700 + len(scheme)))
    clean(page)
    describe(page, "")
    press(page, "_save")
    clean(page)
    page.fill("#id_title", f"Essai {scheme} {width}")
    press(page, "_save")
    page.goto(page.url.split("/admin/")[0] + "/admin/editorial/image/")
    clean(page)
    with page.expect_navigation():
        page.locator("#result_list tbody th a").first.click()
    page.locator(".aim").wait_for(state="visible")
    clean(page)
    assert not page.problems


def test_a_publisher_adds_from_the_form_of_a_pole_and_replaces_the_file(edit, visit):  # noqa: F811
    page = edit("/admin/poles/pole/1/change/")
    with page.expect_popup() as opened:
        page.locator("#add_id_image").click()
    popup = opened.value
    popup.wait_for_load_state("load")
    drop(popup, photograph(1300, 900))
    describe(popup, "Depuis la fiche")
    with popup.expect_event("close"):
        popup.locator("[name=_save]:visible").last.click()
    assert "Depuis la fiche" in page.inner_text(".field-image .select2-selection__rendered")
    assert page.locator(".field-image .thumbnail").is_visible()
    key = page.input_value("#id_image")
    press(page, "_publish")
    seen = visit("/poles/florange-e2i/")
    first = seen.locator(".picture img").get_attribute("src")
    assert seen.evaluate("document.querySelector('.picture img').height > 0")

    page = edit(f"/admin/editorial/image/{key}/change/")
    assert "Florange e2i" in page.inner_text(".field-used_in")
    drop(page, photograph(1400, 900), "autre.jpg")
    press(page, "_save")
    seen.reload()
    assert seen.locator(".picture img").get_attribute("src") != first
    assert seen.request.get(
        first if first.startswith("http") else seen.url.split("/poles")[0] + first
    ).ok
    assert not page.problems


def test_a_wrong_file_comes_back_with_one_sentence(edit, people):  # noqa: F811
    page = edit(ADD, **people["ana"])
    describe(page, "Un dessin")
    page.set_input_files(
        "#id_master_file",
        {"name": "dessin.png", "mimeType": "image/png", "buffer": b"<svg><script>1</script></svg>"},
    )
    page.wait_for_timeout(300)
    assert "ne sait pas montrer" in page.inner_text(".picture-input [role=status]")
    press(page, "_save")
    assert "SVG" in page.inner_text("#id_master_error")
    assert page.input_value("#id_title") == "Un dessin"
    assert not page.problems


def test_without_javascript_the_two_numbers_are_enough(edit):  # noqa: F811
    page = edit(ADD, java_script_enabled=False)
    page.set_input_files(
        "#id_master_file",
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": photograph(1000, 800)},
    )
    describe(page, "Sans script")
    page.fill("#id_focus_x", "10")
    press(page, "_save")
    assert "Sans script" in page.inner_text(".messagelist")


def test_from_the_file_sent_to_the_last_size_in_three_seconds(edit, site):  # noqa: F811
    """4,000 × 3,000, as the server lives it; the best of six, for others share this machine."""
    times = []
    for attempt in range(6):
        page = edit(ADD)
        drop(page, photograph(4000, 2999 - attempt))
        describe(page, f"Grande {attempt}")
        sent = time.monotonic()
        with page.expect_response(lambda r: r.request.method == "POST") as answer:
            page.locator("[name=_save]:visible").last.click()
        assert answer.value.status == 302
        times.append(time.monotonic() - sent)
        if times[-1] < 3:
            break
    print("from the click to the answer:", times)
    assert min(times) < 3, times
