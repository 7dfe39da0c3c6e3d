"""`manage.py backup` while a figure is being saved; both are killed at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from ptce_site.ops.backup.archive import Reader, Refused
from ptce_site.ops.backup.restoring import prove

from ..conftest import ROOT, Server
from . import saves
from .hands import Hand, number_in

MODELS = ("pages.KeyFigure",)


class Backup(Hand):
    """Runs the command, as a timer would."""

    def __init__(self, site: Server, editor: Hand) -> None:
        super().__init__("backup")
        self.site, self.editor = site, editor
        self.process: subprocess.Popen | None = None
        self.made: dict[Path, int] = {}  # those it said are made; what was saved before

    def work(self) -> None:
        saved = max(self.editor.kept, default=0)
        with self.asking() as number:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "backup"],
                cwd=ROOT,
                env=self.site.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            told = self.process.communicate()[0]
            if self.process.returncode == -signal.SIGKILL:
                raise ConnectionError("killed")
        if self.process.returncode == 0:
            self.kept.append(number)
            self.made[Path(told.strip().rpartition(": ")[2])] = saved
        else:
            self.said = told

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)


WANTED = (Backup,)
proved: dict[Path, tuple[int, int]] = {}  # what each file was when it was proved


def hands(site: Server) -> list[Hand]:
    editor = saves.figure_editor(site)
    return [editor, Backup(site, editor)]


def folder(site: Server) -> Path:
    return Path(site.environment["DATA_DIR"]) / "backups"


def look(site: Server, hands: list[Hand]) -> str:
    """AssertionError names what is half a backup, or lost."""
    editor, backup = hands
    saves.look_at_figure(editor)
    named = sorted(folder(site).glob("ptce-*.zip"))
    for path in named:
        is_backup(path)
    for path, saved in backup.made.items():
        assert path in named, f"{path.name} was told made, and is not there"
        assert held(path) >= saved, f"{path.name} lacks what was saved before it: {saved}"
    aside = len([*folder(site).glob(".*")])
    return f"{len(named)} backups that restore, {aside} half made aside"


def is_backup(path: Path) -> None:
    """What `check_backup` does; once for each file, if it stays as it is."""
    state = path.stat().st_mtime_ns, path.stat().st_size
    if proved.get(path) == state:
        return
    try:
        with Reader(path) as reader:
            prove(reader)
    except Refused as error:
        raise AssertionError(str(error)) from None
    proved[path] = state


def held(path: Path) -> int:
    """The number of the figure in a backup."""
    with Reader(path) as reader:
        rows = reader.lines("pages.keyfigure")
        return next(number_in(row["label_fr"]) for row in rows if row["slug"] == saves.FIGURE)


def after(site: Server, _hands: list[Hand]) -> str:
    """What kills left half made goes away with the next backup."""
    left = len([*folder(site).glob(".*")])
    site.manage("backup")
    stayed = [path.name for path in folder(site).glob(".*")]
    assert not stayed, f"left for good: {stayed}"
    return f"{left} half made, all gone with the next backup"
