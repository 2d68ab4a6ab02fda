"""Writes a folder of files whole or not at all, with the claim that it was written in between."""

import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

from trialwright.cli.output import UserError, why


def require_place(out: Path, names: Iterable[str]) -> None:
    """Refuses a folder that holds anything but an older one of the kind, which has these names at its top."""
    if not out.exists():
        return
    if not out.is_dir() or not {path.name for path in out.iterdir()} <= set(names):
        raise UserError(f"{out} holds something else; name an empty folder.")


def replace_folder(
    out: Path, files: Mapping[str, bytes], *, claim: Callable[[], None], what: str = "The report"
) -> None:
    """Puts the files (name within the folder -> content) in the place of whatever folder is there.

    claim: writes down that they were written. It stands between writing and renaming: before it, all that can
    fail for want of space or rights has been done, so a failed write leaves no claim; after it only names change,
    and where even that fails the files stay, under the name that the error gives, so that the claim stays true.
    Without a claim nothing is left behind. what: what the sentences of an error call them.
    """
    target = out.resolve()
    mark = token_hex(4)
    new, old = (target.with_name(f".{target.name}.{mark}.{kind}") for kind in ("new", "old"))
    try:
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, new, ignore_errors=True)
            _write(new, files)
            claim()
            undo.pop_all()
    except OSError as error:
        # Of a file the place that it was to have: nobody asked for the folder in between, and it is gone.
        said = why(error).replace(str(new), str(out))
        raise UserError(f"{what} cannot be written: {said}") from error
    try:
        _swap(new, target, old)
    except OSError as error:
        raise UserError(f"{what} stands in {new} and cannot take the place of {out}: {why(error)}") from error


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _swap(new: Path, target: Path, old: Path) -> None:
    """The new folder in the place of the target, which comes back where that fails."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
