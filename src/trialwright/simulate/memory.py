"""A door without a database: decides, seals and applies in memory. For rehearsals and tests."""

import random
from collections.abc import Mapping
from dataclasses import replace

from trialwright.ledger.allocation import draw_arm
from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Command, EnrolParticipant, Moment, ScreenParticipant
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Envelope, Sealed
from trialwright.ledger.seal import seal
from trialwright.simulate.steps import Reply
from trialwright.study.model import Study


class MemoryDoor:
    """Keeps casebooks and events by participant. rng: salts and lists of arms."""

    def __init__(self, study: Study, rng: random.Random) -> None:
        self.study = study
        self.books: dict[str, Casebook] = {}
        self.events: dict[str, list[Sealed]] = {}
        self._rng = rng
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
        sealed = seal(decided.drafts, envelope, previous=book.head, sequence=book.sequence, salt=self._salt)
        for event in sealed:
            book = apply(book, event)
        self.books[participant] = book
        self.events.setdefault(participant, []).extend(sealed)
        return Reply(book)

    def _next_arm(self, site: str) -> str:
        if self.study.allocation is None:
            return next(iter(self.study.arms))
        history = self._arms.setdefault(site, [])
        history.append(draw_arm(self.study.allocation, tuple(history), self._rng))
        return history[-1]

    def _salt(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"

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
