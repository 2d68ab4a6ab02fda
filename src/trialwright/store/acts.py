"""When and by whom single events of participants were done, for pages that name many of them: one statement."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trialwright.ledger.content import event_from_content
from trialwright.store import rows
from trialwright.store.streams import PARTICIPANT

ActKey = tuple[str, int]  # participant, sequence


@dataclass(frozen=True, slots=True)
class Act:
    """utc: the server's time. actor: id of the account; role: as whom they did it."""

    utc: datetime
    actor: str
    role: str


Acts = Mapping[ActKey, Act]


def acts_of(study_id: str, keys: Iterable[ActKey]) -> dict[ActKey, Act]:
    """Those that are there."""
    wanted = tuple(dict.fromkeys(keys))
    found: dict[ActKey, Act] = {}
    size = rows.PARAMETERS // 2 - 1
    for start in range(0, len(wanted), size):
        found |= _read(study_id, wanted[start : start + size])
    return found


def _read(study_id: str, keys: tuple[ActKey, ...]) -> dict[ActKey, Act]:
    places = ", ".join(["(%s, %s)"] * len(keys))
    parameters = [cell for participant, sequence in keys for cell in (PARTICIPANT + participant, sequence)]
    events = rows.select(
        f"""
        WITH wanted (stream, sequence) AS (VALUES {places})
        SELECT event.stream, event.sequence, event.content, event.seal, event.previous
        FROM wanted CROSS JOIN event
        WHERE event.study = %s AND event.stream = wanted.stream AND event.sequence = wanted.sequence
        """,
        (*parameters, study_id),
    )
    return dict(_act(row) for row in events)


def _act(row: rows.Row) -> tuple[ActKey, Act]:
    stream, sequence, content, seal, previous = row
    envelope = event_from_content(str(content), str(seal), {}, {}, previous=str(previous)).envelope
    key = (str(stream).removeprefix(PARTICIPANT), int(sequence or 0))
    return key, Act(datetime.fromisoformat(envelope.server_utc), envelope.actor, envelope.role)
