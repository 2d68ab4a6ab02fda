"""Append: events, their values and what they change, in one transaction of few statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from trialwright.ledger.apply import apply
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import Draft, ParticipantListed, Sealed, ValueRedacted
from trialwright.ledger.seal import seal
from trialwright.store import rows
from trialwright.store.cache import CASEBOOKS
from trialwright.store.drafts import DraftKey, drop_draft
from trialwright.store.envelopes import envelope_of
from trialwright.store.errors import Outdated
from trialwright.store.projections import TABLES, changed_rows
from trialwright.store.streams import PARTICIPANT, SITE, append_to_stream, insert_events, new_salt
from trialwright.store.text import code_key
from trialwright.store.transactions import leave_no_copy, writing

IS_ACTIVE = "EXISTS (SELECT 1 FROM site_definition WHERE study = %s AND site = %s AND hash = %s)"
EMPTY_VALUE = "UPDATE event_value SET value = NULL, salt = '' WHERE study = %s AND stream = %s AND sequence = %s AND key = %s"


class CodeTaken(Exception):  # noqa: N818  - becomes a Problem
    """Another participant has the code."""


@dataclass(frozen=True, slots=True)
class Written:
    """The casebook after a command, and the events that it added."""

    book: Casebook
    sealed: tuple[Sealed, ...]


def append(
    book: Casebook,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    at: Moment,
    command_id: str,
    site: str = "",
    spent: DraftKey | None = None,
) -> Written:
    """Adds the events of one command to the casebook's stream.

    site: of a participant who is new, and whom the site's stream then lists. spent: a draft that becomes a record
    now. Raises Outdated where another writer was first, also with the same command; where another version of the
    study is active at the site than the one that the events were decided under; and CodeTaken.
    """
    step = sealed_step(book, drafts, by=by, at=at, command_id=command_id, site=site)
    write_steps(book, step.book, step.sealed, spent, by=by, at=at)
    return step


def sealed_step(
    book: Casebook,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    at: Moment,
    command_id: str,
    site: str = "",
) -> Written:
    """The casebook after a command, not written yet: the next command may follow upon it."""
    stream = PARTICIPANT + book.participant
    envelope = envelope_of(book.study, stream, command_id, site=book.site or site, by=by, at=at)
    sealed = seal(drafts, envelope, previous=book.head, sequence=book.sequence, salt=new_salt)
    after = book
    for event in sealed:
        after = apply(after, event)
    return Written(after, sealed)


def write_steps(
    before: Casebook,
    after: Casebook,
    sealed: Sequence[Sealed],
    spent: DraftKey | None = None,
    *,
    by: Actor,
    at: Moment,
) -> None:
    """Writes what one or more commands led to, all of it or nothing. Raises as `append` does."""
    try:
        _write(before, after, sealed, spent, by=by, at=at)
    except IntegrityError as error:
        raise Outdated(f"{PARTICIPANT}{after.participant} moved on") from error
    CASEBOOKS.put((after.study.id, after.participant), after)


def _write(
    before: Casebook,
    after: Casebook,
    sealed: Sequence[Sealed],
    spent: DraftKey | None,
    *,
    by: Actor,
    at: Moment,
) -> None:
    changed = changed_rows(before, after)
    with writing():
        if any(isinstance(event.body, ValueRedacted) for event in sealed):
            transaction.on_commit(leave_no_copy)
        if after.code != before.code:
            _require_free(after)
        # Whoever activates a version makes the rows of the site's participants anew; these are by the version before.
        study = after.study
        insert_events(sealed, only_if=rows.Condition(IS_ACTIVE, (study.id, after.site, study.hash)))
        for event in sealed:
            if isinstance(event.body, ValueRedacted):
                place = (event.envelope.study, event.envelope.stream, event.body.sequence, event.body.key)
                rows.execute(EMPTY_VALUE, place)
        for table, changed_of_table in changed.items():
            columns, keys = TABLES[table]
            rows.upsert(table, columns, keys, changed_of_table)
        if spent is not None:
            drop_draft(after.study.id, after.participant, spent)
        if not before.sequence:
            listed = [Draft(ParticipantListed(after.participant))]
            command_id = sealed[0].envelope.command_id
            append_to_stream(
                after.study, SITE + after.site, listed, by=by, at=at, command_id=command_id, site=after.site
            )


def _require_free(book: Casebook) -> None:
    found = rows.select_one(
        "SELECT 1 FROM participant WHERE study = %s AND code_key = %s AND participant <> %s",
        (book.study.id, code_key(book.code), book.participant),
    )
    if found is not None:
        raise CodeTaken(book.code)
