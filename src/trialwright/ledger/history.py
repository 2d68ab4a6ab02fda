"""The history of one item, read from the log: every value it had, who gave it, when and why; and the queries about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from trialwright.ledger import events as e
from trialwright.ledger.about import about
from trialwright.ledger.apply_diary import entry_of
from trialwright.ledger.casebook import DiaryEntry, RecordKey
from trialwright.ledger.diary_entries import standing_entry
from trialwright.ledger.visible import NOTHING_HIDDEN, Hidden, entry_without, is_hidden
from trialwright.values.datum import Datum
from trialwright.values.stored import datum_from_json

LineKind = Literal[
    "entered",
    "derived",
    "row_removed",
    "redacted",
    "reason_redacted",
    "asked",
    "answered",
    "closed",
    "earlier_shown",
    "released",
    "left_aside",
]
Unseen = Literal["", "redacted", "hidden"]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on one item.

    old, new: the datum before and after, None where blank; is_redacted: the new one was emptied since.
    text: words of a query. utc: the server's time; site_date: the site's day; device_time, device_offset:
    what the device said, where it said so; of an entry of the diary, when it was entered. unseen: why a reason that was given is not told; the reason of an act that
    also changed something hidden is hidden with it.
    """

    kind: LineKind
    sequence: int
    old: Datum | None
    new: Datum | None
    is_redacted: bool
    text: str
    check: str  # of a query that an edit check asked, "" otherwise
    actor: str
    role: str
    organisation: str
    utc: str
    site_date: str
    device_time: str | None
    device_offset: str | None
    reason: str | None
    unseen: Unseen
    originator: e.Originator
    diary: DiaryEntry | None = None  # the entry that gave the value; whether it stands, only all entries tell


@dataclass(frozen=True, slots=True)
class _Item:
    key: RecordKey
    item: str


def history(
    events: Iterable[e.Sealed],
    visit: str,
    form: str,
    repeat: int,
    item: str,
    *,
    hidden: Hidden = NOTHING_HIDDEN,
) -> tuple[HistoryLine, ...]:
    """Every act on one item, in the order of the log.

    events: of the participant's stream, from its first. hidden: `visible.hidden_from` who reads.
    """
    if (form, item) in hidden.items:
        return ()
    log = tuple(events)
    by_sequence = {event.sequence: event for event in log}
    return tuple(
        _seen(line, log, by_sequence[line.sequence], hidden)
        for line in _lines(log, _Item((visit, form, repeat), item))
        if line.check not in hidden.checks
    )


def _seen(line: HistoryLine, log: Sequence[e.Sealed], event: e.Sealed, hidden: Hidden) -> HistoryLine:
    if line.diary is not None:
        line = replace(line, diary=entry_without(line.diary, hidden.items))
    if e.REASON in event.values and is_hidden(about(log, event, e.REASON), hidden):
        return replace(line, reason=None, unseen="hidden")
    return line


def viewings(events: Iterable[e.Sealed], key: RecordKey) -> tuple[HistoryLine, ...]:
    """Every time that somebody opened the earlier scores on the page of a record."""
    return tuple(
        _line("earlier_shown", event, None, None)
        for event in events
        if isinstance(event.body, e.EarlierScoresShown) and _key(event.body) == key
    )


def _lines(events: Iterable[e.Sealed], of: _Item) -> Iterator[HistoryLine]:
    old: Datum | None = None
    told: set[int] = set()  # events that a line tells of, so that their redactions are told too
    queries: dict[str, str] = {}
    entries: dict[str, DiaryEntry] = {}
    for event in events:
        body = event.body
        match body:
            case e.FormSaved() | e.ValuesDerived() if _key(body) == of.key and of.item in event.values:
                text = event.values[of.item]
                new = None if text is None else datum_from_json(text)
                kind: LineKind = "entered" if isinstance(body, e.FormSaved) else "derived"
                yield _line(kind, event, old, new, is_redacted=text is None)
                old = new
            case e.DiaryEntered() if _key(body) == of.key:
                entry = entry_of(body, event.values, event.sequence, event.envelope.server_utc)
                entries[entry.id] = entry
                if of.item not in event.values:
                    continue
                yield _entered(event, old, of.item, entry)
                old = _standing(entries, of, old)
            case e.EntryReleased(name) | e.EntryLeftAside(name) if name in entries:
                kind = "released" if isinstance(body, e.EntryReleased) else "left_aside"
                entries[name] = replace(entries[name], is_released=kind == "released")
                new = _standing(entries, of, old)
                yield _line(kind, event, old, new)
                old = new
            case e.RowRemoved() if _key(body) == of.key:
                yield _line("row_removed", event, old, None)
            case e.ValueRedacted(sequence, key) if key == of.item and sequence in told:
                yield _line("redacted", event, None, None, is_redacted=True)
            case e.ValueRedacted(sequence, e.REASON) if sequence in told:
                yield _line("reason_redacted", event, old, old)
            case e.QueryOpened() if _key(body) == of.key and body.item == of.item:
                queries[body.query] = body.check
                yield _line("asked", event, old, old, text=_text(event), check=body.check)
            case e.QueryAnswered(query) if query in queries:
                yield _line("answered", event, old, old, text=_text(event), check=queries[query])
            case e.QueryClosed(query) if query in queries:
                yield _line("closed", event, old, old, text=_text(event), check=queries[query])
            case _:
                continue
        told.add(event.sequence)


def _entered(event: e.Sealed, old: Datum | None, item: str, entry: DiaryEntry) -> HistoryLine:
    """What was said, and when by the clock of the device; two times for each value."""
    text = event.values[item]
    new = None if text is None else datum_from_json(text)
    line = _line("entered", event, old, new, is_redacted=text is None)
    offset = datetime.fromisoformat(entry.entered).strftime("%z")
    return replace(line, device_time=entry.entered, device_offset=f"{offset[:3]}:{offset[3:5]}", diary=entry)


def _standing(entries: Mapping[str, DiaryEntry], of: _Item, old: Datum | None) -> Datum | None:
    """The value that the record shows once these entries are there."""
    standing = standing_entry(entries, of.key)
    return old if standing is None else standing.items.get(of.item)


def _key(
    body: e.FormSaved
    | e.ValuesDerived
    | e.RowRemoved
    | e.QueryOpened
    | e.EarlierScoresShown
    | e.DiaryEntered,
) -> RecordKey:
    return (body.visit, body.form, body.repeat)


def _text(event: e.Sealed) -> str:
    return event.values.get("text") or ""


def _line(
    kind: LineKind,
    event: e.Sealed,
    old: Datum | None,
    new: Datum | None,
    *,
    is_redacted: bool = False,
    text: str = "",
    check: str = "",
) -> HistoryLine:
    envelope = event.envelope
    return HistoryLine(
        kind=kind,
        sequence=event.sequence,
        old=old,
        new=new,
        is_redacted=is_redacted,
        text=text,
        check=check,
        actor=envelope.actor,
        role=envelope.role,
        organisation=envelope.organisation,
        utc=envelope.server_utc,
        site_date=envelope.site_date,
        device_time=envelope.device_time,
        device_offset=envelope.device_offset,
        reason=event.reason,
        unseen="redacted" if event.is_reason_redacted else "",
        originator=event.originator,
    )
