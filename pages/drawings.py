"""Figures as drawings: pure functions from numbers to the coordinates that templates write as SVG.

The scales are the same on every page, so that two drawings compare by eye: one square is one
hundredth, one stroke is 10 000 people (60 strokes a row), one notch of a bar is a thousand things
or a billion euros, and a family of the ESS has the area of its jobs.
How a thing is drawn says how well it is known: solid when measured lately, hatched when it is an
old or a contested figure, dotted when it is a forecast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, Protocol

PEOPLE_A_STROKE = 10_000
STROKES_A_ROW = 60
STROKE_PITCH, STROKE_WIDTH = 12, 5
ROW_HEIGHT, ROW_PITCH = 44, 60
SQUARE_PITCH, SQUARE_WIDTH = 10, 8
BAR_LENGTH, BAR_HEIGHT = 600, 26
JOBS_A_UNIT = 10_000

SOLID, HATCHED, DOTTED = "solid", "hatched", "dotted"


class Figure(Protocol):
    """What a drawing needs to know of a key figure."""

    value: float
    unit: str
    scope: str
    era: str
    standing: str
    drawing: str
    reference_date: str


@dataclass(frozen=True)
class Drawing:
    """Dashed lines to stroke: `path` for what is counted, `whole` for what it is a part of."""

    kind: str
    texture: str
    view_box: str
    path: str
    whole: str = ""
    dashes: str = ""
    count: float = 0


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def in_french(figure: Any, name: str) -> str:
    """The French text of a figure: what is drawn does not depend on the reader's language."""
    return getattr(figure, f"{name}_fr", "") or getattr(figure, name)


def texture(figure: Figure) -> str:
    """Dotted if its scope says it is a forecast, hatched if old or contested, else solid."""
    if "prévision" in in_french(figure, "scope").lower():
        return DOTTED
    if figure.era != "now" or figure.standing == "disputed":
        return HATCHED
    return SOLID


def rows(count: float, a_row: int) -> list[float]:
    """Share `count` out in rows: full ones, then what is left (3.5 rows of 60 for 210)."""
    full, left = divmod(count, a_row)
    return [float(a_row)] * int(full) + ([float(left)] if left else [])


def dashed_length(count: float, pitch: float, width: float) -> float:
    """How long a dashed line is to show exactly `count` dashes, the last one possibly cut."""
    whole = int(count)
    if whole == count:
        return whole * pitch - (pitch - width)
    return whole * pitch + (count - whole) * width


def draw_share(share: float, how: str) -> Drawing:
    """Squares out of a hundred; 13.7 fills thirteen squares and seven tenths of the next."""
    full = dashed_length(10, SQUARE_PITCH, SQUARE_WIDTH)

    def lines(lengths: Iterable[float]) -> str:
        return "".join(
            f"M0 {SQUARE_PITCH * row + SQUARE_WIDTH // 2}h{number(length)}"
            for row, length in enumerate(lengths)
        )

    counted = [dashed_length(count, SQUARE_PITCH, SQUARE_WIDTH) for count in rows(share, 10)]
    whole = lines([full] * 10)
    return Drawing("share", how, f"0 0 {full:.0f} {full:.0f}", lines(counted), whole, count=share)


