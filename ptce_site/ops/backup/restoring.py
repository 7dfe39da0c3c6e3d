"""Put a backup back: all of it, or nothing changes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

from ptce_site.editorial.content_version import bump
from ptce_site.editorial.media import put

from . import files, querysets, schema
from .archive import FILES, Manifest, Part, Reader, Refused
from .making import Tell
from .querysets import Row

Rows = Callable[[str], Iterator[Row]]  # those of a table, by its label

# What a database holds that was only made, not used: no word of anyone is in it.
SET_UP = {
    "auth.group",
    "auth.group_permissions",
    "auth.permission",
    "contenttypes.contenttype",
}


@dataclass
class Source:
    """Where rows are taken from: the file itself, or the database aside that holds them newer."""

    rows: Rows
    parts: dict[str, Part]


def restore(path: Path, tell: Tell, *, overwrite: bool = False) -> Manifest:
    """Verify the backup, then put its images and its rows in place of those there.

    Raises Refused with a sentence; nothing of the site was changed then.
    """
    with Reader(path) as reader:
        manifest = reader.manifest
        reader.verify()
        _refuse_newer(path, manifest)
        if not overwrite and (held := what_is_there()):
            raise Refused(
                f"This site holds {held}: nothing was restored. Make a backup of it, then add "
                "--overwrite to put this one in its place."
            )
        with _source(reader) as source:
            if schema.applied(DEFAULT_DB_ALIAS) != schema.known():
                schema.bring_to(schema.known(), DEFAULT_DB_ALIAS)
            # Images first: their names are their contents', and rows never name one not there.
            _put_files(reader, tell)
            _put_rows(source, tell)
    ContentType.objects.clear_cache()
    return manifest


def prove(reader: Reader) -> None:
    """Restore the rows into a database made for that, and read the images. Raises Refused."""
    reader.verify()
    _refuse_newer(reader.path, reader.manifest)
    with schema.aside() as using:
        _load_aside(reader, using)


def _refuse_newer(path: Path, manifest: Manifest) -> None:
    """Raise Refused where the backup has had migrations that this code does not know."""
    known = schema.known()
    strange = [
        f"{app}.{name}"
        for app, names in manifest.migrations.items()
        for name in names
        if name not in known.get(app, [])
    ]
    if strange:
        raise Refused(
            f"{path} was made by a newer version of the site ({strange[0]} is not known here). "
            "Update the site's code first."
        )


def what_is_there() -> str:
    """What someone would lose: the fullest tables, in words; empty for a new database."""
    connection = connections[DEFAULT_DB_ALIAS]
    present = set(connection.introspection.table_names())
    counts = {
        label: querysets.count(model, DEFAULT_DB_ALIAS)
        for label, model in querysets.tables(apps).items()
        if label not in SET_UP and model._meta.db_table in present
    }
    full = sorted((label for label in counts if counts[label]), key=lambda one: -counts[one])
    return ", ".join(f"{counts[label]} {label}" for label in full[:3])


def load(source: Source, registry: Apps, using: str, tell: Tell) -> None:
    """Fill the tables of a database, in the transaction it is called in. Raises Refused."""
    tables, done = querysets.tables(registry), 0
    odd = sorted(tables.keys() ^ (source.parts.keys() - querysets.LEFT_OUT))
    if odd:
        raise Refused(f"The backup and this version of the site differ on the table {odd[0]}.")
    left_out = querysets.tables(registry, left_out=True)
    querysets.lock([*tables.values(), *left_out.values()], using)
    for model in [*left_out.values(), *tables.values()]:
        querysets.empty(model, using)
    for done, (label, model) in enumerate(tables.items(), 1):
        tell(done, len(tables), label)
        try:
            querysets.fill(model, source.rows(label), using)
        except (querysets.Unfit, DatabaseError, ValueError) as error:
            raise Refused(f"{label} cannot be restored: {_first_line(error)}.") from error
    try:
        connections[using].check_constraints()
    except DatabaseError as error:
        raise Refused(f"The backup's rows do not hold together: {_first_line(error)}.") from error
    for label, model in tables.items():
        querysets.number_after(model, source.parts[label].last, using)
        if querysets.digest(model, using) != source.parts[label].sha256:
            raise Refused(f"{label} does not read back as it was: nothing was restored.")


def _put_rows(source: Source, tell: Tell) -> None:
    with transaction.atomic(DEFAULT_DB_ALIAS):
        load(source, apps, DEFAULT_DB_ALIAS, tell)
        bump()


def _put_files(reader: Reader, tell: Tell) -> None:
    wanted = reader.manifest.files
    for done, (path, part) in enumerate(wanted.items(), 1):
        tell(done, len(wanted), path)
        if not files.is_there(path, part):
            with reader.open(f"{FILES}/{path}") as member:
                put(path, member)


@contextmanager
def _source(reader: Reader) -> Iterator[Source]:
    """The file's own rows; those of an older version of the site are first made newer, aside."""
    manifest = reader.manifest
    if manifest.migrations == schema.known():
        yield Source(reader.lines, manifest.rows)
        return
    with schema.aside() as using:
        _load_aside(reader, using)
        tables = querysets.tables(apps)
        parts = {
            label: Part(
                querysets.digest(model, using),
                querysets.count(model, using),
                querysets.last_number(model, using),
            )
            for label, model in tables.items()
        }
        yield Source(lambda label: querysets.rows(tables[label], using), parts)


def _load_aside(reader: Reader, using: str) -> None:
    """Restore the rows into the new database `using`, then bring it to this version of the site.

    Raises Refused. What is loaded is compared, table by table, with what the backup says.
    """
    manifest = reader.manifest
    with schema.keeping_to(using):
        schema.bring_to(manifest.migrations, using)
        with transaction.atomic(using):
            registry = schema.models_at(manifest.migrations)
            load(Source(reader.lines, manifest.rows), registry, using, lambda *_told: None)
        if manifest.migrations != schema.known():
            schema.bring_to(schema.known(), using)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else repr(error)
