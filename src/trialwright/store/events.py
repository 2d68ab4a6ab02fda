"""The log as people read it: histories of streams, and what is written down beside data: exports."""

from collections.abc import Sequence

from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import DataExported, Draft, Sealed
from trialwright.store.definitions import newest_study
from trialwright.store.streams import ACCOUNTS, PARTICIPANT, append_to_stream, read_events


def history(study_id: str, participant: str, kinds: Sequence[str] = ()) -> tuple[Sealed, ...]:
    """All events of a participant with their values, in order; or those of some kinds, by name."""
    return read_events(study_id, PARTICIPANT + participant, kinds=kinds)


def history_of_stream(study_id: str, stream: str) -> tuple[Sealed, ...]:
    """All events of any stream: "site:S01", "accounts", "study"."""
    return read_events(study_id, stream)


def record_export(study_id: str, what: str, as_of: str, *, command_id: str, by: Actor, at: Moment) -> None:
    """Writes down that data left the system (trust R07)."""
    append_to_stream(
        newest_study(study_id),
        ACCOUNTS,
        [Draft(DataExported(what, as_of))],
        by=by,
        at=at,
        command_id=command_id,
    )
