"""`trialwright report --with-r`: a program in R beside the report that computes numbers once more, and what it says."""

import os
import re
import shlex
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from trialwright.cli.output import FINDINGS, OK, UserError, note, printable, say

if TYPE_CHECKING:
    from trialwright.analysis.ard import ResultsDataset
    from trialwright.analysis.page import Report

SCRIPT = "check.R"
DIFFER = 10  # what the program ends with where a number differs or it checked none; R itself ends with 1 at a fault
LAST_LINE = re.compile(r".*: (?P<checks>\d+) checks, (?P<differ>\d+) differ")
SECONDS = 600  # a program that has not ended by then waits for something


def r_files(made: "Report", dataset: "ResultsDataset") -> dict[str, bytes]:
    """check.R and what it reads, within the folder of the report, and the page about it."""
    from trialwright.analysis.pages_r import PAGE, render_r_page
    from trialwright.analysis.r_check import write_r_check
    from trialwright.datasets.derive import derive_datasets
    from trialwright.datasets.frames import frames

    study = made.study
    tables = frames(study, [person.book for person in made.people.values()])
    derived = derive_datasets(study, tables, made.results.last_day) if study.datasets else {}
    head = files("trialwright.cli").joinpath("r_check.R").read_text("utf-8")
    written = write_r_check(study, dataset, derived, head)
    return written.files | {PAGE: render_r_page(made, written.unchecked)}


def run_r(out: Path) -> int:
    """Runs the program of a report where R is installed, and says what it says; FINDINGS where a number differs, or
    where it checked none."""
    from trialwright.analysis.r_check import FOLDER

    program, place = shutil.which("Rscript"), out / FOLDER
    if program is None:
        note(
            f"R is not installed, so that nothing was compared. Where it is: cd {shlex.quote(str(place))} && Rscript {SCRIPT}"
        )
        return OK
    try:
        done = subprocess.run(
            [program, "--vanilla", SCRIPT],
            cwd=place,
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
        say(printable(line))
    return code_of(place / SCRIPT, done)


def code_of(script: Path, done: subprocess.CompletedProcess[str]) -> int:
    """What a run comes to. Raises UserError with what R says where it did not come to its last line."""
    last = LAST_LINE.fullmatch((done.stdout.splitlines() or [""])[-1])
    if last is None or done.returncode not in (OK, DIFFER):
        said = done.stderr.strip() or f"it ended with {done.returncode} and said nothing of it."
        raise UserError(f"R could not run {script} to its end: {said}")
    if not int(last["checks"]):
        note("R checked no number of this report.")
        return FINDINGS
    return FINDINGS if int(last["differ"]) else OK
