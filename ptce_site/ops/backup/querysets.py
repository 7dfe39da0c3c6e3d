"""The rows of every table as plain JSON values, whatever the database, and back.

Rows are read and written under the models' own heads: no manager, signal or field of ours stands
between, so that what comes back is what was there, byte for byte.
"""

import base64
import datetime
import decimal
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import batched
from typing import Any

from django.apps.registry import Apps
from django.db import connections, models, transaction
from django.db.models.functions import Collate

Row = dict[str, Any]
Model = type[models.Model]

# Who is signed in, what this machine's timers did, the word that says the content changed: none of
# it is what anyone wrote.
LEFT_OUT = {
    "sessions.session", "usersessions.usersession", "ops.jobrun", "editorial.contentversion",
}  # fmt: skip
AT_A_TIME = 500  # rows
BUSY = "30s"  # how long PostgreSQL waits for who is writing


class Unfit(Exception):
    """A row that its table cannot hold; the sentence says which."""


def tables(registry: Apps, *, left_out: bool = False) -> dict[str, Model]:
    """The models that have a table of their own, by label: those kept, or those left out."""
    found = registry.get_models(include_auto_created=True)
    return {
        model._meta.label_lower: model
        for model in sorted(found, key=lambda one: one._meta.label_lower)
        if model._meta.managed and not model._meta.proxy
        if (model._meta.label_lower in LEFT_OUT) == left_out
    }


@contextmanager
def one_moment(using: str) -> Iterator[None]:
    """What is read inside is one moment of the database; nobody who writes waits for it."""
    connection = connections[using]
    outermost = not connection.in_atomic_block
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    if mode:  # the settings ask for IMMEDIATE, which takes the lock of those who write
        connection.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic(using):
            if outermost and connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if mode:
            connection.transaction_mode = mode


def rows(model: Model, using: str) -> Iterator[Row]:
    """Every row in the order of its key, the same on every database; never all in memory."""
    names = [field.attname for field in _fields(model)]
    key: Any = model._meta.pk
    while key.remote_field:
        key = key.target_field
    order = Collate("pk", _collation(using)) if isinstance(key, models.CharField) else "pk"
    # A plain queryset: modeltranslation's would read one language in the place of another.
    found = models.QuerySet(model, using=using).order_by(order).values_list(*names)
    for values in found.iterator(chunk_size=AT_A_TIME):
        yield {name: _plain(value) for name, value in zip(names, values, strict=True)}


def line(row: Row) -> bytes:
    """A row as it is written in the file: equal rows are equal bytes."""
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def digest(model: Model, using: str) -> str:
    """The SHA-256 of all rows of a table, as a backup of it says it."""
    found = sha256()
    for row in rows(model, using):
        found.update(line(row))
    return found.hexdigest()


def digests(registry: Apps, using: str) -> dict[str, str]:
    """The digest of every table that is kept: equal on two databases that hold the same."""
    return {label: digest(model, using) for label, model in tables(registry).items()}


def count(model: Model, using: str) -> int:
    return models.QuerySet(model, using=using).count()


def lock(every: Iterable[Model], using: str) -> None:
    """Let nobody write into these tables before the end of the transaction; all may read.

    SQLite's transaction holds the only lock there is.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(one._meta.db_table) for one in every)
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{BUSY}'")
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def empty(model: Model, using: str) -> None:
    """Remove every row. References to them are looked at when the transaction ends."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def fill(model: Model, given: Iterable[Row], using: str) -> None:
    """Write rows as `rows` gave them. Raises Unfit, or the database's own error."""
    connection = connections[using]
    quote, fields = connection.ops.quote_name, _fields(model)
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    names = {field.attname for field in fields}
    with connection.cursor() as cursor:
        for some in batched(given, AT_A_TIME):
            if any(row.keys() != names for row in some):
                raise Unfit(f"a row of {model._meta.label_lower} has not the columns of its table")
            cursor.executemany(
                sql,
                [
                    [_stored(field, row[field.attname], connection) for field in fields]
                    for row in some
                ],
            )


def last_number(model: Model, using: str) -> int:
    """The last number given to a row, even to one deleted since: the history still names it."""
    key, connection = model._meta.pk, connections[using]
    if not isinstance(key, models.AutoField):
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = [model._meta.db_table]
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", table)
            found = cursor.fetchone()
            return found[0] if found else 0
        cursor.execute(f"SELECT last_value, is_called FROM {_sequence(model, cursor)}")  # noqa: S608
        value, given = cursor.fetchone()
        return value if given else 0


def number_after(model: Model, last: int, using: str) -> None:
    """Give the next row a number above `last` and above those there; never go back."""
    if not isinstance(model._meta.pk, models.AutoField):
        return
    highest = models.QuerySet(model, using=using).aggregate(models.Max("pk"))["pk__max"] or 0
    last, connection = max(last, highest), connections[using]
    if last <= last_number(model, using):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            table = model._meta.db_table
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])
        else:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(model, cursor), last])


def _sequence(model: Model, cursor: Any) -> str:
    quoted = cursor.db.ops.quote_name(model._meta.db_table)
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, model._meta.pk.column])
    return cursor.fetchone()[0]


def _fields(model: Model) -> list[Any]:
    """The table's own columns, but for those that the database works out."""
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _collation(using: str) -> str:
    return "C" if connections[using].vendor == "postgresql" else "BINARY"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID, datetime.timedelta)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    return value


def _stored(field: Any, value: Any, connection: Any) -> Any:
    """What the driver is given. Text goes as it is: a field that cleans it would change it."""
    if value is None or isinstance(field, (models.CharField, models.TextField)):
        return value
    return field.get_db_prep_save(field.to_python(value), connection)
