"""`trialwright report --with-r`: a program in R beside the report that computes numbers once more, and what it says."""

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.cli.output import FINDINGS, OK, UserError, note, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwright.analysis.ard import ResultsDataset
    from trialwright.analysis.page import Person
    from trialwright.analysis.results import Results
    from trialwright.study.model import Study

FOLDER = "r"
SCRIPT = "check.R"
SECONDS = 600  # a program that has not ended by then waits for something


def r_files(
    study: "Study", people: "Mapping[str, Person]", results: "Results", dataset: "ResultsDataset"
) -> dict[str, bytes]:
    """check.R and what it reads, within the folder of the report."""
    from trialwright.analysis.r_check import write_r_check
    from trialwright.datasets.derive import derive_datasets
    from trialwright.datasets.frames import frames

    tables = frames(study, [person.book for person in people.values()])
    derived = derive_datasets(study, tables, results.last_day) if study.datasets else {}
    head = files("trialwright.cli").joinpath("r_check.R").read_text("utf-8")
    return write_r_check(study, dataset, derived, head)


def run_r(out: Path) -> int:
    """Runs the program of a report where R is installed, and says what it says; FINDINGS where a number differs."""
    program = shutil.which("Rscript")
    if program is None:
        note(
            f"R is not installed, so that nothing was compared. Where it is: cd {out / FOLDER} && Rscript {SCRIPT}"
        )
        return OK
    try:
        done = subprocess.run(
            [program, "--vanilla", SCRIPT],
            cwd=out / FOLDER,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(f"R did not end within {SECONDS} seconds.") from error
    for line in done.stdout.splitlines():
        say(line)
    if done.returncode not in (OK, FINDINGS) or not done.stdout:
        raise UserError(f"R could not run {out / FOLDER / SCRIPT}: {done.stderr.strip()}")
    return FINDINGS if done.returncode else OK
