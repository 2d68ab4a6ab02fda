"""The log as people read it: histories of streams, and what is written down beside data: exports."""

from collections.abc import Mapping, Sequence
from typing import Final

from trialwright.ledger.commands import Actor, Moment
from trialwright.ledger.events import DefinitionActivated, Draft, Sealed
from trialwright.ledger.events_accounts import DataExported, ResultsSeen
from trialwright.store import rows
from trialwright.store.definitions import active_sites, newest_study
from trialwright.store.streams import ACCOUNTS, PARTICIPANT, SITE, append_to_stream, read_events, read_streams

LOOKS: Final = (ResultsSeen.__name__, DataExported.__name__)
ACTIVATIONS: Final = (DefinitionActivated.__name__,)


def history(study_id: str, participant: str, kinds: Sequence[str] = ()) -> tuple[Sealed, ...]:
    """All events of a participant with their values, in order; or those of some kinds, by name."""
    return read_events(study_id, PARTICIPANT + participant, kinds=kinds)


def histories(
    study_id: str, participants: Sequence[str], kinds: Sequence[str]
) -> Mapping[str, Sequence[Sealed]]:
    """Participant -> its events of some kinds, by name, in order; two statements, however many participants."""
    found: dict[str, list[Sealed]] = {one: [] for one in participants}
    for event in read_streams(study_id, [PARTICIPANT + one for one in participants], kinds):
        found[event.envelope.stream.removeprefix(PARTICIPANT)].append(event)
    return found


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


def record_look(study_id: str, as_of: str, reason: str, *, command_id: str, by: Actor, at: Moment) -> None:
    """Writes down that somebody looks at results of efficacy."""
    append_to_stream(
        newest_study(study_id),
        ACCOUNTS,
        [Draft(ResultsSeen(as_of), reason=reason)],
        by=by,
        at=at,
        command_id=command_id,
    )


def look_of(study_id: str, command_id: str) -> Sealed | None:
    """What was written under a command in the stream of accounts, if anything was."""
    return next(iter(read_events(study_id, ACCOUNTS, command_id=command_id)), None)


def last_entry(study_id: str) -> str:
    """UTC of the last event of any participant; "" before there is one."""
    return first_and_last_entry(study_id)[1]


def first_and_last_entry(study_id: str) -> tuple[str, str]:
    """UTC of the first and the last event of any participant; "" before there is one."""
    found = rows.select_one(
        "SELECT min(server_utc), max(server_utc) FROM event WHERE study = %s AND substr(stream, 1, %s) = %s",
        (study_id, len(PARTICIPANT), PARTICIPANT),
    )
    return (str(found[0] or ""), str(found[1] or "")) if found else ("", "")


def looks(study_id: str) -> tuple[Sealed, ...]:
    """Events after which somebody knew results: looks at the page of them, and exports of whatever kind."""
    return read_events(study_id, ACCOUNTS, kinds=LOOKS)


def activated(study_id: str) -> tuple[Sealed, ...]:
    """The activations of versions at all sites, by time."""
    sites = active_sites(study_id)
    found = (event for site in sites for event in read_events(study_id, SITE + site, kinds=ACTIVATIONS))
    return tuple(sorted(found, key=lambda event: (event.envelope.server_utc, event.envelope.site)))
