"""What templates draw of poles, calls and milestones."""

import re
from typing import Any

from django import template
from django.template import Context

from ptce_site.editorial.graph import tell
from ptce_site.editorial.memo import once_a_page, once_a_version
from ptce_site.editorial.site_index import Entry, entries
from ptce_site.search import sort_key

from .. import graph
from ..catalogue import reading_order
from ..chronicle import chronicle, overview, told_in
from ..exports import datasets
from ..funnel import block, draw_furnace
from ..models import Actor, Call, Milestone, Pole, PoleFigure

register = template.Library()

HEADLINE = re.compile(r"(.*?)(?:\s*[,;](?!\d)\s*(.*))?$", re.DOTALL)


def listed_poles(context: Context) -> list[Pole]:
    """The published laureates of the first national call, in reading order."""
    return once_a_version(
        context.request,
        "listed poles",
        lambda: sorted(Pole.objects.of_the_first_call().for_list(), key=reading_order),
    )


def first_call(context: Context) -> Call | None:
    """The first national call with its counts."""
    return once_a_version(
        context.request, "first call", lambda: Call.objects.first_national().first()
    )


@register.simple_tag
def calls_to_document() -> list[Call]:
    """The calls with places that no published pole takes; the editors' first screen lists them."""
    return list(Call.objects.to_document())


@register.inclusion_tag("poles/_funnel.html", takes_context=True)
def call_funnel(context: Context) -> dict[str, Any]:
    """The first call, from its applications to the laureates of the featured pole's région."""
    call = first_call(context)
    if not call or not call.applications:
        return {"call": call}
    return {
        "call": call,
        "furnace": draw_furnace(call.applications, call.admissible, call.laureates),
    }


@register.inclusion_tag("poles/_funnel_brief.html", takes_context=True)
def funnel_brief(context: Context) -> dict[str, Any]:
    return {"call": first_call(context)}


@register.inclusion_tag("poles/_funnel_sheet.html", takes_context=True)
def funnel_sheet(context: Context) -> dict[str, Any]:
    return {"call": first_call(context)}


def featured(context: Context) -> Pole | None:
    """The pole told in full."""
    return next((pole for pole in listed_poles(context) if pole.featured), None)


@register.inclusion_tag("poles/_featured.html", takes_context=True)
def featured_pole(context: Context) -> dict[str, Any]:
    return {"pole": featured(context)}


def featured_milestones(context: Context) -> list[Milestone]:
    """What happened to the pole told in full, in order."""
    return once_a_version(
        context.request,
        "featured milestones",
        lambda: list(Milestone.objects.of_the_featured_pole().for_timeline()),
    )


@register.inclusion_tag("poles/_timeline.html", takes_context=True)
def featured_timeline(context: Context) -> dict[str, Any]:
    return {"milestones": featured_milestones(context)}


@register.inclusion_tag("poles/_beside.html", takes_context=True)
def milestones_beside(context: Context, section: Any) -> dict[str, Any]:
    """The milestones that a section tells, to stand in its margin; each is shown once."""
    shown = once_a_page(context.request, "milestones beside", set)
    found = [m for m in told_in(section.body, featured_milestones(context)) if m.pk not in shown]
    shown.update(milestone.pk for milestone in found)
    return {"milestones": found}


@register.filter
def headline(value: str) -> tuple[str, str]:
    """Cut "60, dont 45 en insertion" at its first pause: what is set large, what follows."""
    large, rest = HEADLINE.match(value).groups()
    return large, rest or ""


@register.inclusion_tag("poles/_actors.html")
def featured_actors() -> dict[str, Any]:
    return {"actors": Actor.objects.of_the_featured_pole().with_source_keys()}


@register.inclusion_tag("poles/_figures.html")
def featured_figures_of_pole() -> dict[str, Any]:
    return {"figures": PoleFigure.objects.of_the_featured_pole().with_source_keys()}


@register.inclusion_tag("poles/_chronicle.html")
def policy_timeline() -> dict[str, Any]:
    milestones = list(Milestone.objects.of_the_policy().for_timeline())
    return {"milestones": milestones, "years": overview(chronicle(milestones))}


@register.simple_tag(takes_context=True)
def pole_datasets(context: Context) -> list[dict[str, Any]]:
    """The two tables of this app, as the page of the data shows them."""
    found, request = datasets(), context.request
    tell(request, lambda: graph.tables(request, found))
    return found


register.filter("chronicle", chronicle)
register.filter("block", block)


@register.simple_tag(takes_context=True)
def pole_links(context: Context) -> list[Entry]:
    """The published poles, light, for the site plan."""
    return sorted(entries(context.request, "poles.pole"), key=lambda entry: sort_key(entry.title))
