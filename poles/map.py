"""The map as data: which poles fall in which drawing, and where. Templates turn it into SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from . import geo
from .models import Pole


@dataclass
class Point:
    pole: Pole
    x: int
    y: int


@dataclass
class Drawing:
    """One zone with its points; `lit` says which régions hold a pole."""

    zone: geo.Zone
    points: list[Point] = field(default_factory=list)
    lit: set[str] = field(default_factory=set)

    @property
    def view_box(self) -> str:
        return " ".join(str(number) for number in self.zone.view_box)

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


def draw_atlas(poles: Iterable[Pole]) -> Atlas:
    """Place each pole; two at the same spot are moved apart so that both can be reached."""
    drawings = {code: Drawing(zone) for code, zone in geo.zones().items()}
    unplaced = []
    for pole in poles:
        drawing = drawings[geo.zone_of(pole.region.code).code]
        drawing.lit.add(pole.region.code)
        if pole.position:
            x, y = drawing.zone.place(*pole.position)
            drawing.points.append(Point(pole, *_clear(x, y, drawing.points)))
        else:
            unplaced.append(pole)
    return Atlas(
        drawings[geo.METROPOLE],
        [drawing for code, drawing in drawings.items() if code != geo.METROPOLE],
        unplaced,
    )


def _clear(x: int, y: int, taken: Sequence[Point], gap: int = 16) -> tuple[int, int]:
    """Move a point eastwards until it stands `gap` map units from the others (about 17 km)."""
    while any(abs(x - point.x) < gap and abs(y - point.y) < gap for point in taken):
        x += gap
    return x, y
