"""The floor of coverage: it is held against what was measured, and nothing measured is not enough."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "run_tests.py"
RESTS = """
import os
import sys

import coverage
from tests.untraced import untraced

handlers = []
os.register_at_fork = lambda **named: handlers.append(named)
measured = coverage.Coverage(config_file="pyproject.toml", data_file=sys.argv[1])
measured.start()
begun = handlers.copy(), os._exit
for _ in range(3):
    with untraced():
        assert coverage.Coverage.current() is None
    assert coverage.Coverage.current() is measured
assert begun[0] and (handlers, os._exit) == begun
assert "fork" in measured.get_option("run:patch")
"""


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_tests", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_room_at_its_floor_is_enough(tool: ModuleType) -> None:
    assert tool.below_floor({f"{room}/a.py": (int(floor), 100) for room, floor in tool.FLOORS.items()}) == []


@pytest.mark.parametrize("measured", [(99, 100), (0, 0)])
def test_a_room_below_its_floor_or_not_measured_at_all_is_named(
    tool: ModuleType, measured: tuple[int, int]
) -> None:
    counts = {f"{room}/a.py": (100, 100) for room in tool.FLOORS} | {"ledger/a.py": measured}

    (line,) = tool.below_floor(counts)
    assert "ledger" in line


@pytest.mark.parametrize(
    ("covered", "total", "is_named"), [(11, 50, True), (11, 20, True), (12, 20, False), (0, 19, False)]
)
def test_a_module_without_tests_is_named_however_well_its_room_is_covered(
    tool: ModuleType, covered: int, total: int, is_named: bool
) -> None:
    counts = {f"{room}/a.py": (10_000, 10_000) for room in tool.FLOORS} | {
        "web/pages/lost.py": (covered, total)
    }
    named = [line.partition(":")[0] for line in tool.below_floor(counts)]
    assert named == ["Coverage of web/pages/lost.py"] * is_named


def test_a_report_that_names_no_room_is_no_pass(tool: ModuleType) -> None:
    assert len(tool.below_floor({})) == len(tool.FLOORS)


def test_what_is_compiled_is_kept_for_the_other_processes(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("TRIALWRIGHT_THOROUGH", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in tool.environment()
    assert tool.environment()["TRIALWRIGHT_THOROUGH"] == "1"


def test_measuring_that_rested_goes_on_without_a_second_layer(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", RESTS, str(tmp_path / "measured")]

    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr
