"""What is computed once for each version of the content, in memory."""

import threading
from collections.abc import Callable


class Kept[T]:
    """The last value of `make()`, made again when `version()` says something else.

    One value a key (a language, say) is kept; a thread that makes one makes the others wait.
    """

    def __init__(self, make: Callable[[str], T], version: Callable[[], str]) -> None:
        self._make, self._version = make, version
        self._values: dict[str, tuple[str, T]] = {}
        self._lock = threading.Lock()

    def get(self, key: str = "") -> T:
        version = self._version()
        with self._lock:
            known, value = self._values.get(key, (None, None))
            if known != version:
                value = self._make(key)
                self._values[key] = (version, value)
            return value  # type: ignore[return-value]

    def forget(self) -> None:
        """Make everything again when it is next asked for."""
        with self._lock:
            self._values.clear()
