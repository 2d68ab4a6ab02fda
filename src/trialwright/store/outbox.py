"""What is sent to participants: each message is written down before it leaves, and what became of it afterwards.

    waiting -> sending -> sent      the service took it; on the screen: somebody can read it
                       -> waiting   it did not get it: again later, as long as it is of use
                       -> failed    it will never take it, or it was tried often enough
                       -> unsure    it may have taken it, or this program ended before it knew: not sent again
    waiting -> void                 not needed any more: answered, over, put off, or the contact is erased

`sending` is stored before the first byte leaves. So a program that is killed leaves a message that waits, which is sent
later, or one of which nobody knows, which is shown to the site; never one that is sent twice in a row, and never one
of which nothing is told. The id of a message follows from what it is about: planned twice, it is there once.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from trialwright.ledger.diary_reminders import Reminded
from trialwright.schedule.diary import Occasion
from trialwright.store import rows
from trialwright.store.sights import Clause
from trialwright.store.text import utc_text
from trialwright.store.transactions import writing
from trialwright.values.stored import canonical_json

State = Literal["waiting", "sending", "sent", "failed", "unsure", "void"]

_COLUMNS: Final = (
    "study", "message", "participant", "kind", "channel", "recipient", "subject", "text", "about", "local",
    "closes_utc", "state", "tries", "next_utc", "note", "created_utc", "updated_utc",
)  # fmt: skip
_REMINDER: Final = "reminder"
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message by one way. local: when it was due, by the participant's clock; closes: until when it is of use."""

    id: str
    study: str
    participant: str
    channel: str
    address: str
    subject: str
    text: str
    about: tuple[Occasion, ...]
    local: datetime
    closes: datetime
    state: State = "waiting"
    tries: int = 0
    note: str = ""
    created: str = ""


def plan(messages: Sequence[Outgoing], *, at: datetime) -> int:
    """Writes down what is due; what is there already stays. Gives how many were new."""
    now = utc_text(at)
    new = [
        (
            *(one.study, one.id, one.participant, _REMINDER, one.channel, one.address, one.subject, one.text),
            *(_about_text(one.about), one.local.isoformat(), utc_text(one.closes)),
            *("waiting", 0, now, "", now, now),
        )
        for one in messages
    ]
    with writing():
        return rows.insert_new("message", _COLUMNS, 2, new)


def give_up_orphans(*, at: datetime) -> int:
    """Messages that a program was sending when it ended; whoever calls this knows that no other one sends now."""
    now = utc_text(at)
    with writing():
        return rows.execute(
            "UPDATE message SET state = 'unsure', note = 'gateway-unsure', updated_utc = %s WHERE state = 'sending'",
            (now,),
        )


def waiting(study_id: str, *, at: datetime) -> tuple[Outgoing, ...]:
    """What is to be sent now, the oldest first."""
    found = rows.select(
        f"SELECT {rows.quoted(_COLUMNS)} FROM message"
        " WHERE study = %s AND state = 'waiting' AND next_utc <= %s ORDER BY created_utc, message",
        (study_id, utc_text(at)),
    )
    return tuple(map(_outgoing, found))


def claim(message: Outgoing, text: str, *, at: datetime) -> bool:
    """Before it leaves. text: as it is true now. False where it is not waiting any more."""
    with writing():
        done = rows.execute(
            "UPDATE message SET state = 'sending', text = %s, tries = tries + 1, updated_utc = %s"
            " WHERE study = %s AND message = %s AND state = 'waiting'",
            (text, utc_text(at), message.study, message.id),
        )
    return done == 1


def settle(
    message: Outgoing, state: State, *, at: datetime, note: str = "", again: datetime | None = None
) -> None:
    """What became of it. again: when to try once more, of one that waits."""
    with writing():
        rows.execute(
            "UPDATE message SET state = %s, note = %s, next_utc = %s, updated_utc = %s"
            " WHERE study = %s AND message = %s",
            (state, note, utc_text(again or at), utc_text(at), message.study, message.id),
        )


def reminded(study_id: str, participants: Sequence[str], *, since: datetime) -> dict[str, list[Reminded]]:
    """What participants were told of, whatever became of it: one statement. The ways of one reminder are one."""
    if not participants:
        return {}
    found = rows.select(
        "SELECT DISTINCT participant, about, local FROM message"
        f" WHERE study = %s AND created_utc >= %s AND participant IN ({rows.places(participants)})",
        (study_id, utc_text(since), *participants),
    )
    told: defaultdict[str, list[Reminded]] = defaultdict(list)
    for participant, about, local in found:
        occasions = frozenset(_about(str(about)))
        told[str(participant)].append(Reminded(occasions, datetime.fromisoformat(str(local))))
    return told


@dataclass(frozen=True, slots=True)
class Shown:
    """A message with whom it is for."""

    message: Outgoing
    code: str
    site: str


def recent(study_id: str, sites: Sequence[str], participant: str = "", *, skip: int = 0) -> tuple[Shown, ...]:
    """The latest messages to participants of those sites, or to one of them; one more than a page."""
    columns = ", ".join(f"message.{name}" for name in _COLUMNS)
    where, parameters = _of(study_id, sites, participant)
    found = rows.select(
        f"SELECT participant.code, participant.site, {columns} FROM message"
        " JOIN participant ON participant.study = message.study"
        f" AND participant.participant = message.participant WHERE {where}"
        " ORDER BY message.created_utc DESC, message.message LIMIT %s OFFSET %s",
        (*parameters, PAGE + 1, skip),
    )
    return tuple(Shown(_outgoing(row), str(code), str(site)) for code, site, *row in found)


def _of(study_id: str, sites: Sequence[str], participant: str) -> Clause:
    where = f"message.study = %s AND participant.site IN ({rows.places(sites)})"
    if participant:
        return f"{where} AND message.participant = %s", (study_id, *sites, participant)
    return where, (study_id, *sites)


def _about_text(about: tuple[Occasion, ...]) -> str:
    return canonical_json([[one.form, one.visit, one.day.isoformat()] for one in about])


def _about(text: str) -> tuple[Occasion, ...]:
    return tuple(Occasion(form, visit, date.fromisoformat(day)) for form, visit, day in json.loads(text))


def _outgoing(row: Sequence[rows.Cell]) -> Outgoing:
    cells = {name: str(cell) for name, cell in zip(_COLUMNS, row, strict=True)}
    return Outgoing(
        id=cells["message"],
        study=cells["study"],
        participant=cells["participant"],
        channel=cells["channel"],
        address=cells["recipient"],
        subject=cells["subject"],
        text=cells["text"],
        note=cells["note"],
        about=_about(cells["about"]),
        local=datetime.fromisoformat(cells["local"]),
        closes=datetime.fromisoformat(cells["closes_utc"]),
        state=cast(State, cells["state"]),
        tries=int(cells["tries"]),
        created=cells["created_utc"],
    )
