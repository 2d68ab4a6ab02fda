"""Enrolment over the pages: the POST, and the participant's page with the whole calendar after it."""

import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.browser import value_of
from benchmarks.figures import Figure, timed
from trialwright.cli.demo import find_study
from trialwright.cli.door import StoreDoor, make_accounts
from trialwright.cli.files import read_library, read_study_folder
from trialwright.ledger.commands import Actor, Command, EnrolParticipant, Moment
from trialwright.simulate.read import read_rehearsal
from trialwright.simulate.run import Plan, Rehearsing
from trialwright.simulate.steps import Reply
from trialwright.store.definitions import activate, add_definition
from trialwright.store.folder import create_data


class UntilEnrolment(StoreDoor):
    """Takes every command but the first enrolment, which is left to the page."""

    ready = ""

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply:
        if isinstance(command, EnrolParticipant):
            self.ready = command.participant
            raise StopHere
        return super().submit(command, by=by, at=at)


class StopHere(Exception):  # noqa: N818  not an error
    """Somebody may be enrolled."""


def prepare(folder: Path) -> tuple[str, str, str]:
    """A data folder with one participant who is eligible; gives study, participant and the investigator's account."""
    create_data(folder, demo=True)
    study = add_definition(read_study_folder(find_study()), read_library(), at=datetime.now(UTC))
    block = read_rehearsal(study)
    if isinstance(block, tuple):
        raise SystemExit(block[0].text)
    moment = Moment(datetime.now(UTC), datetime.now(UTC).date())
    system = Actor("system", "administrator", "Bench")
    accounts = make_accounts(study, block, by=system, at=moment)
    for site in study.sites:
        activate(study.id, site, study.hash, by=system, at=moment)
    door = UntilEnrolment(study.id, accounts)
    zones = {site.id: ZoneInfo(site.timezone) for site in study.sites.values()}
    with suppress(StopHere):
        Rehearsing(study, block, door, zones, Plan(7, 1)).run()
    return study.id, door.ready, accounts[block.acts["enrol"]]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        study, participant, account = prepare(Path(folder) / "data")
        settings.ROOT_URLCONF = "trialwright.web.urls"
        client = Client(SERVER_NAME="localhost")
        client.post("/sign-in/demo", {"account": account})
        address = f"/studies/{study}/participants/{participant}/"
        page = client.get(address + "enrol").content.decode()
        command = value_of(page, "command")
        with CaptureQueriesContext(connection) as queries:
            seconds = timed(lambda: client.post(address + "enrol", {"command": command}))
            after = timed(lambda: client.get(address))
            count = len(queries)
        if client.get(address).status_code != 200:
            raise SystemExit("The participant's page does not answer.")
    return [
        Figure("enrolment, POST to answer", 1000 * seconds, "ms"),
        Figure("the participant's page with the whole calendar", 1000 * after, "ms"),
        Figure("SQL statements of both together", count, "", 15),
    ]
