"""Phones and invitations held against the log: it tells which there are, what a phone is known by, and which are used or
revoked. The rest of their rows stands in no event, so that `verify` names what differs and `rebuild` cannot make it."""

from collections.abc import Mapping

from trialwright.ledger.casebook import Casebook
from trialwright.store import rows
from trialwright.store.findings import Finding, finding

_States = Mapping[str, tuple[object, ...]]  # by id, what the columns that are looked at say

_DEVICES = "SELECT device, token_hash, revoked <> 0 FROM device WHERE study = %s AND participant = %s"
_INVITES = "SELECT invite, used_utc <> '' FROM invite WHERE study = %s AND participant = %s"


def check_devices(study_id: str, participant: str, book: Casebook | None) -> list[Finding]:
    """Rows of one participant that are gone, altered, or that no event tells of. book: None without any event."""
    place = (study_id, participant)
    devices = {} if book is None else {one.id: (one.key, one.is_revoked) for one in book.devices.values()}
    invites = {} if book is None else {one.id: (bool(one.device),) for one in book.invites.values()}
    return [
        *_differing("device", ("token_hash", "revoked"), place, _stored(_DEVICES, place), devices),
        *_differing("invite", ("used_utc",), place, _stored(_INVITES, place), invites),
    ]


def _stored(statement: str, place: tuple[str, str]) -> _States:
    return {str(name): (*texts, bool(state)) for name, *texts, state in rows.select(statement, place)}


def _differing(
    table: str, columns: tuple[str, ...], place: tuple[str, str], stored: _States, said: _States
) -> list[Finding]:
    found: list[Finding] = []
    for name in sorted({*stored, *said}):
        key = (*place, name)
        if name not in stored:
            found.append(finding(table, key, "row-missing"))
        elif name not in said:
            found.append(finding(table, key, "row-extra"))
        elif stored[name] != said[name]:
            pairs = zip(columns, stored[name], said[name], strict=True)
            differing = ", ".join(column for column, is_, should in pairs if is_ != should)
            found.append(finding(table, key, "row-differs", columns=differing))
    return found
