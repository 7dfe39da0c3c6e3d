"""Which migrations a database has had, the models of that time, and a database made aside."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connections, router
from django.db.migrations.executor import MigrationExecutor

Migrations = dict[str, list[str]]  # names by app
ASIDE = "aside"


def applied(using: str) -> Migrations:
    """The migrations this database has had, of those the code knows."""
    loader = MigrationExecutor(connections[using]).loader
    found: Migrations = {}
    for app, name in sorted(loader.applied_migrations):
        if (app, name) in loader.graph.nodes:
            found.setdefault(app, []).append(name)
    return found


def known() -> Migrations:
    """Every migration of the code."""
    found: Migrations = {}
    for app, name in sorted(_executor().loader.graph.nodes):
        found.setdefault(app, []).append(name)
    return found


def models_at(migrations: Mapping[str, list[str]]) -> Apps:
    """The models as they were once these migrations were made."""
    if migrations == known():
        return apps
    loader = _executor().loader
    return loader.project_state(_ends(loader, migrations)).apps


def bring_to(migrations: Mapping[str, list[str]], using: str) -> None:
    """Make these migrations in an empty database; to the newest, Django does what follows too."""
    if migrations == known():
        call_command("migrate", database=using, interactive=False, verbosity=0)
        return
    executor = MigrationExecutor(connections[using])
    executor.migrate(_ends(executor.loader, migrations))


@contextmanager
def aside() -> Iterator[str]:
    """A new SQLite database in a temporary folder; gives its alias."""
    with tempfile.TemporaryDirectory(prefix="ptce-aside-") as folder:
        options = {"init_command": "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"}
        wanted = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(folder) / "db.sqlite3"),
            "OPTIONS": options,
        }
        filled = connections.configure_settings({"default": wanted, ASIDE: wanted})
        connections.databases[ASIDE] = filled[ASIDE]
        try:
            connections[ASIDE].connect()
            yield ASIDE
        finally:
            connections[ASIDE].close()
            del connections[ASIDE], connections.databases[ASIDE]


@contextmanager
def keeping_to(using: str) -> Iterator[None]:
    """What names no database inside means this one: no migration that forgets strays."""
    routers, router.routers = router.routers, [_Everything(using)]
    try:
        yield
    finally:
        router.routers = routers


class _Everything:
    """Sends to one database whatever names none."""

    def __init__(self, using: str) -> None:
        self.using = using

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return self.using

    db_for_write = db_for_read


def _executor() -> MigrationExecutor:
    return MigrationExecutor(None)  # the code alone, no database


def _ends(loader: Any, migrations: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The migrations that none of the others, in the same app, follows."""
    had = {(app, name) for app, names in migrations.items() for name in names}
    return sorted(
        key
        for key in had
        if not any(child in had and child[0] == key[0] for child in _after(loader, key))
    )


def _after(loader: Any, key: tuple[str, str]) -> set[tuple[str, str]]:
    return {child.key for child in loader.graph.node_map[key].children}
