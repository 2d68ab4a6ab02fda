"""The one door: pages, imports and virtual participants hand in a command, and the ledger decides."""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import (
    Actor,
    Command,
    EnrolParticipant,
    EnterDiary,
    Moment,
    RedactValue,
    ReleaseEntry,
    SaveForm,
    ScreenParticipant,
)
from trialwright.ledger.course import Decided, refused
from trialwright.ledger.decide import decide
from trialwright.ledger.events import Sealed
from trialwright.ledger.redaction import filled, record_of
from trialwright.ledger.rights import Denied
from trialwright.store.allocation import next_arm, next_code
from trialwright.store.append import CodeTaken, Written, append, sealed_step, write_steps
from trialwright.store.casebooks import Position, book_at, position_of
from trialwright.store.definitions import active_study, version_asked_under
from trialwright.store.drafts import DraftKey, forget_in_drafts
from trialwright.store.errors import NotFound, Outdated
from trialwright.store.messages import problem
from trialwright.store.resent import is_resent
from trialwright.store.streams import PARTICIPANT, read_events, stored_commands
from trialwright.store.transactions import writing
from trialwright.values.problem import Problem

LOG = logging.getLogger("trialwright.diary")
TRIES = 8  # of writers at one participant, all but one go round again
HASTY = 3  # tries in which others may come between; after them a writer stands in line before it decides


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
    is_drawn = (
        isinstance(command, EnrolParticipant) and not command.arm
    )  # nobody else may draw from the site's list
    for tries in range(TRIES):
        try:
            with writing() if is_drawn or tries >= HASTY else nullcontext():
                return _submit_once(study_id, command, by=by, at=at, position=None if is_drawn else position)
        except Outdated:
            position = None
        except CodeTaken as taken:
            if isinstance(command, ScreenParticipant) and not command.code:
                continue
            return _code_taken(study_id, command, str(taken))
    raise Outdated(f"{command.participant}: gave up after {TRIES} tries")


def submit_entries(
    study_id: str, participant: str, entries: Sequence[EnterDiary], *, by: Actor, at: Moment
) -> tuple[Submitted, ...]:
    """Entries of one participant's diary, as a phone sends them after a while: what became of each, in their order.

    They are stored in one transaction, so that a phone is told of all of them or of none, and waits for one commit.
    An entry that is refused does not keep the others back. Raises as `submit` does.
    """
    for tries in range(TRIES):
        try:
            with writing() if tries >= HASTY else nullcontext():
                return _submit_entries_once(study_id, participant, entries, by=by, at=at)
        except Outdated:
            continue
    raise Outdated(f"{participant}: gave up after {TRIES} tries")


def _submit_entries_once(
    study_id: str, participant: str, entries: Sequence[EnterDiary], *, by: Actor, at: Moment
) -> tuple[Submitted, ...]:
    position = position_of(study_id, participant)
    if position is None:
        raise NotFound(f"no participant {participant} in {study_id}")
    before = book = book_at(study_id, participant, position)
    stored = stored_commands(study_id, PARTICIPANT + participant, [one.command_id for one in entries])
    done, written = list[Submitted](), list[Sealed]()
    for entry in entries:
        if entry.command_id in stored:
            was = _stored(book, entry, by=by, at=at)
            noted = _noted(was, entry, by=by, at=at)
            book = noted.book
            done.append(replace(was, book=book))
            written += noted.sealed
            continue
        decided = _decided_on(book, entry, by=by, at=at)
        if not decided.drafts:  # twice among these, or refused
            was_there = not decided.problems
            done.append(Submitted(decided.problems, decided.conflict, (), book, was_there=was_there))
            continue
        step = sealed_step(book, decided.drafts, by=by, at=at, command_id=entry.command_id)
        book = step.book
        done.append(Submitted((), False, step.sealed, book))
        written += step.sealed
    if written:
        write_steps(before, book, written, by=by, at=at)
    return tuple(done)


