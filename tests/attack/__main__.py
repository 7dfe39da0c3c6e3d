"""`make attack`: everything once, on this machine only; the table goes into docs/security.md.

Some forty minutes on two cores. QUICK=1 does a twentieth, to see that it works, and writes
nothing; SEED=… does the same noise again; ONLY=noise,stored does some parts only, and writes these.
"""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from . import browsing, forgery, fuzz, hosts, listed, report, rights, scanner, stored, uploads
from .report import Part
from .shown import Shown
from .target import Target
from .vectors import ALL

QUICK = bool(os.environ.get("QUICK"))
ONLY = set(filter(None, os.environ.get("ONLY", "").split(",")))
SEED = os.environ.get("SEED") or str(int(time.time()))
REQUESTS = 1_000 if QUICK else 20_000
ROUNDS = 4 if QUICK else 30
SHEETS = 10 if QUICK else len(ALL)
SHARE = 20 if QUICK else 1  # one in so many
SCAN = 60 if QUICK else 480  # seconds


def sheets(target: Target) -> Part:
    """The import, with readers of its own."""
    part = Part("")
    shown = Shown(target, part, stored.WHO)
    shown.learn_all()
    found = listed.run(target, shown, SHEETS)
    shown.end()
    found.findings += part.findings
    return found


PARTS: dict[str, Callable[[Target], Part]] = {
    "hosts": hosts.run,
    "forgery": lambda target: forgery.run(target, SHARE),
    "uploads": lambda target: uploads.run(target, SHARE),
    "stored": lambda target: stored.run(target, ROUNDS),
    "sheets": sheets,
    "browser": browsing.run,
    "rights": lambda target: rights.run(target, SHARE),
    "noise": lambda target: fuzz.run(target, REQUESTS, SEED),
    "scanner": lambda target: scanner.run(target, SCAN),
    "scanner-in": lambda target: scanner.run(target, SCAN, "administration"),
}


def played(target: Target) -> Iterator[Part]:
    """Each part in turn, and what the server wrote of its own errors meanwhile."""
    for name, part in PARTS.items():
        if ONLY and name not in ONLY:
            continue
        print(f"── {name}", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            done = part(target)
        except Exception:  # noqa: BLE001 - a part that cannot go on has found something
            done = Part(name)
            done.found(f"the part ended: {traceback.format_exc()[-1500:]}")
        for line in target.faults():
            done.found(f"the server says: {line}")
        print(f"   {time.monotonic() - began:.0f} s: {done.tried:,} tried, "
              f"{len(done.findings)} found; {done.told}", file=sys.stderr, flush=True)  # fmt: skip
        for finding in done.findings[: report.MOST_SHOWN]:
            print(f"   {finding[:2000]}", file=sys.stderr, flush=True)
        yield done


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ptce-attack-") as name:
        target = Target(Path(name))
        print("── a site with the shipped content", file=sys.stderr, flush=True)
        target.prepare()
        target.start()
        try:
            parts = list(played(target))
        finally:
            target.kill()
            target.mail.shutdown()
    print(f"{target.counted:,} requests in {(time.monotonic() - began) / 60:.0f} minutes")
    print(report.table(report.rows(parts)))
    if not QUICK:
        report.keep(parts)
    return 1 if any(part.findings for part in parts) else 0


if __name__ == "__main__":
    sys.exit(main())
