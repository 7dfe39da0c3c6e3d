"""What templates draw of poles, calls and milestones."""

import unicodedata
from typing import Any

from django import template
from django.template import Context

from ptce_site.editorial.footnotes import published_links
from ptce_site.editorial.memo import once_a_page

from ..map import draw_atlas
from ..models import Call, Milestone, Pole

register = template.Library()


def listed_poles(context: Context) -> list[Pole]:
    """The published poles in reading order."""
    return once_a_page(
        context.request,
        "listed poles",
        lambda: sorted(Pole.objects.for_list(), key=_reading_order),
    )


def first_call(context: Context) -> Call | None:
    """The first national call with its counts."""
    return once_a_page(context.request, "first call", Call.objects.first_national().first)


def featured(context: Context) -> Pole | None:
    """The pole told in full, with its parts."""
    poles = Pole.objects.published().featured().for_detail()
    return once_a_page(context.request, "featured pole", poles.first)


def _reading_order(pole: Pole) -> str:
    return unicodedata.normalize("NFKD", pole.name).encode("ascii", "ignore").decode().lower()


@register.inclusion_tag("poles/_map.html", takes_context=True)
def pole_map(context: Context) -> dict[str, Any]:
    return {"atlas": draw_atlas(listed_poles(context)), "call": first_call(context)}


@register.inclusion_tag("poles/_list.html", takes_context=True)
def pole_list(context: Context) -> dict[str, Any]:
    """Every laureate place: the poles documented, then the open ones, counted and never named."""
    poles, call = listed_poles(context), first_call(context)
    first_open = len(poles) + 1
    last = call.laureates if call else len(poles)
    return {"poles": poles, "call": call, "open_places": range(first_open, last + 1)}


@register.inclusion_tag("poles/_funnel.html", takes_context=True)
def call_funnel(context: Context) -> dict[str, Any]:
    return {"call": first_call(context)}


@register.inclusion_tag("poles/_featured.html", takes_context=True)
def featured_pole(context: Context) -> dict[str, Any]:
    return {"pole": featured(context)}


@register.inclusion_tag("poles/_timeline.html", takes_context=True)
def featured_timeline(context: Context) -> dict[str, Any]:
    pole = featured(context)
    return {"milestones": pole.milestones.all() if pole else []}


@register.inclusion_tag("poles/_actors.html", takes_context=True)
def featured_actors(context: Context) -> dict[str, Any]:
    pole = featured(context)
    return {"actors": pole.actors.all() if pole else []}


@register.inclusion_tag("poles/_figures.html", takes_context=True)
def featured_figures_of_pole(context: Context) -> dict[str, Any]:
    pole = featured(context)
    return {"figures": pole.figures.all() if pole else []}


@register.inclusion_tag("poles/_timeline.html", takes_context=True)
def policy_timeline(context: Context) -> dict[str, Any]:
    return {
        "milestones": Milestone.objects.of_the_policy().for_timeline(),
    }


@register.simple_tag(takes_context=True)
def pole_links(context: Context) -> list[Pole]:
    """The published poles, light, for the site plan."""
    links = published_links(context.request, "poles.pole").values()
    return sorted(links, key=_reading_order)
