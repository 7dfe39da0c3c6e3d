"""Pictures: what is taken in, cleaned and cut to size. The only module that opens an image.

A picture is judged by what it holds, never by its name, and measured from its header before it is
decoded. What is kept is made anew from its points alone: nothing of the file sent is in it.
"""

import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import IO, Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageFile

MOST_BYTES = 25 * 1024 * 1024
MOST_POINTS = 50_000_000
LEAST_WIDTH = 400
LONGEST = 5  # times the other side
MASTER_SIDE = 3200
WIDTHS = (400, 800, 1200, 1600)
WIDE = 3 / 2
FORMATS = ("AVIF", "JPEG", "PNG", "WEBP")
HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
MOST_SCANS = 100  # of a JPEG that comes in passes: honest ones have about ten
# To be changed with the settings below: names hold it, and what is made never changes.
RECIPE = "2"
SETTINGS: dict[str, dict] = {
    "avif": {"format": "AVIF", "quality": 58, "speed": 9, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 76, "method": 2},
}
SMALL, PATIENT = 400, {"speed": 6}  # a quarter lighter, and slower by half
TYPES = {"avif": "image/avif", "webp": "image/webp"}
# What Pillow raises on a file that is not what it says, by the part of it that finds out.
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, AttributeError,
    ArithmeticError, MemoryError, RuntimeError, struct.error, zlib.error, ImageCms.PyCMSError,
)  # fmt: skip
UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}

Image.MAX_IMAGE_PIXELS = None  # we count ourselves, from the header, and refuse in words


class Refused(ValueError):
    """Why a file is not taken, in one sentence for who sent it."""


@dataclass(frozen=True)
class Master:
    """A picture as it is kept: upright, in sRGB, without a word about where it was taken."""

    data: bytes
    suffix: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Its name, made from what it holds."""
        return f"{sha256(self.data).hexdigest()[:32]}.{self.suffix}"


@dataclass(frozen=True)
class Cut:
    """A part of a master, `box` in points of the master, in several widths; `key` names it."""

    key: str
    box: tuple[int, int, int, int]

    @property
    def width(self) -> int:
        return self.widths[-1]

    @property
    def height(self) -> int:
        return self.height_at(self.width)

    @cached_property
    def widths(self) -> list[int]:
        """Those it is made in, never wider than it is."""
        whole = self.box[2] - self.box[0]
        return [w for w in WIDTHS if w < whole] + ([whole] if whole <= WIDTHS[-1] else [])

    def height_at(self, width: int) -> int:
        left, top, right, bottom = self.box
        return max(1, round(width * (bottom - top) / (right - left)))

    def name(self, width: int, suffix: str) -> str:
        return f"{self.key}-{width}.{suffix}"

    @property
    def names(self) -> list[str]:
        return [self.name(width, suffix) for suffix in SETTINGS for width in self.widths]


def master_of(file: IO[bytes], size: int) -> Master:
    """Read a file of `size` bytes that someone sent. Raises Refused."""
    if not size:
        raise Refused(_("Ce fichier est vide."))
    if size > MOST_BYTES:
        raise Refused(
            _("Ce fichier pèse plus de 25 Mo : réduisez l’image, puis déposez-la de nouveau.")
        )
    data = file.read(MOST_BYTES)
    _check_kind(data)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once loaded, sets it for everyone
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
        points, moving = picture.size, getattr(picture, "is_animated", False)
    except BROKEN as error:
        raise Refused(_unreadable(data)) from error
    _check_size(*points)
    if moving and picture.format != "MPO":  # some phones keep several views in one JPEG
        raise Refused(_("Cette image est animée : déposez une image fixe."))
    try:
        return _encoded(_clean(picture))
    except BROKEN as error:
        raise Refused(_damaged()) from error


def size_of(file: IO[bytes]) -> tuple[int, int]:
    """The width and height of a master, in points."""
    with Image.open(file, formats=FORMATS) as picture:
        return picture.size


def cuts(master: str, size: tuple[int, int], focus: tuple[int, int]) -> dict[str, Cut]:
    """The two shapes of a master: whole, and 3:2 around a focus given in % of each side."""
    box = wide_box(size, focus)
    return {
        "natural": Cut(_key(master), (0, 0, *size)),
        "wide": Cut(_key(master, *box), box),
    }


def wide_box(size: tuple[int, int], focus: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest 3:2 part, its middle as near to the focus as the sides allow."""
    width, height = size
    wide, high = min(width, round(height * WIDE)), min(height, round(width / WIDE))
    left = min(max(round(width * focus[0] / 100 - wide / 2), 0), width - wide)
    top = min(max(round(height * focus[1] / 100 - high / 2), 0), height - high)
    return left, top, left + wide, top + high


