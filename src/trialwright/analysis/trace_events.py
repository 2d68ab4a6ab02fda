"""The events behind a number as people read them: each value, who entered it when and why, and what stood there before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialwright.analysis.messages import EVENT_WORDS, ORIGINATOR_WORDS
from trialwright.analysis.page import Person, Report
from trialwright.analysis.pages_events import describe_body, in_order, read_key, role_label
from trialwright.analysis.pages_people import read_value
from trialwright.analysis.trace import Items, TracedRow
from trialwright.expr.reader import Place, Source
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.events import DiaryEntered, FormSaved, Sealed, ValuesDerived
from trialwright.ledger.history import HistoryLine, history
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Item


@dataclass(frozen=True, slots=True)
class Change:
    """What a value was before, and the event that made it so."""

    shown: str
    sequence: int
    author: str
    utc: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value of an event. stored: as it stands in the log, None where it was redacted. is_current: no later event
    changed it. earlier: what stood there before, the oldest first. sources: of a derived value what it was made of."""

    visit: str
    form: str
    repeat: int
    item: str
    label: str
    shown: str
    stored: str | None
    is_current: bool
    earlier: tuple[Change, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """record: which form of which visit, "" where it is of none; reason: "" where nobody gave one."""

    sequence: int
    what: str
    record: str
    author: str
    account: str
    role: str
    utc: str
    site_date: str
    originator: str
    reason: str
    values: tuple[SeenValue, ...]


def events_seen(report: Report, row: TracedRow) -> tuple[SeenEvent, ...]:
    """The events of a row in their order, and with them those of the values that a derived one was made of."""
    person = report.people[row.participant]
    by_number = {event.sequence: event for event in person.events}
    wanted, items = with_sources(person, row, by_number)
    return tuple(
        event_seen(report, person, by_number[number], items) for number in wanted if number in by_number
    )


def with_sources(
    person: Person, row: TracedRow, by_number: Mapping[int, Sealed]
) -> tuple[tuple[int, ...], Items]:
    """The events and items of a row, and those behind what was derived."""
    numbers, items = set(row.events), set(row.items)
    for number in row.events:
        event = by_number.get(number)
        if event is None or not isinstance(event.body, ValuesDerived):
            continue
        key = (event.body.visit, event.body.form, event.body.repeat)
        for item in items_wanted(event, row.items):
            found = sources_of(person, key, item, number)
            numbers |= {one.sequence for one in found}
            items |= {(one.visit, one.form, one.repeat, one.item) for one in found}
    return tuple(sorted(numbers)), frozenset(items)


def items_wanted(event: Sealed, items: Items) -> tuple[str, ...]:
    """The values of an event that a row rests on; all of them where it is not told which."""
    body = event.body
    if not isinstance(body, FormSaved | ValuesDerived | DiaryEntered):
        return tuple(event.values)
    told = {
        item
        for visit, form, repeat, item in items
        if (visit, form, repeat) == (body.visit, body.form, body.repeat)
    }
    found = tuple(one for one in event.values if one in told)
    return found or tuple(event.values)


def event_seen(report: Report, person: Person, event: Sealed, items: Items) -> SeenEvent:
    who, kind = event.envelope, type(event.body).__name__
    wanted = items_wanted(event, items)
    return SeenEvent(
        event.sequence,
        report.text(EVENT_WORDS.get(kind, kind)),
        plain(report, person, event),
        report.author(who.actor),
        who.actor,
        role_label(report, event),
        who.server_utc,
        who.site_date,
        report.text(ORIGINATOR_WORDS[event.originator]),
        report.text("redacted") if event.is_reason_redacted else event.reason or "",
        tuple(
            value_seen(report, person, event, key, text)
            for key, text in in_order(report, event)
            if key in wanted
        ),
    )


def plain(report: Report, person: Person, event: Sealed) -> str:
    """What an event is about, where that is said in plain text."""
    said = describe_body(report, person, event)
    return said if isinstance(said, str) else ""


def value_seen(report: Report, person: Person, event: Sealed, key: str, text: str | None) -> SeenValue:
    body = event.body
    label, said = read_key(report, event, key, text)
    shown = report.text("redacted") if text is None else said
    if not isinstance(body, FormSaved | ValuesDerived | DiaryEntered):
        return SeenValue("", "", 0, key, label, shown, text, is_current=True)
    record = (body.visit, body.form, body.repeat)
    lines = [one for one in history(person.events, *record, key) if one.kind in ("entered", "derived")]
    return SeenValue(
        *record,
        key,
        label,
        shown,
        text,
        is_current=not any(one.sequence > event.sequence for one in lines),
        earlier=tuple(
            change_of(report, body.form, key, one) for one in lines if one.sequence < event.sequence
        ),
        sources=sources_of(person, record, key, event.sequence) if isinstance(body, ValuesDerived) else (),
    )


def change_of(report: Report, form: str, item: str, line: HistoryLine) -> Change:
    said = report.text("redacted") if line.is_redacted else read_value(report, form, item, line.new)[1]
    return Change(said, line.sequence, report.author(line.actor), line.utc, line.reason or "")


# ---------------------------------------------------------------- what was derived


def sources_of(person: Person, record: RecordKey, item: str, sequence: int) -> tuple[Source, ...]:
    """What a derived value was made of, down to what was entered; nothing where a later event changed it."""
    stands = person.book.records.get(record)
    entry = stands.items.get(item) if stands else None
    if entry is None or entry.sequence != sequence:
        return ()
    reader = CasebookReader(person.book)
    return tuple(dict.fromkeys(read_for(reader, record, item)))


def read_for(reader: CasebookReader, record: RecordKey, item: str) -> Iterator[Source]:
    """The values that the rule of an item reads; of those that are derived themselves, what they read."""
    visit, form, repeat = record
    known = item_of(reader, form, item)
    if known is None or known.derive is None:
        return
    for one in evaluate(known.derive.node, reader, Place(visit or None, form, repeat)).used:
        if one.sequence:
            yield one
            yield from read_for(reader, (one.visit, one.form, one.repeat), one.item)


def item_of(reader: CasebookReader, form: str, item: str) -> Item | None:
    known = reader.book.study.forms.get(form)
    return known.items.get(item) if known else None
