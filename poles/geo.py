"""Placing a point on the map: Lambert-93 for the metropole, a local projection for each inset.

The outlines (`france.json`, finer in `france-fine.json`) and these constants come from IGN ADMIN
EXPRESS COG 2024, simplified. The neighbours (`surroundings.json`) are generalised by hand.
Lambert-93 follows IGN's note NTG_71 (conformal conic, GRS 80, parallels 44° and 49°); it agrees
with pyproj to the micrometre.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

ECCENTRICITY = 0.0818191910428158
CONE = 0.7256077650532670
RADIUS = 11754255.426096
FALSE_EAST, FALSE_NORTH = 700000.0, 12655612.049876
MERIDIAN = math.radians(3)
METRES_PER_DEGREE_EQUATOR, METRES_PER_DEGREE_LATITUDE = 111319.49, 110574.3

METROPOLE = "metro"
FOLDER = Path(__file__).parent


def lambert93(longitude: float, latitude: float) -> tuple[float, float]:
    """Project WGS 84 degrees to Lambert-93 metres (east, north)."""
    sine = math.sin(math.radians(latitude))
    isometric = math.atanh(sine) - ECCENTRICITY * math.atanh(ECCENTRICITY * sine)
    radius = RADIUS * math.exp(-CONE * isometric)
    angle = CONE * (math.radians(longitude) - MERIDIAN)
    return FALSE_EAST + radius * math.sin(angle), FALSE_NORTH - radius * math.cos(angle)


@dataclass(frozen=True)
class Zone:
    """One drawing: the metropole or an overseas inset, with its window in map units."""

    code: str
    name: str
    view_box: tuple[int, int, int, int]
    outlines: tuple[tuple[str, str], ...]
    constants: dict[str, Any]

    def place(self, latitude: float, longitude: float) -> tuple[int, int]:
        """Where a WGS 84 point falls, in map units (y downwards)."""
        zone = self.constants
        if self.code == METROPOLE:
            x, y = lambert93(longitude, latitude)
        else:
            x = (longitude - zone["lon0"]) * METRES_PER_DEGREE_EQUATOR
            x *= math.cos(math.radians(zone["lat0"]))
            y = (latitude - zone["lat0"]) * METRES_PER_DEGREE_LATITUDE
        return round(zone["x"] + zone["k"] * x), round(zone["y"] - zone["k"] * y)


@cache
def zones(*, fine: bool = False) -> dict[str, Zone]:
    """The metropole and the five insets, keyed by "metro" or by région code, read once."""
    name = "france-fine.json" if fine else "france.json"
    data = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    outlines = {region["code"]: region["d"] for region in data["regions"]}
    insets = {code: zone for code, zone in data["zones"].items() if code != METROPOLE}
    bottom = min(zone["box"][1] for zone in insets.values()) - 8
    found = {
        METROPOLE: Zone(
            METROPOLE,
            "France métropolitaine",
            (0, 0, round(data["viewBox"][2]), round(bottom)),
            tuple((code, d) for code, d in outlines.items() if code not in insets),
            data["zones"][METROPOLE],
        )
    }
    for code, zone in sorted(insets.items()):
        x, y, width, height = (round(number) for number in zone["box"])
        view_box = (x, y + 34, width, height - 34)
        found[code] = Zone(code, zone["nom"], view_box, ((code, outlines[code]),), zone)
    return found


def place(longitude: float, latitude: float) -> tuple[int, int]:
    """Where WGS 84 degrees fall on the map of the metropole."""
    return zones()[METROPOLE].place(latitude, longitude)


def path(points: list[tuple[int, int]], *, closed: bool = False) -> str:
    """The shortest SVG path through points: absolute start, relative lines."""
    steps = ((x - left, y - top) for (left, top), (x, y) in pairwise(points))
    lines = " ".join(f"{dx} {dy}" for dx, dy in steps if dx or dy).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{lines}{'z' if closed else ''}"


@cache
def surroundings() -> tuple[str, str]:
    """The neighbours as two paths: their land, and the borders between them."""
    data = json.loads((FOLDER / "surroundings.json").read_text(encoding="utf-8"))
    land = (path([place(*point) for point in ring], closed=True) for ring in data["land"])
    borders = (path([place(*point) for point in line]) for line in data["borders"])
    return "".join(land), "".join(borders)


@cache
def graticule() -> str:
    """Every fourth meridian, straight, and every second parallel, an arc around the cone's top."""
    meridians = (path([place(lon, 39), place(lon, 53)]) for lon in range(-8, 15, 4))
    arcs = []
    for latitude in range(40, 53, 2):
        (x1, y1), (x2, y2) = place(-9, latitude), place(15, latitude)
        _, top = place(3, latitude)
        sagitta, half = top - y1, (x2 - x1) / 2
        radius = round((half * half + sagitta * sagitta) / (2 * sagitta))
        arcs.append(f"M{x1} {y1}A{radius} {radius} 0 0 0 {x2} {y2}")
    return "".join(meridians) + "".join(arcs)


