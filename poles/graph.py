"""What pages say of poles to machines (schema.org): nodes made of what they show already."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from ptce_site.editorial import graph, graph_records
from ptce_site.editorial.tongues import foreign, own
from ptce_site.editorial.typography import french
from ptce_site.seo import Node

from .exports import sectors
from .models import Pole, PoleName

POLE = "pole"
FRANCE: Node = {"@type": "Country", "identifier": "FR"}
# "RIM (structure issue de la fusion)": a remark; "(PRMA)" is an acronym, part of the name.
REMARK = re.compile(r" \((?=[a-zà-ÿ])[^()]*\)$")
BRACKETS = re.compile(r" \([^()]*\)$")


def pole(request: HttpRequest, pole: Pole) -> list[Node]:
    """A pole, what it took over from and what took over from it. Needs `for_detail()`."""
    identity = graph.of_thing(pole, POLE)
    before, after = around(pole)
    others = [
        {"@type": "Organization", "@id": f"{identity}-{slugify(bare(name))}", "name": bare(name)}
        for name in [*before, *after]
    ]
    node = {
        "@type": "Organization",
        "@id": identity,
        "name": pole.name,
        "alternateName": alternate_names(pole, before),
        "description": own(pole, "hook") or own(pole, "summary"),
        "foundingDate": pole.founded,
        "location": place(pole),
        "knowsAbout": sectors({"sector_rows": pole.sector_rows}),
        "url": pole.website,
        # A website with a remark may be that of its cooperative, or of the group it is part of.
        "sameAs": "" if pole.website_note else pole.website,
        **award(pole),
        "dcterms:replaces": graph.refer(*others[: len(before)]),
        "dcterms:isReplacedBy": graph.refer(*others[len(before) :]),
        "subjectOf": {"@id": graph.whole(request.path)},
    }
    return [graph.known(node), *others]


def award(pole: Pole) -> Node:
    """The call that chose it; where that is not sure, no award but the doubt, in words."""
    if pole.evidence == Pole.Evidence.CONFIRMED:
        return {"award": "" if foreign(pole.call, "name") else pole.call.name}
    doubt = _("lauréat %(evidence)s") % {"evidence": pole.get_evidence_display()}
    note = "" if foreign(pole, "evidence_note") else pole.evidence_note
    return {"disambiguatingDescription": f"{capfirst(doubt)}. {note}".strip()}


def place(pole: Pole) -> Node:
    """Where it is, as precisely as known; its position only where a dot is honest."""
    position = pole.position if pole.exact else None
    geo = {"latitude": position[0], "longitude": position[1]} if position else {}
    return graph.known(
        {
            "@type": "Place",
            "name": french(pole.place),
            "address": graph.known({"@type": "PostalAddress", **address(pole)}),
            "geo": {"@type": "GeoCoordinates", **geo} if geo else None,
        }
    )


def address(pole: Pole) -> Node:
    """Its postal address; with the postcode where the page writes it, before the commune."""
    commune = pole.commune.name if pole.commune_id else ""
    written = re.fullmatch(rf"(.+), (?:(\d{{5}}) )?{re.escape(commune)}", pole.address)
    street, postcode = written.groups() if commune and written else (pole.address, None)
    return {
        "streetAddress": street,
        "postalCode": postcode,
        "addressLocality": french(commune),
        "addressRegion": french(pole.region.name),
        "addressCountry": "FR",
    }


def bare(name: PoleName) -> str:
    """A name without the remark that follows it."""
    return REMARK.sub("", name.name)


def own_name(pole: Pole, name: PoleName) -> bool:
    """Whether a name it bore is the one it is known by here."""
    known = {BRACKETS.sub("", said) for said in (pole.name, pole.short_name) if said}
    return BRACKETS.sub("", name.name) in known


def around(pole: Pole) -> tuple[list[PoleName], list[PoleName]]:
    """The names it took over from, and those that took over from it, the year one of them ended."""
    names = list(pole.names.all())
    pairs = [(a, b) for a in names for b in names if a.end and a.end == b.start and a is not b]
    before = [a for a, b in pairs if own_name(pole, b) and not own_name(pole, a)]
    after = [b for a, b in pairs if own_name(pole, a) and not own_name(pole, b)]
    return before, after


def alternate_names(pole: Pole, replaced: Iterable[PoleName]) -> list[str]:
    """Its short name, and those it no longer bears; not what a remark says is something else."""

    def found() -> Iterator[str]:
        yield pole.short_name
        for name in pole.names.all():
            former = name.end and name not in replaced and bare(name) == name.name
            if former and not own_name(pole, name):
                yield name.name

    return [name for name in dict.fromkeys(found()) if name and name != pole.name]


def citations(request: HttpRequest, pole: Pole) -> list[Node]:
    """The documents that its identity cites."""
    keys = [pole.source_id or "", *sorted((pole.status_source_keys or "").split(","))]
    keys += [key for name in pole.names.all() for key in name.source_keys]
    return [graph.page(request, citation=graph_records.cited(request, keys))]


def listing(request: HttpRequest, poles: Iterable[Pole]) -> list[Node]:
    """The poles that the directory shows, in its order."""
    items = ((pole.short_name or pole.name, pole.get_absolute_url()) for pole in poles)
    return graph.listing(request, "annuaire", items)


def tables(request: HttpRequest, described: Sequence[dict[str, Any]]) -> list[Node]:
    """What this app gives to download; it is all about France."""
    return graph_records.catalogue(request, described, spatialCoverage=FRANCE)
