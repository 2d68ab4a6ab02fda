"""What the log says now, as rows: records, queries, the participant; and the casebook again from the rows.

A row is text and whole numbers only, in one form, so that two of them are compared byte by byte.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, cast

from trialwright.ledger.casebook import (
    Casebook,
    DeviationClass,
    Device,
    DiaryEntry,
    EarlierShown,
    EligibilityDecision,
    Entry,
    Invite,
    Photo,
    Query,
    Record,
    RecordKey,
    SetDecision,
)
from trialwright.ledger.events import Decision, DiarySource, QueryLevel
from trialwright.ledger.status import status_of
from trialwright.store.rows import Row
from trialwright.store.text import code_key
from trialwright.study.model import Study
from trialwright.values.datum import Datum
from trialwright.values.stored import datum_from_json, datum_to_json

PARTICIPANT_COLUMNS = ("study", "participant", "code", "code_key", "site", "status", "state")
RECORD_COLUMNS = (
    "study", "participant", "visit", "form", "repeat", "sequence", "definition", "removed", "items", "cleared",
)  # fmt: skip
QUERY_COLUMNS = (
    "study", "participant", "query", "visit", "form", "repeat", "item", "check_id", "level", "state",
    "text", "answer", "value", "opened", "answered", "by_change", "sequence",
)  # fmt: skip

ENTRY_COLUMNS = (
    "study", "participant", "entry", "visit", "form", "repeat", "day", "sequence", "source", "device", "number",
    "entered", "received", "app", "definition", "root", "corrects", "clock_off_seconds", "flags", "behind",
    "kept_aside", "released", "left_aside", "items", "unread", "emptied",
)  # fmt: skip

# table -> (columns, how many of them are the key)
TABLES: Mapping[str, tuple[tuple[str, ...], int]] = {
    "participant": (PARTICIPANT_COLUMNS, 2),
    "record": (RECORD_COLUMNS, 5),
    "query": (QUERY_COLUMNS, 3),
    "diary_entry": (ENTRY_COLUMNS, 3),
}

# Canonical JSON as values.stored makes it; nothing here can be a float, and one encoder serves all rows.
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def participant_row(book: Casebook) -> Row:
    """The key of a code that was redacted is the participant's own id: no two blanks are one code."""
    state: dict[str, object] = {
        "arm": book.arm,
        "enrolled": book.enrolled,
        "coded": book.coded,
        "decisions": [
            {
                "visit": each.visit,
                "decision": each.decision,
                "criteria": [list(pair) for pair in each.criteria],
                "sequence": each.sequence,
            }
            for each in book.decisions
        ],
        "shown": [
            [each.account, each.visit, each.form, each.repeat, each.sequence] for each in book.earlier_shown
        ],
        "invites": [[each.id, each.expires, each.sequence, each.device] for each in book.invites.values()],
        "devices": [
            [each.id, each.invite, each.joined, each.revoked, each.key, list(each.resent)]
            for each in book.devices.values()
        ],
        "photos": list(map(_photo_cells, book.photos.values())),
    }
    # Only where there are any: rows that were written before there were such decisions stay what they are.
    if book.classes:
        state["classes"] = [
            [check, *key, each.importance, each.sequence] for (check, key), each in book.classes.items()
        ]
    if book.sets:
        state["sets"] = [[name, each.is_in, each.sequence] for name, each in book.sets.items()]
    key = code_key(book.code) if book.code else f"({book.participant})"
    status = status_of(book) if book.sequence else ""
    return (book.study.id, book.participant, book.code, key, book.site, status, _canonical(state))


def _photo_cells(photo: Photo) -> list[str | int]:
    """In the order of its fields."""
    return [
        *(photo.id, photo.visit, photo.day, photo.region, photo.original, photo.type, photo.kept),
        *(photo.size, photo.width, photo.height, photo.taken, photo.device, photo.sequence, photo.removed),
    ]


