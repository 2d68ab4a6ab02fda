"""The row of an account, as the log tells of it: a digest instead of its text, and its roles in one form."""

import json
from collections.abc import Iterable
from hashlib import sha256

from trialwright.store import rows
from trialwright.values.stored import canonical_json

ROW = ("id", "login", "login_key", "name", "organisation", "language", "is_active", "password")

Grant = tuple[str, str, str]  # study, role, site ("" for all)


def digest_of_account(row: Iterable[rows.Cell]) -> str:
    """sha256 of the row's JSON, its columns as in ROW. The salt of the password's hash is in it, and stands nowhere
    in the log: nobody can try names until one fits. Raises TypeError or ValueError for a row that is none of ours.
    """
    cells = [int(cell) if isinstance(cell, bool) else cell for cell in row]
    return sha256(json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def text_of_grants(grants: Iterable[Grant]) -> str:
    """The one form of an account's roles: canonical JSON, sorted."""
    return canonical_json([list(each) for each in sorted({*grants})])
