"""Social cards: what a link to the site looks like where it is shared, 1200 × 630 points.

A `Card` says everything that is on it; the same card is always the same picture, made once and
kept under its digest. Its colours, its faces and its hand are those of the site.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders

from . import cardart, seo
from .canvas import DISPLAY, READING, Box, Canvas, Face, Text, colour, fit
from .cardart import (
    FORGE,
    HEIGHT,
    MARGIN,
    SAND,
    SEA,
    WIDTH,
    FigureDrawing,
    Look,
    MapDrawing,
)
from .keptfiles import KeptFiles
from .tokens import TOKENS

RECIPE = "1"  # to change with the modules that draw, so that every card has a new address
CARDS = KeptFiles("cards", "png", most=1500)  # one weighs about 30 kB
BRAND = 30
TOP, BOTTOM = 66, HEIGHT - 92  # between the chequer and the brand

making = threading.Lock()


@dataclass(frozen=True)
class Card:
    """What is on a card. `value`, with what comes `before` it and its `unit`, is a figure."""

    title: str
    language: str
    kicker: str = ""
    text: str = ""
    value: str = ""
    unit: str = ""
    before: str = ""
    drawing: MapDrawing | tuple[FigureDrawing, ...] | str | None = None
    hot_end: bool = False  # the last word in the hot colour, its full stop as a map's point


def digest(card: Card) -> str:
    """Twelve hexadecimal digits that change with anything that shows."""
    return sha256(f"{_recipe()} {card!r}".encode()).hexdigest()[:12]


@cache
def _recipe() -> str:
    names = (TOKENS, f"fonts/{DISPLAY}.woff2", f"fonts/{READING}.woff2")
    files = (Path(str(finders.find(name))).read_bytes() for name in names)
    return sha256(b"".join([RECIPE.encode(), *files])).hexdigest()


def picture(card: Card) -> bytes:
    """The card as a PNG, made if it was not; the threads of a process make one at a time."""
    key = digest(card)
    body = CARDS.get(key)
    if not body:
        with making:
            body = CARDS.get(key)  # another thread may have made it meanwhile
            if not body:
                body = render(card)
                CARDS.keep(key, body)
    return body


def render(card: Card) -> bytes:
    """Draw the card as a PNG of 1200 × 630 points."""
    look = look_of(card)
    canvas = Canvas(WIDTH, HEIGHT, colour(look.ground))
    if isinstance(card.drawing, MapDrawing):
        cardart.draw_map(canvas, card.drawing, look)
    elif isinstance(card.drawing, tuple):
        for drawing, box in zip(card.drawing, boxes(card), strict=True):
            cardart.draw_figure(canvas, drawing, box, look)
    else:
        cardart.draw_rod(canvas, look)
    cardart.draw_band(canvas, look)
    for text, ink in [*texts(card), brand(look)]:
        canvas.write(text, colour(ink))
    _points(canvas, card, look)
    return canvas.png()


def look_of(card: Card) -> Look:
    if isinstance(card.drawing, MapDrawing):
        return SEA
    return SAND if card.drawing or card.value else FORGE


def brand(look: Look) -> tuple[Text, str]:
    """The site's name at the foot; its three points are drawn."""
    face = Face(DISPLAY, 700, BRAND, 0.01)
    name = face.written(str(seo.SITE_NAME).removesuffix("…"))
    return Text((name,), face, MARGIN, HEIGHT - 74, 1.2), look.ink


def _points(canvas: Canvas, card: Card, look: Look) -> None:
    """The three points after the site's name, and the one that ends a title."""
    name, _ink = brand(look)
    for rank, ink in enumerate((look.calm, look.calm, look.hot)):
        at = (name.x + name.width + 9 + 12 * rank, name.y + BRAND * 0.88)
        cardart.stamp(canvas, at, 4, colour(ink))
    if card.hot_end:
        title = next((text for text, ink in texts(card) if ink == look.hot), None)
        if title is None:  # too long, it ends otherwise
            return
        size = title.face.size
        at = (title.x + title.width + size * 0.37, title.y + size * (title.leading / 2 + 0.24))
        cardart.target(canvas, at, size * 0.1, colour(look.hot), colour(look.ground))


def faces(name: str, weight: int, largest: int, least: int, tight: float = 0) -> list[Face]:
    """From large to small, a twentieth at a time."""
    sizes, size = [], float(largest)
    while size > least:
        sizes.append(round(size))
        size *= 0.95
    return [Face(name, weight, size, tight) for size in [*sizes, least]]


def _width(card: Card) -> float:
    """How far from the margin its words go."""
    if isinstance(card.drawing, MapDrawing):
        return 520
    if isinstance(card.drawing, tuple):
        return WIDTH - 2 * MARGIN if _below(card) else 560
    return 860


