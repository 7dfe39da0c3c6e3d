"""The pages kept ready, in the memory of one process: bounded, and forgotten all at once."""

import threading

from .readypage import ReadyPage

MOST = 48 * 1024 * 1024  # bytes a process, every coding counted
MOST_REFUSED = 2_000  # addresses
LARGEST = 6 * 1024 * 1024  # bytes a page


class KeptPages:
    """What was rendered under the version in force; nothing before a version was seen.

    `age` moves whenever everything is forgotten: who renders reads it first, and what took so long
    that the age moved meanwhile is not kept.
    """

    def __init__(self, most: int = MOST, largest: int = LARGEST) -> None:
        self._most, self._largest = most, largest
        self._lock = threading.Lock()
        self._word: str | None = None
        self._pages: dict[str, ReadyPage] = {}
        self._refused: set[str] = set()
        self.age = self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, path: str) -> ReadyPage | None:
        return self._pages.get(path)

    def see(self, word: str) -> None:
        """Say which version is in force; everything kept under another is forgotten."""
        if word != self._word:
            self._forget(word)

    def forget(self) -> None:
        """Keep nothing until a version is seen again."""
        self._forget(None)

    def _forget(self, word: str | None) -> None:
        with self._lock:
            self._word, self._pages, self._refused = word, {}, set()
            self.age, self.size = self.age + 1, 0

    def keep(self, path: str, page: ReadyPage, age: int) -> bool:
        """Keep a page whose rendering began at that age; whether it was kept."""
        if page.size > self._largest:
            self.refuse(path)
            return False
        with self._lock:
            if self._word is None or age != self.age:
                return False
            before = self._pages.pop(path, None)
            self._pages[path] = page
            self.size += page.size - (before.size if before else 0)
            self._make_room()
            return True

    def _make_room(self) -> None:
        """Drop the oldest, unless someone asked for it again: then it has another turn."""
        turns = len(self._pages)
        while self.size > self._most:
            path = next(iter(self._pages))
            page = self._pages.pop(path)
            if page.asked and turns > 0:
                page.asked, turns = False, turns - 1
                self._pages[path] = page
            else:
                self.size -= page.size

    def refuse(self, path: str) -> None:
        """Remember that what answers there is not kept."""
        with self._lock:
            if len(self._refused) >= MOST_REFUSED:
                self._refused.clear()
            self._refused.add(path)

    def is_refused(self, path: str) -> bool:
        return path in self._refused

    def better_one(self) -> bool:
        """Compress better one page that someone came back for; whether there was one."""
        with self._lock:
            found = next((p for p in self._pages.values() if p.asked and not p.best), None)
        if found is not None:
            found.better()
        return found is not None
