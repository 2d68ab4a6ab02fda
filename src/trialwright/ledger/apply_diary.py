"""What an event of the diary does to a casebook: its entries, the record that shows the standing one, and devices."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from trialwright.ledger import events as e
from trialwright.ledger.casebook import Device, DiaryEntry, Entry, Invite, Record, RecordKey
from trialwright.ledger.diary_entries import Entries, Neighbours, is_behind, standing_entry
from trialwright.values.datum import Datum
from trialwright.values.stored import datum_from_json

# A log repeats few texts many times; a datum is frozen, so that one may stand for all of them.
datum_of = lru_cache(maxsize=16_384)(datum_from_json)


def entry_of(
    body: e.DiaryEntered, values: Mapping[str, str | None], sequence: int, received: str
) -> DiaryEntry:
    """The entry that an event tells of. received: the server's time."""
    items: dict[str, Datum] = {}
    emptied: list[str] = []
    for item, text in values.items():
        if item == e.REASON:
            continue
        if text is None:
            emptied.append(item)
        elif item != e.UNREAD:
            datum = datum_of(text)
            if datum is not None:
                items[item] = datum
    return DiaryEntry(
        id=body.entry,
        visit=body.visit,
        form=body.form,
        repeat=body.repeat,
        day=body.day,
        items=items,
        sequence=sequence,
        source=body.source,
        device=body.device,
        number=body.number,
        entered=body.entered,
        received=received,
        app=body.app,
        definition=body.definition,
        root=body.root,
        corrects=body.corrects,
        clock_off_seconds=body.clock_off_seconds,
        own_flags=body.flags,
        is_kept_aside=body.is_kept_aside,
        unread=values.get(e.UNREAD) or "",
        emptied=tuple(sorted(emptied)),
    )


def with_neighbour(
    entry: DiaryEntry, neighbours: Callable[[DiaryEntry], Neighbours]
) -> dict[str, DiaryEntry]:
    """A new entry, and the one after it on the same phone: whether a clock was put back is told by each two."""
    if not entry.device:
        return {entry.id: entry}
    before, after = neighbours(entry)
    changed = {entry.id: replace(entry, is_behind=True) if is_behind(entry, before) else entry}
    if after is not None and after.is_behind != is_behind(after, entry):
        changed[after.id] = replace(after, is_behind=not after.is_behind)
    return changed


def without_value(entry: DiaryEntry, key: str) -> DiaryEntry:
    """The entry after the value under a key was redacted."""
    if key == e.UNREAD:
        entry = replace(entry, unread="")
    items = {item: datum for item, datum in entry.items.items() if item != key}
    return replace(entry, items=items, emptied=tuple(sorted({*entry.emptied, key})))


def record_of_diary(
    records: Mapping[RecordKey, Record], entries: Entries, key: RecordKey, at: int
) -> Record | None:
    """The record of an occasion as its entries say it now; None where it stays as it is.

    What is derived in it stays, until it is derived anew. at: sequence of the event that changed the entries.
    """
    before, standing = records.get(key), standing_entry(entries, key)
    if standing is None:
        return None
    items = {item: Entry(datum, standing.sequence) for item, datum in standing.items.items()}
    cleared: Mapping[str, int] = {}
    if before is not None:
        items |= {item: entry for item, entry in before.items.items() if entry.is_derived}
        if before.items == items and before.definition == standing.definition:
            return None
        cleared = before.cleared
    return Record(*key, items, at, standing.definition, cleared=cleared)


def invited(body: e.DeviceInvited, sequence: int) -> Invite:
    return Invite(body.invite, body.expires, sequence)


def joined(body: e.DeviceJoined, sequence: int) -> Device:
    return Device(body.device, body.invite, sequence, key=body.key)


def device_after(device: Device, body: e.DeviceRevoked | e.EntryResent, sequence: int) -> Device:
    if isinstance(body, e.DeviceRevoked):
        return replace(device, revoked=sequence)
    return replace(device, resent=tuple(sorted({*device.resent, body.number})))
