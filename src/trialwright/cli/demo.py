"""`trialwright demo`: a throw-away data folder with virtual participants, served to a browser."""

import shutil
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE, UserError, note

if TYPE_CHECKING:
    from trialwright.simulate.block import Rehearsal
    from trialwright.simulate.tally import Tally
    from trialwright.study.model import Study

ORGANISATION = "Demonstration"


def demo(
    data: Annotated[Path, typer.Option("--data", help="Where to build it.")] = Path("demo-data"),
    study: Annotated[
        Path | None, typer.Option("--study", help="A study folder; the reference study.")
    ] = None,
    participants: Annotated[int | None, typer.Option(min=1, help="How many are to be enrolled.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same participants.")] = 7,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Stop on this day of the trial.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    reset: Annotated[bool, typer.Option("--reset", help="Build it anew where one stands.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it and end.")] = False,
) -> int:
    """Build a demo with virtual participants, from the first screening to the last visit, and serve it."""
    folder = find_study() if study is None else study
    code = OK
    if data.exists() and (reset or is_unfinished(data)):
        remove_demo(data)
    if (data / "data.json").exists():
        if no_serve:
            raise UserError(f"{data} stands already; --reset builds it anew.", code=USAGE)
        note(f"{data} stands already; --reset builds it anew.")
    else:
        code = build(data, folder, participants, seed, until.date() if until else None)
    if no_serve:
        return code
    from trialwright.cli.serve import run_server

    return run_server(data, host="127.0.0.1", port=port, workers=2) or code


def find_study() -> Path:
    """The reference study that comes with the program: beside a checkout, or inside an installed package."""
    package = Path(__file__).parents[1]
    for home in (package.parents[1] / "studies", package / "studies"):
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


def build(data: Path, folder: Path, participants: int | None, seed: int, until: date | None) -> int:
    """Everything of the demo, in one transaction; says what was built and how long it took. No half is left behind."""
    from trialwright.cli.files import read_library, read_study_folder
    from trialwright.simulate.read import read_rehearsal
    from trialwright.simulate.summary import findings
    from trialwright.store.definitions import add_definition
    from trialwright.store.folder import create_data
    from trialwright.store.transactions import writing

    begun = time.monotonic()
    try:
        create_data(data, demo=True, seed=seed)
    except OSError as error:
        raise UserError(f"The demo cannot be written: {error}", code=ENVIRONMENT) from error
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, data)
        with writing():
            study = add_definition(read_study_folder(folder), read_library(), at=datetime.now(UTC))
            block = read_rehearsal(study)
            if isinstance(block, tuple):
                raise UserError(
                    "\n".join(f"{found.where}: {found.text}" for found in block), code=ENVIRONMENT
                )
            tally = populate(study, block, participants, seed, until)
        undo.pop_all()
    counts = tally.counts
    note(
        f"Built in {time.monotonic() - begun:.1f} s: {counts['enrolled']} virtual participants enrolled of "
        f"{counts['screened']} screened, {counts['visits held']} visits, {counts['forms saved']} saved forms."
    )
    found = findings(tally)
    for line in found:
        note(f"Finding: {line}")
    return FINDINGS if found else OK


def populate(
    study: "Study", block: "Rehearsal", participants: int | None, seed: int, until: date | None
) -> "Tally":
    """Accounts, activation at every site, and the walks of all virtual participants through the one door."""
    from zoneinfo import ZoneInfo

    from trialwright.cli.door import StoreDoor, make_accounts
    from trialwright.ledger.commands import Actor, Moment
    from trialwright.simulate.run import Plan, Rehearsing
    from trialwright.store.definitions import activate

    start = block.recruitment.start
    before = datetime.combine(start, clock(), UTC)
    system = Actor("system", "administrator", ORGANISATION)
    moment = Moment(before, start)
    accounts = make_accounts(study, block, by=system, at=moment)
    for site in study.sites:
        activate(study.id, site, study.hash, by=system, at=moment)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    door = StoreDoor(study.id, accounts)
    return Rehearsing(study, block, door, zones, Plan(seed, participants, until, ORGANISATION)).run()
