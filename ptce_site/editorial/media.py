"""Where pictures are kept: their masters, what is made of them, and what nothing needs any more.

A file never changes under its name, and has one once it is whole. Only what is cut to size is
served; masters stay inside.
"""

import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkstemp
from threading import Lock
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import Http404, HttpResponse

from ptce_site import images

MASTERS, MADE = "masters", "images"
NAMED = r"[0-9a-f]{32}\.(?:jpg|webp)"  # a master
NAMES = r"[0-9a-f]{20}-[0-9]{3,4}\.(?:avif|webp)"
UNUSED_DAYS = 30
AN_HOUR = 3600  # seconds: no writing takes so long
_alone = Lock()  # fifty million points read take up to a gigabyte


class NotWritten(OSError):
    """The place where pictures are kept refuses one, whatever the reason."""


def keep(file: Any) -> str:
    """Keep the picture a browser sent and return its master's name.

    Raises images.Refused, and NotWritten where it cannot be kept.
    """
    with _alone:
        master = images.master_of(file, file.size)
    _clear()
    _write(f"{MASTERS}/{master.name}", master.data)
    return master.name


def size_of(master: str) -> tuple[int, int]:
    """Width and height of a master. Raises OSError if it is not there, or is not one."""
    if not re.fullmatch(NAMED, master):
        raise FileNotFoundError(master)
    with default_storage.open(f"{MASTERS}/{master}") as file:
        return images.size_of(file)


def make(master: str, cuts: Iterable[images.Cut]) -> None:
    """Make the files of these cuts that are not there yet. Raises NotWritten."""
    missing = [
        cut
        for cut in cuts
        if not all(default_storage.exists(f"{MADE}/{name}") for name in cut.names)
    ]
    if missing:
        with default_storage.open(f"{MASTERS}/{master}") as file:
            data = file.read()
        for name, content in images.rendered(BytesIO(data), missing):
            _write(f"{MADE}/{name}", content)


def url(name: str) -> str:
    """Where visitors' browsers find a file that was made."""
    return default_storage.url(f"{MADE}/{name}")


def weight(name: str) -> int:
    """The bytes of a file that was made, 0 if it is not there."""
    try:
        return default_storage.size(f"{MADE}/{name}")
    except OSError:
        return 0


def served(name: str) -> HttpResponse:
    """The answer that gives a file, to be kept for good. Raises Http404."""
    try:
        with default_storage.open(f"{MADE}/{name}") as file:
            content = file.read()
    except OSError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=images.TYPES[name.rpartition(".")[2]])
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def sweep(masters: set[str], made: set[str], now: datetime, *, dry_run: bool) -> list[str]:
    """Remove the files that are none of these and thirty days old; return their names."""
    old, found = now - timedelta(days=UNUSED_DAYS), []
    for folder, needed in ((MASTERS, masters), (MADE, made)):
        try:
            names = default_storage.listdir(folder)[1]
        except OSError:  # nothing was ever kept
            continue
        paths = [f"{folder}/{name}" for name in names if name not in needed]
        found += [path for path in paths if default_storage.get_modified_time(path) < old]
    if not dry_run:
        for path in found:
            default_storage.delete(path)
    return found


def put(path: str, source: IO[bytes]) -> None:
    """Put a file in the store under this very name, whole or not at all. Raises OSError."""
    if not isinstance(default_storage, FileSystemStorage):  # others show a file once it is whole
        if default_storage.exists(path):
            default_storage.delete(path)
        if default_storage.save(path, File(source)) != path:
            raise OSError(f"{path} could not be replaced")
        return
    place = Path(default_storage.path(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    opened, aside = mkstemp(prefix=".", suffix=".part", dir=place.parent)
    try:
        with open(opened, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fchmod(opened, default_storage.file_permissions_mode or 0o600)
            os.fsync(opened)
        os.rename(aside, place)
    finally:
        Path(aside).unlink(missing_ok=True)


def _write(path: str, content: bytes) -> None:
    """Write a file unless it is there; half of one, of before names were given last, is not it."""
    try:
        if not default_storage.exists(path) or default_storage.size(path) != len(content):
            put(path, BytesIO(content))
        elif isinstance(default_storage, FileSystemStorage):  # sent again: not to be swept as old
            os.utime(default_storage.path(path))
    except OSError as error:
        raise NotWritten(error.errno, str(error)) from error


def _clear() -> None:
    """Remove what a kill left half written; nothing shows it nor copies it meanwhile."""
    if not isinstance(default_storage, FileSystemStorage):
        return
    for folder in (MASTERS, MADE):
        for left in Path(default_storage.path(folder)).glob(".*.part"):
            with suppress(OSError):  # someone else clears too, or it cannot be
                if left.stat().st_mtime < time.time() - AN_HOUR:
                    left.unlink()
