"""A surface to draw on with Pillow: the site's two faces, its colours, shapes with smooth edges.

Knows nothing of what is drawn. Text is fitted here: wrapped, then made smaller until it holds.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from django.contrib.staticfiles import finders
from PIL import Image, ImageColor, ImageDraw, ImageFont

from .tokens import light

DISPLAY, READING = "bricolage-grotesque", "atkinson-hyperlegible-next"
FINE = 2  # shapes are drawn twice as large, then reduced
COLOURS = 96
ONE_LINE_LESS = 0.9  # how much smaller a text may be for that
SPACE = re.compile("[ \n\t]+")  # no-break spaces hold
BASE_LETTER = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]+)(?: WITH .*)?")

type Point = tuple[float, float]
type Box = tuple[float, float, float, float]
type Colour = tuple[int, int, int]


@cache
def colour(name: str) -> Colour:
    """A colour of the site by the name of its token."""
    return ImageColor.getrgb(light(f"var(--{name})"))[:3]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the first colour over the second."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Face:
    """One weight of a face in one size, in points of the card; `tight` brings letters together."""

    name: str
    weight: int
    size: int
    tight: float = 0

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return _font(self.name, self.weight, self.size)

    def width(self, text: str) -> float:
        return self.font.getlength(text) - self.tight * self.size * max(len(text) - 1, 0)

    def written(self, text: str) -> str:
        """The text in the letters the face has: "ł" as "l", what has no likeness as "?"."""
        return "".join(_likeness(letter, self.name) for letter in text)

    def wrap(self, text: str, width: float) -> list[str]:
        """Lines that hold in `width` where words allow it."""
        lines: list[str] = []
        for word in filter(None, SPACE.split(text)):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def cut(self, word: str, width: float) -> list[str]:
        """A word that holds in no line, in pieces that do."""
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces


@cache
def _font(name: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    found = finders.find(f"fonts/{name}.woff2")
    font = ImageFont.truetype(str(found), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font


@cache
def covers(name: str, letter: str) -> bool:
    """Whether a face draws this letter otherwise than one that no face has."""
    font = _font(name, 600, 40)
    drawn, missing = (font.getmask(one) for one in (letter, "\uffff"))
    return (drawn.size, bytes(drawn)) != (missing.size, bytes(missing))


@cache
def _likeness(letter: str, name: str) -> str:
    if letter.isspace() or covers(name, letter):
        return letter
    if unicodedata.category(letter) in ("Cc", "Cf", "Mn"):
        return ""
    if unicodedata.category(letter) == "Pd":
        return "-"
    base = "".join(c for c in unicodedata.normalize("NFKD", letter) if covers(name, c))
    if not base and (found := BASE_LETTER.fullmatch(unicodedata.name(letter, ""))):
        base = found[2] if found[1] == "CAPITAL" else found[2].lower()
    return base or "?"


@dataclass(frozen=True)
class Text:
    """Lines set in a face, the first one's top at `y`; the boxes hold every line."""

    lines: tuple[str, ...]
    face: Face
    x: float
    y: float
    leading: float

    @property
    def height(self) -> float:
        return self.face.size * self.leading * len(self.lines)

    @property
    def width(self) -> float:
        return max(map(self.face.width, self.lines), default=0)

    def at(self, y: float) -> "Text":
        return Text(self.lines, self.face, self.x, y, self.leading)


def fit(text: str, faces: Sequence[Face], box: Box, leading: float, most: int) -> Text:
    """Set a text in the first of these faces, from large to small, in which it holds in the box.

    A face hardly smaller is better when it saves a line. The last one takes whatever comes: words
    too long are cut, and what goes beyond `most` lines is left out after an ellipsis.
    """
    left, top, right, bottom = box
    width = right - left

    def holds(face: Face) -> list[str]:
        lines = face.wrap(face.written(text), width)
        low = len(lines) <= most and len(lines) * face.size * leading <= bottom - top
        return lines if low and all(face.width(line) <= width for line in lines) else []

    for rank, face in enumerate(faces):
        if lines := holds(face):
            for less in faces[rank + 1 :]:
                if less.size < ONE_LINE_LESS * face.size or len(lines) == 1:
                    break
                if (fewer := holds(less)) and len(fewer) < len(lines):
                    lines, face = fewer, less
                    break
            return Text(_balanced(lines, face, width), face, left, top, leading)
    face = faces[-1]
    words = SPACE.split(face.written(text))
    whole = " ".join(" ".join(face.cut(word, width)) for word in words)
    lines = face.wrap(whole, width)
    if len(lines) > most:
        last = lines[most - 1]
        while face.width(f"{last}…") > width:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip(' ,;:.')}…"]
    return Text(tuple(lines), face, left, top, leading)


