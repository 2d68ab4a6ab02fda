"""The seal of a study: the heads of all its streams at one moment, to be kept where the data are not."""

from collections.abc import Sequence
from datetime import datetime

from trialwright.ledger.chain import study_seal
from trialwright.store import rows
from trialwright.store.errors import NotFound
from trialwright.store.text import utc_text

HEADS = """
SELECT event.stream, event.sequence, event.seal FROM event
JOIN (SELECT stream, max(sequence) AS last FROM event WHERE study = %s{among} GROUP BY stream) AS ends
  ON ends.stream = event.stream AND ends.last = event.sequence
WHERE event.study = %s ORDER BY event.stream
"""


def heads_of(study_id: str, streams: Sequence[str] | None = None) -> dict[str, tuple[int, str]]:
    """Stream -> sequence and seal of its last event, of those streams or of all: one query."""
    among = "" if streams is None else f" AND stream IN ({rows.places(streams)})"
    found = rows.select(HEADS.format(among=among), (study_id, *(streams or ()), study_id))
    return {str(stream): (int(sequence or 0), str(seal)) for stream, sequence, seal in found}


def export_seal(study_id: str, *, at: datetime) -> str:
    """The seal as one line of canonical JSON. Raises NotFound for a study without events."""
    heads = heads_of(study_id)
    if not heads:
        raise NotFound(f"no events of {study_id}")
    return study_seal(study_id, heads, utc=utc_text(at)).text
