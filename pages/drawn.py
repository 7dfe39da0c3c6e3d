"""What the sections that draw show of figures, definitions, poles and events, by their kind.

A page takes the date of what it draws (docs/adr/0018): what is named here and changes is a change
of the page, what is not named is not.
"""

from typing import Any

from ptce_site.editorial.drawn import Drawn

IN_LIST = (
    "name", "short_name", "commune", "department", "region", "precision", "latitude", "longitude",
    "evidence", "status", "sectors",
)  # fmt: skip
VALUE = ("label", "qualifier", "value", "unit", "reference_date")


def featured(row: Any) -> bool:
    return row.featured


def follows(figure: Any) -> bool:
    return figure.supersedes_id is not None


def of_the_policy(milestone: Any) -> bool:
    return milestone.pole_id is None


def of_the_ess(figure: Any) -> bool:
    return figure.theme == "ess"


FIGURES = Drawn(kind="pages.keyfigure")
AT_A_GLANCE = Drawn(kind="pages.keyfigure", which=featured)
DEFINITIONS = Drawn(kind="pages.definition")
POLES = Drawn(kind="poles.pole", fields=IN_LIST)
CALLS = Drawn(kind="poles.call")
MAP = (POLES, CALLS)

DRAWN: dict[str, tuple[Drawn, ...]] = {
    "families": (Drawn(kind="pages.keyfigure", which=of_the_ess, fields=VALUE),),
    "figures-featured": (AT_A_GLANCE,),
    "figures-then-now": (Drawn(kind="pages.keyfigure", which=follows),),
    "figures-all": (FIGURES,),
    "figures-disputed": (FIGURES,),
    "map": MAP,
    "directory": MAP,
    "funnel": (CALLS, Drawn(kind="poles.pole", fields=("former_region",))),
    "featured-pole": (
        Drawn(
            kind="poles.pole",
            which=featured,
            fields=("name", "commune", "department", "region", "territory", "trade"),
        ),
    ),
    "pole-timeline": (Drawn(kind="poles.pole", which=featured, part="poles.milestone"),),
    "pole-actors": (Drawn(kind="poles.pole", which=featured, part="poles.actor"),),
    "pole-figures": (Drawn(kind="poles.pole", which=featured, part="poles.polefigure"),),
    "timeline": (Drawn(kind="poles.milestone", which=of_the_policy),),
    "glossary": (DEFINITIONS,),
    "summary": (AT_A_GLANCE, *MAP),
    "datasets": (
        FIGURES, DEFINITIONS, Drawn(kind="poles.pole"), Drawn(kind="poles.milestone"),
        Drawn(kind="editorial.publisher"),
    ),
    "contact": (Drawn(kind="editorial.publisher"),),
    "publisher": (Drawn(kind="editorial.publisher"),),
    "accessibility": (Drawn(kind="editorial.accessibilityaudit"),),
}  # fmt: skip
