"""gunicorn's threaded worker, that leaves a new connection to a process that holds none."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

POLITE = 0.0003  # seconds


class EvenWorker(ThreadWorker):
    """A kept connection stays with the process that took it: who is awake first would take all."""

    def accept(self, listener: Any) -> None:
        if self.nr_conns:
            time.sleep(POLITE)
        super().accept(listener)