def record_row(book: Casebook, record: Record) -> Row:
    items = record.items
    cells = [_item_cell(item, items[item]) for item in sorted(items)]
    return (
        book.study.id,
        book.participant,
        record.visit,
        record.form,
        record.repeat,
        record.sequence,
        record.definition,
        int(record.is_removed),
        f"{{{','.join(cells)}}}",
        _canonical(dict(record.cleared)) if record.cleared else "{}",
    )


def _item_cell(item: str, entry: Entry) -> str:
    """Canonical JSON, put together of parts that are the same in very many records."""
    is_derived = "true" if entry.is_derived else "false"
    return f"{_quoted(item)}:[{_text_of(entry.datum)},{entry.sequence:d},{is_derived}]"


_quoted = lru_cache(maxsize=4096)(_canonical)


@lru_cache(maxsize=20_000)
def _text_of(datum: Datum) -> str:
    """The stored text as a string of JSON; most values of a study are among a few thousand."""
    return _canonical(datum_to_json(datum))


def query_row(book: Casebook, query: Query) -> Row:
    return (
        book.study.id,
        book.participant,
        query.id,
        query.visit,
        query.form,
        query.repeat,
        query.item,
        query.check,
        query.level,
        query.state,
        query.text,
        query.answer,
        query.value,
        query.opened,
        query.answered,
        int(query.by_change),
        query.sequence,
    )


def entry_row(book: Casebook, entry: DiaryEntry) -> Row:
    return (
        book.study.id,
        book.participant,
        entry.id,
        entry.visit,
        entry.form,
        entry.repeat,
        entry.day,
        entry.sequence,
        entry.source,
        entry.device,
        entry.number,
        entry.entered,
        entry.received,
        entry.app,
        entry.definition,
        entry.root,
        entry.corrects,
        entry.clock_off_seconds,
        _canonical(entry.own_flags) if entry.own_flags else "[]",
        int(entry.is_behind),
        int(entry.is_kept_aside),
        int(entry.is_released),
        int(entry.is_left_aside),
        f"{{{','.join([f'{_quoted(item)}:{_text_of(entry.items[item])}' for item in sorted(entry.items)])}}}",
        entry.unread,
        _canonical(entry.emptied) if entry.emptied else "[]",
    )


def changed_rows(before: Casebook, after: Casebook) -> dict[str, list[Row]]:
    """The rows that differ between two moments of a casebook; `apply` keeps what it does not change."""
    changed = {
        "record": [
            record_row(after, record)
            for key, record in after.records.items()
            if before.records.get(key) is not record
        ],
        "query": [
            query_row(after, query)
            for key, query in after.queries.items()
            if before.queries.get(key) is not query
        ],
        "diary_entry": [
            entry_row(after, entry)
            for key, entry in after.entries.items()
            if before.entries.get(key) is not entry
        ],
    }
    participant = participant_row(after)
    if before.sequence == 0 or participant_row(before) != participant:
        changed["participant"] = [participant]
    return {table: rows for table, rows in changed.items() if rows}


# ------------------------------------------------------------------ and back


def casebook_of(
    study: Study,
    participant: Row,
    records: Iterable[Row],
    queries: Iterable[Row],
    entries: Iterable[Row],
    *,
    sequence: int,
    head: str,
) -> Casebook:
    """The casebook of stored rows, each with all columns of its table."""
    _, opaque, code, _, site, _, state_text = participant
    state = json.loads(str(state_text))
    return Casebook(
        study=study,
        participant=str(opaque),
        code=str(code),
        site=str(site),
        arm=state["arm"],
        enrolled=state["enrolled"],
        records=dict(map(_record_of, records)),
        queries={query.id: query for query in map(_query_of, queries)},
        decisions=tuple(map(_decision_of, state["decisions"])),
        sequence=sequence,
        head=head,
        coded=state["coded"],
        earlier_shown=tuple(EarlierShown(*each) for each in state["shown"]),
        entries={entry.id: entry for entry in map(_entry_of, entries)},
        devices={each[0]: _device_of(*each) for each in state["devices"]},
        invites={each[0]: Invite(*each) for each in state["invites"]},
        photos={each[0]: Photo(*each) for each in state["photos"]},
        classes={
            (check, (visit, form, repeat)): DeviationClass(importance, at)
            for check, visit, form, repeat, importance, at in state.get("classes", ())
        },
        sets={name: SetDecision(is_in, at) for name, is_in, at in state.get("sets", ())},
    )


