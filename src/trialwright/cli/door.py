"""The door of the store for virtual participants, and the accounts in whose names they act."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from trialwright.cli.output import ENVIRONMENT, UserError
from trialwright.ledger.commands import Actor, Command, InviteDevice, Moment, RevokeDevice
from trialwright.ledger.rights import participant_actor
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.steps import Join, Reply, Send
from trialwright.store import devices
from trialwright.store.accounts import NewAccount, create_account, grant
from trialwright.store.casebooks import load
from trialwright.store.devices import DeviceRow
from trialwright.store.submit import submit, submit_entries
from trialwright.store.text import utc_text
from trialwright.study.model import Study
from trialwright.values.problem import Problem

# Of virtual phones. The year is only held against itself: the site types it, and whoever joins.
YEAR_OF_BIRTH: Final = 1990
PLATFORM: Final = "virtual"
LANGUAGE: Final = "en"


class StoreDoor:
    """Hands commands to the store. accounts: role -> account id."""

    def __init__(self, study_id: str, accounts: Mapping[str, str]) -> None:
        self.study_id = study_id
        self._accounts = accounts
        self._phones: dict[str, DeviceRow] = {}

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply:
        who = self.person(by)
        if isinstance(command, RevokeDevice):
            done = devices.revoke_device(self.study_id, command, by=who, at=at)
        else:
            done = submit(self.study_id, command, by=who, at=at)
        return Reply(done.book, errors_of(done.problems))

    def invite(self, command: InviteDevice, *, by: Actor, at: Moment) -> Reply:
        """The store makes the code, and the ids."""
        invited = devices.invite(self.study_id, command.participant, YEAR_OF_BIRTH, by=self.person(by), at=at)
        book = load(self.study_id, command.participant)
        if isinstance(invited, tuple):
            return Reply(book, invited)
        return Reply(book, word=invited.code)

    def join(self, asked: Join, *, at: Moment) -> Reply:
        joined = devices.join(
            self.study_id, asked.code, YEAR_OF_BIRTH, platform=PLATFORM, language=LANGUAGE, at=at
        )
        book = load(self.study_id, asked.participant)
        if isinstance(joined, Problem):
            return Reply(book, (joined,))
        row = devices.device_of(joined.token)
        assert row is not None
        self._phones[row.device] = row
        return Reply(book, word=joined.device)

    def send(self, sent: Send, *, at: Moment) -> Reply:
        """As the phone's server does: all in one transaction, and the phone was seen."""
        first = sent.entries[0]
        actor = participant_actor(first.participant, load(self.study_id, first.participant).site)
        entries = [replace(one, clock_off_seconds=sent.clock_off_seconds) for one in sent.entries]
        done = submit_entries(self.study_id, first.participant, entries, by=actor, at=at)
        row = self._phones[first.device]
        devices.note_seen(row, first.app, at=at.utc)
        self._phones[first.device] = replace(row, app=first.app, seen=utc_text(at.utc))
        return Reply(done[-1].book, errors_of(found for one in done for found in one.problems))

    def person(self, by: Actor) -> Actor:
        """The account of a role."""
        return replace(by, account=self._accounts[by.role])


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(found for found in problems if found.severity == "error")


def make_accounts(study: Study, block: Rehearsal, *, by: Actor, at: Moment) -> dict[str, str]:
    """One account a role, with that role at all sites; they sign in by one click and have no password."""
    made: dict[str, str] = {}
    for role, account in block.accounts.items():
        new = NewAccount(role, "", account.name, by.organisation)
        created = create_account(study.id, new, by=by, at=at)
        if isinstance(created, Problem):
            raise UserError(created.text, code=ENVIRONMENT)
        refused = grant(study.id, created.id, role, "", by=by, at=at)
        if refused is not None:
            raise UserError(refused.text, code=ENVIRONMENT)
        made[role] = created.id
    return made
