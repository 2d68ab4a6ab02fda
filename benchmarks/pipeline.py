"""From captured data to results: 50, 1,000 and 10,000 participants, time by stage and peak memory.

The participants are those of one rehearsal, over and over under other names: rehearsing 10,000 would take most of an
hour and measure the rehearsal. Each size runs in a process of its own, so that its peak of memory is its own.
"""

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure, timed
from trialwright.analysis.ard import contributions_of, statistics_of
from trialwright.analysis.results import Results
from trialwright.analysis.run import run as analyse
from trialwright.cli.demo import find_study
from trialwright.cli.files import read_library, read_study_folder
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.frames import frames
from trialwright.expr.tables import Tables
from trialwright.ledger.casebook import Casebook
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.store.folder import VARIABLE
from trialwright.study.load import load
from trialwright.study.model import Study

SIZES = (50, 1_000, 10_000)
LAST_DAY = date(2030, 1, 1)
MOST_GROWTH = 1.3  # seconds a participant at ten times as many, against before
STAGES = ("tables", "results", "dataset of results")
ALONE = "the analysis datasets alone, which are part of the results"
MEBIBYTE = 1024  # of the KiB that the system tells


def study_of() -> Study:
    study = load(read_study_folder(find_study()), read_library()).study
    if study is None:
        raise SystemExit("The reference study has errors.")
    return study


def rehearsed(study: Study) -> list[Casebook]:
    block = read_rehearsal(study)
    if isinstance(block, tuple):
        raise SystemExit(block[0].text)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    door = MemoryDoor(study, random.Random(1))
    Rehearsing(study, block, door, zones, Plan(7, SIZES[0])).run()
    return [*door.books.values()]


def copies(books: list[Casebook], size: int) -> list[Casebook]:
    """`size` casebooks under names of their own."""
    return [
        replace(book, participant=f"{book.participant}-{number}", code=f"{book.code}-{number}")
        for number in range(-(-size // len(books)))
        for book in books
    ][:size]


def measure(size: int) -> dict[str, float]:
    """Stage -> seconds, and the peak of memory in MiB."""
    study = study_of()
    books = copies(rehearsed(study), size)
    made: list[Tables] = []
    results: list[Results] = []
    stages = (
        lambda: made.append(frames(study, books)),
        lambda: results.append(analyse(study, made[0], rehearsal=True, cut=LAST_DAY)),
        lambda: (statistics_of(results[0]), contributions_of(results[0])),
    )
    analyse(study, frames(study, books[:2]), rehearsal=True, cut=LAST_DAY)  # loads what is loaded once
    seconds = {name: timed(stage) for name, stage in zip(STAGES, stages, strict=True)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
    alone = timed(lambda: derive_datasets(study, made[0], LAST_DAY))
    return seconds | {"peak": peak, ALONE: alone}


def run() -> Iterator[Figure]:
    a_participant: list[float] = []
    for size in SIZES:
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.pipeline", str(size)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            # The data folder of a measurement before it is gone.
            env={name: value for name, value in os.environ.items() if name != VARIABLE},
        )
        found = json.loads(told.stdout)
        seconds = sum(found[stage] for stage in STAGES)
        for stage in (*STAGES, ALONE):
            yield Figure(f"{size} participants: {stage}", found[stage], "s")
        yield Figure(f"{size} participants: peak of memory", found["peak"], "MiB")
        yield Figure(f"{size} participants: from captured data to results", seconds, "s")
        a_participant.append(seconds / size)
    growth = a_participant[-1] / a_participant[-2]
    yield Figure("seconds a participant, 10,000 against 1,000", growth, "x", MOST_GROWTH)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
