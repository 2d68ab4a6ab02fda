"""What a form's page sent when its session was over: kept for the person whom the page was shown to, and theirs again
at the next sign-in. Whoever sends it may only add here; it becomes a draft where no newer work is in its place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trialwright.ledger.casebook import RecordKey
from trialwright.store import rows
from trialwright.store.drafts import DraftKey, load_draft, save_draft, without_redacted
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing
from trialwright.values.stored import canonical_json

DAYS: Final = 30  # for which a page is kept
MOST: Final = 50  # pages that are kept for one person
COLUMNS: Final = (
    "account", "study", "participant", "visit", "form", "repeat", "page", "items", "shown_utc", "updated_utc",
)  # fmt: skip
COMMAND: Final = "command"  # the field that says which page a draft came from

_ROW: Final = (
    'account = %s AND study = %s AND participant = %s AND visit = %s AND form = %s AND "repeat" = %s'
)


@dataclass(frozen=True, slots=True)
class Page:
    """A form's page as it was shown: to whom, of which record, and what it could know of. id: no other page has it;
    base: the state of the record that it showed; is_told: whether it told of pages kept aside. Nothing else may stand
    here, for the page itself can be read: how long the participant's log is would tell what is hidden from a role."""

    account: str
    study: str
    participant: str
    visit: str
    form: str
    repeat: int
    id: str
    base: int
    utc: str
    is_told: bool = False

    @property
    def place(self) -> RecordKey:
        return self.visit, self.form, self.repeat

    @property
    def key(self) -> DraftKey:
        return (self.account, *self.place)


@dataclass(frozen=True, slots=True)
class Held:
    texts: Mapping[str, str]
    utc: str


def keep_draft(page: Page, texts: Mapping[str, str], *, at: datetime) -> None:
    """What a page of somebody who is signed in holds, as their draft; nothing that was redacted since it was shown."""
    with writing():
        save_draft(page.study, page.participant, page.key, _clean(page, texts), at=at)


def hold(page: Page, texts: Mapping[str, str], *, at: datetime) -> bool:
    """Keeps it; False where the account is closed, or has as many pages waiting as anybody may: none of them goes
    to make room, for its sender was told that it is kept."""
    with writing():
        _forget_old(at)
        others = "SELECT COUNT(*) FROM held_page WHERE account = %s AND page <> %s"
        (count,) = rows.select_one(others, (page.account, page.id)) or (0,)
        is_active = rows.select_one("SELECT 1 FROM account WHERE id = %s AND is_active", (page.account,))
        if is_active is None or int(count or 0) >= MOST:
            return False
        items = canonical_json({**_clean(page, texts), COMMAND: page.id})
        place = (page.account, page.study, page.participant, *page.place)
        rows.upsert("held_page", COLUMNS, 7, [(*place, page.id, items, page.utc, utc_text(at))])
    return True


def _clean(page: Page, texts: Mapping[str, str]) -> dict[str, str]:
    return without_redacted(page.study, page.participant, page.place, texts, base=page.base)


def hand_over(account: str, *, at: datetime) -> None:
    """After signing in: what was kept becomes drafts. Where newer work is in its place, it stays aside."""
    if rows.select_one("SELECT 1 FROM held_page WHERE account = %s", (account,)) is None:
        return
    with writing():
        _forget_old(at)
        kept = f"SELECT {rows.quoted(COLUMNS)} FROM held_page WHERE account = %s ORDER BY updated_utc, page"
        for row in rows.select(kept, (account,)):
            _hand_over(row)


def _hand_over(row: rows.Row) -> None:
    place, (page, items, shown, updated) = row[:6], (str(cell) for cell in row[6:])
    _, study, participant, visit, form, repeat = place
    key = (str(place[0]), str(visit), str(form), int(repeat or 0))
    texts: dict[str, str] = json.loads(items)
    draft = load_draft(str(study), str(participant), key)
    if not _is_known(draft, page, shown, updated) or texts.get("base") != _stands_at(place):
        return
    save_draft(str(study), str(participant), key, texts, at=datetime.fromisoformat(updated))
    rows.execute(f"DELETE FROM held_page WHERE {_ROW} AND page = %s", (*place, page))


def _is_known(draft: tuple[dict[str, str], str] | None, page: str, shown: str, updated: str) -> bool:
    """Whether the page had shown the draft that stands there, or made it itself."""
    if draft is None or draft[1] < shown:
        return True
    return draft[0].get(COMMAND) == page and draft[1] <= updated


def _stands_at(place: rows.Row) -> str:
    """The state of the record, as the field `base` of a page says it."""
    among = 'study = %s AND participant = %s AND visit = %s AND form = %s AND "repeat" = %s'
    found = rows.select_one(f"SELECT sequence FROM record WHERE {among}", place[1:])
    return str(found[0]) if found else "0"


def held_at(study: str, participant: str, key: DraftKey) -> tuple[Held, ...]:
    """What is kept aside of this person at a record, the oldest first."""
    account, visit, form, repeat = key
    found = rows.select(
        f"SELECT items, updated_utc FROM held_page WHERE {_ROW} ORDER BY updated_utc, page",
        (account, study, participant, visit, form, repeat),
    )
    return tuple(Held(json.loads(str(items)), str(updated)) for items, updated in found)


def drop_told(page: Page) -> None:
    """What a page told of goes once it was saved; what came since stays."""
    place = (page.account, page.study, page.participant, *page.place)
    with writing():
        rows.execute(f"DELETE FROM held_page WHERE {_ROW} AND updated_utc < %s", (*place, page.utc))


def _forget_old(at: datetime) -> None:
    rows.execute("DELETE FROM held_page WHERE updated_utc < %s", (utc_text(at - timedelta(days=DAYS)),))
