"""A disk that is full, or that may not be written: one clear sentence, nothing acknowledged, and it goes on by itself."""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError
from tests.store.conftest import close
from tests.store.small import STUDY, enrol, give, save, screen
from tests.store.test_submit import count

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, OK
from trialwright.store.storage import LEAST_FREE, is_full, trouble_of

# ------------------------------------------------------------------ what an error tells


def of_database(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("told by SQLite")
    cause.sqlite_errorcode = code
    error = OperationalError("told by Django")
    error.__cause__ = cause
    return error


def of_system(code: int) -> OperationalError:
    error = OperationalError("write.lock cannot be opened")
    error.__cause__ = OSError(code, "told by the system")
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_database(sqlite3.SQLITE_BUSY), "busy"),
        (of_database(sqlite3.SQLITE_BUSY_SNAPSHOT), "busy"),
        (of_database(sqlite3.SQLITE_FULL), "full"),
        (of_database(sqlite3.SQLITE_READONLY), "unwritable"),
        (of_database(sqlite3.SQLITE_IOERR_SHMSIZE), "unwritable"),
        (of_database(sqlite3.SQLITE_CANTOPEN), "unwritable"),
        (of_database(sqlite3.SQLITE_CORRUPT), None),
        (of_system(errno.ENOSPC), "full"),
        (of_system(errno.EDQUOT), "full"),
        (of_system(errno.EROFS), "unwritable"),
        (OperationalError("no cause"), None),
        (None, None),
    ],
)
def test_an_error_tells_what_the_disk_did(
    error: OperationalError | None, trouble: str | None, tmp_path: Path
) -> None:
    assert trouble_of(error, tmp_path) == trouble


def test_of_a_disk_that_cannot_be_asked_nothing_is_known(tmp_path: Path) -> None:
    assert not is_full(tmp_path / "nothing")
    assert trouble_of(of_database(sqlite3.SQLITE_IOERR), None) == "unwritable"


# ------------------------------------------------------------------ a disk of its own


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk that can be filled needs the right to mount one")
    yield folder
    close()
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def on_disk(disk: Path, data: Path) -> Path:
    """The small study on that disk, closed, with a participant who may be enrolled."""
    from trialwright.store.folder import open_data

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    close()
    shutil.copytree(data, disk / "data")
    open_data(disk / "data")
    close()
    return disk / "data"


@contextmanager
def full(data: Path) -> Iterator[None]:
    """No byte is free."""
    filling = data.parent / "filling"
    with filling.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    assert is_full(data), LEAST_FREE
    yield
    filling.unlink()


@contextmanager
def read_only(data: Path) -> Iterator[None]:
    close()
    subprocess.run(["mount", "-o", "remount,ro", str(data.parent)], check=True)
    assert not os.access(data, os.W_OK)
    yield
    close()
    subprocess.run(["mount", "-o", "remount,rw", str(data.parent)], check=True)


@pytest.mark.parametrize("command", ["verify", "report", "seal", "rebuild", "serve"])
@pytest.mark.parametrize(("state", "sentence"), [(full, "is full"), (read_only, "may not be written")])
def test_a_command_says_what_is_wrong_with_the_disk(
    on_disk: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    state: Callable[[Path], object],
    sentence: str,
) -> None:
    out = tmp_path / "out"
    words = {"report": ["-o", str(out)], "seal": ["-o", str(out)], "serve": ["--port", "8799"]}
    with state(on_disk):  # type: ignore[attr-defined]  # either of the two above
        assert main([command, str(on_disk), *words.get(command, [])]) == ENVIRONMENT
    said = capsys.readouterr()

    assert said.out == ""
    (line,) = said.err.splitlines()
    assert sentence in line
    assert not out.exists()
    assert main(["verify", str(on_disk)]) == OK


def test_a_command_given_on_a_full_disk_is_not_half_stored_and_goes_through_afterwards(on_disk: Path) -> None:
    from django.db import DatabaseError

    from trialwright.store.casebooks import load
    from trialwright.store.verify import verify

    events = count("event")  # the database is open before the disk is full
    command = save("p1", "SCR", "vitals", {"weight": "70.5", "note": "x" * 2000})
    with full(on_disk):
        with pytest.raises(DatabaseError) as refused:
            give(command)
        assert trouble_of(refused.value, on_disk) == "full"
        with pytest.raises(DatabaseError):
            give(enrol("p1"))
        assert (count("event"), load(STUDY, "p1").sequence) == (events, 2)

    assert give(command).sealed
    assert give(enrol("p1")).book.arm
    assert verify(STUDY) == ()
