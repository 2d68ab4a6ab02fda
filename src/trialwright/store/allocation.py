"""What a caller of the ledger must bring: the next free code of a site, and the arm that its list gives."""

import hashlib
import random
import re

from trialwright.ledger.allocation import draw_arm
from trialwright.store import rows
from trialwright.store.folder import allocation_key
from trialwright.study.model import Study


def next_code(study_id: str, site: str) -> str:
    """The site, a hyphen and the next number of three digits: "S01-007"."""
    found = rows.select("SELECT code FROM participant WHERE study = %s AND site = %s", (study_id, site))
    pattern = re.compile(re.escape(site) + r"-(\d+)", re.IGNORECASE)
    numbers = [int(match[1]) for (code,) in found if (match := pattern.fullmatch(str(code)))]
    return f"{site}-{max(numbers, default=0) + 1:03d}"


def next_arm(study: Study, site: str) -> str:
    """The one arm, or what the site's list gives next; to be asked inside the transaction that uses it.

    "" where there are several arms and no allocation: then a person must name it.
    """
    if study.allocation is None:
        return next(iter(study.arms)) if len(study.arms) == 1 else ""
    seed = hashlib.sha256(f"{allocation_key()}|{study.id}|{site}".encode()).digest()
    return draw_arm(study.allocation, _history(study.id, site), random.Random(seed))


def _history(study_id: str, site: str) -> list[str]:
    found = rows.select(
        """
        SELECT event_value.value FROM event
        JOIN event_value ON event_value.study = event.study AND event_value.stream = event.stream
          AND event_value.sequence = event.sequence AND event_value.key = 'arm'
        JOIN participant ON participant.study = event.study
          AND 'participant:' || participant.participant = event.stream
        WHERE event.study = %s AND event.kind = 'ParticipantEnrolled' AND participant.site = %s
        ORDER BY event.server_utc, event.stream
        """,
        (study_id, site),
    )
    return [str(arm or "") for (arm,) in found]
