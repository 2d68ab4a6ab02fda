"""The one door: pages, imports and virtual participants hand in a command, and the ledger decides."""

from dataclasses import dataclass, replace

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import (
    Actor,
    Command,
    EnrolParticipant,
    Moment,
    RedactValue,
    SaveForm,
    ScreenParticipant,
)
from trialwright.ledger.course import Decided
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Sealed
from trialwright.ledger.redaction import filled, record_of
from trialwright.store.allocation import next_arm, next_code
from trialwright.store.append import CodeTaken, append
from trialwright.store.casebooks import Position, book_at, position_of
from trialwright.store.definitions import active_study
from trialwright.store.drafts import DraftKey, forget_in_drafts
from trialwright.store.errors import NotFound, Outdated
from trialwright.store.messages import problem
from trialwright.store.resent import is_resent
from trialwright.store.streams import PARTICIPANT, read_events
from trialwright.store.transactions import writing
from trialwright.values.problem import Problem

TRIES = 8  # of writers at one participant, all but one go round again


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a command. problems: nothing was stored, unless they are warnings only. conflict: others
    changed the same. book: the casebook after it. was_there: the same command was stored before."""

    problems: tuple[Problem, ...]
    conflict: bool
    sealed: tuple[Sealed, ...]
    book: Casebook
    was_there: bool = False


def submit(
    study_id: str, command: Command, *, by: Actor, at: Moment, position: Position | None = None
) -> Submitted:
    """Loads, decides, appends; goes round again where another writer was first.

    position: what `position_of` just said for this command, so that it is not asked twice.
    A code or an arm left "" is filled: the site's next free code; the one arm, or the next of the site's list.
    Raises NotFound, ledger.rights.Denied, and Outdated where the others never end.
    """
    for _ in range(TRIES):
        try:
            if isinstance(command, EnrolParticipant) and not command.arm:
                with writing():  # nobody else may draw from the site's list meanwhile
                    return _submit_once(study_id, command, by=by, at=at)
            return _submit_once(study_id, command, by=by, at=at, position=position)
        except Outdated:
            position = None
        except CodeTaken as taken:
            if isinstance(command, ScreenParticipant) and not command.code:
                continue
            return _code_taken(study_id, command, str(taken))
    raise Outdated(f"{command.participant}: gave up after {TRIES} tries")


def _submit_once(
    study_id: str, command: Command, *, by: Actor, at: Moment, position: Position | None = None
) -> Submitted:
    key = _draft_key(command, by)
    position = position or position_of(
        study_id, command.participant, command_id=command.command_id, draft=key
    )
    if position is not None and position.has_command:
        return _stored(study_id, command, position, by=by, at=at)
    book = _book(study_id, command, position)
    decided = decide(book, _filled(book, command), by=by, at=at)
    if not decided.drafts:
        return Submitted(decided.problems, decided.conflict, (), book)
    if isinstance(command, RedactValue):
        return _redact(book, command, decided, by=by, at=at)
    written = append(
        book,
        decided.drafts,
        by=by,
        at=at,
        command_id=command.command_id,
        site=command.site if isinstance(command, ScreenParticipant) else "",
        spent=key if position is not None and position.has_draft else None,
    )
    return Submitted(decided.problems, decided.conflict, written.sealed, written.book)


def _redact(book: Casebook, command: RedactValue, decided: Decided, *, by: Actor, at: Moment) -> Submitted:
    """What anybody typed in place of the value goes with it: a draft holds the whole page."""
    place = record_of(_log(book), command.sequence)
    with writing():
        written = append(book, decided.drafts, by=by, at=at, command_id=command.command_id)
        if place is not None:
            forget_in_drafts(book.study.id, book.participant, place, command.key)
    return Submitted(decided.problems, decided.conflict, written.sealed, written.book)


def _log(book: Casebook) -> tuple[Sealed, ...]:
    return read_events(book.study.id, PARTICIPANT + book.participant)


def _draft_key(command: Command, by: Actor) -> DraftKey:
    if isinstance(command, SaveForm):
        return (by.account, command.visit, command.form, command.repeat)
    return ("", "", "", 0)


def _stored(study_id: str, command: Command, position: Position, *, by: Actor, at: Moment) -> Submitted:
    """The answer that the same command was given before; another command with its id, or a form with other values,
    is a conflict: a page that was gone back to, changed, and sent again."""
    book = book_at(study_id, command.participant, position)
    reused = problem("command-reused", command.command_id)
    sealed = read_events(study_id, PARTICIPANT + command.participant, command_id=command.command_id)
    if not is_resent(command, sealed, by=by):
        return Submitted((reused,), True, (), book)
    if isinstance(command, SaveForm):
        again = decide(book, command, by=by, at=at)
        if again.problems and not again.conflict:
            # Refused by itself, as for an item that the person does not see: no stored value is shown beside it.
            return Submitted(again.problems, False, (), book)
        if again.drafts or again.problems:
            return Submitted((*again.problems, reused), True, (), book)
    return Submitted((), False, sealed, book, was_there=True)


def _book(study_id: str, command: Command, position: Position | None) -> Casebook:
    if position is not None:
        return book_at(study_id, command.participant, position)
    if isinstance(command, ScreenParticipant):
        return Casebook(active_study(study_id, command.site), command.participant)
    raise NotFound(f"no participant {command.participant} in {study_id}")


def _filled(book: Casebook, command: Command) -> Command:
    if isinstance(command, ScreenParticipant) and not command.code:
        return replace(command, code=next_code(book.study.id, command.site))
    if isinstance(command, EnrolParticipant) and not command.arm:
        return replace(command, arm=next_arm(book.study, book.site))
    if isinstance(command, RedactValue):
        return filled(book.study, _log(book), command)
    return command


def _code_taken(study_id: str, command: Command, code: str) -> Submitted:
    position = position_of(study_id, command.participant)
    book = _book(study_id, command, position)
    site = command.site if isinstance(command, ScreenParticipant) else book.site
    return Submitted(
        (problem("code-taken", "code", taken=code, free=next_code(study_id, site)),), True, (), book
    )
