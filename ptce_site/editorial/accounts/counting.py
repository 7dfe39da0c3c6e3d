"""Where attempts are counted: in the database, and with an error where it cannot be written.

Django's own cache answers "someone else is at it" when the database fails, of which allauth would
make "too many attempts": nobody should be told that because a disk is full.
"""

import secrets
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction

PROOF = "INSERT INTO {table} (cache_key, value, expires) VALUES (%s, '', '2000-01-01 00:00:00')"


class Counts(DatabaseCache):
    def add(
        self, key: str, value: Any, *args: Any, version: int | None = None, **more: Any
    ) -> bool:
        """Whether the key was free. Raises DatabaseError where nothing can be written."""
        added = super().add(key, value, *args, version=version, **more)
        if not added and not self.has_key(key, version=version):
            self._write()
        return added

    def _write(self) -> None:
        """Write and take back one line; the database says what is wrong with it."""
        using = router.db_for_write(self.cache_model_class)
        connection, name = connections[using], f"proof {secrets.token_hex(8)}"
        table = connection.ops.quote_name(self._table)
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute(PROOF.format(table=table), [name])
            cursor.execute(f"DELETE FROM {table} WHERE cache_key = %s", [name])  # noqa: S608
