"""What this process needs to serve everyone: its database, up to date, and a place for media."""

import tempfile
from functools import cache
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app in this code; read from the disk once."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def pending() -> list[str]:
    """The apps whose tables are older than the code. Raises DatabaseError."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted({app for app, name in _last_migrations() if (app, name) not in applied})


def database_fault() -> str:
    """What is wrong with the database, in a sentence; nothing if it answers and is up to date."""
    try:
        late = pending()
    except DatabaseError as error:
        return f"The database does not answer ({' '.join(str(error).split())})."
    return f"Migrations are pending for {', '.join(late)}." if late else ""


def media_fault() -> str:
    """What keeps pictures from being written; a storage elsewhere is not asked each second."""
    if not isinstance(default_storage, FileSystemStorage):
        return ""
    folder = Path(default_storage.location)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return f"{folder} cannot be written to ({error.strerror})."
    return ""


def ready() -> list[str]:
    """What keeps this process from serving everyone, each in a sentence."""
    close_old_connections()
    try:
        return [fault for fault in (database_fault(), media_fault()) if fault]
    finally:
        close_old_connections()
