"""Putting in order in a real Chromium: mouse, finger, keyboard alone, without a script."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from .test_browser import AXE_RULES, visit  # noqa: F401 - a fixture
from .test_editing_browser import edit, kept, left, press_button, reopened  # noqa: F401

pytestmark = pytest.mark.browser
PAGES = "/admin/pages/page/ordonner/"
FIGURES = "/admin/pages/keyfigure/ordonner/"
PAGE = "/admin/pages/page/2/change/"
POLE = "/admin/poles/pole/1/change/"


def names(page, within: str = "[data-order]") -> list[str]:
    return page.locator(within).first.locator("[data-what]").all_inner_texts()


def said(page) -> str:
    return page.locator(".order [role=status]").first.inner_text()


def focused(page) -> str:
    return page.evaluate("document.activeElement.innerText.trim()")


def drag(page, start: int, end: int, by=None) -> None:
    """Take the line at `start` by its grip and let it go over the line at `end`."""
    page.evaluate("document.querySelector('[data-order]').scrollIntoView({block: 'center'})")
    lines = page.locator("[data-order]").first.locator("li")
    grip, there = lines.nth(start).locator(".grip").bounding_box(), lines.nth(end).bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    (by or with_mouse(page))(x, y, there["y"] + there["height"] * (0.9 if end > start else 0.1))


def with_mouse(page):
    def move(x: float, y: float, to: float) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, (y + to) / 2, steps=4)
        page.mouse.move(x, to, steps=4)
        page.wait_for_timeout(120)
        page.mouse.up()

    return move


def test_a_publisher_drags_and_saves_and_visitors_see_it(edit, people, visit):  # noqa: F811
    page = edit(PAGES, **people["paul"])
    before = names(page)
    drag(page, 0, 2)
    wanted = [before[1], before[2], before[0], *before[3:]]
    assert names(page) == wanted
    assert said(page) == f"«\u202f{before[0]}\u202f» est maintenant 3e sur {len(before)}."
    press_button(page, "_save")
    assert "les visiteurs le voient" in page.inner_text(".messagelist")
    assert names(page) == wanted
    drag(page, 2, 0)
    assert names(page) == before and "en tête" in said(page)
    press_button(page, "_save")
    assert not page.problems


def test_by_keyboard_alone_the_focus_stays_on_what_moves(edit, people):  # noqa: F811
    page = edit(PAGES, **people["paul"])
    before = names(page)
    second = page.locator("[data-order]").first.locator("li").nth(1)
    second.locator("[data-by='1']").focus()
    page.keyboard.press("Enter")
    assert names(page)[2] == before[1] and before[1] in focused(page)
    assert "3e sur" in said(page)
    page.keyboard.press("Shift+Tab")
    for _ in range(4):  # more than there is room for
        page.keyboard.press("Space")
    assert names(page)[0] == before[1] and "Monter" in focused(page)
    assert "en tête" in said(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"], "an order that is not saved is asked about"
    assert names(page) == before
    page.reload()
    assert len(asked) == 1
    assert not page.problems


def test_escape_puts_the_line_back(edit, people):  # noqa: F811
    page = edit(PAGES, **people["paul"])
    before = names(page)

    def give_up(x, y, to):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, to, steps=4)
        page.wait_for_timeout(120)
        assert names(page) != before
        page.keyboard.press("Escape")
        page.mouse.up()

    drag(page, 0, 2, by=give_up)
    assert names(page) == before and not said(page)


def test_without_a_script_the_buttons_move_and_the_order_is_saved(edit, people):  # noqa: F811
    page = edit(PAGES, **people["paul"], java_script_enabled=False)
    keys = page.locator("[name=order]")
    before = [keys.nth(n).input_value() for n in range(3)]
    assert not page.locator(".grip").first.is_visible()
    with page.expect_navigation():
        page.locator("[name=_down]").first.click()
    assert [keys.nth(n).input_value() for n in range(3)] == [before[1], before[0], before[2]]
    with page.expect_navigation():
        page.locator("[name=_up]").nth(1).click()
    press_button(page, "_save")
    assert "Rien n’a bougé" in page.inner_text(".messagelist")


def test_a_writer_only_looks(edit, people):  # noqa: F811
    page = edit(PAGES, **people["ana"])
    assert "Une personne qui publie peut le changer" in page.inner_text("main")
    assert not page.locator("[data-order], [data-by], .grip").count()
    assert not page.problems


def touch(page):
    """A finger, as Chromium's own protocol moves it."""
    finger = page.context.new_cdp_session(page)

    def send(kind: str, *points) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    def move(x: float, y: float, to: float) -> None:
        send("touchStart", {"x": x, "y": y})
        for step in range(1, 9):
            send("touchMove", {"x": x, "y": y + (to - y) * step / 8})
        page.wait_for_timeout(120)
        send("touchEnd")

    return move


def test_a_finger_drags_on_a_telephone(edit, people):  # noqa: F811
    size = {"width": 390, "height": 800}
    page = edit(PAGES, **people["paul"], viewport=size, has_touch=True, is_mobile=True)
    before = names(page)
    drag(page, 0, 1, by=touch(page))
    assert names(page)[:2] == [before[1], before[0]]
    assert not page.problems


