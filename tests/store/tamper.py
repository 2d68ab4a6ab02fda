"""What the owner of the file can do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DATABASE = "trialwright.sqlite3"


@contextmanager
def tampering(data: Path) -> Iterator[sqlite3.Connection]:
    """As the owner of the file: triggers down, then whatever, and it is all undone afterwards."""
    from django.db import connection

    from trialwright.store.cache import forget_folder

    connection.close()
    database = data / DATABASE
    kept = database.read_bytes()
    tampered = sqlite3.connect(database, isolation_level=None)
    for (name,) in tampered.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        tampered.execute(f"DROP TRIGGER {name}")
    forget_folder()
    yield tampered
    tampered.close()
    connection.close()
    for suffix in ("-wal", "-shm"):
        Path(str(database) + suffix).unlink(missing_ok=True)
    database.write_bytes(kept)
    forget_folder()


def guards_up(connection: sqlite3.Connection) -> None:
    """A thorough forger leaves the triggers as they were."""
    from trialwright.store.guards import statements

    for statement in statements("sqlite").values():
        connection.execute(statement)
