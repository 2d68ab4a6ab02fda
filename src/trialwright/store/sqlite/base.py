"""Django's SQLite, with one addition: writers stand in line at a file lock before BEGIN IMMEDIATE.

SQLite's own busy wait sleeps and tries again, and the unlucky starve; the kernel's lock wakes them in turn. Nobody
waits for longer than PATIENCE_SECONDS.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import OperationalError
from django.db.backends.sqlite3 import base

LOCK = "write.lock"
PATIENCE_SECONDS = 20.0


class Busy(OperationalError):  # noqa: N818 - becomes an answer to try again, not a fault
    """Others write, and went on for longer than anybody should wait. Nothing was written."""


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
        if not take(handle, PATIENCE_SECONDS):
            raise Busy(f"{path} was held by others for {PATIENCE_SECONDS:.0f} s")
        self.place_in_line = handle

    def leave_line(self) -> None:
        if self.place_in_line is not None:
            os.close(self.place_in_line)  # closing gives the lock back
            self.place_in_line = None


def take(handle: int, patience: float) -> bool:
    """Locks the open file, waiting in the kernel's line for at most so many seconds; where that was in vain, the
    file is closed or will be.

    The kernel's wait has no end of its own, so that it happens in a thread of its own, which nobody need wait for.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _Turn(handle).wait(patience)
    except BaseException:
        os.close(handle)
        raise
    return True


class _Turn:
    """A place in the line. Whoever comes last - the lock, or the end of patience - says what becomes of the file."""

    def __init__(self, handle: int) -> None:
        self.handle, self.came, self.mutex = handle, threading.Event(), threading.Lock()
        self.is_given_up = False
        threading.Thread(target=self._stand, daemon=True).start()

    def wait(self, patience: float) -> bool:
        if self.came.wait(patience):
            return True
        with self.mutex:
            self.is_given_up = not self.came.is_set()
            return not self.is_given_up

    def _stand(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        with self.mutex:
            if self.is_given_up:
                os.close(self.handle)
            else:
                self.came.set()
