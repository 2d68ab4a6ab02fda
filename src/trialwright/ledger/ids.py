"""Ids that come with commands: they stand in addresses and in the log for ever, so their form is fixed at the door."""

import re
from typing import Final

from trialwright.ledger.commands import AnswerQuery, CloseQuery, Command, OpenQuery
from trialwright.ledger.messages import problem
from trialwright.values.problem import Problem

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")  # participants, queries: part of an address
COMMAND: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:#-]{0,99}\Z")


def check_ids(command: Command) -> tuple[Problem, ...]:
    """What is no id: of the command itself, the participant, and the query where it names one."""
    given = [(COMMAND, "command", command.command_id), (NAME, "participant", command.participant)]
    if isinstance(command, OpenQuery | AnswerQuery | CloseQuery):
        given.append((NAME, "query", command.query))
    return tuple(
        problem("id-malformed", where, typed=typed[:40])
        for form, where, typed in given
        if not form.match(typed)
    )
