"""The files of photos in a data folder: files/<study>/<participant>/<sha256>.jpg, for nobody's eyes but the program's.

A file is there before the event that tells of it, and goes after the event that says so: what is interrupted leaves a
file too many and never one too few. `verify` names it, `rebuild` destroys it.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import OperationalError

from trialwright.ledger.ids import NAME
from trialwright.store.sqlite.base import PATIENCE_SECONDS, Busy, take

FILES: Final = "files"
LOCK: Final = "files.lock"
_STUDY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")  # as `study.formats.StudyId`
_KEPT: Final = re.compile(r"([0-9a-f]{64})\.jpg\Z")


def _data() -> Path:
    folder = settings.DATA
    if folder is None:
        raise RuntimeError("no data folder is open")
    return Path(folder)


def folder_of(study_id: str, participant: str = "") -> Path | None:
    """Where the files of a participant are, or those of a study; it may not be there yet. None for names that no study
    and no participant can have, as an altered row may: they must not lead elsewhere."""
    if not _STUDY.match(study_id) or not (participant == "" or NAME.match(participant)):
        return None
    return _data() / FILES / study_id / participant


def path_of(study_id: str, participant: str, kept: str) -> Path:
    """Raises ValueError for what is no name of a participant or no hash."""
    folder = folder_of(study_id, participant) if participant else None
    if folder is None or not _KEPT.match(f"{kept}.jpg"):
        raise ValueError(f"no file is named by {participant[:80]!r} and {kept[:80]!r}")
    return folder / f"{kept}.jpg"


def names_in(folder: Path | None) -> tuple[str, ...]:
    """What is in a folder, in order; nothing where there is no such folder."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(sorted(one.name for one in folder.iterdir()))


def hash_of(name: str) -> str:
    """The hash that a file is named by; "" for any other file."""
    found = _KEPT.match(name)
    return found[1] if found else ""


def is_whole(path: Path, kept: str) -> bool:
    """Whether the file holds what its photo says. Raises FileNotFoundError."""
    with path.open("rb") as file:
        digest = sha256()
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest() == kept


def write_file(path: Path, content: bytes) -> None:
    """All of it or nothing, and on the disk when this returns. Raises OperationalError where the disk refuses."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _make_folders(path.parent)
        try:
            _write(part, content)
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        _flush(path.parent)
    except OSError as error:
        raise OperationalError(f"a photo cannot be written: {error.strerror}") from error


def destroy_file(path: Path) -> None:
    """Raises OperationalError where the disk refuses."""
    try:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _flush(path.parent)
    except OSError as error:
        raise OperationalError(f"a photo cannot be destroyed: {error.strerror}") from error


def _make_folders(folder: Path) -> None:
    for one in (folder.parent.parent, folder.parent, folder):
        with suppress(FileExistsError):
            one.mkdir(mode=0o700)
            _flush(one.parent)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """A name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def alone_with_files() -> Iterator[None]:
    """One at a time between a file and its event, in all processes: or one would destroy what another just wrote.
    Never inside a transaction. Raises Busy."""
    path = _data() / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise OperationalError(f"{path} cannot be opened: {error.strerror}") from error
    if not take(handle, PATIENCE_SECONDS):
        raise Busy(f"{path} was held by others for {PATIENCE_SECONDS:.0f} s")
    try:
        yield
    finally:
        os.close(handle)  # closing gives the lock back
