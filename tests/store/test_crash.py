"""A writer that is killed, and writers of several processes: nothing half done, nothing acknowledged lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store.small import STUDY, give, save, screen

WRITER = """
import sys
from pathlib import Path
from trialwright.store.folder import open_data
open_data(Path(sys.argv[1]))
from tests.store.small import STUDY, COORDINATOR, make_moment, save
from trialwright.store.casebooks import load
from trialwright.store.submit import submit
who = sys.argv[2]
for at in range(int(sys.argv[3])):
    record = load(STUDY, who).records.get(("SCR", "vitals", 0))
    command = save(who, "SCR", "vitals", {"height": str(150 + at % 50), "weight": f"{60 + at % 90}.5"}, base=record.sequence if record else 0, reason="x")
    done = submit(STUDY, command, by=COORDINATOR, at=make_moment(at))
    if done.sealed:
        print(done.sealed[0].sequence, done.sealed[-1].sequence, flush=True)
"""


def start(data: Path, participant: str, rounds: int) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(data), participant, str(rounds)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def begin(participant: str) -> None:
    give(screen(participant))
    give(save(participant, "SCR", "visit", {"date": "2026-02-10"}))


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_commands(data: Path) -> None:
    from trialwright.store.events import history
    from trialwright.store.verify import verify

    begin("p1")
    for wait in (0.02, 0.17):
        writer = start(data, "p1", 100_000)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(wait)
        writer.send_signal(signal.SIGKILL)
        acknowledged = [line.split() for line in writer.stdout.read().splitlines() if len(line.split()) == 2]
        writer.wait()
        events = history(STUDY, "p1")
        assert verify(STUDY) == ()
        assert all(int(last) <= len(events) for _, last in acknowledged)
        saved = [
            event for event in events if type(event.body).__name__ == "FormSaved" and "weight" in event.values
        ]
        derived = [event for event in events if type(event.body).__name__ == "ValuesDerived"]
        assert len(saved) == len(derived)


@pytest.mark.slow
def test_two_processes_write_to_one_folder(data: Path) -> None:
    from trialwright.store.casebooks import load
    from trialwright.store.verify import verify

    for name in ("p1", "p2"):
        begin(name)
    writers = [start(data, name, 12) for name in ("p1", "p2", "p1")]
    for writer in writers:
        writer.communicate()
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert verify(STUDY) == ()
    assert load(STUDY, "p2").sequence == 2 + 2 * 12
