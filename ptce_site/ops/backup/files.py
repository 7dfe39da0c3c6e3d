"""The images: out of their store into a backup, and back, wherever the store is."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage

from ptce_site.editorial.media import MADE, MASTERS, NAMED

from .archive import PIECE, Part

MASTER = re.compile(rf"\b{NAMED}".encode())


def named_in(line: bytes) -> set[str]:
    """The masters that a row names: the library's, its history's, a draft's."""
    return {f"{MASTERS}/{name.decode()}" for name in MASTER.findall(line)}


def there() -> list[str]:
    """The path of every file in the store, masters first."""
    found: list[str] = []
    for folder in (MASTERS, MADE):
        try:
            names = default_storage.listdir(folder)[1]
        except OSError:  # nothing was ever kept
            continue
        found += [f"{folder}/{name}" for name in sorted(names) if name[0] != "."]
    return found


def pieces(file: IO[bytes] | File) -> Iterator[bytes]:
    """A file, a piece at a time."""
    while piece := file.read(PIECE):
        yield piece


def is_there(path: str, part: Part) -> bool:
    """Whether the store holds this very file."""
    try:
        if not default_storage.exists(path) or default_storage.size(path) != part.count:
            return False
        told = sha256()
        with default_storage.open(path) as file:
            for piece in pieces(file):
                told.update(piece)
        return told.hexdigest() == part.sha256
    except OSError:
        return False


def digests() -> dict[str, str]:
    """The SHA-256 of every file in the store."""
    found = {}
    for path in there():
        told = sha256()
        with default_storage.open(path) as file:
            for piece in pieces(file):
                told.update(piece)
        found[path] = told.hexdigest()
    return found
