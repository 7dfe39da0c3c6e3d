"""Placing a point on the map: Lambert-93 for the metropole, a local projection for each inset.

The outlines (`france.json`) and these constants come from IGN ADMIN EXPRESS COG 2024, simplified.
Lambert-93 follows IGN's note NTG_71 (conformal conic, GRS 80, parallels 44° and 49°); it agrees
with pyproj to the micrometre.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ECCENTRICITY = 0.0818191910428158
CONE = 0.7256077650532670
RADIUS = 11754255.426096
FALSE_EAST, FALSE_NORTH = 700000.0, 12655612.049876
MERIDIAN = math.radians(3)
METRES_PER_DEGREE_EQUATOR, METRES_PER_DEGREE_LATITUDE = 111319.49, 110574.3

METROPOLE = "metro"


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
def zones() -> dict[str, Zone]:
    """The metropole and the five insets, keyed by "metro" or by région code, read once."""
    data = json.loads((Path(__file__).parent / "france.json").read_text(encoding="utf-8"))
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


def zone_of(region_code: str) -> Zone:
    """The drawing in which a région lies."""
    return zones().get(region_code, zones()[METROPOLE])


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in km between two (latitude, longitude) in degrees (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))