def _device_of(device: str, invite: str, joined: int, revoked: int, key: str, resent: list[int]) -> Device:
    return Device(device, invite, joined, revoked, key, tuple(resent))


def _decision_of(stored: Mapping[str, object]) -> EligibilityDecision:
    criteria = tuple((pair[0], pair[1]) for pair in cast("list[list[str]]", stored["criteria"]))
    return EligibilityDecision(
        visit=cast(str, stored["visit"]),
        decision=cast(Decision, stored["decision"]),
        criteria=criteria,
        sequence=cast(int, stored["sequence"]),
    )


def _record_of(row: Row) -> tuple[RecordKey, Record]:
    _, _, visit, form, repeat, sequence, definition, removed, items_text, cleared_text = row
    items: dict[str, Entry] = {}
    for item, (text, at, is_derived) in json.loads(cast(str, items_text)).items():
        datum = datum_from_json(text)
        if datum is None:
            raise ValueError(f"a record holds a blank for {item}")
        items[item] = Entry(datum, at, is_derived)
    key: RecordKey = (cast(str, visit), cast(str, form), cast(int, repeat))
    cleared = json.loads(cast(str, cleared_text))
    return key, Record(*key, items, cast(int, sequence), cast(str, definition), bool(removed), cleared)


def _query_of(row: Row) -> Query:
    _, _, query, visit, form, repeat, item, check, level, state, text, answer, value = row[:13]
    opened, answered, by_change, sequence = row[13:]
    return Query(
        id=cast(str, query),
        visit=cast(str, visit),
        form=cast(str, form),
        repeat=cast(int, repeat),
        item=cast(str, item),
        check=cast(str, check),
        level=cast(QueryLevel, level),
        state=cast("Literal['open', 'answered', 'closed']", state),
        text=cast(str, text),
        answer=cast(str, answer),
        value=cast(str, value),
        opened=cast(int, opened),
        sequence=cast(int, sequence),
        answered=cast(int, answered),
        by_change=bool(by_change),
    )


def _entry_of(row: Row) -> DiaryEntry:
    _, _, entry, visit, form, repeat, day, sequence, source, device, number, entered = row[:12]
    received, app, definition, root, corrects, clock_off, flags = row[12:19]
    behind, kept_aside, released, left_aside, items_text, unread, emptied = row[19:]
    items: dict[str, Datum] = {}
    for item, text in json.loads(cast(str, items_text)).items():
        datum = datum_from_json(text)
        if datum is None:
            raise ValueError(f"an entry of a diary holds a blank for {item}")
        items[item] = datum
    return DiaryEntry(
        id=cast(str, entry),
        visit=cast(str, visit),
        form=cast(str, form),
        repeat=cast(int, repeat),
        day=cast(str, day),
        items=items,
        sequence=cast(int, sequence),
        source=cast(DiarySource, source),
        device=cast(str, device),
        number=cast(int, number),
        entered=cast(str, entered),
        received=cast(str, received),
        app=cast(str, app),
        definition=cast(str, definition),
        root=cast(str, root),
        corrects=cast(str, corrects),
        clock_off_seconds=cast(int, clock_off),
        own_flags=tuple(json.loads(cast(str, flags))),
        is_behind=bool(behind),
        is_kept_aside=bool(kept_aside),
        is_released=bool(released),
        is_left_aside=bool(left_aside),
        unread=cast(str, unread),
        emptied=tuple(json.loads(cast(str, emptied))),
    )
