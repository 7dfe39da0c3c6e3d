"""What is written on a map beside its poles: the zones and the neighbours, as readers call them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import geo, labels

COUNTRIES = (
    (_("Royaume-Uni"), ((-1.6, 51.05), (-2.6, 51.3), (0.2, 51.2))),
    (_("Belgique"), ((4.6, 50.75), (5.2, 50.6), (3.7, 50.95))),
    (_("Luxembourg"), ((6.15, 49.75), (6.1, 49.85))),
    (_("Pays-Bas"), ((5.3, 51.75), (5.2, 52.1))),
    (_("Allemagne"), ((8.3, 49.7), (8.2, 48.6), (7.5, 50.4))),
    (_("Suisse"), ((7.4, 46.9), (8.2, 46.9), (7.6, 46.35), (7.3, 46.7))),
    (_("Italie"), ((8.4, 44.9), (8.1, 45.4), (8.3, 44.6), (7.9, 44.5))),
    (_("Espagne"), ((-1.4, 42.5), (-0.4, 42.1), (-2.4, 42.9), (1.6, 41.9))),
)
ZONES = {
    geo.METROPOLE: _("France métropolitaine"),
    "01": _("Guadeloupe"),
    "02": _("Martinique"),
    "03": _("Guyane"),
    "04": _("La Réunion"),
    "06": _("Mayotte"),
}


@dataclass
class Country:
    name: str | Promise
    x: int
    y: int


def zone_name(zone: geo.Zone) -> str:
    """What a zone is called in the active language."""
    return str(ZONES.get(zone.code, zone.name))


def name_countries(frame: labels.Box, crowd: labels.Crowd, size: int) -> list[Country]:
    """Each neighbour's name at the first of its places that is free."""
    found = []
    for name, places in COUNTRIES:
        half = labels.width(str(name), size * 1.25) / 2
        for longitude, latitude in places:
            x, y = geo.place(longitude, latitude)
            box = labels.Box(x - half, y - size, x + half, y + size / 3)
            if box.within(frame) and not crowd.meets(box):
                crowd.add(box)
                found.append(Country(name, x, y))
                break
    return found
