"""What templates draw of key figures, and of the texts that go with a drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import template
from django.template import Context
from django.utils.text import capfirst, slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext

from ptce_site import seo
from ptce_site.editorial.graph import tell
from ptce_site.editorial.memo import once_a_version
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.richtext import object_references

from .. import drawings, graph, pieces, relations
from ..models import KeyFigure

register = template.Library()
register.filter("cut_terms", pieces.cut_terms)
register.filter("cut_items", pieces.cut_items)
register.filter("titles", pieces.titles)


def listed_figures(context: Context) -> list[KeyFigure]:
    """Every published figure, linked to the one it follows and drawn."""
    return once_a_version(context.request, "listed figures", drawn_figures)


def drawn_figures() -> list[KeyFigure]:
    """Give each figure `drawn`, `disputing`, and `beside`: what is known since, or disputes it."""
    figures = KeyFigure.objects.for_list()
    longest = drawings.longest_bars(figures)
    known = {figure.pk: figure for figure in figures}
    for figure in figures:
        figure.drawn = drawings.draw_figure(figure, longest)
        figure.texture = drawings.texture(figure)
        figure.disputing = [known[o.pk] for o in figure.disputes.all() if o.pk in known]
        latest = sorted(figure.disputing, key=lambda other: other.reference_date)[-1:]
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
    return {"figures": with_pairs(f for f in listed_figures(context) if f.follows)}


def with_pairs(figures: Iterable[KeyFigure]) -> list[KeyFigure]:
    """Draw each figure beside the one it follows; what cannot be compared is not drawn so."""
    figures = list(figures)
    for figure in figures:
        if figure.comparable != KeyFigure.Comparable.NO:
            figure.pair = drawings.draw_pair(
                figure.follows.value, figure.value, drawings.in_french(figure, "unit") == "%"
            )
    return figures


@register.inclusion_tag("pages/_figures_all.html", takes_context=True)
def all_figures(context: Context) -> dict[str, Any]:
    """By subject, then by kind of drawing; the numbers of PTCE are drawn in time as well."""
    figures = listed_figures(context)
    themes = []
    for theme, group in groupby(figures, key=lambda figure: figure.theme):
        plates: dict[str, list[KeyFigure]] = {}
        for figure in group:
            plates.setdefault(figure.drawing, []).append(figure)
        themes.append((KeyFigure.Theme(theme), plates))
    shown = [figure for _, plates in themes for plate in plates.values() for figure in plate]
    tell(context.request, lambda: graph.figures(context.request, shown))
    counts = [f for f in figures if f.theme == KeyFigure.Theme.PTCE and f.unit_fr == "pôles"]
    return {
        "themes": [(theme, plates.items()) for theme, plates in themes],
        "chart": drawings.draw_chart(counts),
        "chart_theme": "ptce",
    }


@register.inclusion_tag("pages/_figures_disputed.html", takes_context=True)
def disputed_figures(context: Context, body: str) -> dict[str, Any]:
    """The editors' words part by part, each with the groups it links to; then the other groups."""
    left = list(relations.disagreements(listed_figures(context)))
    parts = []
    for words in pieces.cut_parts(body):
        told = {pk for label, pk in object_references(words) if label == "pages.keyfigure"}
        groups = [group for group in left if told & {figure.pk for figure in group.figures}]
        left = [group for group in left if group not in groups]
        parts.append((words, groups))
    return {"parts": parts, "left": left}


@dataclass(frozen=True)
class Surroundings:
    """What stands around a figure on its page."""

    drawn: drawings.Drawing | None
    history: list[KeyFigure]
    disagreement: relations.Disagreement | None
    previous: KeyFigure | None
    next: KeyFigure | None


@register.simple_tag(takes_context=True)
def surroundings(context: Context, figure: KeyFigure) -> Surroundings:
    """Its drawing at the scale of all, its history, what contradicts it, its theme's neighbours."""
    figures = [f for f in listed_figures(context) if f.theme == figure.theme]
    rank = next(rank for rank, other in enumerate(figures) if other.pk == figure.pk)
    listed = figures[rank]
    return Surroundings(
        listed.drawn,
        with_pairs(relations.history(listed)),
        relations.disagreement([listed, *listed.disputing]) if listed.disputing else None,
        figures[rank - 1] if rank else None,
        next(iter(figures[rank + 1 :]), None),
    )


@register.filter
def citation(figure: KeyFigure, address: str) -> str:
    """A sentence to quote: the figure, its source, when we checked it, its address here."""
    source = figure.source
    return gettext(
        "%(said)s %(label)s (%(date)s). Source : %(publisher)s, « %(title)s »%(dated)s. "
        "Chiffre relevé par « %(site)s », vérifié le %(checked)s, %(address)s "
        "(consulté le AAAA-MM-JJ)."
    ) % {
        "said": capfirst(figure.said),
        "label": figure.label,
        "date": format_partial_date(figure.reference_date),
        "publisher": source.publisher,
        "title": source.title,
        "dated": f", {format_partial_date(source.date)}" if source.date else "",
        "site": seo.SITE_NAME,
        "checked": (figure.verified_on or localdate(figure.updated_at)).isoformat(),
        "address": address,
    }


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
