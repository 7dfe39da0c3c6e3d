"""The folder of the copy: written beside the former one, verified, put in its place at once.

Whatever happens, the former tree or the new one is whole: `DIR` is never written into, and the two
change places in one step. Where a system cannot do that (a network disk, not Linux), there is no
`DIR` for an instant between two renames; a machine that stops just then leaves the former tree as
`DIR.old`, and the next run puts it back before it does anything.
"""

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MARK = ".ptce-copy.json"  # says that a folder is one of ours
SUMS = "manifest.sha256"  # `sha256sum -c manifest.sha256` reads it
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE: man 2 renameat2


class Refused(Exception):
    """A folder that may not be written to; the sentence says why."""


def file_of(path: str) -> str:
    """The file, in the tree, of an address without query string. Raises Refused."""
    name = unquote(path.partition("?")[0]).removeprefix("/")
    name += "index.html" if not name or name.endswith("/") else ""
    if any(part in ("", ".", "..") for part in name.split("/")) or "\0" in name or "\n" in name:
        raise Refused(f"No file can stand for the address {path!r}.")
    return name


class Tree:
    """The copy being made for `target`."""

    def __init__(
        self,
        target: Path,
        *,
        force: bool = False,
        never: tuple[Path, ...] = (),
        own: tuple[Path, ...] = (),
    ) -> None:
        """`never`: folders that no copy may replace or hold, whatever is forced.

        `own`: those of which it may replace no part either, an earlier copy apart.
        """
        self.target = target.resolve()
        self.old = self.target.parent / f"{self.target.name}.old"
        self.new = self.target.parent / f"{self.target.name}.new-{os.getpid()}"
        self.force, self.never, self.own = force, (*never, *own), own
        self.sums: dict[str, str] = {}
        self.swapped = False  # whether the new tree is in place

    def begin(self, told: dict[str, Any]) -> None:
        """Refuse what is not ours, clear what a crash left, make the folder. `told`: the mark."""
        if any(one == self.target or self.target in one.parents for one in self.never):
            raise Refused(f"{self.target} holds the site itself or more: no copy may replace it.")
        if not self.target.parent.is_dir():
            raise Refused(f"The folder {self.target.parent} does not exist.")
        if self.old.exists() and not self.target.exists():
            self.old.rename(self.target)
        self._refuse_others()
        for left in [self.old, *self.target.parent.glob(f"{self.target.name}.new-*")]:
            if (left / MARK).is_file():
                self._remove_unless_held(left)
            elif left.is_dir() and not any(left.iterdir()):  # killed at its first or last step
                left.rmdir()
        if self.old.exists():
            raise Refused(f"{self.old} is in the way and is not a copy of the site: move it.")
        self.new.mkdir()
        self.write(MARK, f"{json.dumps(told, indent=1)}\n".encode())
        self.mark = (self.new / MARK).open()
        fcntl.flock(self.mark, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _refuse_others(self) -> None:
        there = self.target
        if there.exists() and not there.is_dir():
            raise Refused(f"{there} is a file.")
        ours = not there.exists() or (there / MARK).is_file() or not any(there.iterdir())
        if not ours and any(one in there.parents for one in self.own):
            raise Refused(f"{there} holds what the site is made of: no copy may replace it.")
        if not ours and not self.force:
            raise Refused(
                f"{there} holds something else than a copy of the site (no {MARK} in it): "
                "choose another folder, or add --force to replace all it holds."
            )

    def _remove_unless_held(self, left: Path) -> None:
        with (left / MARK).open() as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"A copy is being made for {self.target} ({left.name}).") from None
            _remove(left)

    def write(self, name: str, body: bytes) -> None:
        """Write a file of the copy. Raises OSError."""
        path = self.new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self.sums[name] = sha256(body).hexdigest()

    def write_sums(self) -> None:
        """The last file: the digest of every other one."""
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self.sums.items())]
        (self.new / SUMS).write_text("".join(lines), encoding="utf-8")

    def damaged(self) -> Iterator[str]:
        """What is on the disk and not as it was written, is empty, or is missing."""
        there = {
            path.relative_to(self.new).as_posix()
            for path in self.new.rglob("*")
            if path.is_file() and path.name != SUMS
        }
        for name in sorted(there ^ self.sums.keys()):
            yield f"{name} is {'not ours' if name in there else 'missing'}"
        for name in sorted(there & self.sums.keys()):
            body = (self.new / name).read_bytes()
            if not body:
                yield f"{name} is empty"
            elif sha256(body).hexdigest() != self.sums[name]:
                yield f"{name} is not what was written"

    def swap(self) -> None:
        """Put the new tree in place of the former one, then forget the former one."""
        os.sync()  # what a power cut after the swap would find
        had = self.target.exists()
        if had and _exchange(self.new, self.target):
            self.swapped = True
            self.new.rename(self.old)
        else:
            self._rename(had)
        self.mark.close()
        if had:
            _remove(self.old)

    def _rename(self, had: bool) -> None:
        """The swap in two steps, the first one undone if the second fails."""
        try:
            if had:
                self.target.rename(self.old)
            self.new.rename(self.target)
            self.swapped = True
        except BaseException:
            if had and not self.target.exists():
                self.old.rename(self.target)
            raise

    def abandon(self) -> None:
        """Leave nothing beside the tree in place: nothing new, nor the former once swapped."""
        if hasattr(self, "mark"):
            self.mark.close()
        for left in (self.new, self.old):
            if left.is_dir() and (left == self.new or self.swapped):
                _remove(left)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:
        return False
    done = rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE)
    return bool(done == 0)


def _remove(tree: Path) -> None:
    """Remove a tree, its mark last: what a crash leaves of it is known to be ours."""
    for child in [*tree.iterdir()]:
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        elif child.name != MARK:
            child.unlink()
    (tree / MARK).unlink(missing_ok=True)
    tree.rmdir()
