"""A call for projects as a blast furnace: one square is one application. Pure functions.

The charge is piled from the bottom up: the admissible files in the belly, the others above them in
the throat; the laureates lie in the hearth, and the only one of its région runs out at the tap.
"""

from dataclasses import dataclass

CENTRE = 250
WALL = ((24, 92), (40, 92), (430, 172), (540, 104), (672, 104))  # (y, half-width), top to bottom
PITCH, SIDE = 20, 15
BELLY, HEARTH = 424, 660


@dataclass(frozen=True)
class Furnace:
    """Dashed lines to stroke with squares, and the squares that only some sources count."""

    rejected: str
    admissible: str
    laureates: str
    doubtful: list[tuple[float, float]]
    pitch: float
    side: float

    @property
    def gap(self) -> float:
        return self.pitch - self.side


def half_width(y: float) -> float:
    """How far the wall stands from the middle at height `y`."""
    for (top, wide), (bottom, narrow) in zip(WALL, WALL[1:], strict=False):
        if y <= bottom:
            return wide + (narrow - wide) * max(0, y - top) / (bottom - top)
    return WALL[-1][1]


def pile(counts: list[int], bottom: float, pitch: float, play: float) -> list[list[tuple]]:
    """Pile squares in centred rows, group after group: for each group its runs (x, y, number).

    `play` is what is left free of the width of a row.
    """
    side = pitch * SIDE / PITCH
    runs: list[list[tuple]] = [[] for _ in counts]
    left = list(counts)
    y = bottom - side / 2
    while any(left):
        room = max(1, int((2 * half_width(y - side / 2) - play) / pitch))
        number = min(room, sum(left))
        x = CENTRE - (number * pitch - (pitch - side)) / 2
        for group, waiting in enumerate(left):
            taken = min(waiting, number)
            if taken:
                runs[group].append((x, y, taken))
                left[group] -= taken
                number -= taken
                x += taken * pitch
        y -= pitch
    return runs


def path(runs: list[tuple], pitch: float) -> str:
    """Runs of squares as one dashed path: n dashes of `side` with their gaps, the last one cut."""
    gap = pitch * (1 - SIDE / PITCH)
    return "".join(f"M{x:.4g} {y:.4g}h{number * pitch - gap:.4g}" for x, y, number in runs)


def draw_furnace(applications: list[int], admissible: int | None, laureates: int) -> Furnace:
    """Draw the fewest applications that a source gives; those that others add float above."""
    fewest, most = min(applications), max(applications)
    kept = min(admissible or fewest, fewest)
    pitch: float = PITCH
    charge = pile([kept, fewest - kept], BELLY, pitch, 15)
    while min(y for runs in charge for _, y, _ in runs) < WALL[1][0] + 40:
        pitch *= 0.95
        charge = pile([kept, fewest - kept], BELLY, pitch, 15)
    hearth = pile([laureates], HEARTH, pitch, 40)
    side = pitch * SIDE / PITCH
    top = min(y for runs in charge for _, y, _ in runs) - side / 2
    spread = range(most - fewest)
    doubtful = [
        (CENTRE + (n - (most - fewest) / 2) * pitch * 1.8, top - pitch * (1.4 + n % 2 * 0.7))
        for n in spread
    ]
    return Furnace(
        rejected=path(charge[1], pitch),
        admissible=path(charge[0], pitch),
        laureates=path(hearth[0], pitch),
        doubtful=doubtful,
        pitch=pitch,
        side=side,
    )


def block(number: int, a_row: int = 20) -> str:
    """Squares in plain rows of `a_row`, as one dashed path of dashes 8 and gaps 2."""
    full, left = divmod(number, a_row)
    rows = [a_row] * full + ([left] if left else [])
    return "".join(f"M0 {10 * y + 4}h{10 * count - 2}" for y, count in enumerate(rows))
