"""Two kinds of transaction: one that writes, and one that reads all tables as they stood at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from trialwright.store.sqlite.base import DatabaseWrapper


@contextmanager
def writing() -> Iterator[None]:
    """All or nothing. Inside another one it is part of it; on SQLite writers queue, see `store.sqlite`."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield


def leave_no_copy() -> None:
    """After a redaction: SQLite keeps former pages in its write-ahead log until they are moved over. Where a reader
    holds the log at this moment, the next checkpoint does it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def reading() -> Iterator[None]:
    """Every query inside sees the same moment, and no writer waits for it."""
    if connection.in_atomic_block:
        yield
        return
    wrapper = connections[DEFAULT_DB_ALIAS]
    if isinstance(wrapper, DatabaseWrapper):
        with wrapper.deferred(), transaction.atomic():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
