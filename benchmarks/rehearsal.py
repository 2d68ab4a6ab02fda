"""A rehearsal of 50 participants in memory, and the same walks through the store."""

import random
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure
from trialwright.cli.demo import build, find_study
from trialwright.cli.files import read_library, read_study_folder
from trialwright.simulate.memory import MemoryDoor
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.study.load import load

PARTICIPANTS = 50


def run() -> list[Figure]:
    study = load(read_study_folder(find_study()), read_library()).study
    if study is None:
        raise SystemExit("The reference study has errors.")
    block = read_rehearsal(study)
    if isinstance(block, tuple):
        raise SystemExit(block[0].text)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    door = MemoryDoor(study, random.Random(1))
    start = time.perf_counter()
    Rehearsing(study, block, door, zones, Plan(7, PARTICIPANTS)).run()
    memory = time.perf_counter() - start
    events = sum(len(each) for each in door.events.values())
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        build(Path(folder) / "data", find_study(), Plan(7, PARTICIPANTS))
        store = time.perf_counter() - start
    return [
        Figure(f"rehearsal of {PARTICIPANTS} in memory", memory, "s", 60),
        Figure(f"demo of {PARTICIPANTS} in the store", store, "s", 60),
        Figure("milliseconds an event, in memory", 1000 * memory / events, "ms"),
    ]
