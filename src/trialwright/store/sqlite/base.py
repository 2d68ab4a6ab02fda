"""Django's SQLite, with one addition: writers stand in line at a file lock before BEGIN IMMEDIATE.

SQLite's own busy wait sleeps and tries again, and the unlucky starve; the kernel's lock wakes them in turn.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import OperationalError
from django.db.backends.sqlite3 import base

LOCK = "write.lock"


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the folder's write lock from BEGIN IMMEDIATE to COMMIT or ROLLBACK."""

    transaction_mode: str | None
    place_in_line: int | None = None

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Transactions inside begin without IMMEDIATE: they read, take no lock and stand in no line."""
        self.ensure_connection()
        mode, self.transaction_mode = self.transaction_mode, "DEFERRED"
        try:
            yield
        finally:
            self.transaction_mode = mode

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "IMMEDIATE" and not self.is_in_memory_db():
            self.stand_in_line()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self.leave_line()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs  # where it fails, Django rolls back, and that leaves the line
        self.leave_line()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave_line()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave_line()

    def stand_in_line(self) -> None:
        path = Path(str(self.settings_dict["NAME"])).with_name(LOCK)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise OperationalError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except BaseException:
            os.close(handle)
            raise
        self.place_in_line = handle

    def leave_line(self) -> None:
        if self.place_in_line is not None:
            os.close(self.place_in_line)  # closing gives the lock back
            self.place_in_line = None
