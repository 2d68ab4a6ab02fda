"""The log's rows: events of one stream in and out, and the streams that are no participant's."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db import IntegrityError

from trialwright.ledger.chain import StoredEvent, stored_event, stored_values
from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.content import event_from_content
from trialwright.ledger.events import Draft, Sealed
from trialwright.ledger.seal import SALT_LENGTH, seal
from trialwright.store import rows
from trialwright.store.envelopes import envelope_of
from trialwright.store.errors import Outdated
from trialwright.store.transactions import writing
from trialwright.study.model import Study

PARTICIPANT = "participant:"
ACCOUNTS = "accounts"
STUDY = "study"
SITE = "site:"

EVENT_COLUMNS = ("study", "stream", *StoredEvent._fields)
VALUE_COLUMNS = ("study", "stream", "sequence", "key", "salt", "value")


def new_salt() -> str:
    """128 bits, so that a commitment tells nothing about a value of few possibilities."""
    return secrets.token_hex(SALT_LENGTH // 2)


def insert_events(sealed: Sequence[Sealed], *, only_if: rows.Condition | None = None) -> None:
    """The events of one command, or of several in one order, in two statements: events and values.

    IntegrityError where the sequence, or the command, is there already; Outdated where the condition does not hold.
    """
    place = (sealed[0].envelope.study, sealed[0].envelope.stream)
    commands = groupby(sealed, key=lambda event: event.envelope.command_id)
    events = [
        (*place, *stored_event(event, at)) for _, command in commands for at, event in enumerate(command)
    ]
    if only_if is None:
        rows.insert("event", EVENT_COLUMNS, events)
    elif not rows.insert_if("event", EVENT_COLUMNS, events, only_if):
        raise Outdated(f"{place[1]}: what was decided on holds no more")
    values = [(*place, *row) for event in sealed for row in stored_values(event)]
    if values:
        rows.insert("event_value", VALUE_COLUMNS, values)


def read_events(
    study_id: str,
    stream: str,
    *,
    after: int = 0,
    command_id: str | None = None,
    kinds: Sequence[str] = (),
) -> tuple[Sealed, ...]:
    """Events of one stream in order, with their values: two statements. kinds: names of events, all where none is."""
    where = "study = %s AND stream = %s AND sequence > %s"
    parameters: list[rows.Cell] = [study_id, stream, after]
    values_where = where
    values_parameters = list(parameters)
    if command_id is not None:
        where += " AND command_id = %s"
        parameters.append(command_id)
    if kinds:
        where += f" AND kind IN ({rows.places(kinds)})"
        parameters += kinds
    if where != values_where:
        values_where += " AND sequence IN (SELECT sequence FROM event WHERE " + where + ")"
        values_parameters += parameters
    events = rows.select(
        f"SELECT stream, sequence, content, seal, previous FROM event WHERE {where} ORDER BY sequence",
        parameters,
    )
    values = rows.select(
        f"SELECT stream, sequence, key, salt, value FROM event_value WHERE {values_where} ORDER BY sequence",
        values_parameters,
    )
    return tuple(join_values(events, values))


def read_streams(study_id: str, streams: Sequence[str], kinds: Sequence[str]) -> tuple[Sealed, ...]:
    """Events of some kinds, by name, of several streams, with their values: two statements, however many streams."""
    if not streams or not kinds:
        return ()
    where = f"study = %s AND stream IN ({rows.places(streams)}) AND kind IN ({rows.places(kinds)})"
    parameters = (study_id, *streams, *kinds)
    events = rows.select(
        f"SELECT stream, sequence, content, seal, previous FROM event WHERE {where} ORDER BY stream, sequence",
        parameters,
    )
    values = rows.select(
        "SELECT stream, sequence, key, salt, value FROM event_value WHERE study = %s AND (stream, sequence) IN "
        f"(SELECT stream, sequence FROM event WHERE {where})",
        (study_id, *parameters),
    )
    return tuple(join_values(events, values))


def stored_commands(study_id: str, stream: str, command_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that a stream has events of."""
    found = rows.select(
        f"SELECT command_id FROM event WHERE study = %s AND stream = %s AND command_id IN ({rows.places(command_ids)})",
        (study_id, stream, *command_ids),
    )
    return frozenset(str(command) for (command,) in found)


def join_values(events: Iterable[rows.Row], values: Iterable[rows.Row]) -> Iterator[Sealed]:
    """Events (stream, sequence, content, seal, previous) with their values (stream, sequence, key, salt, value)."""
    texts: dict[tuple[rows.Cell, rows.Cell], dict[str, str | None]] = defaultdict(dict)
    salts: dict[tuple[rows.Cell, rows.Cell], dict[str, str]] = defaultdict(dict)
    for stream, sequence, key, salt, value in values:
        texts[(stream, sequence)][str(key)] = None if value is None else str(value)
        salts[(stream, sequence)][str(key)] = str(salt)
    for stream, sequence, content, seal_text, previous in events:
        place = (stream, sequence)
        yield event_from_content(
            str(content), str(seal_text), texts.pop(place, {}), salts.pop(place, {}), previous=str(previous)
        )


def append_to_stream(
    study: Study,
    stream: str,
    drafts: Sequence[Draft],
    *,
    by: Actor,
    at: Moment,
    command_id: str,
    site: str = "",
) -> tuple[Sealed, ...]:
    """Adds to a stream that is no participant's: a site's, the study's or the accounts'."""
    envelope = envelope_of(study, stream, command_id, site=site, by=by, at=at)
    with writing():
        found = rows.select_one(
            "SELECT sequence, seal FROM event WHERE study = %s AND stream = %s ORDER BY sequence DESC LIMIT 1",
            (study.id, stream),
        )
        sequence, previous = (int(found[0] or 0), str(found[1])) if found else (0, "")
        sealed = seal(drafts, envelope, previous=previous, sequence=sequence, salt=new_salt)
        try:
            insert_events(sealed)
        except IntegrityError as error:
            raise Outdated(f"{stream} moved on") from error
        last = sealed[-1]
        columns = ("study", "stream", "sequence", "seal")
        rows.upsert("head", columns, 2, [(study.id, stream, last.sequence, last.seal)])
    return sealed
