"""What somebody typed and did not save yet: kept for that person alone, outside the log, gone with the save."""

import json
from collections.abc import Mapping
from datetime import datetime

from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.events import REASON
from trialwright.store import rows
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
    """Takes what was typed into one field out of everybody's drafts of a record. key: of the event's value."""
    field = REASON_FIELD if key == REASON else key
    among = 'study = %s AND participant = %s AND visit = %s AND form = %s AND "repeat" = %s'
    where = (study_id, participant, *place)
    for account, text in rows.select(f"SELECT account, items FROM draft WHERE {among}", where):
        items: dict[str, str] = json.loads(str(text))
        kept = {name: typed for name, typed in items.items() if name.partition(".")[0] != field}
        rows.execute(
            f"UPDATE draft SET items = %s WHERE account = %s AND {among}",
            (canonical_json(kept), account, *where),
        )


def _cells(study_id: str, participant: str, key: DraftKey) -> rows.Row:
    account, visit, form, repeat = key
    return (account, study_id, participant, visit, form, repeat)
