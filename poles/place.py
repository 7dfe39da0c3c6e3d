"""Where one pole is: the map around it with circles of distance, and the poles nearest to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ptce_site.search import sort_key

from . import geo, labels
from .map import PLACE, Point, part, spot, square
from .map_names import Country, name_countries
from .models import Pole
from .sectors import ranked

NEAREST = 5
CIRCLES_KM = (50, 100, 150, 200)
INSET_CIRCLES_KM = (10, 20, 30)
DRAWN = (-150, -160, 1150, 1100)  # how far the neighbours' outlines go, in map units


@dataclass
class Neighbour:
    pole: Pole
    km: int | None

    @property
    def spot(self) -> str:
        return spot(self.pole)


@dataclass
class Kin:
    """A pole of the same trades: the sectors it shares, as their names."""

    pole: Pole
    sectors: list[str]

    @property
    def spot(self) -> str:
        return spot(self.pole)


@dataclass
class Circle:
    """A distance around the pole; its words stand where nothing else does, or nowhere."""

    km: int
    radius: int
    words: tuple[int, int] | None = None


@dataclass
class Place:
    """A pole's own map. Without a position, `own` is the région to light and there is no circle."""

    zone: geo.Zone
    window: tuple[int, int, int, int]
    own: str
    here: Point | None = None
    circles: list["Circle"] = field(default_factory=list)
    lit: set[str] = field(default_factory=set)
    points: list[Point] = field(default_factory=list)
    countries: list[Country] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return " ".join(str(number) for number in self.window)

    @property
    def abroad(self) -> bool:
        """Whether the neighbours and the shore lines are drawn: only around the metropole."""
        return self.zone.code == geo.METROPOLE

    @property
    def regions(self) -> list[tuple[str, str]]:
        """The régions that show in the window: lit where there is a pole, or the pole's own."""
        left, top, width, height = self.window
        window = labels.Box(left, top, left + width, top + height)
        return [
            (outline, "own" if code == self.own else "lit" if code in self.lit else "")
            for code, outline in self.zone.outlines
            if labels.Box(*geo.bounds(outline)).meets(window)
        ]


@dataclass
class Portrait:
    """What a pole's page says of its place among the others."""

    number: int
    count: int
    square: str
    place: Place
    neighbours: list[Neighbour]
    kin: list[Kin]
    previous: Pole | None
    next: Pole | None


def portray(pole: Pole, poles: Sequence[Pole]) -> Portrait:
    """Find a pole among all those published, in reading order (it may be a draft: then alone)."""
    rank = next((rank for rank, other in enumerate(poles) if other.pk == pole.pk), None)
    others = [other for other in poles if other.pk != pole.pk]
    return Portrait(
        number=0 if rank is None else rank + 1,
        count=len(poles),
        square=square(pole),
        place=draw_place(pole, others),
        neighbours=nearest(pole, others),
        kin=kin(pole, others),
        previous=poles[rank - 1] if rank else None,
        next=poles[rank + 1] if rank is not None and rank + 1 < len(poles) else None,
    )


def nearest(pole: Pole, others: Sequence[Pole], count: int = NEAREST) -> list[Neighbour]:
    """The poles nearest as the crow flies; without a position, those of the same région."""
    if not pole.position:
        return [Neighbour(o, None) for o in others if o.region_id == pole.region_id][:count]
    here = pole.position
    found = [Neighbour(o, round(geo.distance_km(here, o.position))) for o in others if o.position]
    return sorted(found, key=lambda neighbour: neighbour.km or 0)[:count]


def kin(pole: Pole, others: Sequence[Pole], count: int = NEAREST) -> list[Kin]:
    """The poles that share the most sectors; among equals, those that have few others, then names.

    Needs `with_sector_names()` on all.
    """
    own = ranked(pole.sector_rows)
    others_rows = ((other, ranked(other.sector_rows)) for other in others)
    found = [(own & theirs, theirs, other) for other, theirs in others_rows if own & theirs]
    found.sort(
        key=lambda kin: (-len(kin[0]), len(kin[1]), sort_key(kin[2].short_name or kin[2].name))
    )
    return [
        Kin(other, [name for _rank, name in sorted(shared)])
        for shared, _theirs, other in found[:count]
    ]


def draw_place(pole: Pole, others: Sequence[Pole]) -> Place:
    """The map around a pole, the names of those in sight, and the circles that fit."""
    code = pole.region.code
    zone = geo.zones(fine=True)[geo.zone_of(code).code]
    metropole = zone.code == geo.METROPOLE
    window = zone.view_box if not metropole else _window(zone, pole)
    place = Place(zone, window, code, lit={other.region.code for other in [pole, *others]})
    left, top, width, height = window
    frame = labels.Box(left + 4, top + 4, left + width - 4, top + height - 4)
    crowd = labels.Crowd()
    if pole.position:
        place.own = ""
        place.here = Point(pole, *zone.place(*pole.position))
        per_km = 1000 * zone.constants["k"]
        steps = CIRCLES_KM if metropole else INSET_CIRCLES_KM
        place.circles = [Circle(km, round(km * per_km)) for km in steps]
        crowd.add(labels.around(place.here.x, place.here.y, 20))
    for other in others:
        if other.position and geo.zone_of(other.region.code).code == zone.code:
            point = Point(other, *zone.place(*other.position))
            if labels.around(point.x, point.y, PLACE.mark).within(frame):
                place.points.append(point)
    part([*([place.here] if place.here else []), *place.points], 2 * PLACE.mark + 2)
    for point in place.points:
        crowd.add(labels.around(point.x, point.y, PLACE.mark))
    _write(place, frame, crowd)
    return place


def _write(place: Place, frame: labels.Box, crowd: labels.Crowd) -> None:
    """Names first to the pole itself, then to its neighbours, circles and countries."""
    named = [*([place.here] if place.here else []), *place.points]
    names = [
        labels.Name(p.spot, p.x, p.y, 20, PLACE.strong)
        if p is place.here
        else labels.Name(p.spot, p.x, p.y, PLACE.mark, PLACE.text)
        for p in named
    ]
    for point, label in zip(named, labels.place(names, frame, crowd=crowd), strict=True):
        point.label = label
    if place.here:
        for circle in place.circles:
            circle.words = _words(place.here, circle.radius, frame, crowd)
    if place.abroad:
        place.countries = name_countries(frame, crowd, PLACE.country)


def _words(
    here: Point, radius: int, frame: labels.Box, crowd: labels.Crowd
) -> tuple[int, int] | None:
    """Where a circle's distance can be written, relative to its centre: below, above, beside."""
    for degrees in (90, 270, 60, 120, 0, 180, 300, 240):
        dx = round(radius * math.cos(math.radians(degrees)))
        dy = round(radius * math.sin(math.radians(degrees)))
        box = labels.Box(here.x + dx - 26, here.y + dy - 9, here.x + dx + 26, here.y + dy + 9)
        if box.within(frame) and not crowd.meets(box):
            crowd.add(box)
            return dx, dy
    return None


def _window(zone: geo.Zone, pole: Pole) -> tuple[int, int, int, int]:
    """The window centred on the pole, or on its région; kept inside what is drawn."""
    _left, _top, width, height = PLACE.view_box
    if pole.position:
        x, y = zone.place(*pole.position)
    else:
        left, top, right, bottom = geo.bounds(dict(zone.outlines)[pole.region.code])
        x, y = (left + right) // 2, (top + bottom) // 2
    west, north, east, south = DRAWN
    return (
        min(max(x - width // 2, west), east - width),
        min(max(y - height // 2, north), south - height),
        width,
        height,
    )
