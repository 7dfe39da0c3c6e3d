"""What was tried and what was found: on the screen, and between two marks of docs/security.md."""

import datetime
import re
import subprocess
from dataclasses import dataclass, field

from . import ROOT

PLACE = ROOT / "docs" / "security.md"
MARKS = "<!-- make attack -->\n", "<!-- end -->\n"
MOST_SHOWN = 100  # findings of one part, on the screen
HEADS = ("tried", "how many", "found", "", "when", "commit")


@dataclass
class Part:
    """One kind of attack: how much of it was tried, and what it found."""

    name: str
    told: str = ""
    tried: int = 0
    findings: list[str] = field(default_factory=list)

    def found(self, what: str) -> None:
        self.findings.append(what)


def rows(parts: list[Part]) -> dict[str, str]:
    """A row of the table for each part, by its name."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    told = {}
    for part in parts:
        cells = (part.name, f"{part.tried:,}", str(len(part.findings)), part.told,
                 f"{datetime.date.today():%d %B %Y}", commit)  # fmt: skip
        told[part.name] = f"| {' | '.join(cells)} |"
    return told


def table(told: dict[str, str]) -> str:
    lines = [f"| {' | '.join(HEADS)} |", f"|{' --- |' * len(HEADS)}", *told.values()]
    return "\n".join(lines) + "\n"


def kept(text: str) -> dict[str, str]:
    """The rows that stand in the document."""
    lines = [line for line in text.splitlines() if re.match(r"\| (?!---|tried \|)", line)]
    return {line.split("|")[1].strip(): line for line in lines}


def keep(parts: list[Part]) -> None:
    """Put what was tried in its place in the document; parts that were not keep their rows."""
    head, rest = PLACE.read_text(encoding="utf-8").split(MARKS[0])
    before, tail = rest.split(MARKS[1])
    told = kept(before) | rows(parts)
    PLACE.write_text(f"{head}{MARKS[0]}{table(told)}{MARKS[1]}{tail}", encoding="utf-8")