def _balanced(lines: list[str], face: Face, width: float) -> tuple[str, ...]:
    """The same words in as many lines, as even as they can be."""
    text, best = " ".join(lines), lines
    while len(lines) > 1:
        width = max(map(face.width, lines)) - 1
        lines = face.wrap(text, width)
        if len(lines) != len(best) or any(face.width(line) > width for line in lines):
            break
        best = lines
    return tuple(best)


class Canvas:
    """A picture being drawn; a fine one is FINE times as large until it is reduced."""

    def __init__(self, width: int, height: int, ground: Colour, *, scale: int = 1) -> None:
        self.scale = scale
        self.picture = Image.new("RGB", (width * scale, height * scale), ground)
        self.pen = ImageDraw.Draw(self.picture)

    def copy(self) -> "Canvas":
        """The same, to draw on without changing this one."""
        same = Canvas(1, 1, (0, 0, 0))
        same.scale, same.picture = self.scale, self.picture.copy()
        same.pen = ImageDraw.Draw(same.picture)
        return same

    def _points(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def area(self, points: Sequence[Point], fill: Colour) -> None:
        if len(points) > 2:
            self.pen.polygon(self._points(points), fill=fill)

    def line(self, points: Sequence[Point], ink: Colour, width: float) -> None:
        """A line with round corners."""
        whole = max(1, round(width * self.scale))
        self.pen.line(self._points(points), fill=ink, width=whole, joint="curve")

    def block(self, box: Box, fill: Colour) -> None:
        left, top, right, bottom = (round(side * self.scale) for side in box)
        if right > left and bottom > top:
            self.pen.rectangle((left, top, right - 1, bottom - 1), fill=fill)

    def disc(self, at: Point, radius: float, fill: Colour | None) -> None:
        self.pen.circle(self._points([at])[0], radius * self.scale, fill=fill)

    def ring(self, at: Point, radius: float, ink: Colour, width: float) -> None:
        outer, whole = (radius + width / 2) * self.scale, max(1, round(width * self.scale))
        self.pen.circle(self._points([at])[0], outer, outline=ink, width=whole)

    def reduced(self) -> Image.Image:
        """The picture at its own size, its edges smoothed."""
        return self.picture.reduce(self.scale) if self.scale > 1 else self.picture

    def paste(self, picture: Image.Image, at: tuple[int, int], *, fade: int = 0) -> None:
        """Lay a picture; its first `fade` columns appear little by little."""
        mask = Image.new("L", picture.size, 255)
        if fade:
            rising = Image.linear_gradient("L").rotate(90)
            mask.paste(rising.resize((fade, picture.height)), (0, 0))
        self.picture.paste(picture, at, mask)

    def write(self, text: Text, ink: Colour, *, edge: Colour | None = None) -> None:
        """Set lines of text, an edge around the letters if it stands on a drawing."""
        for rank, line in enumerate(text.lines):
            base = text.y + (rank + 0.5) * text.face.size * text.leading + text.face.size * 0.34
            if edge:
                self._line(line, (text.x, base), text.face, edge, 5)
            self._line(line, (text.x, base), text.face, ink)

    def _line(self, line: str, at: Point, face: Face, ink: Colour, edge: int = 0) -> None:
        """One line, letter by letter so that they can stand nearer to one another."""
        (x, y), font = at, face.font
        for letter, after in zip(line, [*line[1:], ""], strict=True):
            self.pen.text((x, y), letter, fill=ink, font=font, anchor="ls", stroke_width=edge)
            pair = font.getlength(letter + after) - font.getlength(after) if after else 0
            x += pair - face.tight * face.size

    def png(self) -> bytes:
        """The picture in at most COLOURS colours, which is what keeps it light."""
        file = BytesIO()
        few = self.picture.quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(file, format="PNG", optimize=True)
        return file.getvalue()
