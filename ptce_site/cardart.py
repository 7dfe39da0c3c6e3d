"""What is drawn on a social card: the map, the figures to scale, the chequer and its rod."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from .canvas import DISPLAY, FINE, Box, Canvas, Colour, Face, Point, Text, colour, mix

WIDTH, HEIGHT, MARGIN = 1200, 630, 64
BAND, CELL = 22, 75
POINT, HALO = 14, 50  # the lit pole, and how far its halos go
MAP = (560, BAND, WIDTH, HEIGHT)
# The shore lines: how far from the coast, in map units, and how strong.
SHORES = ((26, 0.26, 0.0), (17, 0.42, 0.05), (11, 0.6, 0.1), (6, 0.8, 0.17), (2.8, 1.0, 0.26))


type Rings = tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Ground:
    """The land of a map as rings of points, in map units; `key` changes when they do."""

    key: str
    window: tuple[int, int, int, int]
    regions: tuple[tuple[str, Rings], ...] = field(repr=False, compare=False)
    abroad: Rings = field(repr=False, compare=False, default=())


@dataclass(frozen=True)
class Mark:
    """A pole on a map; `open` when its place is only known roughly, or it is still in doubt."""

    x: int
    y: int
    open: bool = False


@dataclass(frozen=True)
class MapDrawing:
    """A map: the régions in sand, the one that is `own`, the marks, and the one that is lit.

    Without any lit mark nor région of its own, every mark is. `key` changes with the marks.
    """

    ground: Ground
    marks: tuple[Mark, ...] = field(repr=False)
    key: str
    sand: tuple[str, ...] = ()
    lit: Mark | None = None
    name: str = ""
    own: str = ""


@dataclass(frozen=True)
class FigureDrawing:
    """A figure drawn to scale: horizontal lines (top, length), dashed in lengths of ink and gap."""

    kind: str
    width: float
    height: float
    stroke: float
    lines: tuple[tuple[float, float], ...]
    dashes: tuple[float, ...] = ()
    whole: tuple[tuple[float, float], ...] = ()
    whole_dashes: tuple[float, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Look:
    """The tokens of a card's ground and inks."""

    ground: str
    ink: str
    soft: str
    calm: str
    hot: str
    faint: str


SEA = Look("ground-sea", "text", "text-soft", "territory", "hot", "coast")
SAND = Look("ground-sand", "text", "text", "text", "hot", "text")
FORGE = Look("ground-forge", "on-forge", "on-forge", "on-forge-hot", "on-forge-hot", "slate")


def draw_band(canvas: Canvas, look: Look) -> None:
    """The chequer that heads every page of the site."""
    ink, paper = colour("chequer"), colour("paper")
    if look is FORGE:
        ink, paper = colour("on-forge"), colour("ground-forge")
    canvas.block((0, 0, WIDTH, BAND), ink)
    for left in range(CELL, WIDTH, 2 * CELL):
        canvas.block((left, 2, left + CELL, BAND - 2), paper)


def draw_rod(canvas: Canvas, look: Look) -> None:
    """A surveyor's rod, the chequer standing, one of its blocks hot."""
    left, right, tall = WIDTH - MARGIN - 92, WIDTH - MARGIN, (HEIGHT - BAND) / 7
    for rank in range(7):
        top = BAND + rank * tall
        shift = (right - left) / 2 * (rank % 2)
        ink = colour(look.hot if rank == 4 else look.ink)
        canvas.block((left + shift, top, left + shift + (right - left) / 2, top + tall), ink)


def stamp(canvas: Canvas, at: Point, radius: float, ink: Colour) -> None:
    """A point with smooth edges, over what is there."""
    target(canvas, at, radius, ink, ink, halos=False)


def target(
    canvas: Canvas, at: Point, radius: float, ink: Colour, ground: Colour, *, halos: bool = True
) -> None:
    """The point one looks at, with its two halos, drawn fine over what is there."""
    reach = int(radius * (4 if halos else 1)) + 3
    left, top = int(at[0]) - reach, int(at[1]) - reach
    here = (left, top, left + 2 * reach, top + 2 * reach)
    small = Canvas(2 * reach, 2 * reach, ground, scale=4)
    cut = canvas.picture.crop(here)
    small.picture.paste(cut.resize(small.picture.size))
    middle = (at[0] - left, at[1] - top)
    if halos:
        small.ring(middle, radius * 3.4, mix(ink, ground, 0.55), max(2.5, radius * 0.22))
        small.ring(middle, radius * 2.2, ink, max(2.5, radius * 0.22))
    small.disc(middle, radius, ink)
    canvas.paste(small.reduced(), (left, top))


def draw_map(canvas: Canvas, drawing: MapDrawing, look: Look) -> None:
    """The map on the right, faded where the words begin; then its marks, the lit one last."""
    left, top, _right, _bottom = MAP
    land = _land(drawing.ground, drawing.sand, drawing.own, look.ground).copy()
    others = [mark for mark in drawing.marks if mark != drawing.lit]
    spots = placed(drawing.ground, [(mark.x, mark.y) for mark in others])
    for mark, spot in zip(others, spots, strict=True):
        _mark(land, spot, drawing, open_=mark.open)
    canvas.paste(land.reduced(), (left, top), fade=90)
    if drawing.lit:
        ((x, y),) = placed(drawing.ground, [(drawing.lit.x, drawing.lit.y)])
        at, taken = (x + left, y + top), [(x + left, y + top) for x, y in spots]
        target(canvas, at, POINT, colour(look.hot), colour("land-lit"))
        _name(canvas, drawing.name, at, taken, look)


