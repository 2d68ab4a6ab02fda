"""What an event does to a casebook. Replaying a stream through `apply` gives the casebook again; nothing else
changes one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from trialwright.ledger import events as e
from trialwright.ledger.apply_diary import (
    datum_of,
    device_after,
    entry_of,
    invited,
    joined,
    record_of_diary,
    with_neighbour,
    without_value,
)
from trialwright.ledger.apply_photos import photos_after
from trialwright.ledger.casebook import (
    Casebook,
    DeviationClass,
    DiaryEntry,
    EarlierShown,
    EligibilityDecision,
    Entry,
    Query,
    Record,
    RecordKey,
    SetDecision,
)
from trialwright.ledger.diary_entries import Index, Neighbours, neighbours, standing_entry
from trialwright.study.model import Study


class Happening(NamedTuple):
    """What of an event changes a casebook: of a sealed one, or of a draft that is looked at before it is sealed.

    utc: the server's time; "" of a draft.
    """

    body: e.Body
    values: Mapping[str, str | None]
    sequence: int
    site: str
    definition: str
    utc: str = ""


def apply(book: Casebook, event: e.Sealed) -> Casebook:
    """The casebook after the event. Bodies of other streams (accounts, sites) leave it as it is."""
    return replace(advance(book, _happening(event)), head=event.seal)


def _happening(event: e.Sealed) -> Happening:
    envelope = event.envelope
    return Happening(
        event.body,
        event.values,
        event.sequence,
        envelope.site,
        envelope.definition_hash,
        envelope.server_utc,
    )


def replay(study: Study, participant: str, stream: Iterable[e.Sealed]) -> Casebook:
    """The casebook that the events of one participant give."""
    book = Casebook(study, participant)
    for event in stream:
        book = apply(book, event)
    return book


def record_at(events: Iterable[e.Sealed], key: RecordKey, sequence: int) -> Record | None:
    """One record as it stood after an event; None before its first. events: of the participant, in order."""
    moved = _Moving({}, Index())
    for event in events:
        if event.sequence <= sequence and _may_change(event.body, key):
            moved.take(_happening(event))
    return moved.records.get(key)


def _may_change(body: e.Body, key: RecordKey) -> bool:
    """Whether an event can change that record. What became of a redacted value is not asked here."""
    if isinstance(body, e.EntryReleased):
        return True
    if isinstance(body, e.FormSaved | e.ValuesDerived | e.RowRemoved | e.DiaryEntered):
        return (body.visit, body.form, body.repeat) == key
    return False


def advance(book: Casebook, happening: Happening) -> Casebook:
    """The casebook after a happening; the head stays."""
    record = _record_after(book.records, happening)
    if record is not None:
        return _with_record(book, record)
    entries = _entries_after(book.entries, happening, partial(neighbours, book.entries.values()))
    if entries:
        return _with_entries(replace(book, sequence=happening.sequence), entries)
    return _beside_records(replace(book, sequence=happening.sequence), happening)


def advance_all(book: Casebook, happenings: Iterable[Happening]) -> Casebook:
    """As `advance` for one after the other, and without a copy of the casebook for each: for whole streams."""
    moved, last = _Moving(dict(book.records), Index.of(book.entries)), book.sequence
    for happening in happenings:
        if not moved.take(happening):
            book = moved.beside(book, happening)
        last = max(last, happening.sequence)
    return replace(moved.in_book(book), sequence=last)


@dataclass(slots=True)
class _Moving:
    """Records and entries under way: each happening adds to them in place."""

    records: dict[RecordKey, Record]
    index: Index

    def take(self, happening: Happening) -> bool:
        """Whether it was one that changes a record or an entry, and is in them now."""
        record = _record_after(self.records, happening)
        if record is None:
            entries = _entries_after(self.index.entries, happening, self.index.neighbours)
            if not entries:
                return False
            for entry in entries.values():
                self.index.put(entry)
            key = next(iter(entries.values())).key
            record = record_of_diary(self.records, self.index.at(key), key, happening.sequence)
        if record is not None:
            self.records[record.visit, record.form, record.repeat] = record
        return True

    def beside(self, book: Casebook, happening: Happening) -> Casebook:
        """What else changes: of that, only a redaction asks for records and entries."""
        if not isinstance(happening.body, e.ValueRedacted):
            return _beside_records(book, happening)
        book = advance(self.in_book(book), happening)
        self.records, self.index = dict(book.records), Index.of(book.entries)
        return book

    def in_book(self, book: Casebook) -> Casebook:
        return replace(book, records=self.records, entries=self.index.entries)


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


def _entries_after(
    entries: Mapping[str, DiaryEntry],
    happening: Happening,
    neighbours: Callable[[DiaryEntry], Neighbours],
) -> dict[str, DiaryEntry]:
    """The entries of the diary that a happening adds or changes, the one that it tells of first; the others of the
    same occasion stay."""
    match happening.body:
        case e.DiaryEntered() as body:
            new = entry_of(body, happening.values, happening.sequence, happening.utc)
            return with_neighbour(new, neighbours)
        case e.EntryReleased(entry) if entry in entries:
            return {entry: replace(entries[entry], is_released=True)}
        case e.EntryLeftAside(entry) if entry in entries:
            return {entry: replace(entries[entry], is_left_aside=True)}
        case _:
            return {}


def _with_entries(book: Casebook, changed: Mapping[str, DiaryEntry]) -> Casebook:
    book = replace(book, entries={**book.entries, **changed})
    key = next(iter(changed.values())).key
    record = record_of_diary(book.records, book.entries, key, book.sequence)
    return book if record is None else _with_record(book, record)


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
        case e.DeviceInvited() as body:
            return replace(book, invites={**book.invites, body.invite: invited(body, happening.sequence)})
        case e.DeviceJoined() as body:
            return _joined(book, body, happening.sequence)
        case e.DeviceRevoked() | e.EntryResent() as body if body.device in book.devices:
            device = device_after(book.devices[body.device], body, happening.sequence)
            return replace(book, devices={**book.devices, device.id: device})
        case _:
            return _with_photo_or_review(book, happening.body, happening.sequence)


def _with_photo_or_review(book: Casebook, body: e.Body, sequence: int) -> Casebook:
    match body:
        case e.PhotoAdded() | e.PhotoRemoved():
            return replace(book, photos=photos_after(book.photos, body, sequence))
        case e.DeviationClassed(check, visit, form, repeat, importance):
            classed = DeviationClass(importance, sequence)
            return replace(book, classes={**book.classes, (check, (visit, form, repeat)): classed})
        case e.SetDecided(population, is_in):
            return replace(book, sets={**book.sets, population: SetDecision(is_in, sequence)})
        case _:
            return book


def _joined(book: Casebook, body: e.DeviceJoined, sequence: int) -> Casebook:
    book = replace(book, devices={**book.devices, body.device: joined(body, sequence)})
    invite = book.invites.get(body.invite)
    if invite is None:  # a log from elsewhere may lack it
        return book
    return replace(book, invites={**book.invites, invite.id: replace(invite, device=body.device)})


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
    before = records.get(key)
    items = dict(before.items) if before is not None else {}
    cleared = dict(before.cleared) if before is not None else {}
    for item, text in happening.values.items():
        if item == e.REASON:
            continue
        datum = None if text is None else datum_of(text)
        if datum is None:
            items.pop(item, None)
            cleared[item] = happening.sequence
        else:
            if cleared:
                cleared.pop(item, None)
            items[item] = Entry(datum, happening.sequence, is_derived)
    definition = before.definition if before is not None and is_derived else happening.definition
    is_removed = before is not None and before.is_removed
    return Record(*key, items, happening.sequence, definition, is_removed, cleared)


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
    told = next((entry for entry in book.entries.values() if entry.sequence == sequence), None)
    if told is not None:
        return _redacted_in_diary(book, told, key)
    for record in book.records.values():
        entry = record.items.get(key)
        stands = entry.sequence if entry is not None else record.cleared.get(key)
        if stands == sequence:
            items = {item: kept for item, kept in record.items.items() if item != key}
            cleared = {**record.cleared, key: at}
            return _with_record(book, replace(record, items=items, cleared=cleared, sequence=at))
    return book


def _redacted_in_diary(book: Casebook, told: DiaryEntry, key: str) -> Casebook:
    """The record that shows the entry changes by this event, also where the log that is read lacks the value already."""
    book = _with_entries(book, {told.id: without_value(told, key)})
    standing, record = standing_entry(book.entries, told.key), book.records.get(told.key)
    if record is None or standing is None or standing.id != told.id:
        return book
    return _with_record(book, replace(record, sequence=book.sequence))


def _without(query: Query, sequence: int, key: str) -> Query:
    if sequence == query.answered:
        return replace(query, answer="")
    return replace(query, value="") if key == "value" else replace(query, text="")