def ranks(page, prefix: str) -> list[str]:
    number = int(page.input_value(f"#id_{prefix}-TOTAL_FORMS"))
    return [page.input_value(f"#id_{prefix}-{n}-position") for n in range(number)]


def test_a_writer_orders_the_parts_of_a_page_in_a_draft(edit, people):  # noqa: F811
    page = edit(PAGE, **people["ana"])
    before, given = names(page), ranks(page, "sections")
    drag(page, 0, 2)
    assert names(page)[:3] == [before[1], before[2], before[0]]
    now = ranks(page, "sections")
    assert now[:3] == [given[2], given[0], given[1]] and sorted(now) == sorted(given)
    kept(page, given[2])
    assert left(page)
    page.locator("[data-order] li").nth(2).locator("[data-by='-1']").focus()
    page.keyboard.press("Enter")
    assert "2e sur" in said(page) and before[0] in focused(page)
    assert not page.locator("[name=order]").count(), "the list itself is not sent"
    press_button(page, "_draft")
    assert names(page)[:3] == [before[1], before[0], before[2]]
    page.locator(".discard summary").click()
    press_button(page, "_discard")
    assert names(page) == before
    assert not page.problems


def test_parts_added_renamed_removed_follow_in_the_list(edit, people):  # noqa: F811
    page = edit(PAGE, **people["ana"])
    before = names(page)
    page.locator("#sections-group .add-row a").click()
    assert names(page) == before, "left empty, it is nothing yet"
    new = len(before)
    page.fill(f"#id_sections-{new}-title_fr", "Toute nouvelle")
    assert names(page) == [*before, "Toute nouvelle"]
    last = int(page.input_value(f"#id_sections-{new - 1}-position"))
    assert int(page.input_value(f"#id_sections-{new}-position")) == last + 10
    page.locator("[data-order] li").nth(new).locator("[data-by='-1']").click()
    assert names(page)[-2:] == ["Toute nouvelle", before[-1]]
    page.check("#id_sections-0-DELETE")
    assert names(page)[0] == before[1] and len(names(page)) == new
    page.uncheck("#id_sections-0-DELETE")
    page.fill("#id_sections-0-position", "9999")
    assert names(page)[-1] == before[0], "a number typed by hand counts as much"
    page.locator("[data-order] [data-what]").first.click()
    assert page.evaluate("location.hash") == "#sections-1"
    page.locator(f"#sections-{new} .inline-deletelink").click()
    assert "Toute nouvelle" not in names(page)
    assert not page.problems


def test_what_was_ordered_and_not_sent_is_given_back(edit, people):  # noqa: F811
    page = edit(PAGE, **people["ana"])
    before = names(page)
    page.locator("[data-order] li").first.locator("[data-by='1']").click()
    wanted = names(page)
    page.wait_for_timeout(500)
    page = reopened(page, PAGE)
    assert names(page) == before
    page.get_by_role("button", name="Le reprendre").click()
    assert names(page) == wanted
    assert not page.problems


def test_folded_parts_are_ordered_too(edit, people):  # noqa: F811
    page = edit(POLE, **people["paul"])
    page.locator("#actors-group > fieldset > details > summary").click()
    given = ranks(page, "actors")
    page.locator("#actors-group [data-by='1']").first.click()
    assert ranks(page, "actors")[:2] == [given[1], given[0]]
    page.evaluate("document.body.dataset.left = ''")
    assert not page.problems


def test_a_selection_is_asked_about(edit, people):  # noqa: F811
    page = edit("/admin/pages/keyfigure/", **people["paul"])
    for n in range(2):
        page.locator(".action-select").nth(n).check()
    page.select_option("[name=action]", "plan_review")
    with page.expect_navigation():
        page.locator("#changelist-form .actions button[name=index]").click()
    assert "Ce qui se passera" in page.inner_text("main")
    with page.expect_navigation():
        page.get_by_role("button", name="Oui, dater ces 2 fiches", exact=True).click()
    assert page.locator(".errorlist").is_visible()
    page.fill("[name=review_on]", "2090-01-01")
    with page.expect_navigation():
        page.get_by_role("button", name="Oui, dater ces 2 fiches", exact=True).click()
    assert "2 fiches datées" in page.inner_text(".messagelist")
    assert not page.problems


def ask(page, action: str) -> None:
    page.locator(".action-select").first.check()
    page.select_option("[name=action]", action)
    with page.expect_navigation():
        page.locator("#changelist-form .actions button[name=index]").click()


SCREENS = {
    "order": (PAGES, None),
    "parts": (PAGE, None),
    "withdraw": ("/admin/pages/page/", "withdraw"),
    "review": ("/admin/pages/keyfigure/", "plan_review"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(edit, people, screen, scheme):  # noqa: F811
    address, action = SCREENS[screen]
    page = edit(address, **people["paul"], color_scheme=scheme)
    if action:
        ask(page, action)
    options = {"resultTypes": ["violations"], "rules": AXE_RULES}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=options).response["violations"]
        told = [(v["id"], v["nodes"][0]["html"][:160], len(v["nodes"])) for v in found]
        assert not told, json.dumps(told, indent=1, ensure_ascii=False)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert not page.problems
