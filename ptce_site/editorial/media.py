"""Where pictures are kept: their masters, what is made of them, and what nothing needs any more.

A file never changes under its name. Only what is cut to size is served; masters stay inside.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from threading import Lock
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse

from ptce_site import images

MASTERS, MADE = "masters", "images"
NAMED = r"[0-9a-f]{32}\.(?:jpg|webp)"  # a master
NAMES = r"[0-9a-f]{20}-[0-9]{3,4}\.(?:avif|webp)"
UNUSED_DAYS = 30
_alone = Lock()  # fifty million points read take up to a gigabyte


class NotWritten(OSError):
    """The place where pictures are kept refuses one, whatever the reason."""


def keep(file: Any) -> str:
    """Keep the picture a browser sent and return its master's name.

    Raises images.Refused, and NotWritten where it cannot be kept.
    """
    with _alone:
        master = images.master_of(file, file.size)
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


def _write(path: str, content: bytes) -> None:
    """Write a file unless it is there, whole: a writing cut short before is done again."""
    try:
        if default_storage.exists(path):
            if default_storage.size(path) == len(content):
                return
            default_storage.delete(path)
        _save(path, content)
    except OSError as error:
        raise NotWritten(error.errno, str(error)) from error


def _save(path: str, content: bytes) -> None:
    try:
        default_storage.save(path, ContentFile(content))
    except OSError:  # a full disk leaves half a file, which would pass for a whole one
        with suppress(OSError):
            default_storage.delete(path)
        raise
