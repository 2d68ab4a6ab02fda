"""The history of one item, read from the log: every value it had, who gave it, when and why; and the queries about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from trialwright.ledger import events as e
from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.visible import NOTHING_HIDDEN, Hidden
from trialwright.values.datum import Datum
from trialwright.values.stored import datum_from_json

LineKind = Literal["entered", "derived", "row_removed", "redacted", "asked", "answered", "closed"]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on one item.

    old, new: the datum before and after, None where blank; is_redacted: the new one was emptied since.
    text: words of a query. utc: the server's time; site_date: the site's day; device_time, device_offset:
    what the device said, where it said so.
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
    originator: e.Originator


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
    lines = _lines(events, _Item((visit, form, repeat), item))
    return tuple(line for line in lines if line.check not in hidden.checks)


def _lines(events: Iterable[e.Sealed], about: _Item) -> Iterator[HistoryLine]:
    old: Datum | None = None
    given: set[int] = set()
    queries: dict[str, str] = {}
    for event in events:
        body = event.body
        match body:
            case e.FormSaved() | e.ValuesDerived() if _key(body) == about.key and about.item in event.values:
                text = event.values[about.item]
                new = None if text is None else datum_from_json(text)
                kind: LineKind = "entered" if isinstance(body, e.FormSaved) else "derived"
                yield _line(kind, event, old, new, is_redacted=text is None)
                old = new
                given.add(event.sequence)
            case e.RowRemoved() if _key(body) == about.key:
                yield _line("row_removed", event, old, None)
            case e.ValueRedacted(sequence, key) if key == about.item and sequence in given:
                yield _line("redacted", event, None, None, is_redacted=True)
            case e.QueryOpened() if _key(body) == about.key and body.item == about.item:
                queries[body.query] = body.check
                yield _line("asked", event, old, old, text=_text(event), check=body.check)
            case e.QueryAnswered(query) if query in queries:
                yield _line("answered", event, old, old, text=_text(event), check=queries[query])
            case e.QueryClosed(query) if query in queries:
                yield _line("closed", event, old, old, text=_text(event), check=queries[query])
            case _:
                pass


def _key(body: e.FormSaved | e.ValuesDerived | e.RowRemoved | e.QueryOpened) -> RecordKey:
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
        originator=event.originator,
    )
