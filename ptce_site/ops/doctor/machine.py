"""The machine: files that others could read, room on the disk, the clock, what is installed."""

import importlib
import shutil
import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from ptce_site import pdf

from .answers import Answer, fine, remark, wrong

GIGABYTE = 1_000_000_000
LITTLE, TOO_LITTLE = 2 * GIGABYTE, GIGABYTE // 4
OLD = timedelta(days=2)  # a backup
SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")


def env_file() -> Answer:
    path = settings.BASE_DIR / ".env"
    if not path.exists():
        return fine("env", "No .env: the settings come from the environment.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP:
        told = f"{path} holds secrets, and others on this machine can read or change it."
        return wrong("env", told, f"chmod 600 {path}")
    return fine("env", f"{path} is its owner's.")


def data_folder() -> Answer:
    about, folder = "DATA_DIR", Path(settings.DATA_DIR)
    database = folder / "db.sqlite3"
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH:
        return wrong(about, f"Anyone on this machine can write in {folder}.", f"chmod 750 {folder}")
    if mode & stat.S_IXOTH and database.exists() and database.stat().st_mode & stat.S_IROTH:
        told = f"Anyone on this machine can read the database in {folder}, accounts included."
        return remark(about, told, f"chmod 750 {folder}")
    return fine(about, f"{folder} is closed to others.")


@dataclass(frozen=True)
class Room:
    """Bytes on the disk that holds DATA_DIR."""

    free: int
    total: int


def room() -> Room:
    """Raises OSError."""
    found = shutil.disk_usage(settings.DATA_DIR)
    return Room(found.free, found.total)


def disk() -> Answer:
    found = room()
    told = f"{found.free / GIGABYTE:.1f} GB free of {found.total / GIGABYTE:.0f}."
    more = "Remove old backups, or DATA_DIR/cache, which is made again."
    if found.free < TOO_LITTLE:
        return wrong("disk", told, more)
    return remark("disk", told, more) if found.free < LITTLE else fine("disk", told)


def newest_backup() -> datetime | None:
    """When the last file of the default folder was written. Raises OSError."""
    folder = Path(settings.DATA_DIR) / "backups"
    found = [path.stat().st_mtime for path in folder.glob("ptce-*") if path.suffix != ".part"]
    return datetime.fromtimestamp(max(found), UTC) if found else None


def backups() -> Answer:
    last = newest_backup()
    if last is None:
        told = "There is no backup in DATA_DIR/backups."
        return remark("backups", told, "Have a timer run manage.py backup (docs/deploying.md).")
    told = f"The newest is of {last:%Y-%m-%d %H:%M} UTC."
    if last < datetime.now(UTC) - OLD:
        return wrong("backups", told, "See why the timer of manage.py backup does not run.")
    return fine("backups", told)


def clock() -> Answer:
    """A clock that is late is caught; one that is early cannot be without a network."""
    written = (settings.BASE_DIR / "manage.py").stat().st_mtime
    if time.time() < written:
        told = "The clock is behind: this code would have been written in the future."
        return wrong("clock", told, "timedatectl set-ntp true")
    if Path("/run/systemd/system").exists() and not SYNCHRONIZED.exists():
        told = "systemd does not say that the clock is set by the network; codes of the second "
        told += "factor and planned publications depend on it."
        return remark("clock", told, "timedatectl set-ntp true (or chrony)")
    return fine("clock", "Nothing shows that it is wrong.")


def pango() -> Answer:
    if pdf.available():
        return fine("pango", "PDF sheets can be made.")
    told = "Pango is not installed: PDF sheets are not offered."
    return remark("pango", told, "apt-get install libpango-1.0-0 libpangoft2-1.0-0")


def static_files() -> Answer:
    about, manifest = "static", Path(settings.STATIC_ROOT) / "staticfiles.json"
    collect = "manage.py collectstatic --clear --noinput, then restart."
    if not manifest.exists():
        return wrong(about, "Static files were not collected: pages have no style.", collect)
    sources = [path for root in settings.STATICFILES_DIRS for path in Path(root).rglob("*.*")]
    if max(path.stat().st_mtime for path in sources) > manifest.stat().st_mtime + 1:
        return remark(about, "Some sources are newer than what was collected.", collect)
    return fine(about, "Collected.")


def catalogues() -> Answer:
    about, make = "catalogues", "manage.py compile_catalogues, then restart."
    late = [
        po.parts[-3]
        for root in settings.LOCALE_PATHS
        for po in sorted(Path(root).glob("*/LC_MESSAGES/*.po"))
        if not (mo := po.with_suffix(".mo")).exists() or mo.stat().st_mtime < po.stat().st_mtime
    ]
    if late:
        return wrong(about, f"Not compiled: {', '.join(late)}. Pages there speak French.", make)
    return fine(about, "Compiled.")


def s3_library() -> Answer:
    """Whether what MEDIA_STORE needs is there; nothing to say where it is not set."""
    about = "libraries"
    try:
        importlib.import_module(settings.STORAGES["default"]["BACKEND"].rpartition(".")[0])
    except ImportError as error:
        told = f"MEDIA_STORE needs what is not installed ({error.name})."
        return wrong(about, told, "pip install --require-hashes -r requirements-s3.txt")
    return fine(about, "What the settings need is installed.")
