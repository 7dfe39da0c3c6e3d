"""`make drill`: the site is lost while people work, and comes back with one command.

A backup is made under readers and editors; the site is killed and wiped; `make restore` brings the
file back in a fresh clone on this database, then on the other one, and another backup made there
must hold the same rows, versions and images. Of PostgreSQL:
`python -m tests.postgresql .venv/bin/python -m tests.drill`.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from ptce_site.ops.backup.archive import Kept, newest

from .kill.__main__ import a_site  # chooses the settings, which everything else here reads
from .postgresql import cluster

READERS, WORKED = 4, 5  # who reads meanwhile; what each editor must have saved before the backup
PROD = "ptce_site.settings.prod"
BACKUP = (".venv/bin/python", "manage.py", "backup")


class Reading(threading.Thread):
    """Visits that nothing kept answers, one after the other, until told."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.done, self.failed, self.over = url, 0, 0, False

    def run(self) -> None:
        while not self.over:
            try:
                with urllib.request.urlopen(f"{self.url}/poles/?q=jura{self.done}", timeout=60):
                    self.done += 1
            except OSError:
                self.failed += not self.over


def under_load(site, folder: Path) -> tuple[Kept, str]:
    """A backup made while people work: itself, and what they did. Ends with the site killed."""
    from .kill import images, saves, turns  # they read the site's own database
    from .kill.backups import held
    from .kill.hands import Person

    hands: list[Person] = [*saves.hands(site), *images.hands(site)]
    readers = [Reading(site.url) for _ in range(READERS)]
    site.start()
    try:
        for hand in hands:
            hand.sign_in()
            hand.start()
            hand.on.set()
        for reader in readers:
            reader.start()
        turns.wait(lambda: all(len(hand.kept) >= WORKED for hand in hands), lambda: "nobody saves")
        before, began = [max(hand.kept) for hand in hands], time.monotonic()
        site.manage("backup", "--to", str(folder))
        took = time.monotonic() - began
        meanwhile = sum(max(hand.kept) - last for hand, last in zip(hands, before, strict=True))
    finally:
        for reader in readers:
            reader.over = True
        turns.kill(site, hands)
    kept = newest(folder)
    assert kept, "no backup"
    assert held(kept.path) >= before[0], "what was saved before it is not in it"
    failed = sum(reader.failed for reader in readers)
    assert not failed, f"{failed} visits failed"
    return kept, (
        f"{took:.1f} s under load: {sum(reader.done for reader in readers)} visits, 0 failed; "
        f"{sum(before)} saved before it, {meanwhile} while it was made"
    )


def wipe(place: Path) -> None:
    """The site is no more: neither rows nor files."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
    shutil.rmtree(place)


@contextmanager
def the_other_database(folder: Path) -> Iterator[str]:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield f"sqlite:///{folder / 'other.sqlite3'}"
    else:
        with cluster() as url:
            yield url


def run(clone: Path, place: Path, database: str, *command: str) -> None:
    """A command in the clone, by who knows nothing but where the site shall keep its things."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    known |= {"DATA_DIR": str(place), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": PROD}
    done = subprocess.run(command, cwd=clone, env=known, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def equal(kept: Kept, place: Path) -> str:
    """What a backup made at this place holds, and what lies in its folder of images."""
    again = newest(place / "backups")
    assert again, "no backup of what was restored"
    was, found = kept.manifest.members, again.manifest.members
    assert [*found] == [*was], {*found} ^ {*was}
    for name, part in was.items():
        assert (found[name].sha256, found[name].count) == (part.sha256, part.count), name
    for path, part in kept.manifest.files.items():
        assert sha256((place / "media" / path).read_bytes()).hexdigest() == part.sha256, path
    versions = kept.manifest.rows["reversion.version"].count
    return (
        f"{len(kept.manifest.rows)} tables, {kept.manifest.total} rows ({versions} versions), "
        f"{len(kept.manifest.files)} files: all equal"
    )


def drill() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ptce-drill-"))
    try:
        with a_site() as site:
            kept, told = under_load(site, folder / "elsewhere")
            wipe(Path(site.environment["DATA_DIR"]))
        print(f"backup of {kept.manifest.database}, {told}", flush=True)
        clone = folder / "clone"
        subprocess.run(["git", "clone", "-q", ".", str(clone)], check=True)
        same = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'same.sqlite3'}"
        with the_other_database(folder) as other:
            for name, database in (("same", same), ("other", other)):
                place, began = folder / name, time.monotonic()
                run(clone, place, database, "make", "restore", f"FILE={kept.path}")
                took = time.monotonic() - began
                run(clone, place, database, *BACKUP)
                print(f"{name} database, {took:.0f} s: {equal(kept, place)}", flush=True)
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


if __name__ == "__main__":
    drill()
