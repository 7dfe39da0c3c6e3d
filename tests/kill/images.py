"""Pictures taken in and cut to size: some new, one replaced again and again."""

import os
import random
import re
import time
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture
from PIL import UnidentifiedImageError

from ptce_site.editorial import media
from ptce_site.editorial.models import Image
from ptce_site.ops.backup import files

from ..conftest import Server
from ..photographs import drawn, saved
from ..test_admin import form_data
from .hands import FRESH, Hand, Person, number_in, numbered
from .turns import wait

MODELS = ("editorial.Image",)
SIZE = (1700, 1275)
CORNER = 200  # points: the side of what tells one picture from another
REPLACED = "remplacement"  # the word in the name of the image whose file is replaced
TYPED = {"alt_fr": "Un essai.", "credit": "Essai", "licence": "own"}


class Upload(Person):
    """Sends another picture each time, in a form opened at `address`."""

    def __init__(self, site: Server, name: str, address: str, word: str) -> None:
        super().__init__(site, name)
        self.address, self.word = address, word
        self.form: dict = {}

    def work(self) -> None:
        page = self.ask(self.address).text
        self.form = self.form or form_data(page)
        number = self.sent + 1
        data = self.form | dict(FRESH.findall(page)) | TYPED | {"_save": ""}
        data |= {"title": numbered(number, self.word), "master_file": picture(self.name, number)}
        with self.asking() as number:
            answer = self.ask(self.address, data)
        self.hear(number, answer)


WANTED = (Upload,)
read: dict[Path, tuple] = {}  # what each file was when it was read, and its size in points


def colour(name: str, number: int) -> tuple[int, int, int]:
    """A colour for each picture, far enough from the next ones to be told after it is encoded."""
    return number % 5 * 50 + 20, number // 5 % 5 * 50 + 20, 200 if name == "new" else 40


def picture(name: str, number: int) -> SimpleUploadedFile:
    """A photograph whose corner tells which one it is."""
    sent = drawn(*SIZE).copy()
    sent.paste(colour(name, number), (0, 0, CORNER, CORNER))
    sent.putpixel((SIZE[0] - 1, number), (255, 0, 0))  # no two are the same file
    return SimpleUploadedFile("photo.jpg", saved(sent, "JPEG", quality=90), "image/jpeg")


def hands(site: Server) -> list[Hand]:
    master = media.keep(picture("replaced", 0))
    width, height = media.size_of(master)
    image = Image(master=master, title=numbered(0, REPLACED), width=width, height=height)
    image.alt_fr, image.credit, image.licence = TYPED.values()
    media.make(master, image.cuts.values())
    image.save()
    change = f"/admin/editorial/image/{image.pk}/change/"
    return [
        Upload(site, "new", "/admin/editorial/image/add/", "essai"),
        Upload(site, "replaced", change, REPLACED),
    ]


def moment(_site: Server, chosen: Hand, dice: random.Random) -> None:
    """At any moment, or as soon as one file more is there, so as to find it half written."""
    if dice.random() < 0.5:
        time.sleep(dice.uniform(0, chosen.took))
        return
    began, before = chosen.since, len(every_file())
    more = dice.randrange(8)
    wait(lambda: len(every_file()) > before + more or chosen.since != began, lambda: "no file")


def every_file() -> list[Path]:
    """In the store, under whatever name."""
    root = Path(default_storage.path(""))
    return [path for folder in (media.MASTERS, media.MADE) for path in (root / folder).glob("*")]


def half_made() -> list[Path]:
    return [path for path in every_file() if path.name.startswith(".")]


def look(_site: Server, hands: list[Hand]) -> str:
    """AssertionError names an image without its files, a file that is half one, or what is lost."""
    for path in {*every_file()} - {*half_made()}:
        whole(path)
    for image in Image.objects.all():
        path = Path(default_storage.path(f"{media.MASTERS}/{image.master}"))
        assert path.exists(), f"{image}: no master"
        assert whole(path) == (image.width, image.height), f"{image}: another size"
        for cut in image.cuts.values():
            for name in cut.names:
                made = Path(default_storage.path(f"{media.MADE}/{name}"))
                assert made.exists(), f"{image}: {name} is missing"
                width = int(re.findall(r"-(\d+)\.", name)[0])
                assert whole(made) == (width, cut.height_at(width)), f"{name}: another size"
    there = [number for one in hands for number in its_own(one)]
    copied = {path.rpartition("/")[2] for path in files.there()}
    assert not any(name.startswith(".") for name in copied), "a backup would hold half a file"
    return f"{len(there)} images, {len(every_file())} files, {len(half_made())} half made aside"


def its_own(hand: Hand) -> list[int]:
    """The numbers of the images of a hand; each shows the picture sent with its name."""
    found = []
    for image in Image.objects.filter(title__startswith=hand.word):
        number = number_in(image.title, hand.word)
        with default_storage.open(f"{media.MASTERS}/{image.master}") as file:
            seen = Picture.open(file).convert("RGB").getpixel((CORNER // 2, CORNER // 2))
        expected = colour(hand.name, number)
        close = all(abs(a - b) < 15 for a, b in zip(seen, expected, strict=True))
        assert close, f"{image} shows another picture: {seen}, not {expected}"
        found.append(number)
    if hand.name == "new":
        assert not {*hand.kept} - {*found}, f"acknowledged and not there: {hand.kept}, {found}"
    else:
        last = max(hand.kept, default=0)
        assert found and found[0] >= last, f"{last} was acknowledged, {found} is there"
    return found


def whole(path: Path) -> tuple[int, int]:
    """The size of a picture read to its end; once, if the file stays as it is."""
    state = path.stat().st_mtime_ns, path.stat().st_size, path.stat().st_ino
    if path not in read or read[path][0] != state:
        read[path] = state, _whole(path)
    return read[path][1]


def _whole(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    if path.parent.name == media.MASTERS:
        assert path.stem == sha256(data).hexdigest()[:32], f"{path.name} is not what it was"
    try:
        with Picture.open(BytesIO(data)) as picture:
            picture.load()
            return picture.size
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as error:
        raise AssertionError(f"{path.name} is not a whole picture: {error}") from error


def after(_site: Server, hands: list[Hand]) -> str:
    """What kills left half made goes away with a picture that comes an hour later."""
    new, left = hands[0], half_made()
    for path in left:
        answer = new.ask(f"/media/{media.MADE}/{path.name}")
        assert answer.status == 404, f"{path.name} is served"
        os.utime(path, (time.time() - 3700,) * 2)
    kept = len(new.kept)
    new.on.set()
    wait(lambda: len(new.kept) > kept, lambda: f"not kept: {new.said}")
    new.on.clear()
    with new.busy:
        stayed = [path.name for path in left if path.exists()]
    assert not stayed, f"left for good: {stayed}"
    return f"{len(left)} half made, all gone with the next picture"
