"""The map as data: which poles fall where, with which name beside them. Templates write the SVG."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import geo, labels
from .map_names import Country, name_countries, zone_name
from .models import Pole

COLUMNS, ROWS = "ABCDEFGH", 7
LENS_REGION, LENS_AT, LENS_RADIUS = "11", (897, 432), 90


class Style(NamedTuple):
    """Sizes of one kind of map, in map units; `map.css` uses the same."""

    view_box: tuple[int, int, int, int]
    mark: int
    text: int
    strong: int
    country: int
    border: int = 6  # kept free of names at the head and at the start, for the letters of the index


HERO = Style((-12, -40, 1042, 985), 11, 23, 34, 17)
INDEX = Style((-40, -40, 1052, 984), 16, 22, 30, 17, border=42)
PLACE = Style((0, 0, 400, 372), 6, 15, 20, 15)


@dataclass
class Point:
    """A pole on a drawing: where it is shown, its number in the index, its name if one fits."""

    pole: Pole
    x: int
    y: int
    number: int = 0
    label: labels.Label | None = None

    @property
    def spot(self) -> str:
        return spot(self.pole)

    @property
    def kind(self) -> str:
        """The classes that say how sure the place and the laureate are."""
        kinds = {"ring": not self.pole.exact, "doubt": self.pole.evidence == "likely"}
        return "".join(f" {kind}" for kind, holds in kinds.items() if holds)


@dataclass
class Lens:
    """A part of the map enlarged, because several poles are near one another there."""

    name: str
    x: int
    y: int
    radius: int
    scale: float
    around: tuple[int, int]

    @property
    def transform(self) -> str:
        dx, dy = self.x - self.scale * self.around[0], self.y - self.scale * self.around[1]
        return f"translate({dx:.0f} {dy:.0f}) scale({self.scale:g})"

    @property
    def small(self) -> int:
        return max(8, round(self.radius / self.scale))

    @property
    def thread(self) -> str:
        """The line from the place to its enlargement."""
        (x, y), far = self.around, math.dist(self.around, (self.x, self.y))
        ux, uy = (self.x - x) / far, (self.y - y) / far
        start, end = self.small, far - self.radius
        return f"M{x + ux * start:.0f} {y + uy * start:.0f}L{x + ux * end:.0f} {y + uy * end:.0f}"

    @property
    def under(self) -> int:
        return self.radius + 26

    @property
    def bar(self) -> str:
        """Where the scale bar of ten kilometres begins."""
        return f"{self.x - self.ten_km // 2} {self.y + self.radius - 26}"

    @property
    def bar_text(self) -> int:
        return self.y + self.radius - 26

    @property
    def ten_km(self) -> int:
        return round(10_000 * geo.zones()[geo.METROPOLE].constants["k"] * self.scale)

    def show(self, x: int, y: int) -> tuple[int, int]:
        return (
            round(self.x + self.scale * (x - self.around[0])),
            round(self.y + self.scale * (y - self.around[1])),
        )


@dataclass
class Drawing:
    """One zone with its points; `lit` says which régions hold a pole."""

    zone: geo.Zone
    points: list[Point] = field(default_factory=list)
    lit: set[str] = field(default_factory=set)
    lens: Lens | None = None
    countries: list[Country] = field(default_factory=list)
    window: tuple[int, int, int, int] | None = None

    @property
    def name(self) -> str:
        return zone_name(self.zone)

    @property
    def view_box(self) -> str:
        return " ".join(str(number) for number in self.window or self.zone.view_box)

    @property
    def regions(self) -> list[tuple[str, bool]]:
        return [(outline, code in self.lit) for code, outline in self.zone.outlines]


@dataclass
class Atlas:
    """The metropole, the overseas insets, and the poles no source places."""

    metropole: Drawing
    overseas: list[Drawing]
    unplaced: list[Pole]

    @property
    def placed(self) -> int:
        return sum(len(drawing.points) for drawing in [self.metropole, *self.overseas])


def spot(pole: Pole) -> str:
    """The shortest name of where it is: its commune, else its département, else its région."""
    place = pole.commune if pole.commune_id else pole.department or pole.region
    return str(place.name).replace("'", "’")


def square(pole: Pole) -> str:
    """The square of the index, "F2"; the inset's name overseas; nothing without a position."""
    if not pole.position:
        return ""
    zone = geo.zone_of(pole.region.code)
    if zone.code != geo.METROPOLE:
        return zone_name(zone)
    (x, y), (_left, _top, width, height) = zone.place(*pole.position), zone.view_box
    column = min(max(x * len(COLUMNS) // width, 0), len(COLUMNS) - 1)
    row = min(max(y * ROWS // height, 0), ROWS - 1)
    return f"{COLUMNS[column]}{row + 1}"


def grid() -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The letters and the numbers of the index with where each square begins."""
    _left, _top, width, height = geo.zones()[geo.METROPOLE].view_box
    columns = [(letter, width * rank // len(COLUMNS)) for rank, letter in enumerate(COLUMNS)]
    return columns, [(str(rank + 1), height * rank // ROWS) for rank in range(ROWS)]


def draw_atlas(
    poles: Iterable[Pole], style: Style = INDEX, *, fine: bool = False, first: int = 1
) -> Atlas:
    """Place each pole, numbered from `first`; two at one spot are moved apart to be reached."""
    drawings = {code: Drawing(zone) for code, zone in geo.zones(fine=fine).items()}
    unplaced, close = [], []
    for number, pole in enumerate(poles, first):
        drawing = drawings[geo.zone_of(pole.region.code).code]
        drawing.lit.add(pole.region.code)
        if not pole.position:
            unplaced.append(pole)
            continue
        point = Point(pole, *drawing.zone.place(*pole.position), number)
        (close if pole.region.code == LENS_REGION else drawing.points).append(point)
    metropole = drawings[geo.METROPOLE]
    gap = 2 * style.mark + 3
    if len(close) > 1:
        metropole.lens = _enlarge(close)
        part(close, gap)
    else:
        metropole.points += close
        close = []
    for drawing in drawings.values():
        part(drawing.points, gap)
    metropole.points += close
    metropole.window = style.view_box
    _name(metropole, style, nameless=close)
    return Atlas(
        metropole,
        [drawing for code, drawing in drawings.items() if code != geo.METROPOLE],
        unplaced,
    )


def _enlarge(points: Sequence[Point]) -> Lens:
    """A lens on these points, as strong as it can be while it holds them all (2 to 9 times)."""
    xs, ys = [p.x for p in points], [p.y for p in points]
    centre = (round((min(xs) + max(xs)) / 2), round((min(ys) + max(ys)) / 2))
    spread = max(math.dist(centre, (p.x, p.y)) for p in points)
    scale = round(min(9.0, max(2.0, 0.6 * LENS_RADIUS / (spread or 1))), 1)
    name = points[0].pole.region.name
    lens = Lens(name, *LENS_AT, LENS_RADIUS, scale, centre)
    for point in points:
        point.x, point.y = lens.show(point.x, point.y)
    return lens


def part(points: Sequence[Point], gap: int) -> None:
    """Move points that would overlap to the nearest free spot, on a spiral around their own."""
    cells: dict[tuple[int, int], list[tuple[int, int]]] = {}
    turns: dict[tuple[int, int], int] = {}

    def free(x: int, y: int) -> bool:
        columns, rows = (range(c // gap - 1, c // gap + 2) for c in (x, y))
        near = (o for cell in itertools.product(columns, rows) for o in cells.get(cell, ()))
        return all(math.dist((x, y), other) >= gap for other in near)

    for point in points:
        origin = x, y = point.x, point.y
        while not free(x, y):
            turn = turns[origin] = turns.get(origin, 0) + 1
            away, angle = gap * 0.36 * math.sqrt(turn), turn * 2.399963
            x, y = round(point.x + away * math.cos(angle)), round(point.y + away * math.sin(angle))
        point.x, point.y = x, y
        cells.setdefault((x // gap, y // gap), []).append((x, y))


def _name(drawing: Drawing, style: Style, nameless: Sequence[Point] = ()) -> None:
    """Write the names that fit: the featured pole first, then the others, then the countries."""
    left, top, width, height = style.view_box
    frame = labels.Box(left + style.border, top + style.border, left + width - 6, top + height - 6)
    crowd = labels.Crowd()
    for point in drawing.points:
        crowd.add(labels.around(point.x, point.y, _radius(point, style)))
    if lens := drawing.lens:
        crowd.add(labels.around(lens.x, lens.y, lens.radius + 4))
        crowd.add(labels.around(lens.x, lens.y + lens.radius + style.text, style.text))
        x, y = lens.around
        for step in range(20):
            at = x + (lens.x - x) * step / 20, y + (lens.y - y) * step / 20
            crowd.add(labels.around(*at, 8))
    hidden = {id(point) for point in nameless}
    named = [point for point in drawing.points if id(point) not in hidden]
    named.sort(key=lambda point: not point.pole.featured)
    names = [
        labels.Name(
            point.spot,
            point.x,
            point.y,
            _radius(point, style),
            style.strong if point.pole.featured else style.text,
        )
        for point in named
    ]
    for point, label in zip(named, labels.place(names, frame, crowd=crowd), strict=True):
        point.label = label
    drawing.countries = name_countries(frame, crowd, style.country)


def _radius(point: Point, style: Style) -> int:
    return style.mark + (12 if point.pole.featured else 0)