def _noted(was: Submitted, entry: EnterDiary, *, by: Actor, at: Moment) -> Written:
    """That an entry which is there came again from another phone, once; of another command with its id nothing."""
    drafts = decide(was.book, _filled(was.book, entry), by=by, at=at).drafts if was.was_there else ()
    if not drafts:
        return Written(was.book, ())
    return sealed_step(was.book, drafts, by=by, at=at, command_id=f"{entry.device}-{entry.number}")


def _decided_on(book: Casebook, entry: EnterDiary, *, by: Actor, at: Moment) -> Decided:
    """An entry at which a rule of the study fails is kept aside: it must not hold back itself, nor the others."""
    command = _filled(book, entry)
    try:
        return decide(book, command, by=by, at=at)
    except Denied:
        raise
    except Exception as fault:  # noqa: BLE001 - nobody at a phone could mend it
        log_fault(entry.command_id, fault)
        return decide(book, _filled(book, replace(entry, is_unruled=True)), by=by, at=at)


def _decided(book: Casebook, command: Command, *, by: Actor, at: Moment) -> Decided:
    """An entry at which a rule of the study fails stays aside, and who releases it is told so; so is whoever types one."""
    is_typed = isinstance(command, EnterDiary) and command.source != "phone"
    if not (is_typed or isinstance(command, ReleaseEntry)):
        return decide(book, command, by=by, at=at)
    try:
        return decide(book, command, by=by, at=at)
    except Denied:
        raise
    except Exception as fault:  # noqa: BLE001 - the rule is mended by others, and the entry waits so long
        if isinstance(command, ReleaseEntry):
            log_fault(command.entry, fault)
            return refused(problem("rule-fails", command.entry))
        log_fault(command.command_id, fault)
        return refused(problem("rule-fails-entry", ""))


def log_fault(entry: str, fault: Exception) -> None:
    """Without the words of the fault, which may be an answer."""
    LOG.error("a rule failed at entry %s: %s", entry, type(fault).__name__)


def _submit_once(
    study_id: str, command: Command, *, by: Actor, at: Moment, position: Position | None = None
) -> Submitted:
    key = _draft_key(command, by)
    position = position or position_of(
        study_id, command.participant, command_id=command.command_id, draft=key
    )
    if position is not None and position.has_command:
        return _stored(book_at(study_id, command.participant, position), command, by=by, at=at)
    book = _book(study_id, command, position)
    decided = _decided(book, _filled(book, command), by=by, at=at)
    if not decided.drafts:
        # The same command may have been stored between the look for it and the reading of the book.
        now = position_of(study_id, command.participant, command_id=command.command_id)
        if now is not None and now.has_command:
            return _stored(book_at(study_id, command.participant, now), command, by=by, at=at)
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


def _stored(book: Casebook, command: Command, *, by: Actor, at: Moment) -> Submitted:
    """The answer that the same command was given before; another command with its id, or a form or entry with other
    values, is a conflict: a page that was gone back to, changed, and sent again."""
    reused = problem("command-reused", command.command_id)
    stream = PARTICIPANT + command.participant
    sealed = read_events(book.study.id, stream, command_id=command.command_id)
    if not is_resent(command, sealed, by=by):
        return Submitted((reused,), True, (), book)
    if isinstance(command, SaveForm | EnterDiary):
        again = decide(book, _filled(book, command), by=by, at=at)
        if again.problems and not again.conflict:
            # Refused by itself, as for an item that the person does not see: no stored value is shown beside it.
            return Submitted(again.problems, False, (), book)
        is_other = again.drafts and isinstance(command, SaveForm)  # of an entry, drafts note its new number
        if is_other or again.problems:
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
    if isinstance(command, EnterDiary) and command.definition not in ("", book.study.hash):
        return replace(command, asked_under=version_asked_under(book.study, command.definition))
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
