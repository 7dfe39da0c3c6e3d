"""What templates draw of key figures, and of the texts that go with a drawing."""

from itertools import groupby
from typing import Any

from django import template
from django.template import Context
from django.utils.text import slugify

from ptce_site.editorial.memo import once_a_page

from .. import drawings, pieces
from ..models import KeyFigure

register = template.Library()
register.filter("cut_terms", pieces.cut_terms)
register.filter("cut_items", pieces.cut_items)
register.filter("titles", pieces.titles)


def listed_figures(context: Context) -> list[KeyFigure]:
    """Every published figure, linked to the one it follows and drawn."""
    return once_a_page(context.request, "listed figures", drawn_figures)


def drawn_figures() -> list[KeyFigure]:
    """Give each figure `drawn`, and `beside`: what is measured since, or what contradicts it."""
    figures = KeyFigure.objects.for_list()
    longest = drawings.longest_bars(figures)
    known = {figure.pk: figure for figure in figures}
    for figure in figures:
        figure.drawn = drawings.draw_figure(figure, longest)
        disputes = [known[other.pk] for other in figure.disputes.all() if other.pk in known]
        latest = sorted(disputes, key=lambda other: other.reference_date)[-1:]
        figure.beside = figure.followed_by or latest
    return figures


@register.inclusion_tag("pages/_figures_featured.html", takes_context=True)
def featured_figures(context: Context) -> dict[str, Any]:
    """The featured figures, those drawn at one scale side by side."""
    order = ["people", "share", "bar", "number"]
    featured = [figure for figure in listed_figures(context) if figure.featured]
    return {"figures": sorted(featured, key=lambda figure: order.index(figure.drawing))}


@register.inclusion_tag("pages/_figures_sheet.html", takes_context=True)
def figures_sheet(context: Context) -> dict[str, Any]:
    found = featured_figures(context)
    return {**found, "kinds": dict.fromkeys(figure.drawing for figure in found["figures"])}


@register.inclusion_tag("pages/_figures_brief.html", takes_context=True)
def figures_brief(context: Context, cited: bool = True) -> dict[str, Any]:
    return {**featured_figures(context), "cited": cited}


@register.inclusion_tag("pages/_figures_then_now.html", takes_context=True)
def figures_then_now(context: Context) -> dict[str, Any]:
    figures = [figure for figure in listed_figures(context) if figure.follows]
    for figure in figures:
        older = figure.follows
        if figure.comparable != KeyFigure.Comparable.NO:  # what cannot be compared is not drawn so
            figure.pair = drawings.draw_pair(older.value, figure.value, figure.unit == "%")
    return {"figures": figures}


@register.inclusion_tag("pages/_figures_all.html", takes_context=True)
def all_figures(context: Context) -> dict[str, Any]:
    """By subject, then by kind of drawing; the numbers of PTCE are drawn in time as well."""
    figures = listed_figures(context)
    themes = []
    for theme, group in groupby(figures, key=lambda figure: figure.theme):
        plates: dict[str, list[KeyFigure]] = {}
        for figure in group:
            plates.setdefault(figure.drawing, []).append(figure)
        themes.append((KeyFigure.Theme(theme), plates.items()))
    counts = [f for f in figures if f.theme == KeyFigure.Theme.PTCE and f.unit_fr == "pôles"]
    return {"themes": themes, "chart": drawings.draw_chart(counts), "chart_theme": "ptce"}


@register.inclusion_tag("pages/_families.html", takes_context=True)
def families(context: Context, section: Any) -> dict[str, Any]:
    """Each family of a text with its shape, drawn by the newest figure that bears its name."""
    body, original = pieces.cut_terms(section.body), pieces.cut_terms(section.body_fr)
    newest = {f.slug.rsplit("-", 1)[0]: f for f in listed_figures(context) if not f.followed_by}
    found = []
    for rank, (term, name) in enumerate(zip(body.terms, original.terms, strict=False)):
        figure = newest.get(slugify(name.words))
        jobs = float(figure.value or 0) if figure else None
        found.append((term, drawings.draw_family(rank, jobs), figure))
    return {"body": body, "families": found}
