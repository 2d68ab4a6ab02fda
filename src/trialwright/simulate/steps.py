"""What a walk asks of the world, and what the world answers. A walk is a generator: it knows no database."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Command, EnterDiary, InviteDevice, Moment
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
class Invite:
    """A role lets the participant join with one phone."""

    command: InviteDevice
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Join:
    """The participant joins. code: that came of the invitation; device: an id that the door may take."""

    command_id: str
    participant: str
    code: str
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """What one phone sends at once, in the order of its numbers. at: true time (aware); clock_off_seconds: by which the
    phone's clock is ahead of it."""

    entries: tuple[EnterDiary, ...]
    at: datetime
    clock_off_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The participant's casebook after the command, and why it was refused, if it was. word: the code of an
    invitation, the id of a phone that joined."""

    book: Casebook
    problems: tuple[Problem, ...] = ()
    word: str = ""


Step = Wait | Act | Invite | Join | Send
Walk = Generator[Step, Reply | None, None]


class Door(Protocol):
    """Who takes the commands: memory, a store, or a server."""

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply: ...

    def invite(self, command: InviteDevice, *, by: Actor, at: Moment) -> Reply: ...

    def join(self, asked: Join, *, at: Moment) -> Reply: ...

    def send(self, sent: Send, *, at: Moment) -> Reply: ...
