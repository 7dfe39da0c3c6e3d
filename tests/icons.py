"""Draws the icons that are no SVG from the one that is: `.venv/bin/python -m tests.icons`.

Run by hand when static/img/icon.svg changes; what it writes is committed.
"""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from . import machine

STATIC = Path(__file__).parents[1] / "static"
SAFE = 0.85  # a maskable icon is cut to any shape: its drawing keeps off the edges
# Where each goes: its side in points, how large the drawing is on its ground.
MADE = {
    "root/favicon.ico": (32, 1.0),
    "root/apple-touch-icon.png": (180, 1.0),
    "img/icon-192.png": (192, 1.0),
    "img/icon-512.png": (512, 1.0),
    "img/icon-maskable-512.png": (512, SAFE),
}
PAGE = (
    "<style>*{{margin:0}}body{{background:{ground}}}"
    "svg{{display:block;width:100vw;transform:scale({scale})}}</style>{svg}"
)


def main() -> None:
    svg = (STATIC / "img" / "icon.svg").read_text(encoding="utf-8")
    ground = svg.split('fill="')[1].partition('"')[0]
    with sync_playwright() as playwright:
        shell = machine.headless_shell() or machine.chromium()
        browser = playwright.chromium.launch(executable_path=shell, args=["--no-sandbox"])
        for name, (side, scale) in MADE.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            page.set_content(PAGE.format(ground=ground, scale=scale, svg=svg))
            shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            target = STATIC / name
            target.parent.mkdir(exist_ok=True)
            few = shot.quantize(64)  # three colours and their edges
            if target.suffix == ".ico":
                shot.save(target, sizes=[(side, side)])
            else:
                few.save(target, optimize=True)
            print(f"{name}: {target.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
