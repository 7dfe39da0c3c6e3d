"""The map in all its forms, the index beside it, and a pole's place among the others."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ptce_site.editorial.graph import tell
from ptce_site.editorial.memo import MOST_ROWS, few, once_a_page, once_a_version
from ptce_site.editorial.typography import french

from .. import geo, graph
from ..catalogue import reading_order
from ..criteria import TABLE
from ..directory import Selection, select
from ..map import HERO, INDEX, Atlas, draw_atlas, grid, square
from ..models import Pole
from ..place import Portrait, portray
from ..sectors import named
from .poles import first_call, listed_poles

register = template.Library()

register.filter("square", square)
register.filter("french", french)  # names of places are French whoever reads them


@register.filter
def short_title(pole: Pole) -> str:
    """The name a pole goes by in lists."""
    return pole.short_name or pole.name


@register.filter
def sector_names(pole: Pole) -> str:
    """The sectors of a portrait, in the site's order (see `with_sector_names`)."""
    return ", ".join(named(pole.sector_rows))


@register.filter
def last_word_hot(title: str) -> SafeString:
    """Set the last word apart, and its full stop, which the style sheet draws as a map's point."""
    start, _space, word = title.rpartition(" ")
    stop = "." if word.endswith(".") else ""
    dot = format_html('<span class="stop">{}</span>', stop) if stop else ""
    return format_html('{} <em class="here">{}{}</em>', start, word.removesuffix("."), dot)


def first_time(context: Context, name: str) -> bool:
    """True once a page: whether a shared drawing must be put in, or is there already."""
    seen: set[str] = once_a_page(context.request, "drawings", set)
    first = name not in seen
    seen.add(name)
    return first


def ground(context: Context, lit: set[str]) -> dict[str, Any] | None:
    """The outlines every map of a page shares, for the first of them; None for the others."""
    if not first_time(context, "map ground"):
        return None
    outlines = geo.light_outlines()
    land, borders = geo.surroundings()
    return {
        "lit": "".join(outline for code, outline in outlines.items() if code in lit),
        "unlit": "".join(outline for code, outline in outlines.items() if code not in lit),
        "land": "".join(geo.path(ring, closed=True) for ring in geo.halved(land)),
        "borders": borders,
        "graticule": geo.graticule(),
    }


@register.inclusion_tag("poles/_hero_map.html", takes_context=True)
def hero_map(context: Context, alone: bool = False) -> dict[str, Any]:
    """France and its poles as a picture: names, no links (the index has them).

    `alone`: no list goes with it on the page, so that the sectors need not be fetched.
    """
    poles = Pole.objects.of_the_first_call().for_map() if alone else listed_poles(context)
    kept_as = few("hero map alone" if alone else "hero map", poles)
    atlas = drawn(context, kept_as, partial(draw_atlas, poles, HERO))
    return {
        "kept_as": kept_as,
        "atlas": atlas,
        "drawing": atlas.metropole,
        "ground": ground(context, atlas.metropole.lit),
        "call": first_call(context),
    }


def drawn(context: Context, kept_as: str, draw: Callable[[], Atlas]) -> Atlas:
    """A map, shared by all pages where it has a name to be kept under."""
    return once_a_version(context.request, f"atlas of the {kept_as}", draw) if kept_as else draw()


def framed(
    context: Context, draw: Callable[[], Atlas], kept_as: str, *, brief: bool = False
) -> dict[str, Any]:
    """A framed map with its squares; in brief, only the overseas insets that hold a pole."""
    columns, rows = grid()
    atlas = drawn(context, kept_as, draw)
    return {
        "kept_as": kept_as,
        "atlas": atlas,
        "drawing": atlas.metropole,
        "insets": [inset for inset in atlas.overseas if inset.points or not brief],
        "columns": columns,
        "rows": rows,
        "ground": ground(context, atlas.metropole.lit),
    }


@register.inclusion_tag("poles/_map.html", takes_context=True)
def pole_map(context: Context, brief: bool = False) -> dict[str, Any]:
    poles = listed_poles(context)
    kept_as = few("brief map" if brief else "whole map", poles)
    return framed(context, partial(draw_atlas, poles, INDEX), kept_as, brief=brief)


@register.inclusion_tag("poles/_list.html", takes_context=True)
def pole_list(context: Context) -> dict[str, Any]:
    """Every laureate place in brief: the poles documented, then the open ones, never named."""
    call = first_call(context)
    open_places = call.open_places if call else range(0)
    poles = listed_poles(context)
    kept_as = few("brief list", poles)
    return {"poles": poles, "open_places": open_places, "brief": True, "kept_as": kept_as}


def chosen(context: Context, selection: Selection, keys: list[int]) -> list[Pole]:
    """The poles of these keys; of a few poles, all are known already."""
    if selection.total > MOST_ROWS:
        return Pole.objects.for_neighbours().in_this_order(keys)
    known = {pole.pk: pole for pole in neighbours(context)}
    return [known[key] for key in keys if key in known]


def draw_found(poles: list[Pole], selection: Selection, first: int) -> Atlas:
    """The map of what was found, every région that holds a pole lit."""
    atlas = draw_atlas(poles, INDEX, first=first)
    for drawing in [atlas.metropole, *atlas.overseas]:
        drawing.lit |= selection.lit
    return atlas


@register.inclusion_tag("poles/_directory.html", takes_context=True)
def directory(context: Context) -> dict[str, Any]:
    """What the request's query string selects: side by side, in a table, or on a map and a list.

    A map that would show too many poles shows those of the page.
    """
    selection = select(context.request.GET)
    shown: dict[str, Any] = {"selection": selection, "request": context.request}
    if selection.criteria.compared:
        poles = Pole.objects.published().for_detail().in_this_order(selection.keys)
        return {**shown, "poles": poles}
    page, table = selection.page, selection.criteria.view == TABLE
    found = chosen(context, selection, list(page) if table else selection.mapped)
    now = set(page)
    shown |= {"page": page, "poles": [pole for pole in found if pole.pk in now]}
    tell(context.request, lambda: graph.listing(context.request, shown["poles"]))
    if table:
        return shown
    in_part = len(selection.mapped) < len(selection.keys)
    draw = partial(draw_found, found, selection, page.start_index() if in_part else 1)
    kept_as = "" if context.request.GET else few("directory", found)
    call = None if selection.filtered else first_call(context)
    shown["open_places"] = call.open_places if call and not page.has_next() else range(0)
    return {**shown, **framed(context, draw, kept_as), "partial": in_part}


@register.filter
def within(pole: Pole, distances: dict[int, int]) -> int | None:
    """Kilometres to a pole, where they are known."""
    return distances.get(pole.pk)


def neighbours(context: Context) -> list[Pole]:
    """The published poles in reading order, each as light as its neighbours need it."""
    return once_a_version(
        context.request,
        "neighbours",
        lambda: sorted(Pole.objects.for_neighbours(), key=reading_order),
    )


@register.simple_tag(takes_context=True)
def portrait(context: Context, pole: Pole) -> Portrait:
    """Where a pole stands among the published ones; one query for the pages of all of them."""
    return portray(pole, neighbours(context))


@register.inclusion_tag("poles/_place_map.html", takes_context=True)
def place_map(context: Context, pole: Pole, portrait: Portrait) -> dict[str, Any]:
    land, borders = geo.surroundings()
    return {"pole": pole, "place": portrait.place, "land": land, "borders": borders}
