"""A door without a database: decides, seals and applies in memory. For rehearsals and tests."""

import random
from collections.abc import Mapping
from dataclasses import replace

from trialwright.ledger.allocation import draw_arm
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import (
    Actor,
    AnswerQuery,
    CloseQuery,
    Command,
    DiaryCommand,
    EnrolParticipant,
    InviteDevice,
    JoinDevice,
    Moment,
    ScreenParticipant,
)
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Envelope, Sealed
from trialwright.ledger.rights import participant_actor
from trialwright.ledger.seal import seal
from trialwright.simulate.steps import Join, Reply, Send
from trialwright.study.model import Study
from trialwright.values.problem import Problem


class MemoryDoor:
    """Keeps casebooks and events by participant. rng: salts and lists of arms."""

    def __init__(self, study: Study, rng: random.Random) -> None:
        self.study = study
        self.books: dict[str, Casebook] = {}
        self.events: dict[str, list[Sealed]] = {}
        self._rng = rng
        # Of the diary: with the same salts at visits the arms, which are drawn from the same numbers, are the same, too.
        self._diary_rng = random.Random(repr(rng.getstate()))
        self._codes: dict[str, int] = {}
        self._arms: dict[str, list[str]] = {}

    def submit(self, command: Command, *, by: Actor, at: Moment) -> Reply:
        participant = command.participant
        book = self.books.get(participant) or Casebook(self.study, participant)
        if isinstance(command, ScreenParticipant) and not command.code:
            self._codes[command.site] = self._codes.get(command.site, 0) + 1
            command = replace(command, code=f"{command.site}-{self._codes[command.site]:03d}")
        if isinstance(command, EnrolParticipant) and not command.arm:
            command = replace(command, arm=self._next_arm(book.site))
        decided = decide(book, command, by=by, at=at)
        errors = tuple(found for found in decided.problems if found.severity == "error")
        if not decided.drafts:
            return Reply(book, errors)
        envelope = self._envelope(book, command, by, at)
        salt = self._diary_salt if _is_of_diary(book, command) else self._salt
        sealed = seal(decided.drafts, envelope, previous=book.head, sequence=book.sequence, salt=salt)
        for event in sealed:
            book = apply(book, event)
        self.books[participant] = book
        self.events.setdefault(participant, []).extend(sealed)
        return Reply(book)

    def invite(self, command: InviteDevice, *, by: Actor, at: Moment) -> Reply:
        """The code is the invitation's own id: there is nobody here to keep it from."""
        return replace(self.submit(command, by=by, at=at), word=command.invite)

    def join(self, asked: Join, *, at: Moment) -> Reply:
        by = participant_actor(asked.participant, self.books[asked.participant].site)
        command = JoinDevice(asked.command_id, asked.participant, asked.device, asked.code)
        return replace(self.submit(command, by=by, at=at), word=asked.device)

    def send(self, sent: Send, *, at: Moment) -> Reply:
        book = self.books[sent.entries[0].participant]
        by = participant_actor(book.participant, book.site)
        problems: tuple[Problem, ...] = ()
        for entry in sent.entries:
            command = replace(entry, clock_off_seconds=sent.clock_off_seconds)
            reply = self.submit(command, by=by, at=at)
            book, problems = reply.book, (*problems, *reply.problems)
        return Reply(book, problems)

    def _next_arm(self, site: str) -> str:
        if self.study.allocation is None:
            return next(iter(self.study.arms))
        history = self._arms.setdefault(site, [])
        history.append(draw_arm(self.study.allocation, tuple(history), self._rng))
        return history[-1]

    def _salt(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"

    def _diary_salt(self) -> str:
        return f"{self._diary_rng.getrandbits(128):032x}"

    def _envelope(self, book: Casebook, command: Command, by: Actor, at: Moment) -> Envelope:
        site = command.site if isinstance(command, ScreenParticipant) else book.site
        device = at.device
        return Envelope(
            study=self.study.id,
            stream=f"participant:{command.participant}",
            command_id=command.command_id,
            server_utc=at.utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            device_time=device.isoformat() if device else None,
            device_offset=device.strftime("%z") if device else None,
            site_date=at.site_date.isoformat(),
            actor=by.account,
            role=by.role,
            organisation=by.organisation,
            site=site,
            form_version=self.study.version,
            definition_hash=self.study.hash,
        )

    def casebooks(self) -> Mapping[str, Casebook]:
        return self.books


def _is_of_diary(book: Casebook, command: Command) -> bool:
    if isinstance(command, AnswerQuery | CloseQuery) and command.query in book.queries:
        return book.study.forms[book.queries[command.query].form].ask is not None
    return isinstance(command, DiaryCommand)