def draw_people(people: float, how: str) -> Drawing:
    """A stroke for 10 000 people, 60 a row; the dots of a forecast cut each stroke in four."""
    strokes = people / PEOPLE_A_STROKE
    lines = rows(strokes, STROKES_A_ROW)
    middles = [4, 16, 28, 40] if how == DOTTED else [ROW_HEIGHT // 2]
    path = "".join(
        f"M0 {row * ROW_PITCH + middle}h{number(dashed_length(count, STROKE_PITCH, STROKE_WIDTH))}"
        for row, count in enumerate(lines)
        for middle in middles
    )
    width = dashed_length(STROKES_A_ROW, STROKE_PITCH, STROKE_WIDTH)
    height = max(len(lines), 1) * ROW_PITCH - (ROW_PITCH - ROW_HEIGHT)
    return Drawing("people", how, f"0 0 {width:.0f} {height}", path, count=strokes)


def counts_euros(figure: Figure) -> bool:
    return "euro" in in_french(figure, "unit")


def notches(figure: Figure) -> float:
    """The length of a bar in notches: billions of euros as they come, things by the thousand."""
    return float(figure.value) / (1 if counts_euros(figure) else 1000)


def draw_bar(count: float, longest: float, how: str) -> Drawing:
    """A bar cut in notches, at the scale of the longest one; solid when measured."""
    pitch = BAR_LENGTH / max(longest, count, 1)
    dashes = f"{pitch * 0.55:.3f} {pitch * 0.45:.3f}" if how != SOLID else ""
    path = f"M0 {BAR_HEIGHT // 2}h{number(count * pitch)}"
    whole = f"M0 {BAR_HEIGHT // 2}h{BAR_LENGTH}"
    return Drawing("bar", how, f"0 0 {BAR_LENGTH} {BAR_HEIGHT}", path, whole, dashes, count)


def longest_bars(figures: Iterable[Figure]) -> dict[bool, float]:
    """The longest bar of each scale: euros (True) and things (False)."""
    longest: dict[bool, float] = {}
    for figure in figures:
        if figure.drawing == "bar":
            euros = counts_euros(figure)
            longest[euros] = max(longest.get(euros, 0), notches(figure))
    return longest


def draw_figure(figure: Figure, longest: dict[bool, float]) -> Drawing | None:
    """The drawing an editor chose for a figure; None for a number that speaks alone."""
    how = texture(figure)
    if figure.drawing == "share":
        return draw_share(float(figure.value), how)
    if figure.drawing == "people":
        return draw_people(float(figure.value), how)
    if figure.drawing == "bar":
        return draw_bar(notches(figure), longest.get(counts_euros(figure), 0), how)
    return None


@dataclass(frozen=True)
class Pair:
    """Two values of one quantity as bars, in hundredths of the larger one."""

    then: float
    now: float


def draw_pair(then: Any, now: Any, percent: bool) -> Pair:
    """Two bars at one scale: a hundred for percentages, the larger of the two for the rest."""
    then, now = float(then), float(now)
    largest = 100 if percent else max(then, now) or 1
    return Pair(round(100 * then / largest, 1), round(100 * now / largest, 1))


@dataclass(frozen=True)
class Shape:
    """A simple shape whose area says how many jobs; `size` is its width in the common unit."""

    path: str
    width: float
    height: float
    jobs: float | None

    @property
    def view_box(self) -> str:
        return f"0 0 {number(self.width * 10)} {number(self.height * 10)}"


def draw_family(rank: int, jobs: float | None) -> Shape:
    """The shape of the ESS family at `rank`, of exactly `jobs` / 10 000 units of area.

    In the order of the law's list: a round table (associations), a square of equal shares
    (cooperatives), an umbrella (mutual societies), a plinth in two steps (foundations), and a flag
    for the companies. A family nobody counts gets its outline alone, of an arbitrary 6 units.
    """
    area = jobs / JOBS_A_UNIT if jobs else 6.0
    drawers = [_disc, _square, _umbrella, _plinth, _flag]
    path, width, height = drawers[rank % len(drawers)](area)
    return Shape(path, width, height, jobs)


def _disc(area: float) -> tuple[str, float, float]:
    r = round(sqrt(area / pi) * 10, 1)
    n, d = number(r), number(2 * r)
    return f"M0 {n}a{n} {n} 0 1 1 {d} 0a{n} {n} 0 1 1-{d} 0z", r / 5, r / 5


def _square(area: float) -> tuple[str, float, float]:
    side = sqrt(area)
    return f"M0 0h{number(10 * side)}v{number(10 * side)}h-{number(10 * side)}z", side, side


def _umbrella(area: float) -> tuple[str, float, float]:
    r = round(sqrt(2 * area / pi) * 10, 1)
    n = number(r)
    return f"M0 {n}a{n} {n} 0 0 1 {number(2 * r)} 0z", r / 5, r / 10


def _plinth(area: float) -> tuple[str, float, float]:
    """A block on a step: 3 by 2 over 5 by 2, that is 16 parts."""
    u = sqrt(area / 16)
    a, b, c = number(10 * u), number(20 * u), number(30 * u)
    return f"M{a} 0h{c}v{b}h{a}v{b}h-{number(50 * u)}v-{b}h{a}z", 5 * u, 4 * u


def _flag(area: float) -> tuple[str, float, float]:
    """A right-angled triangle standing on its base."""
    side = sqrt(2 * area)
    n = number(10 * side)
    return f"M0 0l{n} {n}h-{n}z", side, side


CHART_WIDTH, CHART_HEIGHT, CHART_LEFT, CHART_FOOT = 880, 420, 50, 40


@dataclass(frozen=True)
class Mark:
    """One figure on the chart; `ring` when another one of the same moment contradicts it."""

    figure: Figure
    x: float
    y: float
    texture: str
    length: float


@dataclass(frozen=True)
class Chart:
    marks: list[Mark]
    years: list[tuple[int, float]]
    steps: list[tuple[int, float]]
    foot: int = CHART_HEIGHT - CHART_FOOT
    view_box: str = f"0 0 {CHART_WIDTH} {CHART_HEIGHT}"


def decimal_year(date: str) -> float:
    """Write 2023-10 as 2023.79: a year alone stands at its middle, a month at its own."""
    year, month, day = (*(int(part) for part in date.split("-")), 0, 0)[:3]
    if not month:
        return year + 0.5
    return year + (month - 1 + (day - 1) / 31 if day else month - 0.5) / 12


def draw_chart(figures: Sequence[Any]) -> Chart | None:
    """Points in time, each on its stem: never joined, since they do not count the same thing."""
    if not figures:
        return None
    moments = [decimal_year(figure.reference_date) for figure in figures]
    first, last = int(min(moments)), int(max(moments)) + 1
    top = max(float(figure.value) for figure in figures) or 1
    steps_of = (5, 10, 20, 50, 100, 200, 500, 1000, 10**6)
    step = next((s for s in steps_of if top / s <= 5), int(top))
    tall = CHART_HEIGHT - CHART_FOOT - 30

    wide = CHART_WIDTH - CHART_LEFT - 30

    def x(moment: float) -> float:
        return round(CHART_LEFT + (moment - first) / (last - first) * wide, 1)

    def y(value: float) -> float:
        return round(CHART_HEIGHT - CHART_FOOT - value / top * tall, 1)

    marks = [
        Mark(f, x(moment), y(float(f.value)), texture(f), round(100 * float(f.value) / top, 1))
        for f, moment in zip(figures, moments, strict=True)
    ]
    years = [(year, x(year)) for year in range(first, last + 1, 2)]
    steps = [(value, y(value)) for value in range(0, int(top) + 1, step)]
    return Chart(sorted(marks, key=lambda mark: mark.x), years, steps)
