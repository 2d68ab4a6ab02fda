"""The door of the store for virtual participants, and the accounts in whose names they act."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.cli.output import ENVIRONMENT, UserError
from trialwright.ledger.commands import Actor, Command, Moment
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.steps import Reply
from trialwright.store.accounts import NewAccount, create_account, grant
from trialwright.store.submit import submit
from trialwright.study.model import Study
from trialwright.values.problem import Problem


class StoreDoor:
    """Hands commands to the store. accounts: role -> account id."""

    def __init__(self, study_id: str, accounts: Mapping[str, str]) -> None:
        self._study_id = study_id
        self._accounts = accounts

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply:
        done = submit(self._study_id, command, by=replace(by, account=self._accounts[by.role]), at=at)
        errors = tuple(found for found in done.problems if found.severity == "error")
        return Reply(done.book, errors)


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
