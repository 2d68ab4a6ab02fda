"""Runs all tests on two processes, then holds branch coverage of each room against its floor.

Rooms whose rules decide what the record says are covered whole; the others to nine tenths, and each of their modules to
six tenths but for the smallest, so that none which lost its tests is hidden among the others.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_SECONDS = 84 * 60  # each test has a limit of its own; this is for what no test's limit ends
IS_THOROUGH = os.environ.get("TRIALWRIGHT_THOROUGH") == "1"
SHARED_MEMORY = Path("/dev/shm")
LEAST_BYTES = 8 * 2**30
WHOLE = ("values", "expr", "study", "instruments", "schedule", "ledger")
FLOORS = dict.fromkeys(WHOLE, 100.0) | dict.fromkeys(
    ("datasets", "analysis", "registry", "simulate", "store", "reminders", "diary", "web", "cli"), 90.0
)

LEAST_OF_A_MODULE = 60.0
SMALL = 20  # lines and branches; a module of fewer is in its room alone


def run_pytest(arguments: list[str]) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "--cov",
        "--cov-report=",
        "-rs",
    ]
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        command.append(f"--basetemp={folder}/tests")
        try:
            return subprocess.run(
                [*command, *arguments], cwd=ROOT, env=environment(), check=False, timeout=MOST_SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"The tests did not end within {MOST_SECONDS // 60} minutes.")
            return 1


def environment() -> dict[str, str]:
    """That of the tests: what is compiled is kept, also where a machine is set to keep nothing. Else each worker and each
    of the hundreds of processes that tests start would compile the whole package, and the workers all tests. Each worker
    has one core: threads of Polars would hand small tables to and fro, as they do where all is tried."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept if IS_THOROUGH else {"POLARS_MAX_THREADS": "1"} | kept


def memory_folder() -> str | None:
    """Where files stay in memory, if there is room; None: where temporary files are. Most tests make a data folder, whose
    every act waits until it is on the disk, and the disk of a shared machine can be slow."""
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK):
        return None
    return str(SHARED_MEMORY) if shutil.disk_usage(SHARED_MEMORY).free >= LEAST_BYTES else None


def covered_by_module() -> dict[str, tuple[int, int]]:
    """ "room/module" below the package -> (covered, all) of lines and branches together."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        # A copy of the package that a test installed elsewhere is gone by now, and no part of what is counted.
        command = ["coverage", "json", "-q", "--include=src/trialwright/*", "-o", str(report)]
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    summaries = {"/".join(Path(name).parts[2:]): entry["summary"] for name, entry in files.items()}
    return {
        name: (
            summary["covered_lines"] + summary.get("covered_branches", 0),
            summary["num_statements"] + summary.get("num_branches", 0),
        )
        for name, summary in summaries.items()
    }


def by_room(modules: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, (covered, total) in modules.items():
        room = name.partition("/")[0] if "/" in name else ""
        counts[room] = counts[room][0] + covered, counts[room][1] + total
    return dict(counts)


def below_floor(modules: Mapping[str, tuple[int, int]]) -> list[str]:
    """modules: of `covered_by_module`. A room of which nothing was measured is below any floor."""
    counts = by_room(modules)
    asked = {room: (counts.get(room, (0, 0)), floor) for room, floor in FLOORS.items()}
    asked |= {name: (count, LEAST_OF_A_MODULE) for name, count in modules.items() if is_asked(count)}
    lines = []
    for name, ((covered, total), floor) in asked.items():
        share = 100 * covered / total if total else 0.0
        if share < floor:
            lines.append(f"Coverage of {name}: {share:.2f} % of lines and branches; at least {floor:.0f} %.")
    return lines


def is_asked(count: tuple[int, int]) -> bool:
    """Whether a module has a floor of its own."""
    return count[1] >= SMALL


def main() -> int:
    code = run_pytest(sys.argv[1:])
    if code != 0 or sys.argv[1:]:
        return code
    lines = below_floor(covered_by_module())
    print("\n".join(lines) if lines else "Coverage: every room is at or above its floor.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
