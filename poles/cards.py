"""What the social card of a pole says, and the maps that the cards of pages may ask for."""

from hashlib import sha256

from django.utils.translation import gettext as _

from ptce_site.addresses import reader
from ptce_site.cardart import Ground, MapDrawing, Mark
from ptce_site.cards import Card
from ptce_site.editorial.content_version import content_version
from ptce_site.kept import Kept

from . import geo
from .catalogue import reading_order
from .map import Point, part, spot
from .models import Pole

WINDOW = (-14, -28, 1016, 966)
GAP = 36  # between two marks, in map units


class Sights:
    """Where every published pole is, on which map, and which one is told in full."""

    def __init__(self) -> None:
        poles = sorted(Pole.objects.for_map(), key=reading_order)
        self.points: dict[str, list[Point]] = {}
        self.lit_regions = tuple(sorted({pole.region.code for pole in poles}))
        for pole in sorted(poles, key=lambda pole: not pole.featured):
            if pole.position:
                zone = geo.zone_of(pole.region.code)
                point = Point(pole, *zone.place(*pole.position))
                self.points.setdefault(zone.code, []).append(point)
        for points in self.points.values():
            part(points, GAP)
        self.marks = {
            point.pole.pk: Mark(point.x, point.y, bool(point.kind))
            for points in self.points.values()
            for point in points
        }
        self._maps: dict[str, tuple[Ground, tuple[Mark, ...], str]] = {}
        self.featured = next((pole for pole in poles if pole.featured), None)

    def around(self, region: str) -> tuple[Ground, tuple[Mark, ...], str]:
        """The map a région is on, with its marks and a word that changes with them."""
        zone = geo.zone_of(region)
        if zone.code not in self._maps:
            marks = tuple(self.marks[p.pole.pk] for p in self.points.get(zone.code, ()))
            key = sha256(repr(marks).encode()).hexdigest()[:12]
            self._maps[zone.code] = (ground(zone), marks, key)
        return self._maps[zone.code]


_sights = Kept(lambda _key: Sights(), content_version)


def ground(zone: geo.Zone) -> Ground:
    """The land of one map; of the metropole, with its neighbours."""
    metropole = zone.code == geo.METROPOLE
    land = geo.surroundings()[0] if metropole else ""
    key = sha256(f"{zone.outlines}{land}".encode()).hexdigest()[:12]
    regions = tuple((code, _rings(outline)) for code, outline in zone.outlines)
    return Ground(key, WINDOW if metropole else zone.view_box, regions, _rings(land))


def _rings(outline: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    return tuple(tuple(ring) for ring in geo.rings(outline))


def every_pole() -> MapDrawing:
    """The map of all the poles."""
    sights = _sights.get()
    return MapDrawing(*sights.around(""), sights.lit_regions)


def featured_pole() -> MapDrawing:
    """The same with the pole told in full lit, where there is one."""
    sights = _sights.get()
    if not sights.featured:
        return every_pole()
    return _lit(sights, sights.featured)


def lit(pole: Pole) -> MapDrawing:
    """The map with one pole lit; its région, where no source places it."""
    return _lit(_sights.get(), pole)


def _lit(sights: Sights, pole: Pole) -> MapDrawing:
    found, mark = sights.around(pole.region.code), sights.marks.get(pole.pk)
    name, own = (spot(pole), "") if mark else ("", pole.region.code)
    return MapDrawing(*found, sights.lit_regions, mark, name, own)


def pole_card(pole: Pole) -> Card:
    return Card(
        title=pole.short_name or pole.name,
        language=reader(),
        kicker=_("Pôle territorial de coopération économique"),
        text=pole.place.replace("'", "’"),
        drawing=lit(pole),
    )


CARDS = {Pole: pole_card}
DRAWINGS = {"every pole": every_pole, "featured pole": featured_pole}
