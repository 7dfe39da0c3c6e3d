"""Backups as a host makes them: other processes, the other database, edits and kills meanwhile."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from ptce_site.ops.backup.archive import Part, newest

from .backed import images_in, lived_in, made_in
from .conftest import ROOT
from .postgresql import database_of_its_own

pytestmark = pytest.mark.django_db

BACK = """
from django.core.management import call_command
call_command("restore", {backup!r})
call_command("backup")
"""

# While it is made, someone changes rows it has passed and rows it has not: all in, or none.
MEANWHILE = """
import json, os, signal, sys, threading
from pathlib import Path
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from poles.models import Pole
from ptce_site.ops.backup import querysets
from ptce_site.ops.backup.archive import newest
from ptce_site.ops.backup.making import make
from ptce_site.ops.backup.restoring import restore

folder = Path({folder!r})
edited, reading = [], threading.Event()

def digests():
    return querysets.digests(apps, "default")

def edit():
    with transaction.atomic():
        User.objects.update(first_name="Pendant")
        Pole.objects.update(trade_fr="Pendant")
    connection.close()
    edited.append(True)

def editing(done, known, name):
    if name == "editorial.source":
        someone = threading.Thread(target=edit)
        someone.start()
        someone.join(4)

def visit_and_edit():
    told["read"] = Pole.objects.count()
    reading.set()
    with transaction.atomic():
        User(username="Trop tard").save()
        transaction.set_rollback(True)
    connection.close()

def visiting(done, known, name):
    if name == "poles.pole":
        someone = threading.Thread(target=visit_and_edit)
        someone.start()
        reading.wait(4)
        someone.join(0.3)
        told["waits"] = someone.is_alive()

def killing(done, known, name):
    if name == "poles.pole":
        os.kill(os.getpid(), signal.SIGKILL)

def killed(work):
    connections.close_all()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL

told = {{"before": digests()}}
kept = make(folder / "meanwhile", editing)
told["kept"] = {{label: part.sha256 for label, part in kept.manifest.rows.items()}}
told["edited"], told["after"] = edited, digests()
told["killed"] = [killed(lambda: make(folder / "killed", killing))]
told["left"] = [one.name for one in (folder / "killed").iterdir()]
told["newest"] = str(newest(folder / "killed"))
told["killed"] += [killed(lambda: restore(kept.path, killing, overwrite=True))]
told["unchanged"] = digests() == told["after"]
restore(kept.path, visiting, overwrite=True)
told["restored"] = digests()
print("TOLD" + json.dumps(told))
"""

# The site as it was two migrations ago, backed up, then restored into the site of today.
EARLIER = """
import json
from pathlib import Path
from django.apps import apps
from django.core.management import call_command
from ptce_site.editorial.content_version import content_version
from ptce_site.ops.backup import querysets
from ptce_site.ops.backup.making import make
from ptce_site.ops.backup.restoring import restore

def quiet(*told):
    pass

for app, name in (("editorial", "0012"), ("poles", "0003")):
    call_command("migrate", app, name, verbosity=0)
kept = make(Path({folder!r}), quiet)
call_command("migrate", verbosity=0)
expected, word = querysets.digests(apps, "default"), content_version()
restore(kept.path, quiet, overwrite=True)
found = querysets.digests(apps, "default")
print("TOLD" + json.dumps({{
    "differ": [label for label in expected if expected[label] != found[label]],
    "said": content_version() not in ("", word),
    "tables": [len(kept.manifest.rows), len(found)],
}}))
"""


class Elsewhere:
    """A site of its own, with an empty database."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod",
            "SECRET_KEY": "elsewhere-" + "x" * 32,
            "DATA_DIR": str(folder),
            "DATABASE_URL": database,
        }

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tell(self, script: str, folder: Path) -> dict:
        told = self.manage("shell", "-v0", "-c", script.format(folder=str(folder)))
        return json.loads(told.split("TOLD", 1)[1])

    def parts(self) -> dict[str, Part]:
        """Every table and image of its last backup: sums, counts, last numbers given."""
        return newest(self.folder / "backups").manifest.members

    def came_back(self, backup: Path) -> None:
        """Restore a backup here, then make another one."""
        told = self.manage("shell", "-v0", "-c", BACK.format(backup=str(backup)))
        assert "Restored" in told


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with django_db_blocker.unblock(), images_in(folder / "media"), lived_in():
        return made_in(folder / "backups")


@pytest.fixture(scope="module")
def elsewhere(made, tmp_path_factory):
    """Another site, on the database the tests run on, where the backup came back."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with database_of_its_own(folder, "elsewhere") as address:
        site = Elsewhere(folder, address)
        site.came_back(made.path)
        yield site


def test_every_row_and_file_is_equal_elsewhere(elsewhere, made, tmp_path):
    """From SQLite to SQLite; from PostgreSQL to another one, to SQLite, and back."""
    origin, first = made.manifest.members, elsewhere.parts()
    assert len(made.manifest.rows) > 40 and made.manifest.files
    assert [*first] == [*origin]
    for name, part in origin.items():
        assert (first[name].sha256, first[name].count) == (part.sha256, part.count), name
        assert first[name].last >= part.last, name
    if connection.vendor == "sqlite":
        return
    other = Elsewhere(tmp_path, f"sqlite:///{tmp_path / 'db.sqlite3'}")
    other.came_back(newest(elsewhere.folder / "backups").path)
    assert other.parts() == first
    elsewhere.manage("restore", "--overwrite", str(newest(tmp_path / "backups").path))
    elsewhere.manage("backup")
    assert elsewhere.parts() == first


def test_an_edit_and_kills_meanwhile(elsewhere, tmp_path):
    told = elsewhere.tell(MEANWHILE, tmp_path)
    assert told["edited"] == [True]  # and nobody who writes waited for it
    assert told["kept"] == told["before"]
    changed = {label for label, sum in told["after"].items() if told["before"][label] != sum}
    assert changed == {"auth.user", "poles.pole"}
    assert told["killed"] == [True, True]
    assert [name[0] for name in told["left"]] == ["."] and told["newest"] == "None"
    assert told["read"] and told["waits"]  # who reads does not wait for a restore, who writes does
    assert told["unchanged"] and told["restored"] == told["before"]


@pytest.mark.once
def test_the_site_of_earlier_migrations_comes_back(elsewhere, tmp_path):
    told = elsewhere.tell(EARLIER, tmp_path)
    assert told["differ"] == [] and told["said"] and told["tables"][0] < told["tables"][1]
