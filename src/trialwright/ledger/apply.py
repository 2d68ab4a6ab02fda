"""What an event does to a casebook. Replaying a stream through `apply` gives the casebook again; nothing else
changes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from trialwright.ledger import events as e
from trialwright.ledger.casebook import (
    Casebook,
    EarlierShown,
    EligibilityDecision,
    Entry,
    Query,
    Record,
    RecordKey,
)
from trialwright.study.model import Study
from trialwright.values.stored import datum_from_json

# A log repeats few texts many times; a datum is frozen, so that one may stand for all of them.
_datum_from_json = lru_cache(maxsize=8192)(datum_from_json)


@dataclass(frozen=True, slots=True)
class Happening:
    """What of an event changes a casebook: of a sealed one, or of a draft that is looked at before it is sealed."""

    body: e.Body
    values: Mapping[str, str | None]
    sequence: int
    site: str
    definition: str


def apply(book: Casebook, event: e.Sealed) -> Casebook:
    """The casebook after the event. Bodies of other streams (accounts, sites) leave it as it is."""
    return replace(advance(book, _happening(event)), head=event.seal)


def _happening(event: e.Sealed) -> Happening:
    envelope = event.envelope
    return Happening(event.body, event.values, event.sequence, envelope.site, envelope.definition_hash)


def replay(study: Study, participant: str, stream: Iterable[e.Sealed]) -> Casebook:
    """The casebook that the events of one participant give."""
    book = Casebook(study, participant)
    for event in stream:
        book = apply(book, event)
    return book


def record_at(events: Iterable[e.Sealed], key: RecordKey, sequence: int) -> Record | None:
    """One record as it stood after an event; None before its first. events: of the participant, in order."""
    records: dict[RecordKey, Record] = {}
    for event in events:
        body = event.body
        if event.sequence > sequence or not isinstance(body, e.FormSaved | e.ValuesDerived | e.RowRemoved):
            continue
        if (body.visit, body.form, body.repeat) == key:
            record = _record_after(records, _happening(event))
            records = {key: record} if record is not None else records
    return records.get(key)


def advance(book: Casebook, happening: Happening) -> Casebook:
    """The casebook after a happening; the head stays."""
    record = _record_after(book.records, happening)
    if record is not None:
        return _with_record(book, record)
    return _beside_records(replace(book, sequence=happening.sequence), happening)


def advance_all(book: Casebook, happenings: Iterable[Happening]) -> Casebook:
    """As `advance` for one after the other, and without a copy of the casebook for each: for whole streams."""
    records = dict(book.records)
    for happening in happenings:
        record = _record_after(records, happening)
        if record is not None:
            records[record.visit, record.form, record.repeat] = record
            continue
        book = advance(replace(book, records=records), happening)
        records = dict(book.records)
    last = max([book.sequence, *(record.sequence for record in records.values())])
    return replace(book, records=records, sequence=last)


def _record_after(records: Mapping[RecordKey, Record], happening: Happening) -> Record | None:
    """The record that a happening changes, as it is then; None where it changes something else."""
    match happening.body:
        case e.FormSaved(visit, form, repeat):
            return _saved(records, (visit, form, repeat), happening, is_derived=False)
        case e.ValuesDerived(visit, form, repeat):
            return _saved(records, (visit, form, repeat), happening, is_derived=True)
        case e.RowRemoved(visit, form, repeat):
            row = _record(records, (visit, form, repeat), happening)
            return replace(row, is_removed=True, sequence=happening.sequence)
        case _:
            return None


def _beside_records(book: Casebook, happening: Happening) -> Casebook:
    match happening.body:
        case e.QueryOpened():
            return _with_query(book, _opened(happening.body, happening))
        case e.QueryAnswered() | e.QueryClosed():
            return _answered_or_closed(book, happening.body, happening)
        case e.ParticipantScreened():
            return replace(book, code=_text(happening, "code"), site=happening.site, coded=happening.sequence)
        case e.CodeCorrected():
            return replace(book, code=_text(happening, "code"), coded=happening.sequence)
        case e.EligibilityDecided(visit, decision, criteria):
            decided = EligibilityDecision(visit, decision, criteria, happening.sequence)
            return replace(book, decisions=(*book.decisions, decided))
        case e.EarlierScoresShown(account, visit, form, repeat):
            shown = EarlierShown(account, visit, form, repeat, happening.sequence)
            return replace(book, earlier_shown=(*book.earlier_shown, shown))
        case e.ParticipantEnrolled():
            return replace(book, arm=_text(happening, "arm") or None, enrolled=happening.sequence)
        case e.ValueRedacted(sequence, key):
            return _redacted(book, sequence, key, happening.sequence)
        case _:
            return book


def _text(happening: Happening, key: str) -> str:
    return happening.values.get(key) or ""


def _with_record(book: Casebook, record: Record) -> Casebook:
    """The record's last event is the casebook's."""
    key = (record.visit, record.form, record.repeat)
    return replace(book, records={**book.records, key: record}, sequence=record.sequence)


def _with_query(book: Casebook, query: Query) -> Casebook:
    return replace(book, queries={**book.queries, query.id: query})


def _record(records: Mapping[RecordKey, Record], key: RecordKey, happening: Happening) -> Record:
    found = records.get(key)
    return found if found is not None else Record(*key, {}, happening.sequence, happening.definition)


def _saved(
    records: Mapping[RecordKey, Record], key: RecordKey, happening: Happening, *, is_derived: bool
) -> Record:
    record = _record(records, key, happening)
    items, cleared = dict(record.items), dict(record.cleared)
    for item, text in happening.values.items():
        if item == e.REASON:
            continue
        datum = None if text is None else _datum_from_json(text)
        if datum is None:
            items.pop(item, None)
            cleared[item] = happening.sequence
        else:
            cleared.pop(item, None)
            items[item] = Entry(datum, happening.sequence, is_derived)
    definition = record.definition if is_derived else happening.definition
    return Record(*key, items, happening.sequence, definition, record.is_removed, cleared)


def _opened(body: e.QueryOpened, happening: Happening) -> Query:
    return Query(
        id=body.query,
        visit=body.visit,
        form=body.form,
        repeat=body.repeat,
        item=body.item,
        check=body.check,
        level=body.level,
        state="open",
        text=_text(happening, "text"),
        answer="",
        value=_text(happening, "value"),
        opened=happening.sequence,
        sequence=happening.sequence,
    )


def _answered_or_closed(
    book: Casebook, body: e.QueryAnswered | e.QueryClosed, happening: Happening
) -> Casebook:
    query = book.queries.get(body.query)
    if query is None:  # a log from elsewhere may lack the opening; the rest is still read
        return book
    at = happening.sequence
    if isinstance(body, e.QueryClosed):
        return _with_query(book, replace(query, state="closed", by_change=body.by_change, sequence=at))
    answer = _text(happening, "text")
    return _with_query(book, replace(query, state="answered", answer=answer, answered=at, sequence=at))


def _redacted(book: Casebook, sequence: int, key: str, at: int) -> Casebook:
    """The value of one event is gone; where it is the current one, the item is blank now. No casebook holds a reason."""
    if key == e.REASON:
        return book
    if key == "code" and book.coded == sequence:
        return replace(book, code="")
    for query in book.queries.values():
        if sequence in (query.opened, query.answered):
            return _with_query(book, _without(query, sequence, key))
    for record in book.records.values():
        entry = record.items.get(key)
        stands = entry.sequence if entry is not None else record.cleared.get(key)
        if stands == sequence:
            items = {item: kept for item, kept in record.items.items() if item != key}
            cleared = {**record.cleared, key: at}
            return _with_record(book, replace(record, items=items, cleared=cleared, sequence=at))
    return book


def _without(query: Query, sequence: int, key: str) -> Query:
    if sequence == query.answered:
        return replace(query, answer="")
    return replace(query, value="") if key == "value" else replace(query, text="")
