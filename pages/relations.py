"""How figures stand to one another: what each takes over from, and what contradicts it.

Pure functions over the figures of `KeyFigure.objects.for_list()`, which know those they follow,
those that follow them, and those they dispute.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from ptce_site.editorial.numbers import number

from .drawings import in_french
from .knowledge import KeyFigure


@dataclass(frozen=True)
class Disagreement:
    """Figures that contradict one another, the smallest first."""

    figures: list[KeyFigure]

    @property
    def rows(self) -> list[tuple[KeyFigure, float | None]]:
        """Each figure with its length in hundredths of the largest; none if they count apart."""
        largest = max(float(figure.value or 0) for figure in self.figures) or 1
        one_scale = len({in_french(figure, "unit") for figure in self.figures}) == 1
        return [
            (figure, round(100 * float(figure.value or 0) / largest, 1) if one_scale else None)
            for figure in self.figures
        ]

    @property
    def title(self) -> str:
        """The values as a question, for want of an editor's own: "5, 6 ou 10 % ?"."""
        *others, largest = self.figures
        numbers = dict.fromkeys(number(f.value) for f in others if f.value != largest.value)
        said = {"some": ", ".join(numbers), "last": largest.measure}
        return gettext("%(some)s ou %(last)s ?") % said if numbers else largest.measure

    @property
    def notes(self) -> list[str]:
        """What the figures say of their series, each thing once."""
        return list(dict.fromkeys(f.series_break for f in self.figures if f.series_break))


def disagreement(figures: Iterable[KeyFigure]) -> Disagreement:
    return Disagreement(sorted(figures, key=lambda f: (f.value, f.reference_date)))


def disagreements(figures: Iterable[KeyFigure]) -> Iterator[Disagreement]:
    """The groups of figures that disputes connect, however far, in the order of their first."""
    left = {figure.pk: figure for figure in figures}
    while left:
        group = [left.pop(next(iter(left)))]
        for figure in group:  # grows while it is read
            group += [left.pop(other.pk) for other in figure.disputes.all() if other.pk in left]
        if len(group) > 1:
            yield disagreement(group)


def history(figure: KeyFigure) -> list[KeyFigure]:
    """The figures of one quantity that take over from an older one, the oldest first."""
    line = [figure]
    for known in line:  # grows while it is read
        around = [*([known.follows] if known.follows else []), *known.followed_by]
        line += [other for other in around if other not in line]
    return sorted((f for f in line if f.follows), key=lambda f: f.reference_date)