def placed(ground: Ground, points: Iterable[Point]) -> list[Point]:
    """Where points of a map fall in the part of the card that is the map's."""
    left, top, right, bottom = MAP
    x0, y0, wide, high = ground.window
    scale = _scale(ground)
    dx = (right - left - wide * scale) / 2 - x0 * scale
    dy = (bottom - top - high * scale) / 2 - y0 * scale
    return [(x * scale + dx, y * scale + dy) for x, y in points]


def _scale(ground: Ground) -> float:
    left, top, right, bottom = MAP
    return min((right - left) / ground.window[2], (bottom - top) / ground.window[3])


@lru_cache(maxsize=1)
def _land(ground: Ground, sand: tuple[str, ...], own: str, water: str) -> Canvas:
    """The sea with its shore lines, the neighbours, the régions: what most maps share."""
    left, top, right, bottom = MAP
    sea, coast, scale = colour(water), colour("coast"), _scale(ground)
    land = Canvas(right - left, bottom - top, sea, scale=FINE)
    regions = [(code, [placed(ground, ring) for ring in rings]) for code, rings in ground.regions]
    abroad = [placed(ground, ring) for ring in ground.abroad]
    rings = [ring for _code, found in regions for ring in found] + abroad
    for reach, strong, tint in SHORES:
        for ink, more in ((mix(coast, sea, strong), 0.9), (mix(coast, sea, tint), 0)):
            for ring in rings:
                land.line([*ring, ring[0]], ink, (2 * reach + more) * scale)
    for ring in abroad:
        land.area(ring, colour("neighbour"))
    for code, found in regions:
        kind = "hot-tint" if code == own else "land-lit" if code in sand else "land"
        for ring in found:
            land.area(ring, colour(kind))
    for _code, found in regions:
        for ring in found:
            land.line([*ring, ring[0]], coast, 0.8)
    return land


def _mark(canvas: Canvas, at: Point, drawing: MapDrawing, *, open_: bool) -> None:
    every = not drawing.lit and not drawing.own
    ink, land, radius = colour("hot" if every else "territory"), colour("land"), 11 if every else 8
    canvas.disc(at, radius + 2, land)
    canvas.disc(at, radius, ink)
    if open_:
        canvas.disc(at, radius - 4, land)


def _name(canvas: Canvas, name: str, at: Point, taken: list[Point], look: Look) -> None:
    """Where the lit pole is, beside its point: on the first side where nothing else is."""
    face = Face(DISPLAY, 800, 40, 0.01)
    text = Text((face.written(name),), face, 0, 0, 1.2)
    (x, y), wide, high = at, text.width, text.height
    sides = (
        (x + HALO + 6, y - high / 2),
        (x - wide / 2, y + HALO),
        (x - wide / 2, y - HALO - high),
        (x - HALO - 6 - wide, y - high / 2),
    )

    def crowd(side: Point) -> float:
        (left, top), right = side, side[0] + wide
        if left < MAP[0] or right > WIDTH - 16 or top < BAND + 4 or top + high > HEIGHT - 8:
            return 100
        near = (left - 12, top - 4, right + 12, top + high + 4)
        return sum(near[0] < x < near[2] and near[1] < y < near[3] for x, y in taken)

    left, top = min(sides, key=crowd)
    canvas.write(Text(text.lines, face, left, top, 1.2), colour(look.hot), edge=colour("land-lit"))


def draw_figure(canvas: Canvas, drawing: FigureDrawing, box: Box, look: Look) -> None:
    """Its lines to scale, as large as the box allows; what it says beneath, where it is told."""
    left, top, right, bottom = box
    scale = min((right - left) / drawing.width, (bottom - top) / drawing.height)
    wide, high = round(drawing.width * scale) + 1, round(drawing.height * scale) + 1
    small = Canvas(wide, high, colour(look.ground), scale=4)
    faint = mix(colour(look.faint), colour(look.ground), 0.16)
    for lines, dashes, ink in (
        (drawing.whole, drawing.whole_dashes, faint),
        (drawing.lines, drawing.dashes, colour(look.hot)),
    ):
        for y, length in lines:
            for start, end in dashed(length, dashes):
                edges = (y - drawing.stroke / 2, y + drawing.stroke / 2)
                small.block((start * scale, edges[0] * scale, end * scale, edges[1] * scale), ink)
    canvas.paste(small.reduced(), (round(left), round(top)))
    if drawing.said:
        face = Face(DISPLAY, 700, 34, 0.01)
        said = Text((face.written(drawing.said),), face, left, top + high + 8, 1.2)
        canvas.write(said, colour(look.ink))


def dashed(length: float, dashes: tuple[float, ...]) -> list[tuple[float, float]]:
    """Where the ink of a dashed line begins and ends; the whole line where dashes are too fine."""
    if sum(dashes) <= 0:
        return [(0, length)]
    found, at, rank = [], 0.0, 0
    while at < length:
        step = dashes[rank % len(dashes)]
        if rank % 2 == 0:
            found.append((at, min(at + step, length)))
        at, rank = at + step, rank + 1
    return found
