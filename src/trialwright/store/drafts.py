"""What somebody typed and did not save yet: kept for that person alone, outside the log, gone with the save."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.events import REASON, Sealed, ValueRedacted
from trialwright.ledger.redaction import record_of
from trialwright.store import rows
from trialwright.store.streams import PARTICIPANT, read_events
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing
from trialwright.values.stored import canonical_json

COLUMNS = ("account", "study", "participant", "visit", "form", "repeat", "items", "updated_utc")
DraftKey = tuple[str, str, str, int]  # account, visit, form, repeat
REASON_FIELD = "reason_for_change"  # the field of a form's page; the others are named by their item

_KEY = 'account = %s AND study = %s AND participant = %s AND visit = %s AND form = %s AND "repeat" = %s'


def save_draft(
    study_id: str, participant: str, key: DraftKey, items: Mapping[str, str], *, at: datetime
) -> None:
    """Keeps the texts of the fields, in place of an earlier draft."""
    account, visit, form, repeat = key
    row = (account, study_id, participant, visit, form, repeat, canonical_json(dict(items)), utc_text(at))
    with writing():
        rows.upsert("draft", COLUMNS, 6, [row])


def load_draft(study_id: str, participant: str, key: DraftKey) -> tuple[dict[str, str], str] | None:
    """The texts, and the UTC when they were kept; or None."""
    found = rows.select_one(
        f"SELECT items, updated_utc FROM draft WHERE {_KEY}", _cells(study_id, participant, key)
    )
    if found is None:
        return None
    items: dict[str, str] = json.loads(str(found[0]))
    return items, str(found[1])


def drop_draft(study_id: str, participant: str, key: DraftKey) -> None:
    rows.execute(f"DELETE FROM draft WHERE {_KEY}", _cells(study_id, participant, key))


def forget_in_drafts(study_id: str, participant: str, place: RecordKey, key: str) -> None:
    """Takes what was typed into one field out of everybody's drafts of a record, and out of pages that are kept until
    somebody signs in again. key: of the event's value."""
    among = 'study = %s AND participant = %s AND visit = %s AND form = %s AND "repeat" = %s'
    where = (study_id, participant, *place)
    for table in ("draft", "held_page"):
        for (text,) in rows.select(f"SELECT DISTINCT items FROM {table} WHERE {among}", where):
            kept = canonical_json(_without(json.loads(str(text)), {_field_of(key)}))
            rows.execute(f"UPDATE {table} SET items = %s WHERE items = %s AND {among}", (kept, text, *where))


def without_redacted(
    study_id: str, participant: str, place: RecordKey, items: Mapping[str, str], *, base: int
) -> dict[str, str]:
    """The texts of a page that showed the record as it was at `base`: without the fields in which it may still hold
    what was redacted since."""
    stream = PARTICIPANT + participant
    since = "study = %s AND stream = %s AND sequence > %s AND kind = 'ValueRedacted'"
    if rows.select_one(f"SELECT 1 FROM event WHERE {since}", (study_id, stream, base)) is None:
        return dict(items)
    log = read_events(study_id, stream)
    redacted = (event.body for event in log if isinstance(event.body, ValueRedacted))
    here = (one for one in redacted if record_of(log, one.sequence) == place)
    return _without(items, {_field_of(one.key) for one in here if base < _left(log, one, place)})


def _left(log: Sequence[Sealed], redacted: ValueRedacted, place: RecordKey) -> int:
    """Until when a page could show the value: another took its place, or it was redacted. A reason is in the fields
    of a page only until it is given."""
    if redacted.key == REASON:
        return redacted.sequence
    return next(
        event.sequence
        for event in log
        if event.sequence > redacted.sequence
        and (
            event.body == redacted
            or (redacted.key in event.values and record_of(log, event.sequence) == place)
        )
    )


def _field_of(key: str) -> str:
    return REASON_FIELD if key == REASON else key


def _without(items: Mapping[str, str], fields: set[str]) -> dict[str, str]:
    return {name: typed for name, typed in items.items() if name.partition(".")[0] not in fields}


def _cells(study_id: str, participant: str, key: DraftKey) -> rows.Row:
    account, visit, form, repeat = key
    return (account, study_id, participant, visit, form, repeat)