def rendered(master: IO[bytes], wanted: list[Cut]) -> Iterator[tuple[str, bytes]]:
    """Each file of each cut, as (name, content). Two at a time: Pillow lets others work."""
    with Image.open(master, formats=FORMATS) as picture:
        picture.load()
    with ThreadPoolExecutor(2) as hands:
        jobs = []
        for cut in wanted:
            made = picture.crop(cut.box)
            for width in reversed(cut.widths):  # each from the one before: twice as fast
                made = made.resize(
                    (width, cut.height_at(width)), Image.Resampling.LANCZOS, reducing_gap=2.0
                )
                more = PATIENT if width <= SMALL else {}
                jobs += [
                    (cut.name(width, suffix), hands.submit(_saved, made, **settings | more))
                    for suffix, settings in SETTINGS.items()
                ]
        for name, job in jobs:
            yield name, job.result()


def _key(*what: object) -> str:
    return sha256(" ".join(map(str, (RECIPE, *what))).encode()).hexdigest()[:20]


def _saved(picture: Image.Image, **settings: Any) -> bytes:
    file = BytesIO()
    picture.copy().save(file, **settings)  # Pillow notes the settings on what it saves
    return file.getvalue()


def _check_kind(data: bytes) -> None:
    """Say in its own words why a well-known kind of file is not taken. Raises Refused."""
    head = data[:4096].lower()
    if b"<svg" in head:
        raise Refused(
            _("Ce fichier est un dessin SVG, qui peut cacher du code : déposez-en un export PNG.")
        )
    if head[4:8] == b"ftyp" and head[8:12] in HEIC and b"avif" not in head[12:64]:
        raise Refused(_("Ce fichier est une photo HEIC : exportez-la en JPEG, et déposez-le."))
    if head.startswith(b"gif8"):
        raise Refused(_("Ce fichier est un GIF : enregistrez-le en PNG, puis déposez le PNG."))
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MOST_SCANS:
        raise Refused(_damaged())


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_POINTS:
        raise Refused(
            _(
                "Cette image compte %(count)d millions de points, et le site en accepte 50 : "
                "réduisez-la, puis déposez-la de nouveau."
            )
            % {"count": width * height // 1_000_000}
        )
    if min(width, height) * LONGEST < max(width, height):
        raise Refused(_("Cette image est trop étirée : recadrez-la, puis déposez-la de nouveau."))
    if min(width, height) < LEAST_WIDTH:
        raise Refused(
            _(
                "Cette image est trop petite (%(width)d × %(height)d points) : "
                "il en faut au moins 400 de chaque côté."
            )
            % {"width": width, "height": height}
        )


def _unreadable(data: bytes) -> str:
    known = data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")) or data[4:8] == b"ftyp"
    return (
        _damaged()
        if known
        else _(
            "Ce fichier n’est pas une image que le site sait lire : "
            "déposez un JPEG, un PNG, un WebP ou un AVIF."
        )
    )


def _damaged() -> str:
    return _("Cette image est abîmée ou incomplète : repartez du fichier d’origine.")


# Made anew


def _clean(picture: Image.Image) -> Image.Image:
    """Its points alone: of a fair size, upright, in sRGB; see-through only where it is."""
    width, height = picture.size
    ratio = min(1, MASTER_SIDE / max(width, height))
    fair = max(1, round(width * ratio)), max(1, round(height * ratio))
    picture.draft(None, fair)  # a JPEG can be read smaller
    picture.load()
    profile, turn = picture.info.get("icc_profile"), _orientation(picture)
    picture = _eight_bits(picture)
    if picture.size != fair:
        picture = picture.resize(fair, Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _in_srgb(picture, profile)
    for move in UPRIGHT.get(turn, ()):
        picture = picture.transpose(move)
    if picture.mode == "RGBA" and picture.getextrema()[3] == (255, 255):
        picture = picture.convert("RGB")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(0x0112, 1))
    except BROKEN:
        return 1


def _eight_bits(picture: Image.Image) -> Image.Image:
    """In a mode that can be resized and whose colours can be read."""
    if picture.mode.startswith("I"):  # 16 bits a point, all of them grey
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "srgb" not in ImageCms.getProfileDescription(source).lower():
                target = ImageCms.createProfile("sRGB")
                made = ImageCms.profileToProfile(picture, source, target, outputMode=wanted)
                return made or picture
        except BROKEN:
            pass  # a profile that is not one: the colours are taken as they are
    return picture if picture.mode == wanted else picture.convert(wanted)


def _encoded(picture: Image.Image) -> Master:
    if picture.mode == "RGBA":
        data, suffix = _saved(picture, format="WEBP", quality=92, method=2), "webp"
    else:
        data, suffix = _saved(picture, format="JPEG", quality=90, subsampling=0), "jpg"
    return Master(data, suffix, *picture.size)
