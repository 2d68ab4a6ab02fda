"""Runs all tests on two processes, then holds branch coverage of each room against its floor.

Rooms whose rules decide what the record says are covered whole; the others to nine tenths.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
WHOLE = ("values", "expr", "study", "instruments", "schedule", "ledger")
FLOORS = dict.fromkeys(WHOLE, 100.0) | dict.fromkeys(
    ("datasets", "analysis", "registry", "simulate", "store", "web", "cli"), 90.0
)


def run_pytest(arguments: list[str]) -> int:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--cov",
        "--cov-report=",
        "-rs",
    ]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


def covered_by_room() -> dict[str, tuple[int, int]]:
    """Room -> (covered, all) of lines and branches together."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], cwd=ROOT, check=True
        )
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, entry in files.items():
        room = Path(name).parts[2] if len(Path(name).parts) > 3 else ""
        summary = entry["summary"]
        covered, total = counts[room]
        counts[room] = (
            covered + summary["covered_lines"] + summary.get("covered_branches", 0),
            total + summary["num_statements"] + summary.get("num_branches", 0),
        )
    return dict(counts)


def below_floor(counts: Mapping[str, tuple[int, int]]) -> list[str]:
    """counts: of `covered_by_room`. A room of which nothing was measured is below any floor."""
    lines = []
    for room, floor in FLOORS.items():
        covered, total = counts.get(room, (0, 0))
        share = 100 * covered / total if total else 0.0
        if share < floor:
            lines.append(f"Coverage of {room}: {share:.2f} % of lines and branches; at least {floor:.0f} %.")
    return lines


def main() -> int:
    code = run_pytest(sys.argv[1:])
    if code != 0 or sys.argv[1:]:
        return code
    lines = below_floor(covered_by_room())
    print("\n".join(lines) if lines else "Coverage: every room is at or above its floor.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
