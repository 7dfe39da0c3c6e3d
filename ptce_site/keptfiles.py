"""What is long to make, kept on disk: a folder of files, written whole, the oldest forgotten."""

import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptFiles:
    """At most `most` files `DATA_DIR/cache/<folder>/<key>.<suffix>`; may be emptied at any time."""

    folder: str
    suffix: str
    most: int

    def path(self, key: str) -> Path:
        return Path(settings.DATA_DIR) / "cache" / self.folder / f"{key}.{self.suffix}"

    def get(self, key: str) -> bytes:
        """What is kept under a key; nothing if nothing is."""
        try:
            return self.path(key).read_bytes()
        except OSError:
            return b""

    def keep(self, key: str, body: bytes) -> None:
        """Write at once or not at all, forget the oldest; a full disk only costs the next time."""
        path, new = self.path(key), None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as new:
                new.write(body)
            os.replace(new.name, path)
            self._forget(path.parent)
        except OSError:
            logger.exception("nothing could be kept in %s", path.parent)
            if new:  # a disk that stays full would get one more at each try
                with suppress(OSError):
                    Path(new.name).unlink(missing_ok=True)

    def _forget(self, folder: Path) -> None:
        """Remove the oldest beyond `most`; another process may be doing the same."""
        dated = []
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                dated.append((entry.stat().st_mtime, entry.path))
        for _time, old in sorted(dated)[: -self.most]:
            Path(old).unlink(missing_ok=True)
