"""`trialwright remind`: reminders of the diary that are due now, or from now on."""

import os
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.faults import sentence_of
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError, note, say, say_json

if TYPE_CHECKING:
    from trialwright.reminders.rounds import Gateways, Line

BESIDE = "TRIALWRIGHT_BESIDE"  # id of the process whose end ends the loop
PATIENCE_SECONDS = 60
STEP_SECONDS = 1.0


def remind(
    data: Annotated[Path, typer.Argument(help="The data folder.")],
    loop: Annotated[bool, typer.Option("--loop", help="Go on until it is ended.")] = False,
    every: Annotated[int, typer.Option("--every", min=1, help="With --loop: minutes between rounds.")] = 2,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="What was sent, as JSON.")] = False,
) -> int:
    """Send the reminders of the diary that are due; `trialwright serve` does so by itself. Nobody is told twice.

    Exit code 1: a message could not be sent, or nobody knows whether it was.
    """
    if loop and (dry_run or json):
        raise UserError("--loop goes with neither --dry-run nor --json.", code=USAGE)
    from trialwright.store.folder import open_data

    folder = open_data(data)
    gateways = gateways_here(folder)
    if loop:
        return _loop(folder, gateways, every * 60)
    lines = _foresee(gateways) if dry_run else _round(folder, gateways)
    if json:
        say_json([_plain(line) for line in lines])
    else:
        for line in lines:
            say(sentence(line))
        say(summary(lines, is_dry=dry_run))
    return FINDINGS if any(line.state in ("failed", "unsure") for line in lines) else OK


def gateways_here(folder: Path) -> "Gateways":
    """Raises UserError where the environment is wrong."""
    from datetime import UTC, datetime

    from trialwright.reminders.configured import Server, gateways_of
    from trialwright.store.folder import is_demo

    found, problems = gateways_of(os.environ, Server(folder, is_demo(folder), lambda: datetime.now(UTC)))
    if problems:
        raise UserError("\n".join(problem.text for problem in problems))
    return found


def sentence(line: "Line") -> str:
    said = f"{line.study} {line.participant}: {line.channel}, {line.state}"
    return f"{said} ({line.note})" if line.note else said


def summary(lines: Sequence["Line"], *, is_dry: bool) -> str:
    if is_dry:
        return f"{len(lines)} to be sent. Nothing was sent."
    count = sum(line.state == "sent" for line in lines)
    others = len(lines) - count
    return f"{count} sent." + (f" {others} not sent." if others else "")


def _plain(line: "Line") -> dict[str, str]:
    return {
        "study": line.study,
        "participant": line.participant,
        "channel": line.channel,
        "state": line.state,
        "note": line.note,
    }


def _foresee(gateways: "Gateways") -> Sequence["Line"]:
    from trialwright.reminders.rounds import foresee_round
    from trialwright.store import clock

    return foresee_round(gateways, at=clock.now())


def _round(folder: Path, gateways: "Gateways") -> Sequence["Line"]:
    from trialwright.reminders.lock import only_round
    from trialwright.reminders.rounds import run_round
    from trialwright.store import clock

    with only_round(folder, patience_seconds=PATIENCE_SECONDS) as is_ours:
        if not is_ours:
            raise UserError(
                "Another round of reminders does not come to its end; try again.", code=ENVIRONMENT
            )
        return run_round(gateways, at=clock.now())


# ------------------------------------------------------------------ from now on


def _loop(folder: Path, gateways: "Gateways", seconds: float) -> int:
    """Rounds until it is told to end, the process beside it is gone, or the data folder is."""
    told_to_end = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not told_to_end.is_set() and (folder / "data.json").exists():
            _guarded(lambda: _round(folder, gateways))
            _wait(told_to_end, seconds)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return OK


def _guarded(go: Callable[[], Sequence["Line"]]) -> None:
    """A round. What goes wrong in one is said, and the next one is tried: reminders must not end with a full disk."""
    from django.db import connections

    try:
        for line in go():
            note(sentence(line))
    except UserError as error:
        note(str(error))
    except Exception as fault:  # noqa: BLE001 - the edge of the process
        note(sentence_of(fault) or traceback.format_exc())
    finally:
        connections.close_all()


def _wait(told_to_end: Event, seconds: float) -> None:
    """Until the next round; soon over where there is nobody to serve any more."""
    beside = os.environ.get(BESIDE)
    until = time.monotonic() + seconds
    while not told_to_end.is_set() and time.monotonic() < until:
        if beside and str(os.getppid()) != beside:
            told_to_end.set()
        told_to_end.wait(STEP_SECONDS)
