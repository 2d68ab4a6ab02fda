"""What a sync asks of the ledger and what it is told: commands from entries, and what a phone may know of what stands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from trialwright.diary.wire import Answer, Entry, Sync
from trialwright.ledger.casebook import Casebook, DiaryEntry
from trialwright.ledger.commands import EnterDiary, Typed
from trialwright.ledger.diary_entries import holes_of_phone, standing_entries
from trialwright.values.datum import Datum, Missing
from trialwright.values.problem import Problem
from trialwright.values.stored import Json

DONE_DAYS = 14  # of the strip of days on the phone, with one week more
MOST_DAYS = 90  # of the history that a phone may ask for at once


def commands_of(message: Sync, participant: str, device: str, *, at: datetime) -> tuple[EnterDiary, ...]:
    """One command an entry, in the order of their numbers.

    at: the server's clock. How far the phone's is off is told by its time of sending and not by that of the entry,
    which may be weeks old.
    """
    off = round((message.sent - at).total_seconds())
    entries = sorted(message.entries, key=lambda entry: entry.number)
    return tuple(_command(entry, participant, device, message.app, off) for entry in entries)


def _command(entry: Entry, participant: str, device: str, app: str, off_seconds: int) -> EnterDiary:
    return EnterDiary(
        command_id=entry.id,
        participant=participant,
        form=entry.form,
        visit=entry.visit,
        day=entry.day,
        items={item: _typed(answer) for item, answer in entry.items.items()},
        entered=entry.entered,
        device=device,
        number=entry.number,
        app=app,
        definition=entry.definition,
        root=entry.root,
        corrects=entry.corrects,
        reason=entry.reason,
        clock_off_seconds=off_seconds,
    )


def _typed(answer: Answer) -> Typed | Missing:
    return Missing(answer.m) if answer.m is not None else Typed(answer.v or "")


# ------------------------------------------------------------------ what is told


def receipt(entry_id: str, book: Casebook, problems: Sequence[Problem]) -> dict[str, Json]:
    """What became of one entry. Stored or kept aside: it is in the log, and the phone may forget it. Refused: it is
    not, as where its id belongs to another entry; the phone keeps it and shows so."""
    entry = book.entries.get(entry_id)
    if problems or entry is None:
        return {"id": entry_id, "state": "refused", "flags": [found.code for found in problems]}
    return {"id": entry_id, "state": "stored" if entry.counts else "kept_aside", "flags": list(entry.flags)}


def done(book: Casebook, today: date) -> list[Json]:
    """Occasions of the last days that are answered, from whichever phone or by telephone. What was told before its
    window opened is no answer: the phone still asks in it."""
    since = (today - timedelta(days=DONE_DAYS)).isoformat()
    kept = {
        (one.form, one.visit, one.day) for one in book.entries.values() if one.day >= since and one.is_answer
    }
    return [list(one) for one in sorted(kept)]


def holes_of(book: Casebook, device: str) -> list[Json]:
    return list(holes_of_phone(book, device))


def history(book: Casebook, today: date, days: int) -> list[Json]:
    """What was entered for the last days, the latest first, as the participant said it."""
    since = (today - timedelta(days=min(max(days, 1), MOST_DAYS))).isoformat()
    standing = {one.id for one in standing_entries(book, since=since).values()}
    entries = sorted(
        (one for one in book.entries.values() if one.day >= since),
        key=lambda one: (one.day, one.entered, one.id),
        reverse=True,
    )
    return [_told(one, one.id in standing) for one in entries]


def _told(entry: DiaryEntry, is_standing: bool) -> dict[str, Json]:
    return {
        "id": entry.id,
        "root": entry.root,
        "form": entry.form,
        "visit": entry.visit,
        "day": entry.day,
        "entered": entry.entered,
        "items": {item: _shown(datum) for item, datum in entry.items.items()},
        "is_standing": is_standing,
    }


def _shown(datum: Datum) -> dict[str, Json]:
    return {"m": datum.reason} if isinstance(datum, Missing) else {"v": datum.text}
