"""The wheel holds all that a checkout does: who installs it needs no repository, not even for the demo."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def files_below(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found}


def test_every_file_of_the_package_and_of_the_studies_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {f"trialwright/{name}" for name in files_below(ROOT / "src" / "trialwright")}
    studies = {f"trialwright/studies/{name}" for name in files_below(ROOT / "studies")}

    assert (package | studies) - names == set()
    # What a check by eye would look for: one of each kind that is not Python.
    kinds = {Path(name).suffix for name in names}
    assert {".mo", ".html", ".css", ".js", ".yaml", ".csv", ".json"} <= kinds


@pytest.mark.unmeasured  # what runs there lies elsewhere, and is gone when coverage is counted
def test_the_demo_is_built_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    words = ("demo", "--data", "data", "--participants", "1", "--no-serve")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRIALWRIGHT")}
    done = subprocess.run(
        [sys.executable, "-m", "trialwright", *words],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "1 virtual participants enrolled" in done.stderr
    assert (tmp_path / "data" / "data.json").is_file()
