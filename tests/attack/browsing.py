"""The same pages in a real Chromium: whatever they hold, nothing of it ran."""

from typing import Any

from .. import machine
from .report import Part
from .shown import ALWAYS, ROOM
from .stored import KINDS, WHO
from .target import Target

# Before any script of the page: what its policy refused is kept. A refusal of a script means that
# one had come through, and only the policy held it.
LISTEN = """
window.__refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.__refused.push(event.effectiveDirective + " " + (event.blockedURI || event.sample)));
"""
LOOK = "() => ({hit: window.__hit ?? null, refused: window.__refused})"


def visit(page: Any, address: str, part: Part, path: str) -> None:
    """Open a page, touch what could wait for it, and ask what ran."""
    page.goto(address, wait_until="load")
    page.mouse.move(200, 300)
    page.keyboard.press("Tab")
    page.wait_for_timeout(100)
    told = page.evaluate(LOOK)
    part.tried += 1
    if told["hit"] is not None:
        part.found(f"{path}: a script of ours ran")
    for one in told["refused"]:
        if one.startswith("script"):
            part.found(f"{path}: only the policy held a script back: {one}")


def opened(dialog: Any, part: Part) -> None:
    part.found(f"a dialog opened: {dialog.message}")
    dialog.dismiss()


def run(target: Target) -> Part:
    """Open what visitors and editors see of all that was saved."""
    part = Part("the same pages in Chromium")
    program = machine.headless_shell() or machine.chromium()
    if program is None:
        part.told = "no Chromium on this machine: not tried"
        return part
    from playwright.sync_api import sync_playwright

    public = [*target.addresses, *(p for p in ALWAYS if "." not in p)]
    room = [
        f"/admin/{kind}/{rest}"
        for kind in KINDS
        for rest in (
            "", f"{target.rows[kind][0]}/change/", f"{target.rows[kind][0]}/history/",
            f"{target.rows[kind][0]}/delete/",
        )
    ]  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for paths, who in ((public, ""), ([*room, *ROOM], WHO)):
            context = browser.new_context()
            context.add_init_script(LISTEN)
            if who:
                cookie = {"name": "session", "value": target.sessions[who], "url": target.url}
                context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()

            page.on("dialog", lambda dialog: opened(dialog, part))
            for path in paths:
                visit(page, target.url + path, part, path)
            context.close()
        browser.close()
    part.told = f"{len(public)} public pages, {len(room) + len(ROOM)} of the room"
    return part