def rings(outline: str) -> list[list[tuple[int, int]]]:
    """The points of an outline made of M or m, relative l and z."""
    found: list[list[tuple[int, int]]] = []
    for letter, part in re.findall(r"([Mm])([^Mm]*)", outline):
        numbers = [int(number) for number in re.findall(r"-?\d+", part)]
        steps = [*zip(numbers[::2], numbers[1::2], strict=True)]
        if letter == "m":  # after a z, one starts again from where the last ring began
            (x, y), (dx, dy) = found[-1][0], steps[0]
            steps[0] = (x + dx, y + dy)
        found.append([*accumulate(steps, lambda at, by: (at[0] + by[0], at[1] + by[1]))])
    return found


def halved(outline: str) -> list[list[tuple[int, int]]]:
    """The rings of an outline at half its size; two outlines that touch still do."""
    small = ([(round(x / 2), round(y / 2)) for x, y in ring] for ring in rings(outline))
    return [
        [at for at, before in zip(ring, ring[-1:] + ring, strict=False) if at != before]
        for ring in small
    ]


@cache
def light_outlines(slack: float = 5.0) -> dict[str, str]:
    """The régions of the metropole at half size, without the points that change least.

    A point goes when the triangle it makes with its neighbours is under `slack` square units and
    smaller than theirs (Visvalingam's measure). Both sides of a border decide alike, and a point
    where three régions meet stays, so that no gap opens; an islet keeps its few points.
    """
    outlines = {code: halved(outline) for code, outline in zones()[METROPOLE].outlines}
    for _ in range(2):
        around: dict[tuple[int, int], set[tuple[int, int]]] = {}
        for ring in (ring for found in outlines.values() for ring in found):
            for before, at, after in zip(ring[-1:] + ring, ring, ring[1:] + ring[:1], strict=False):
                around.setdefault(at, set()).update((before, after))
        area = {
            at: _triangle(at, *near) if len(near) == 2 else math.inf for at, near in around.items()
        }
        gone = {
            at
            for at, near in around.items()
            if area[at] <= slack and all((area[at], at) < (area[other], other) for other in near)
        }
        outlines = {
            code: [[at for at in ring if at not in gone or len(ring) < 6] for ring in found]
            for code, found in outlines.items()
        }
    return {
        code: "".join(path(ring, closed=True) for ring in found if len(set(ring)) > 2)
        for code, found in outlines.items()
    }


def _triangle(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> float:
    """The area of a triangle, in square units."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


@cache
def bounds(outline: str) -> tuple[int, int, int, int]:
    """The left, top, right and bottom of an outline."""
    xs, ys = zip(*(point for ring in rings(outline) for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def zone_of(region_code: str) -> Zone:
    """The drawing in which a région lies."""
    return zones().get(region_code, zones()[METROPOLE])


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km between two (latitude, longitude) in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))
