"""What the disk of a data folder does to the database, told apart from faults of the program. Knows no Django."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

# busy: another program holds the database; full: no room; unwritable: the disk or its rights refuse.
Trouble = Literal["busy", "full", "unwritable"]

LEAST_FREE = 64 * 1024  # bytes; the database makes a file of 32 KiB beside itself, even to be read

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_REFUSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def trouble_of(error: BaseException | None, folder: Path | None) -> Trouble | None:
    """Why the database could not do it; None where the error tells of nothing that the disk did."""
    for each in _with_causes(error):
        if isinstance(each, sqlite3.Error):
            return _of_database(getattr(each, "sqlite_errorcode", 0) & 0xFF, folder)
        if isinstance(each, OSError):
            return "full" if each.errno in (errno.ENOSPC, errno.EDQUOT) else "unwritable"
    return None


def _of_database(code: int, folder: Path | None) -> Trouble | None:
    if code in _LOCKED:
        return "busy"
    if code == sqlite3.SQLITE_FULL:
        return "full"
    if code in _REFUSED:  # what a full disk does to the files beside the database is no SQLITE_FULL
        return "full" if folder is not None and is_full(folder) else "unwritable"
    return None


def is_full(folder: Path) -> bool:
    """Whether the database has no room; of a disk that cannot even be asked nothing is known."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    has_no_files_left = disk.f_files > 0 and disk.f_favail == 0
    return disk.f_bavail * disk.f_frsize < LEAST_FREE or has_no_files_left


def advice(folder: Path) -> str:
    """What is to be done about the disk of a folder; "" where nothing is seen to be wrong with it."""
    if not os.access(folder, os.W_OK):
        return (
            f" {folder} may not be written, and the database writes beside itself even to be read:"
            " allow writing, or copy the folder to where it may be written."
        )
    if is_full(folder):
        return f" The disk of {folder} is full: make room, then try again; nothing was lost."
    return ""


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
