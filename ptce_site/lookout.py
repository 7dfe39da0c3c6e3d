"""A thread that looks, all day long, at whether what is kept still holds."""

import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

SHORTEST = 0.05  # seconds between two looks


class Lookout:
    """Calls `look()` every so many seconds, and `saw(word)` with the version it tells.

    `look()` also says in how many seconds the next planned change is due, or None, so that it is
    looked for at that moment. Where it fails, what was seen last holds until it works again. In
    between, `idle()` is called as long as it says that it found something to do.
    """

    def __init__(
        self,
        look: Callable[[], tuple[str, float | None]],
        saw: Callable[[str], None],
        idle: Callable[[], bool],
        every: float,
    ) -> None:
        self._look, self._saw, self._idle, self._every = look, saw, idle, every
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._news = threading.Event()
        self.failing = False

    def is_alive(self) -> bool:
        """False before the start, in a process forked since, and once the thread has died."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Raises RuntimeError where no thread can be had."""
        self._over = threading.Event()
        thread = threading.Thread(target=self._run, args=(self._over,), name="lookout", daemon=True)
        thread.start()
        self._thread = thread

    def wake(self) -> None:
        """Look now: something may just have changed."""
        self._news.set()

    def stop(self) -> None:
        """End the thread, and wait until it has ended."""
        self._over.set()
        self.wake()
        if self._thread is not None:
            self._thread.join()

    def _run(self, over: threading.Event) -> None:
        while not over.is_set():
            self._news.clear()
            until = time.monotonic() + (0 if over.is_set() else self._once())
            while (left := until - time.monotonic()) > 0 and not self._news.is_set():
                if not over.is_set() and not self._busy():
                    self._news.wait(left)

    def _once(self) -> float:
        """Look; in how many seconds to look again."""
        try:
            word, planned = self._look()
            self._saw(word)
        except Exception:
            if not self.failing:
                logger.exception("The version of the content cannot be read; what is kept stays.")
            self.failing = True
            return self._every
        if self.failing:
            logger.warning("The version of the content can be read again.")
        self.failing = False
        if planned is None or planned <= 0:  # what is due and could not be done waits
            return self._every
        return min(self._every, max(planned, SHORTEST))

    def _busy(self) -> bool:
        try:
            return self._idle()
        except Exception:
            logger.exception("What can wait could not be done.")
            return False
