"""One round of reminders at a time in a data folder, whoever begins it: a server, or somebody at the console."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "remind.lock"
_STEP_SECONDS: Final = 0.1


@contextmanager
def only_round(folder: Path, *, patience_seconds: float = 0.0) -> Iterator[bool]:
    """Whether it is ours; the system takes it back from a program that ends, however it ends."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _taken(handle, time.monotonic() + patience_seconds)
    finally:
        os.close(handle)


def _taken(handle: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_STEP_SECONDS)
        else:
            return True
