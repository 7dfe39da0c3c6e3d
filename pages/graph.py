"""What pages say of figures and definitions to machines (schema.org): nodes of what they show."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst

from ptce_site.editorial import graph, graph_records
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.site_index import entries
from ptce_site.editorial.tongues import foreign
from ptce_site.seo import Node

from .models import Definition, KeyFigure, Page

LEAST, MOST = KeyFigure.Qualifier.MORE, KeyFigure.Qualifier.LESS


def figure(request: HttpRequest, figure: KeyFigure) -> list[Node]:
    """A figure and its source. schema.org's Observation is not settled yet: a PropertyValue is."""
    node = {
        "@type": "PropertyValue",
        "@id": graph.of_part(request, "valeur"),
        "name": figure.label,
        bound(figure): number(figure.value),
        "unitText": figure.unit,
        "description": told(figure),
    }
    sources = [graph_records.work(figure.source)] if figure.source else []
    said = graph.page(request, temporalCoverage=figure.reference_date, citation=sources)
    return [graph.known(node), said]


def bound(figure: KeyFigure) -> str:
    """ "More than 5" is a least value, "less than 5" a greatest one."""
    if figure.qualifier == LEAST:
        return "minValue"
    return "maxValue" if figure.qualifier == MOST else "value"


def number(value: Decimal | None) -> int | float | None:
    """None where a draft has no value yet."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def told(figure: KeyFigure) -> str:
    """The figure as its page says it, its nuance, its date, and how sure it is."""
    said = f"{capfirst(figure.said)} {figure.label} ({format_partial_date(figure.reference_date)})."
    return f"{said} {capfirst(figure.get_standing_display())}."


def figures(request: HttpRequest, figures: Iterable[KeyFigure]) -> list[Node]:
    """Those of the list that are said in the language of the page."""
    items = ((f"{f.said} {f.label}", f.get_absolute_url()) for f in figures if not foreign(f))
    return graph.listing(request, "chiffres", items)


def glossary(request: HttpRequest, definitions: Iterable[Definition], title: str) -> list[Node]:
    """The definitions that are said in the language of the page."""
    words: Node = {"@type": "DefinedTermSet", "@id": graph.of_part(request, "termes")}
    terms = [term(definition, words) for definition in definitions if not foreign(definition)]
    said = graph.page(request, mainEntity={"@id": words["@id"]})
    return [said, words | {"name": title}, *terms] if terms else []


def term(definition: Definition, words: Node) -> Node:
    address = graph.whole(definition.get_absolute_url())
    node = {
        "@type": "DefinedTerm",
        "@id": address,
        "url": address,
        "name": definition.term,
        "termCode": definition.acronym,
        "description": definition.short_answer,
        "inDefinedTermSet": {"@id": words["@id"]},
    }
    return graph.known(node)


def about(request: HttpRequest, page: Page) -> list[Node]:
    """The pole that a page of the same name tells in full, known by its own page."""
    told = [entry for entry in entries(request, "poles.pole") if entry.slug == page.slug]
    nodes: list[Any] = [
        {"@type": "Organization", "@id": graph.of_thing(pole, "pole"), "name": pole.menu_title}
        for pole in told
    ]
    return [graph.page(request, about=graph.refer(*nodes)), *nodes] if nodes else []
