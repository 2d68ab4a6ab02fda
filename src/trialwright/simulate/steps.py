"""What a walk asks of the world, and what the world answers. A walk is a generator: it knows no database."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Command, Moment
from trialwright.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens before this moment (aware)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """A command given by the account of a role at a moment of the site's clock (aware)."""

    command: Command
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """The participant's casebook after the command, and why it was refused, if it was."""

    book: Casebook
    problems: tuple[Problem, ...] = ()


Step = Wait | Act
Walk = Generator[Step, Reply | None, None]


class Door(Protocol):
    """Who takes the commands: memory, a store, or a server."""

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply: ...
