"""Accounts held against the events of the stream "accounts". The log holds a digest of each row, never its text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from trialwright.store import rows
from trialwright.store.account_rows import ROW, Grant, digest_of_account, text_of_grants
from trialwright.store.findings import Finding, finding
from trialwright.store.named import is_text
from trialwright.values.stored import UNREADABLE

PLAIN = ", ".join(ROW[1:-1]) + " or password"


@dataclass(slots=True)
class ToldAccounts:
    """What the events of one study say. digests: by account; grants: roles in this study, by account."""

    digests: dict[str, str] = field(default_factory=dict)
    grants: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # role, site


def check_accounts(study_id: str, told: ToldAccounts) -> list[Finding]:
    """Accounts that are gone or altered, and roles that no event gave, or that are gone."""
    stored = {row[0]: row for row in _rows()}
    known = told.digests.keys() | told.grants.keys()
    found = [finding("account", ("", account), "row-missing") for account in sorted(known - stored.keys())]
    for account, row in stored.items():
        differing = [PLAIN] if _is_altered(row, told) else []
        if _grants_of(row[-1], study_id) != told.grants.get(str(account), set()):
            differing.append("grants")
        if differing:
            found.append(finding("account", ("", account), "row-differs", columns=", ".join(differing)))
    return found


def check_strangers(told: Iterable[ToldAccounts]) -> list[Finding]:
    """Accounts that no event of any study made."""
    known = {account for each in told for account in each.digests}
    return [finding("account", ("", row[0]), "row-extra") for row in _rows() if row[0] not in known]


def granted_studies() -> set[str]:
    """The studies that any account says it has a role in, as far as that can be read."""
    found: set[str] = set()
    for row in _rows():
        found |= {study for study, _, _ in _read(row[-1]) or () if is_text(study)}
    return found


def _rows() -> list[rows.Row]:
    return rows.select(f"SELECT {', '.join(ROW)}, grants FROM account ORDER BY id")


def _is_altered(row: rows.Row, told: ToldAccounts) -> bool:
    """An account that another study's events made is that study's to check."""
    said = told.digests.get(str(row[0]))
    try:
        return said is not None and digest_of_account(row[:-1]) != said
    except UNREADABLE:
        return True


def _grants_of(text: rows.Cell, study_id: str) -> set[tuple[str, str]] | None:
    """The roles in one study; None for what cannot be read, or is not written as the store writes it."""
    grants = _read(text)
    return None if grants is None else {(role, site) for study, role, site in grants if study == study_id}


def _read(text: rows.Cell) -> list[Grant] | None:
    try:
        grants = [(str(study), str(role), str(site)) for study, role, site in json.loads(cast(str, text))]
        return grants if text_of_grants(grants) == text else None
    except UNREADABLE:
        return None
