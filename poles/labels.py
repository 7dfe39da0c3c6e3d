"""Names on a map that never touch each other: pure geometry, no model, no template.

Each name tries the places around its point; when none is free it is left out, for the list beside
the map says it anyway. Sizes are in map units.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# Widths of the display face at weight 600, in hundredths of its size; other letters count 48.
WIDTHS = (
    dict.fromkeys("iljI", 20) | dict.fromkeys("'’.,", 16) | dict.fromkeys("ftr", 31)
    | dict.fromkeys("-()", 26) | dict.fromkeys("mwM", 70) | dict.fromkeys("WœŒ", 76)
    | dict.fromkeys("NOGQ", 55) | {" ": 18}
)  # fmt: skip
ASCENT, DESCENT, GAP = 0.74, 0.24, 6
CELL = 64


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        return (
            other.left <= self.left
            and other.top <= self.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


def around(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, x + radius, y + radius)


class Name(NamedTuple):
    """A name to place beside the point at (x, y), whose mark has this radius."""

    text: str
    x: float
    y: float
    radius: float
    size: float


@dataclass(frozen=True)
class Label:
    """Where a name stands, relative to its point: its baseline's start, middle or end."""

    text: str
    dx: int
    dy: int
    anchor: str
    box: Box


@dataclass
class Crowd:
    """What is already on the map, found by cells so that 500 points stay quick."""

    cells: defaultdict[tuple[int, int], list[Box]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, box: Box) -> None:
        for cell in _cells(box):
            self.cells[cell].append(box)

    def meets(self, box: Box) -> bool:
        return any(box.meets(other) for cell in _cells(box) for other in self.cells.get(cell, ()))


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // CELL), int(box.right // CELL) + 1):
        for row in range(int(box.top // CELL), int(box.bottom // CELL) + 1):
            yield column, row


def width(text: str, size: float) -> float:
    """How wide a text is in the display face; accents add nothing."""
    plain = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return sum(WIDTHS.get(letter, 48) for letter in plain) * size / 100


def candidates(name: Name) -> Iterator[Label]:
    """The eight places around a point, the most legible first: right, left, below, above…"""
    reach, corner = name.radius + GAP, 0.75 * name.radius + GAP / 2
    half, rise, drop = width(name.text, name.size) / 2, ASCENT * name.size, DESCENT * name.size
    level = (rise - drop) / 2
    places = (
        (reach, level, "start"),
        (-reach, level, "end"),
        (0, reach + rise - 2, "middle"),
        (0, -reach - drop + 2, "middle"),
        (corner, -corner, "start"),
        (corner, corner + rise - 4, "start"),
        (-corner, -corner, "end"),
        (-corner, corner + rise - 4, "end"),
    )
    for dx, dy, anchor in places:
        x, y = name.x + dx, name.y + dy
        left = {"start": x, "middle": x - half, "end": x - 2 * half}[anchor]
        box = Box(left, y - rise, left + 2 * half, y + drop)
        yield Label(name.text, round(dx), round(dy), anchor, box)


def place(
    names: Iterable[Name], frame: Box, taken: Iterable[Box] = (), *, crowd: Crowd | None = None
) -> list[Label | None]:
    """A label for each name, in the same order, or None where no place is free inside `frame`.

    Points stand for themselves in `taken`. The first name is served first (put what matters most
    there); the others by how few places they have left.
    """
    names = list(names)
    crowd = crowd or Crowd()
    for box in taken:
        crowd.add(box)
    free = [
        [label for label in candidates(n) if label.box.within(frame) and not crowd.meets(label.box)]
        for n in names
    ]
    order = sorted(range(len(names)), key=lambda rank: (rank > 0, len(free[rank])))
    placed: list[Label | None] = [None] * len(names)
    for rank in order:
        label = next((label for label in free[rank] if not crowd.meets(label.box)), None)
        if label:
            crowd.add(label.box)
            placed[rank] = label
    return placed
