"""The rows of one stream, handed to the rule of the ledger; what it finds, as findings about tables."""

from collections.abc import Iterable
from typing import cast

from trialwright.ledger.chain import Chain, Fault, StoredEvent, StoredValue, read_chain
from trialwright.store import rows
from trialwright.store.findings import Finding

_EVENTS = f"""
SELECT {", ".join(StoredEvent._fields)} FROM event WHERE study = %s AND stream = %s ORDER BY sequence
"""
_VALUES = "SELECT sequence, key, salt, value FROM event_value WHERE study = %s AND stream = %s"


def audit_stream(study_id: str, stream: str) -> Chain:
    """One stream, read once."""
    values = cast("list[StoredValue]", rows.select(_VALUES, (study_id, stream)))
    events = map(StoredEvent._make, rows.select(_EVENTS, (study_id, stream)))
    return read_chain(study_id, stream, events, values)


def findings_in(faults: Iterable[Fault]) -> list[Finding]:
    """Faults of a chain, each as one about its table."""
    return [
        Finding("event_value" if fault.is_value else "event", fault.problem.where, fault.problem)
        for fault in faults
    ]
