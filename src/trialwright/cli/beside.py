"""Reminders beside the server: one more process, whatever the number of workers, which ends with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from trialwright.cli.remind import BESIDE

_PATIENCE_SECONDS: Final = 30  # a message that is just being sent


@contextmanager
def reminders_beside(data: Path) -> Iterator[None]:
    """It belongs to the group of processes of the server, so that Ctrl+C reaches it; if the server is killed, it sees
    that its parent is gone."""
    child = subprocess.Popen(
        [sys.executable, "-m", "trialwright", "remind", str(data), "--loop"],
        env={**os.environ, BESIDE: str(os.getpid())},
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