def _below(card: Card) -> bool:
    """Whether its drawing, long and low, stands under the words."""
    alone = isinstance(card.drawing, tuple) and len(card.drawing) == 1
    return alone and card.drawing[0].kind != "share"  # type: ignore[index,union-attr]


def boxes(card: Card) -> list[Box]:
    """Where each of its figures is drawn: under the words, or beside them in a column."""
    drawings = card.drawing if isinstance(card.drawing, tuple) else ()
    if _below(card):
        return [(MARGIN, BOTTOM - _low(card), WIDTH - MARGIN, BOTTOM)]
    if len(drawings) == 1:
        return [(WIDTH - MARGIN - 440, 95, WIDTH - MARGIN, 535)]
    left, y = 680.0, 92.0
    found: list[Box] = []
    wide = [drawing for drawing in drawings if drawing.kind != "share"]
    for drawing in wide:
        tall = drawing.height * (WIDTH - MARGIN - left) / drawing.width
        found.append((left, y, WIDTH - MARGIN, y + tall))
        y += tall + 74
    squares = len(drawings) - len(wide)
    for rank in range(squares):
        x = left + rank * 238
        found.append((x, y, x + 208, y + 208))
    return found


def _low(card: Card) -> float:
    """How tall a drawing under the words is: as wide as the card, and not over 190 points."""
    drawing = card.drawing[0]  # type: ignore[index]
    return min(190, drawing.height * (WIDTH - 2 * MARGIN) / drawing.width)  # type: ignore[union-attr]


def texts(card: Card) -> list[tuple[Text, str]]:
    """Every line of the card where it stands, with the token of its ink."""
    look, width = look_of(card), _width(card)
    bottom = BOTTOM - (_low(card) + 34 if _below(card) else 0)
    room = bottom - TOP
    parts = list(_parts(card, look, width, room))
    tall = sum(text.height + gap for text, _ink, gap in parts) - (parts[-1][2] if parts else 0)
    y, found = TOP + max(0, (room - tall) / 2), []
    for text, ink, gap in parts:
        found.append((text.at(y), ink))
        y += text.height + gap
    return [line for text, ink in found for line in _lit(card, text, ink, look)]


def _parts(card: Card, look: Look, width: float, room: float) -> Iterator[tuple[Text, str, float]]:
    """The words from top to bottom, each with the gap after it; the title takes what is left."""

    def say(words: str, kinds: list[Face], leading: float, most: int, tall: float = 400) -> Text:
        box = (MARGIN, 0, MARGIN + width, tall)
        return fit(words, kinds, box, leading, most)

    head: list[tuple[Text, str, float]] = []
    foot: list[tuple[Text, str, float]] = []
    if card.kicker:
        text = say(card.kicker, faces(READING, 700, 28, 20), 1.25, 2)
        head.append((text, look.calm, 18))
    if card.text:
        text = say(card.text, faces(READING, 400, 34, 24), 1.35, 4, 190)
        foot.append((text, look.soft, 0))
    if card.value:
        if card.before:
            text = say(card.before, faces(DISPLAY, 600, 44, 30), 1.1, 1)
            head.append((text, look.ink, 0))
        below = _below(card)
        value = f"{card.value} {card.unit}".strip() if below else card.value
        text = say(value, faces(DISPLAY, 800, 140 if below else 250, 60, 0.016), 0.9, 1, 1000)
        head.append((text, look.ink, 10))
        if card.unit and not below:
            text = say(card.unit, faces(DISPLAY, 700, 60, 36, 0.01), 1.1, 1)
            head.append((text, look.ink, 8))
        kinds, leading, most = faces(READING, 500, 36, 24), 1.3, 4
    else:
        kinds, leading, most = (
            faces(DISPLAY, 800, 118, 40, 0.024 if card.hot_end else 0.006),
            0.96,
            4,
        )
    used = sum(text.height + gap for text, _ink, gap in [*head, *foot])
    left = room - used - (26 if foot else 0)
    yield from head
    yield say(card.title, kinds, leading, most, left), look.ink, 26
    yield from foot


def _lit(card: Card, text: Text, ink: str, look: Look) -> Iterator[tuple[Text, str]]:
    """A text as it is written; the end of a title that is lit stands apart in the hot colour."""
    joined = " ".join(text.lines)
    if not (card.hot_end and text.face.weight == 800 and joined.endswith(".")):
        yield text, ink
        return
    *before, last = text.lines
    start, _space, word = last.removesuffix(".").rpartition(" ")
    start = f"{start} " if start else ""
    y = text.y + text.face.size * text.leading * len(before)
    yield replace(text, lines=(*before, start)), ink
    x = text.x + text.face.width(start) - (text.face.tight * text.face.size if start else 0)
    yield Text((word,), text.face, x, y, text.leading), look.hot
