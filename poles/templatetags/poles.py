"""What templates draw of poles, calls and milestones."""

import unicodedata
from typing import Any

from django import template
from django.template import Context

from ptce_site.editorial.memo import once_a_page
from ptce_site.editorial.site_index import Entry, entries

from ..map import draw_atlas
from ..models import Actor, Call, Milestone, Pole, PoleFigure

register = template.Library()


def listed_poles(context: Context) -> list[Pole]:
    """The published poles in reading order."""
    return once_a_page(
        context.request,
        "listed poles",
        lambda: sorted(Pole.objects.for_list(), key=lambda pole: fold(pole.name)),
    )


def first_call(context: Context) -> Call | None:
    """The first national call with its counts."""
    return once_a_page(context.request, "first call", Call.objects.first_national().first)


def fold(text: str) -> str:
    """Sort as a French reader does: accents and case do not count."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


@register.inclusion_tag("poles/_map.html", takes_context=True)
def pole_map(context: Context) -> dict[str, Any]:
    return {"atlas": draw_atlas(listed_poles(context)), "call": first_call(context)}


@register.inclusion_tag("poles/_list.html", takes_context=True)
def pole_list(context: Context) -> dict[str, Any]:
    """Every laureate place: the poles documented, then the open ones, counted and never named."""
    call = first_call(context)
    open_places = call.open_places if call else range(0)
    return {"poles": listed_poles(context), "call": call, "open_places": open_places}


@register.inclusion_tag("poles/_funnel.html", takes_context=True)
def call_funnel(context: Context) -> dict[str, Any]:
    return {"call": first_call(context)}


@register.inclusion_tag("poles/_featured.html", takes_context=True)
def featured_pole(context: Context) -> dict[str, Any]:
    return {"pole": next((pole for pole in listed_poles(context) if pole.featured), None)}


@register.inclusion_tag("poles/_timeline.html")
def featured_timeline() -> dict[str, Any]:
    return {"milestones": Milestone.objects.of_the_featured_pole().for_timeline()}


@register.inclusion_tag("poles/_actors.html")
def featured_actors() -> dict[str, Any]:
    return {"actors": Actor.objects.of_the_featured_pole().with_source_keys()}


@register.inclusion_tag("poles/_figures.html")
def featured_figures_of_pole() -> dict[str, Any]:
    return {"figures": PoleFigure.objects.of_the_featured_pole().with_source_keys()}


@register.inclusion_tag("poles/_timeline.html")
def policy_timeline() -> dict[str, Any]:
    return {"milestones": Milestone.objects.of_the_policy().for_timeline()}


@register.simple_tag(takes_context=True)
def pole_links(context: Context) -> list[Entry]:
    """The published poles, light, for the site plan."""
    return sorted(entries(context.request, "poles.pole"), key=lambda entry: fold(entry.title))
