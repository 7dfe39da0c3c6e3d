"""Make a backup while the site serves and is edited."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connections

from . import files, querysets, schema
from .archive import FILES, ROWS, Kept, Manifest, Writer

Tell = Callable[[int, int, str], None]  # how many are done, of how many, what


def default_folder() -> Path:
    """Where backups go unless told otherwise."""
    return Path(settings.DATA_DIR) / "backups"


def make(folder: Path, tell: Tell) -> Kept:
    """Write one dated file into `folder`; nothing is left of it if this fails.

    Raises Refused, OSError (a full disk) or the database's own error.
    """
    moment = datetime.now(UTC)
    writer = Writer(folder, moment)
    try:
        manifest = Manifest(
            site=settings.SITE_URL,
            moment=moment.isoformat(),
            database=connections[DEFAULT_DB_ALIAS].vendor,
            migrations={},
        )
        masters: set[str] = set()
        with querysets.one_moment(DEFAULT_DB_ALIAS):
            _add_rows(writer, manifest, masters, tell)
        # Files never change under their name: those of the moment are those there now.
        _add_files(writer, manifest, tell)
        manifest.missing = sorted(masters - manifest.files.keys())
        return Kept(writer.finish(manifest), manifest)
    except BaseException:
        writer.abandon()
        raise


def _naming(lines: Iterator[bytes], masters: set[str]) -> Iterator[bytes]:
    """The same lines; the masters they name are gathered as they pass."""
    for line in lines:
        masters |= files.named_in(line)
        yield line


def _add_rows(writer: Writer, manifest: Manifest, masters: set[str], tell: Tell) -> None:
    manifest.migrations = schema.applied(DEFAULT_DB_ALIAS)  # the first query sets the moment
    tables = querysets.tables(schema.models_at(manifest.migrations))
    for done, (label, model) in enumerate(tables.items(), 1):
        lines = (querysets.line(row) for row in querysets.rows(model, DEFAULT_DB_ALIAS))
        part = writer.add(f"{ROWS}/{label}.jsonl", _naming(lines, masters))
        part.last = querysets.last_number(model, DEFAULT_DB_ALIAS)
        manifest.rows[label] = part
        tell(done, len(tables), label)


def _add_files(writer: Writer, manifest: Manifest, tell: Tell) -> None:
    paths = files.there()
    for done, path in enumerate(paths, 1):
        tell(done, len(paths), path)
        try:
            file = default_storage.open(path)
        except OSError:  # swept since it was listed; if a row names it, it is told missing
            continue
        with file:
            name = f"{FILES}/{path}"
            manifest.files[path] = writer.add(name, files.pieces(file), packed=True)
