"""What the log says beside the entries of a diary: who handed them in, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext

from trialwright.ledger import events as e
from trialwright.ledger.about import about
from trialwright.ledger.visible import Hidden, is_hidden
from trialwright.web.diaries.looking import Act, Log
from trialwright.web.who import person_words

# The events that such a log is made of: all that it shows, and what the reason of a release or its refusal is about.
KINDS: Final = tuple(
    kind.__name__
    for kind in (e.DiaryEntered, e.EntryReleased, e.EntryLeftAside, e.DeviceJoined, e.DeviceRevoked)
)


@dataclass(frozen=True, slots=True)
class _Reading:
    log: tuple[e.Sealed, ...]
    names: Mapping[str, str]
    hidden: Hidden


def log_of(events: Iterable[e.Sealed], names: Mapping[str, str], hidden: Hidden) -> Log:
    """events: of the participant; names: of the people in them; hidden: from who reads."""
    reading = _Reading(tuple(events), names, hidden)
    entered, released, left, joined, revoked = (
        dict[str, Act](),
        dict[str, Act](),
        dict[str, Act](),
        dict[str, Act](),
        dict[str, Act](),
    )
    for event in reading.log:
        match event.body:
            case e.DiaryEntered(entry=entry):
                entered[entry] = _act(reading, event)
            case e.EntryReleased(entry):
                released[entry] = _act(reading, event)
            case e.EntryLeftAside(entry):
                left[entry] = _act(reading, event)
            case e.DeviceJoined(device):
                joined[device] = _act(reading, event)
            case e.DeviceRevoked(device):
                revoked[device] = _act(reading, event)
            case _:
                pass
    return Log(entered, released, left, joined, revoked)


def _act(reading: _Reading, event: e.Sealed) -> Act:
    who = event.envelope
    return Act(
        person_words(reading.names, who.actor, who.role),
        datetime.fromisoformat(who.server_utc),
        _reason(reading, event),
    )


def _reason(reading: _Reading, event: e.Sealed) -> str:
    """Words about what is hidden are hidden with it."""
    if event.is_reason_redacted:
        return gettext("Redacted")
    if not event.reason:
        return ""
    if is_hidden(about(reading.log, event, e.REASON), reading.hidden):
        return gettext("Hidden from your role")
    return event.reason
