"""How far a long command is."""

import time
from typing import Any

EVERY = 5.0  # seconds between two plain lines, where there is no terminal
WIDTH = 30  # of the bar


class Progress:
    """A bar on a terminal; elsewhere a line now and then, the first one `at_once` or not."""

    def __init__(self, stdout: Any, what: str, *, at_once: bool = False) -> None:
        self.stdout, self.what = stdout, what
        self.told = 0.0 if at_once else time.monotonic()

    def __call__(self, done: int, known: int, name: str) -> None:
        if self.stdout.isatty():
            full = WIDTH * done // known
            bar = f"{'█' * full}{'░' * (WIDTH - full)}"
            self.stdout.write(f"\r\033[K{bar} {done}/{known} {name[:40]}", ending="")
            if done == known:
                self.stdout.write("\r\033[K", ending="")
            self.stdout.flush()
        elif time.monotonic() - self.told >= EVERY:
            self.told = time.monotonic()
            self.stdout.write(f"{done} of {known} {self.what} so far")
