"""Hostile files, through the library of images and the import of a list."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .. import corpus_images, corpus_sheets
from ..photographs import drawn, saved
from . import detect
from .forms import Form, opened, send_file
from .report import Part
from .target import Target

WHO = "publication"
ADD, IMPORT = "/admin/editorial/image/add/", "/admin/pages/keyfigure/import/"
TWIN = "déjà dans la bibliothèque"  # two files whose points are the same
# Names that would leave the folder, or be served as something else than an image.
NAMES = (
    "../../../x.jpg", "..\\..\\x.jpg", "/etc/passwd", "x.jpg/../../x.html", "x.html", "x.svg",
    "x.php.jpg", "x.jpg.php", "x.jpg%00.html", ".htaccess", "x.jpg;.html", "con.jpg",
    "a" * 300 + ".jpg", "x\u202egpj.html", "<xq7>.jpg", "'\"><xq7>.jpg", "{{7|add:7}}.jpg",
    "=1+1.csv", "x.jpg\r\nX: y", "-rf.jpg", "|id.jpg", "$(id).jpg", "`id`.jpg", ".", "..",
)  # fmt: skip
FALSE = {
    "SVG": corpus_images.SVG,
    "HTML": b"<!doctype html><script>window.__hit=1</script>",
    "HTML after a mark": b"\xef\xbb\xbf<html><xq7>",
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>',
    "PDF": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
    "Flash": b"CWS\x0f" + b"\0" * 300,
    "PHAR": b"\xff\xd8\xff\xe0<?php __HALT_COMPILER(); ?>" + b"\0" * 300,
    "program": b"\x7fELF" + b"\0" * 300,
}


def other_kinds() -> Iterator[tuple[str, bytes]]:
    """Files of other kinds under the names of images, and archives that grow or climb."""
    for kind, content in FALSE.items():
        for ending in ("jpg", "png", "webp", "avif", "jpeg.svg"):
            yield f"{kind} as .{ending}.{ending}", content
    grown = io.BytesIO()
    with zipfile.ZipFile(grown, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.jpg", b"\0" * 50_000_000)
    yield "bomb.jpg", grown.getvalue()
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../../../x.html", b"<xq7>")
    yield "climbing.png", climbing.getvalue()


def quoted(name: str) -> str:
    """A name as a browser sends it in a form."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def files(folder: Path) -> set[str]:
    """What lies under the folder of media."""
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


class Uploads:
    def __init__(self, target: Target, part: Part) -> None:
        self.target, self.part = target, part
        self.media = Path(target.environment["DATA_DIR"]) / "media"
        data, texts = opened(target, ADD, WHO)
        self.form: Form = {**data, **{name: ["essai"] for name in texts if "url" not in name}}
        self.form |= {"licence": ["cc-by-4"], "focus_x": ["50"], "focus_y": ["50"]}
        self.refused = self.taken = 0

    def image(self, name: str, content: bytes, expected: str) -> None:
        """Send a file; one that is refused is told in a sentence and leaves nothing behind."""
        before, part = files(self.media), self.part
        answer = send_file(self.target, ADD, self.form, WHO, master_file=(quoted(name), content))
        part.tried += 1
        new = files(self.media) - before
        for fault in detect.runs(detect.tree(answer.text)):
            part.found(f"{name}: {fault}")
        if answer.status >= 500:
            part.found(f"{name}: answer {answer.status}")
        elif answer.status == 302 and expected == "refused":
            part.found(f"{name}: taken")
        elif answer.status != 302 and expected == "clean" and TWIN not in answer.text:
            part.found(f"{name}: refused, answer {answer.status}")
        elif answer.status == 200:
            self.refused += 1
            if "errorlist" not in answer.text:
                part.found(f"{name}: refused without a word")
            if expected == "refused" and new:
                part.found(f"{name}: refused, and left {sorted(new)}")
        else:
            self.taken += answer.status == 302
        self.inert(name, new)

    def inert(self, name: str, new: set[str]) -> None:
        """What was made has nothing of the file but its points, and is served as an image."""
        for made in new:
            content = (self.media / made).read_bytes()
            if any(mark in content for mark in corpus_images.MARKS):
                self.part.found(f"{name}: {made} still holds what was hidden in it")
            answer = self.target.get(f"/media/{made}")
            for fault in detect.active(answer):
                self.part.found(f"{name}: {made} {fault}")
            if made.startswith("masters/") and answer.status == 200:
                self.part.found(f"{name}: the master {made} is served")

    def sheet(self, name: str, content: bytes) -> None:
        """Send a list; whatever it is, nothing of it is live, and nothing of it runs."""
        before = files(self.media)
        answer = send_file(self.target, IMPORT, {}, WHO, file=(quoted(name), content))
        self.part.tried += 1
        page = detect.tree(answer.text)
        for fault in detect.runs(page):
            self.part.found(f"{name}: {fault}")
        if any(tag == detect.MARK or attribute == detect.MARK
               for tag, attribute in detect.pairs(page)):  # fmt: skip
            self.part.found(f"{name}: a tag of the file is in the page")
        if answer.status >= 500 or answer.status in (0, 302):
            self.part.found(f"{name}: answer {answer.status}")
        if files(self.media) != before:
            self.part.found(f"{name}: left a file")


def run(target: Target, share: int) -> Part:
    """Every file, or one in `share` of them."""
    part = Part("hostile files")
    uploads = Uploads(target, part)
    pictures = [
        *((name, *corpus_images.made(name)) for name in corpus_images.NAMES[::share]),
        *((name, corpus_images.SVG, "refused") for name in NAMES[::share]),
        *((name, content, "refused") for name, content in list(other_kinds())[::share]),
    ]
    for name, content, expected in pictures:
        uploads.image(name, content, expected)
    for number, name in enumerate(NAMES[::share]):  # a fair image, under a name that is not
        uploads.image(name, saved(drawn(600 + number, 480), "JPEG"), "either")
    sheets = [*corpus_sheets.hostile()][::share]
    for name, content, _words in sheets:
        uploads.sheet(name, content)
    for name in NAMES[::share]:
        uploads.sheet(name, corpus_sheets.PLAIN)
    part.told = (
        f"images: {uploads.refused} refused, {uploads.taken} taken and re-encoded; "
        f"{part.tried - len(pictures) - len(NAMES[::share])} lists"
    )
    return part
