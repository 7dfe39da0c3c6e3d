"""Photographs and drawings for the tests, to weigh what real ones weigh."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SUN, DOOR = (230, 160, 40), (20, 90, 100)


@cache
def drawn(width: int = 4000, height: int = 3000) -> Image.Image:
    """A sky and a ground with a grain, an ochre sun top right, a teal door bottom left."""
    size = (width, height)
    clouds = Image.effect_noise((width // 16 + 1, height // 16 + 1), 60).resize(size)
    grain = Image.effect_noise(size, 18)
    ramp = Image.linear_gradient("L").resize(size)
    red = Image.blend(clouds, ramp, 0.5)
    green = Image.blend(clouds, ramp, 0.35)
    blue = Image.blend(clouds, ramp.transpose(Image.Transpose.FLIP_TOP_BOTTOM), 0.6)
    picture = Image.blend(
        Image.merge("RGB", (red, green, blue)), Image.merge("RGB", (grain,) * 3), 0.12
    )
    pen = ImageDraw.Draw(picture)
    pen.ellipse([width * 0.7, height * 0.1, width * 0.7 + height * 0.2, height * 0.3], fill=SUN)
    pen.rectangle([width * 0.1, height * 0.6, width * 0.3, height * 0.95], fill=DOOR)
    return picture


@cache
def photograph(width: int = 4000, height: int = 3000) -> bytes:
    """The same as a camera gives it: a JPEG."""
    return saved(drawn(width, height), "JPEG", quality=90)


@cache
def thin_lines(width: int = 1600, height: int = 1200) -> bytes:
    """A drawing, as a plan is: black lines on white, in PNG."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for x in range(0, width, 40):
        pen.line((x, 0, width - x, height), fill="black", width=3)
    return saved(picture, "PNG")


def saved(picture: Image.Image, kind: str, **settings) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **settings)
    return file.getvalue()
