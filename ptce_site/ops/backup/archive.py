"""The file itself: a zip of rows and images, and last of all the manifest that says what is in it.

A zip, because its manifest is read without unpacking the rest, each part is compressed or not as
suits it, its parts need not be measured beforehand, and any computer opens it.
"""

import fcntl
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"ptce-(\d{4}-\d\d-\d\dT\d{6}Z)\.zip")
IMAGE = re.compile(r"(masters|images)/\w[\w.-]*")
STAMP = "%Y-%m-%dT%H%M%SZ"
PIECE = 1 << 20  # bytes held at a time
ROWS, FILES = "rows", "media"
# What a zip raises where a byte is not what it was.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)


class Refused(Exception):
    """Why nothing was done, in a sentence."""


@dataclass
class Part:
    """What one member of the file holds: `count` rows, or bytes of an image."""

    sha256: str
    count: int
    last: int = 0  # the last number given to a row of this table


@dataclass
class Manifest:
    """What a backup says of itself."""

    site: str
    moment: str  # ISO 8601, UTC: everything saved before it is in
    database: str
    migrations: dict[str, list[str]]
    rows: dict[str, Part] = field(default_factory=dict)  # by table
    files: dict[str, Part] = field(default_factory=dict)  # by path in the store of images
    missing: list[str] = field(default_factory=list)  # images the rows name, lost before
    format: int = FORMAT

    @property
    def members(self) -> dict[str, Part]:
        """Every part by its name in the file."""
        return {f"{ROWS}/{label}.jsonl": part for label, part in self.rows.items()} | {
            f"{FILES}/{path}": part for path, part in self.files.items()
        }

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.moment)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(part.count for part in self.rows.values())


@dataclass
class Kept:
    """A backup in a folder."""

    path: Path
    manifest: Manifest


class Writer:
    """A backup being written beside its place; nothing carries its name before it is whole."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"ptce-{moment.strftime(STAMP)}.zip"
        if self.path.exists():
            raise Refused(f"{self.path} is there already.")
        _clear(folder)
        self.aside = folder / f".{self.path.name}.{os.getpid()}.part"
        # Only its owner may read it: it holds accounts and what is not published.
        opened = os.open(self.aside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        self.file = os.fdopen(opened, "w+b")
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> Part:
        """Write a member piece by piece: rows, or the bytes of an image, `packed` already."""
        told, count = sha256(), 0
        about = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
        about.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        about.external_attr = 0o600 << 16
        with self.zip.open(about, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                told.update(piece)
                count += len(piece) if packed else 1
        return Part(told.hexdigest(), count)

    def finish(self, manifest: Manifest) -> Path:
        """Say what is in it, wait until the disk has it, then give it its name."""
        text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
        self.add(MANIFEST, [text.encode()])
        self.zip.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        os.rename(self.aside, self.path)
        self.file.close()
        _keep_names(self.path.parent)
        return self.path

    def abandon(self) -> None:
        """Leave nothing behind."""
        self.aside.unlink(missing_ok=True)
        for one in (self.zip, self.file):
            with suppress(OSError, ValueError):  # a full disk refuses what closing would write
                one.close()


class Reader:
    """A backup that is there. Raises Refused for what is not one, or not whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}.") from None
        except (zipfile.BadZipFile, ValueError, RuntimeError):
            raise Refused(f"{path} is not a backup, or its end is missing.") from None
        try:
            self.manifest = self._manifest()
        except Refused:
            self.close()
            raise

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        self.zip.close()

    def open(self, name: str) -> IO[bytes]:
        """A member, to be read piece by piece."""
        return self.zip.open(name)

    def lines(self, label: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        with self.open(f"{ROWS}/{label}.jsonl") as member:
            for text in member:
                yield json.loads(text)

    def verify(self) -> None:
        """Read every byte and compare. Raises Refused."""
        expected = self.manifest.members
        names = self.zip.namelist()
        odd = sorted({*names} ^ {*expected, MANIFEST})
        if odd or len(names) != len({*names}):
            raise Refused(f"{self.path} is damaged: {(odd or names)[0]} is missing or too many.")
        strange = [path for path in self.manifest.files if not IMAGE.fullmatch(path)]
        if strange:  # would be written outside the store
            raise Refused(f"{self.path} holds {strange[0]}, which is not an image of this site.")
        for name, part in expected.items():
            self._verify(name, part)

    def _verify(self, name: str, part: Part) -> None:
        told, count = sha256(), 0
        try:
            with self.open(name) as member:
                while piece := member.read(PIECE):
                    told.update(piece)
                    count += piece.count(b"\n") if name.startswith(f"{ROWS}/") else len(piece)
        except UNREADABLE:
            raise Refused(f"{self.path} is damaged: {name} cannot be read.") from None
        if (told.hexdigest(), count) != (part.sha256, part.count):
            raise Refused(f"{self.path} is damaged: {name} is not what was written.")

    def _manifest(self) -> Manifest:
        try:
            told = json.loads(self.zip.read(MANIFEST))
            version = told["format"]
            if version == FORMAT:
                for kind in (ROWS, "files"):
                    told[kind] = {name: Part(**part) for name, part in told[kind].items()}
                return Manifest(**told)
        except KeyError:
            raise Refused(f"{self.path} is not a backup of this site: no {MANIFEST}.") from None
        except (*UNREADABLE, ValueError, TypeError, AttributeError):
            raise Refused(f"{self.path} is damaged: {MANIFEST} cannot be read.") from None
        raise Refused(
            f"{self.path} is written in format {version}, which this version of the site does not "
            f"know (it knows {FORMAT}). Update the site's code first."
        )


def backups(folder: Path) -> Iterator[Kept]:
    """The backups of a folder that can be read, the newest first."""
    for path in sorted(_named(folder), reverse=True):
        try:
            with Reader(path) as reader:
                yield Kept(path, reader.manifest)
        except Refused:
            continue


def newest(folder: Path) -> Kept | None:
    """The last backup that succeeded, and what it says of itself."""
    return next(backups(folder), None)


def _named(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.iterdir()
        if NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    ]


def _clear(folder: Path) -> None:
    """Remove what a backup killed halfway left; one that is being written holds its lock."""
    for left in folder.glob(".ptce-*.zip.*.part"):
        with left.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            left.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Wait until the disk has the folder's names too."""
    known = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(known)
    finally:
        os.close(known)
