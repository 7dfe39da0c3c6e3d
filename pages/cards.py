"""What the social cards of pages and key figures say and show."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst

from ptce_site import seo
from ptce_site.addresses import reader
from ptce_site.cardart import FigureDrawing
from ptce_site.cards import Card
from ptce_site.editorial.content_version import content_version
from ptce_site.editorial.partialdate import format_partial_date
from ptce_site.editorial.richtext import plain_text
from ptce_site.kept import Kept

from . import drawings
from .models import KeyFigure, Page

# The drawings of the other apps that suit a page, by name.
MAPS: dict[str, str] = {
    Page.Main.HOME: "featured pole",
    Page.Main.POLES: "every pole",
    Page.Main.FLORANGE: "featured pole",
}
# Of each kind of drawing, its stroke and its dashes by texture: those of figure.css.
STROKES: dict[str, tuple[float, dict[str, tuple[float, ...]]]] = {
    "people": (44, {"solid": (5, 7), "hatched": (1.6, 1.8, 1.6, 7), "dotted": (5, 7)}),
    "share": (8, {"solid": (8, 2), "hatched": (1.4, 0.8, 1.4, 0.8, 1.4, 0.8, 1.4, 2)}),
    "bar": (26, {}),
}
DOTS = 8  # the stroke of people who are only forecast
A_ROW, ROW_PITCH = 90, 54  # a card is wider than a page's column: strokes a row
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
LONGEST = 150
_LINE = re.compile(r"M0 (\d+)h([\d.]+)")


def page_card(page: Page) -> Card:
    home = page.slug == Page.Main.HOME
    figures = page.slug == Page.Main.FIGURES
    return Card(
        title=page.title,
        language=reader(),
        text="" if home else lead_in(page),
        drawing=_featured.get(reader()) if figures else MAPS.get(page.slug),
        hot_end=home and page.title.endswith("."),
    )


def lead_in(page: Page) -> str:
    """The first sentence of its lead, or what search engines are told."""
    first = SENTENCE.split(plain_text(page.lead), maxsplit=1)[0]
    return seo.cut(first or page.description, LONGEST)


def figure_card(figure: KeyFigure) -> Card:
    value, unit = (figure.measure, "") if figure.unit == "%" else figure.parts
    subject, date = capfirst(figure.get_theme_display()), format_partial_date(figure.reference_date)
    return Card(
        title=figure.label,
        language=reader(),
        kicker=f"{subject}, {date}",
        before=capfirst(figure.get_qualifier_display()) if figure.qualifier else "",
        value=value,
        unit=unit,
        drawing=drawn([figure]) or None,
    )


def drawn(figures: Iterable[Any], *, told: bool = False) -> tuple[FigureDrawing, ...]:
    """The drawings of figures, at the scale of all; those without any are left out."""
    found = []
    for figure in figures:
        drawing = drawings.draw_figure(figure, _longest.get() if figure.drawing == "bar" else {})
        if drawing:
            found.append(_to_ink(drawing, figure.said if told else ""))
    return tuple(found)


def _to_ink(drawing: drawings.Drawing, said: str) -> FigureDrawing:
    """Its paths as lines, with the strokes that its style sheet gives it in a browser."""
    _left, _top, width, height = map(float, drawing.view_box.split())
    stroke, known = STROKES[drawing.kind]
    lines = _lines(drawing.path)
    if drawing.kind == "people" and not said:
        dotted = drawing.texture == drawings.DOTTED
        stroke = DOTS if dotted else stroke
        width, height, lines = _wide_rows(drawing.count, dotted=dotted)
    plain = known.get(drawings.SOLID, ())
    own = tuple(map(float, drawing.dashes.split()))
    return FigureDrawing(
        drawing.kind,
        width,
        height,
        stroke,
        lines,
        own or known.get(drawing.texture, plain),
        _lines(drawing.whole),
        plain,
        said,
    )


def _lines(path: str) -> tuple[tuple[float, float], ...]:
    return tuple((float(y), float(length)) for y, length in _LINE.findall(path))


def _wide_rows(
    strokes: float, *, dotted: bool
) -> tuple[float, float, tuple[tuple[float, float], ...]]:
    """The strokes of people in rows as wide as a card: their width, their height, their lines."""
    found = drawings.rows(strokes, A_ROW)
    pitch, ink, tall = drawings.STROKE_PITCH, drawings.STROKE_WIDTH, drawings.ROW_HEIGHT
    lines = tuple(
        (row * ROW_PITCH + middle, drawings.dashed_length(count, pitch, ink))
        for row, count in enumerate(found)
        for middle in ((4, 16, 28, 40) if dotted else (tall // 2,))
    )
    width = drawings.dashed_length(A_ROW, pitch, ink)
    return width, (max(len(found), 1) - 1) * ROW_PITCH + tall, lines


def _two_shares_and_people(language: str) -> tuple[FigureDrawing, ...]:
    """Of the featured figures: one in people, then two shares to compare by eye."""
    featured = [figure for figure in KeyFigure.objects.published() if figure.featured]
    people = [figure for figure in featured if figure.drawing == "people"][:1]
    return drawn(people + [f for f in featured if f.drawing == "share"][:2], told=True)


_featured = Kept(_two_shares_and_people, content_version)
_longest = Kept(lambda _key: drawings.longest_bars(KeyFigure.objects.published()), content_version)

CARDS = {Page: page_card, KeyFigure: figure_card}
DRAWINGS: dict = {}
