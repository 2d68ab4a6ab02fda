"""Every command of the tutorial runs, in its order, in one folder, and ends with the code that the page says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "from-record-to-result.md"


def commands(page: Path) -> list[tuple[str, int]]:
    """(command, expected exit code) of each line in a `sh` block."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    found = []
    for line in "".join(blocks).splitlines():
        command, _, remark = line.partition("  # exit ")
        found.append((command.strip(), int(remark or 0)))
    return found


def test_the_tutorial_has_commands() -> None:
    assert len(commands(PAGE)) >= 9


@pytest.mark.slow
def test_every_command_of_the_tutorial_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "studies", tmp_path / "studies")
    environment = {key: value for key, value in os.environ.items() if key != "TRIALWRIGHT_DATA"}
    for command, expected in commands(PAGE):
        words = shlex.split(command)
        assert words[0] == "trialwright", command
        done = subprocess.run(
            [sys.executable, "-m", "trialwright", *words[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert (tmp_path / "my-report" / "index.html").exists()
    assert (tmp_path / "page.html").exists()
