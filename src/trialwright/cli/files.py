"""Reading study folders and the instruments from disk."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialwright.cli.output import ENVIRONMENT, FINDINGS, UserError, note, why

if TYPE_CHECKING:
    from trialwright.study.model import Study

_MOST_FILES: Final = 2_000
_KINDS: Final = (".yaml", ".yml")


def read_study_folder(path: Path) -> dict[str, bytes]:
    """The YAML files of a study folder, by their names within it."""
    if not path.is_dir():
        raise UserError(f"There is no folder {path}.", code=ENVIRONMENT)
    found = sorted(file for file in path.rglob("*") if file.suffix in _KINDS and file.is_file())
    if not found:
        raise UserError(f"{path} holds no YAML file; a study folder has study.yaml.", code=ENVIRONMENT)
    if len(found) > _MOST_FILES:
        raise UserError(
            f"{path} holds more than {_MOST_FILES} YAML files; is it a study folder?", code=ENVIRONMENT
        )
    try:
        return {file.relative_to(path).as_posix(): file.read_bytes() for file in found}
    except OSError as error:
        raise UserError(f"The study cannot be read: {why(error)}", code=ENVIRONMENT) from error


def read_library() -> dict[str, bytes]:
    """The instruments that come with the product, by names such as "vital_signs/form.yaml"."""
    return dict(_below(files("trialwright.instruments"), ""))


def _below(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _below(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_KINDS):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found


def load_study(path: Path) -> "Study":
    """The study of a folder; its errors are said, and end the command."""
    from trialwright.study.load import load

    loaded = load(read_study_folder(path), read_library())
    if loaded.study is None:
        for found in loaded.problems:
            if found.severity == "error":
                note(f"{found.where}: {found.text}")
        raise UserError(f"{path} has errors; trialwright check lists them.", code=FINDINGS)
    return loaded.study
