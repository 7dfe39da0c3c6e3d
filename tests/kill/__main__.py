"""`python -m tests.kill [saves|imports|images|backups]… [times]`: all kinds, 20 times each.

On PostgreSQL: `python -m tests.postgresql .venv/bin/python -m tests.kill …`. SEED=… chooses the
same moments again.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import django

KINDS = ("saves", "imports", "images", "backups")


@contextmanager
def a_site() -> Iterator[Any]:
    """A site of its own, whose database and images this process reads too."""
    with tempfile.TemporaryDirectory(prefix="ptce-kill-") as folder:
        # Settings are read once: before that, they are made to name this folder.
        os.environ |= {
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "tests.served",
            "SECRET_KEY": "for-the-kill-script-" + "x" * 32,
        }
        django.setup()
        from ..conftest import Server

        site = Server(Path(folder))
        if url := os.environ.get("DATABASE_URL"):
            site.environment["DATABASE_URL"] = url
        site.environment["WEB_CONCURRENCY"] = "2"
        site.password = site.manage("prepare").split("password '")[1].split("'")[0]
        site.manage("collectstatic", "--noinput", "-v0")
        yield site


def main(arguments: list[str]) -> int:
    kinds = [one for one in arguments if one in KINDS] or KINDS
    times = next((int(one) for one in arguments if one.isdecimal()), 20)
    if any(one not in KINDS and not one.isdecimal() for one in arguments):
        print(__doc__)
        return 2
    dice, failed = random.Random(os.environ.get("SEED")), False
    with a_site() as site:
        from .turns import play

        for name in kinds:
            began = time.monotonic()
            tally = play(import_module(f".{name}", __package__), site, times, dice)
            failed = failed or tally.failed
            print(f"{name}: {tally}; {time.monotonic() - began:.0f} s", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
