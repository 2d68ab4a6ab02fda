"""`trialwright demo`: a throw-away data folder with virtual participants, served to a browser."""

import shutil
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from datetime import time as clock
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError, note, why
from trialwright.cli.rehearsal import load_rehearsal, read_day

if TYPE_CHECKING:
    from trialwright.simulate.block import Rehearsal
    from trialwright.simulate.run import Plan, Rehearsing
    from trialwright.store.folder import DemoCalendar
    from trialwright.study.model import Study

ORGANISATION = "Demonstration"


def demo(
    *,
    data: Annotated[Path, typer.Option("--data", help="Where to build it.")] = Path("demo-data"),
    study: Annotated[
        Path | None, typer.Option("--study", help="A study folder; else the reference study.")
    ] = None,
    participants: Annotated[
        int | None, typer.Option(min=1, help="How many are to be enrolled; else as many as the study says.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same participants.")] = 7,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Stop on this day of the trial, as in 2025-09-22.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    reset: Annotated[bool, typer.Option("--reset", help="Build it anew where one stands.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it and end.")] = False,
) -> int:
    """Build a demo with virtual participants, from the first screening to the last visit, and serve it."""
    code, last = OK, read_day(until)
    if (data / "data.json").exists() and not reset and not is_unfinished(data):
        stands = f"{data} stands already{_built_to(data)}; --reset builds it anew."
        if no_serve:
            raise UserError(stands, code=USAGE)
        note(stands)
    else:
        from trialwright.simulate.run import Plan

        plan = Plan(seed, participants, last, ORGANISATION)
        code = build(data, find_study() if study is None else study, plan)
    if no_serve:
        note(f"try: trialwright serve {data}")
        return code
    from trialwright.cli.serve import run_server

    return run_server(data, host="127.0.0.1", port=port, workers=2) or code


def find_study() -> Path:
    """The reference study that comes with the program: inside an installed package, or beside `src` in a checkout."""
    package = Path(str(files("trialwright")))
    for home in (package / "studies", package.parents[1] / "studies"):
        found = sorted(path.parent for path in home.glob("*/study.yaml"))
        if found:
            return found[0]
    raise UserError("No study came with the program; name one with --study.", code=ENVIRONMENT)


def is_unfinished(data: Path) -> bool:
    """A demo whose building was killed: its study and everything after came in one transaction, or not at all."""
    from trialwright.store.folder import is_demo, open_data

    if not (data / "data.json").exists() or not is_demo(data):
        return False
    open_data(data)
    # Models can be imported only now: Django is set up for a folder.
    from django.db import connections

    from trialwright.store.definitions import studies

    known = studies()
    connections.close_all()  # the file may be removed next
    return not known


def remove_demo(data: Path) -> None:
    """Only a demo is ever removed."""
    from trialwright.store.folder import is_demo

    if not is_demo(data):
        raise UserError(f"{data} is not a demo; it is not removed.", code=USAGE)
    shutil.rmtree(data)


def build(data: Path, folder: Path, plan: "Plan") -> int:
    """Everything of the demo, in one transaction; says what was built and how long it took. No half is left behind.

    An earlier demo goes only when all that is to come in its place was read and found right.
    """
    from trialwright.cli.files import load_study, read_library, read_study_folder
    from trialwright.simulate.summary import findings
    from trialwright.store.definitions import add_definition
    from trialwright.store.folder import create_data, keep_calendar
    from trialwright.store.transactions import writing

    begun = time.monotonic()
    block = load_rehearsal(load_study(folder), plan.until)
    sources = read_study_folder(folder)
    if (data / "data.json").exists():
        remove_demo(data)
    try:
        create_data(data, demo=True, seed=plan.seed)
    except OSError as error:
        raise UserError(f"The demo cannot be written: {why(error)}", code=ENVIRONMENT) from error
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, data)
        with writing():
            study = add_definition(sources, read_library(), at=before(block))
            run = populate(study, block, plan)
        keep_calendar(data, calendar_of(run, datetime.now(UTC)))
        undo.pop_all()
    counts, diaries = run.tally.counts, run.tally.diary.counts
    note(
        f"Built in {time.monotonic() - begun:.1f} s: {counts['enrolled']} virtual participants enrolled of "
        f"{counts['screened']} screened, {counts['visits held']} visits, {counts['forms saved']} saved forms."
    )
    if diaries["entries"]:
        note(
            f"Diaries: {diaries['entries']} entries by {diaries['phones joined']} phones, "
            f"{diaries['told by telephone']} told by telephone, {diaries['kept aside']} kept aside."
        )
    found = findings(run.tally)
    for line in found:
        note(f"Finding: {line}")
    note(_told(data))
    return FINDINGS if found else OK


def calendar_of(run: "Rehearsing", now: datetime) -> "DemoCalendar":
    """The demo's own calendar goes on from the day after it was built to, where it was stopped before today or went
    beyond; a trial that is over keeps the machine's. In full course it is when four in five are enrolled."""
    from trialwright.store.folder import DemoCalendar

    today = min(now.astimezone(zone).date() for zone in run.zones.values())
    last = run.last_act or run.block.recruitment.start
    end = last if run.is_over or run.plan.until is None else run.plan.until
    ahead = (end - today).days + 1
    days = run.enrolments
    middle = days[len(days) * 4 // 5].isoformat() if run.is_over and days else ""
    return DemoCalendar(end.isoformat(), middle, max(ahead, 0) if run.is_over else ahead)


def _told(data: Path) -> str:
    """Where the trial of a demo stands, and how to see it elsewhere."""
    from trialwright.store.folder import demo_calendar

    calendar = demo_calendar(data)
    if not calendar.middle:
        return f"The trial was built to {calendar.built_to}; its calendar goes on from the day after."
    other = data.with_name(f"{data.name}-{calendar.middle}")
    return (
        f"The trial is over: its last act was on {calendar.built_to}. "
        f"To see it in full course: trialwright demo --data {other} --until {calendar.middle}"
    )


def _built_to(data: Path) -> str:
    from trialwright.store.folder import demo_calendar

    day = demo_calendar(data).built_to
    return f", built to {day}" if day else ""


def before(block: "Rehearsal") -> datetime:
    """The study, its accounts and its sites are there when the first participant comes."""
    return datetime.combine(block.recruitment.start, clock(), UTC)


def populate(study: "Study", block: "Rehearsal", plan: "Plan") -> "Rehearsing":
    """Accounts, activation at every site, and the walks of all virtual participants through the one door."""
    from zoneinfo import ZoneInfo

    from trialwright.cli.door import StoreDoor, make_accounts
    from trialwright.ledger.commands import Actor, Moment
    from trialwright.simulate.run import Rehearsing
    from trialwright.store.definitions import activate

    system = Actor("system", "administrator", ORGANISATION)
    moment = Moment(before(block), block.recruitment.start)
    accounts = make_accounts(study, block, by=system, at=moment)
    for site in study.sites:
        activate(study.id, site, study.hash, by=system, at=moment)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    door = StoreDoor(study.id, accounts)
    rehearsing = Rehearsing(study, block, door, zones, plan)
    rehearsing.run()
    return rehearsing
