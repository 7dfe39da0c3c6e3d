"""A timeline as data: years to scale, empty ones included, and how well each date is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from ptce_site.editorial.richtext import cited_keys

from .models import Milestone

# What a reader must not miss: the first call, its laureates, the law, the second call.
TURNING_POINTS = frozenset({"2013-07-15", "2014-01-10", "2014-07-31", "2015-04-21"})
PRECISION = {4: "year", 7: "month", 10: "day"}


@dataclass
class Event:
    milestone: Milestone

    @property
    def precision(self) -> str:
        """How well the date is known: "day", "month" or "year"."""
        return PRECISION[len(self.milestone.date)]

    @property
    def major(self) -> bool:
        return self.milestone.date in TURNING_POINTS


@dataclass
class Year:
    number: int
    events: list[Event] = field(default_factory=list)

    @property
    def turning(self) -> bool:
        return any(event.major for event in self.events)


@dataclass
class Gap:
    """Years in which the sources tell nothing."""

    first: int
    last: int
    events: tuple[Event, ...] = ()


def chronicle(milestones: Iterable[Milestone]) -> list[Year | Gap]:
    """Group milestones, already in order, by year; years without any become one `Gap`."""
    spans: list[Year | Gap] = []
    for number, group in groupby(milestones, key=lambda milestone: int(milestone.date[:4])):
        last = spans[-1].number if spans else number - 1
        if number - last > 1:
            spans.append(Gap(last + 1, number - 1))
        spans.append(Year(number, [Event(milestone) for milestone in group]))
    return spans


def overview(spans: list[Year | Gap]) -> list[Year]:
    """Every year from the first to the last, one by one, for the drawing of squares."""
    years: list[Year] = []
    for span in spans:
        years += (
            [span]
            if isinstance(span, Year)
            else [Year(number) for number in range(span.first, span.last + 1)]
        )
    return years


def told_in(html: str, milestones: Iterable[Milestone]) -> list[Milestone]:
    """The milestones that a text tells: it names their year and cites their main source."""
    cited = set(cited_keys(html))
    return [m for m in milestones if m.source_id in cited and m.date[:4] in html]
