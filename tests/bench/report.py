"""The figures of one `make bench`, in Markdown, between two marks of docs/performance.md."""

import datetime
import os
import platform
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

from . import ROOT
from .load import Load

KEPT = {"home": "/", "directory": "/poles/", "pole": "/poles/florange-e2i/"}
NAMES = {
    "home": "home, kept",
    "directory": "directory, kept",
    "pole": "one pole, kept",
    "304": "home, 304",
    "filtered": "directory, filtered (made each time)",
    "plain": "a bare WSGI function",
    "django": "Django, constant view, no middleware",
    "django_default": "Django, constant view, its default middleware",
    "whitenoise": "WhiteNoise, compressed file",
    "nginx": "nginx, compressed file",
    "crowd": "home, kept, 64 connections",
}
PLACE = ROOT / "docs" / "performance.md"
MARKS = "<!-- make bench -->\n", "<!-- end -->\n"


def this_machine() -> str:
    """The processor, its cores, the memory and what runs."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB; "
        f"Linux {platform.release()}, Python {platform.python_version()}; "
        f"load before: {os.getloadavg()[2]:.1f}"
    )


def ratio(told: dict[str, list[Load]], one: str, other: str) -> str:
    """The median of the rounds' own ratios: both were measured within seconds of each other."""
    pairs = zip(told[one], told[other], strict=True)
    return f"{statistics.median(a.rate / b.rate for a, b in pairs):.2f}"


def write(
    told: dict[str, list[Load]],
    inside: dict[str, dict[str, float]],
    memory: dict[str, Any],
    copy: tuple[float, str],
    seen: str,
    larger: dict[int, dict[str, float]],
) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    lines = [
        f"{datetime.date.today():%d %B %Y}, commit {commit}. {this_machine()}.",
        "",
        "| 16 kept connections, gzip | requests/s | p50 ms | p99 ms | less busy process |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, runs in told.items():
        middle = [statistics.median(getattr(r, f) for r in runs) for f in ("rate", "p50", "p99")]
        balance = statistics.median(run.balance for run in runs)
        wrong = sum(run.wrong for run in runs)
        lines.append(
            f"| {NAMES[name]}{f' ({wrong} failed)' if wrong else ''} | {middle[0]:,.0f} "
            f"| {middle[1]:.1f} | {middle[2]:.1f} | {balance:.0%} |"
        )
    rounds = len(told["home"])
    worst = max(run.p99 for run in told["crowd"])
    lines += ["", f"| ratio, median of {rounds} rounds | |", "| --- | --- |"]
    for other in ("plain", "django", "django_default", "whitenoise", "nginx"):
        if other in told:
            lines.append(f"| home, kept ÷ {NAMES[other]} | {ratio(told, 'home', other)} |")
    before, after, again = (memory[name] for name in ("before", "after", "again"))
    lines += [
        "", "| inside one process | |", "| --- | --- |",
        f"| a kept page | {inside['answer']['kept']:.1f} µs |",
        f"| a 304 | {inside['answer']['304']:.1f} µs |",
        *(f"| `{page}` made | {took:.1f} ms |" for page, took in inside["render"].items()),
        "", "| | |", "| --- | --- |",
        f"| worst p99 of {rounds} rounds under 64 connections | {worst:.0f} ms |",
        f"| memory, all processes, before the hostile addresses | {before[0]:.0f} MB |",
        f"| after them; after as many others | {after[0]:.0f} MB; {again[0]:.0f} MB |",
        f"| what each process would say of itself, added up (RSS) | {again[1]:.0f} MB |",
        f"| publications | {seen} |",
        f"| `publish_static` | {copy[0]:.0f} s: {copy[1]} |",
        "", "| page made, in ms, with | " + " | ".join(f"{n:,} poles" for n in larger) + " |",
        "| --- |" + " --- |" * len(larger),
    ]  # fmt: skip
    for page in next(iter(larger.values())):
        cells = " | ".join(f"{took[page]:.1f}" for took in larger.values())
        lines.append(f"| `{page}` | {cells} |")
    return "\n".join(lines) + "\n"


def keep(written: str) -> None:
    """Put the figures in their place in the document."""
    head, rest = PLACE.read_text(encoding="utf-8").split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    PLACE.write_text(f"{head}{MARKS[0]}{written}{MARKS[1]}{tail}", encoding="utf-8")
