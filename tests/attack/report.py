"""What was tried and what was found: on the screen, and between two marks of docs/security.md."""

import datetime
import subprocess
from dataclasses import dataclass, field

from . import ROOT

PLACE = ROOT / "docs" / "security.md"
MARKS = "<!-- make attack -->\n", "<!-- end -->\n"
MOST_SHOWN = 100  # findings of one part, on the screen


@dataclass
class Part:
    """One kind of attack: how much of it was tried, and what it found."""

    name: str
    told: str = ""
    tried: int = 0
    findings: list[str] = field(default_factory=list)

    def found(self, what: str) -> None:
        self.findings.append(what)


def write(parts: list[Part], seconds: float, requests: int) -> str:
    """The table of docs/security.md."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    lines = [
        f"{datetime.date.today():%d %B %Y}, commit {commit}: {requests:,} requests of ours in "
        f"{seconds / 60:.0f} minutes, on production’s settings.",
        "",
        "| tried | how many | found | |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {part.name} | {part.tried:,} | {len(part.findings)} | {part.told} |" for part in parts
    ]
    return "\n".join(lines) + "\n"


def keep(written: str) -> None:
    """Put the table in its place in the document."""
    head, rest = PLACE.read_text(encoding="utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    PLACE.write_text(f"{head}{MARKS[0]}{written}{MARKS[1]}{tail}", encoding="utf-8")
