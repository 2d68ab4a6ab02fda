"""The database refuses what the log must withstand; each guard is tried, and each known way round it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.small import STUDY, fill, give

from trialwright.ledger.commands import RedactValue

EVENT = "study = 'SMALL' AND stream = 'participant:p1' AND sequence = 3"


@pytest.fixture
def plain(data: Path) -> Iterator[sqlite3.Connection]:
    """A connection that knows nothing of our pragmas, on a folder with one participant."""
    fill("p1")
    connection = sqlite3.connect(data / "trialwright.sqlite3", isolation_level=None)
    yield connection
    connection.close()


def all_rows(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return [row for table in ("event", "event_value") for row in connection.execute(f"SELECT * FROM {table}")]


REFUSED = (
    f"UPDATE event SET content = 'x' WHERE {EVENT}",
    f"UPDATE event SET seal = seal WHERE {EVENT}",
    f"DELETE FROM event WHERE {EVENT}",
    "DELETE FROM event",
    f"INSERT OR REPLACE INTO event SELECT * FROM event WHERE {EVENT}",
    f"REPLACE INTO event SELECT * FROM event WHERE {EVENT}",
    "INSERT OR REPLACE INTO event (rowid, study, stream, sequence, command_id, position, kind, server_utc, content,"
    " previous, seal) SELECT rowid, study, stream, 99, 'other', 0, kind, server_utc, content, previous, seal"
    f" FROM event WHERE {EVENT}",
    "INSERT OR REPLACE INTO event (study, stream, sequence, command_id, position, kind, server_utc, content,"
    " previous, seal) SELECT study, stream, 99, command_id, position, kind, server_utc, content, previous, seal"
    f" FROM event WHERE {EVENT}",
    f"UPDATE event_value SET value = 'x' WHERE {EVENT}",
    f"UPDATE event_value SET value = NULL, salt = '' WHERE {EVENT}",
    f"UPDATE event_value SET value = NULL WHERE {EVENT}",
    f"UPDATE event_value SET sequence = 99 WHERE {EVENT}",
    f"DELETE FROM event_value WHERE {EVENT}",
    f"INSERT OR REPLACE INTO event_value SELECT * FROM event_value WHERE {EVENT}",
    "DELETE FROM definition",
    "UPDATE definition SET version = '9'",
    "INSERT OR REPLACE INTO definition SELECT * FROM definition",
)


@pytest.mark.parametrize("statement", REFUSED)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.unmeasured
def test_the_log_is_neither_changed_nor_deleted(
    plain: sqlite3.Connection, statement: str, recursive: str
) -> None:
    plain.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = all_rows(plain)
    with pytest.raises(sqlite3.IntegrityError, match="refused by"):
        plain.execute(statement)
    assert all_rows(plain) == before


def test_only_the_redacted_value_may_be_emptied(plain: sqlite3.Connection) -> None:
    """The event that allows it stands first; the neighbours of the value stay guarded, and nothing comes back."""
    give(RedactValue("c-redact", "p1", 3, "note", "A name was typed"))
    refused = (
        f"UPDATE event_value SET value = NULL, salt = '' WHERE {EVENT} AND key = 'weight'",
        f"UPDATE event_value SET value = 'x', salt = '' WHERE {EVENT} AND key = 'note'",
        f"UPDATE event_value SET value = NULL, salt = 'x' WHERE {EVENT} AND key = 'note'",
        f"UPDATE event_value SET value = NULL, salt = '', key = 'other' WHERE {EVENT} AND key = 'note'",
    )
    for statement in refused:
        with pytest.raises(sqlite3.IntegrityError, match="refused by event_value_no_update"):
            plain.execute(statement)
    found = plain.execute(f"SELECT salt, value FROM event_value WHERE {EVENT} AND key = 'note'").fetchall()
    assert found == [("", None)]


def test_accounts_are_kept_and_keep_their_login(plain: sqlite3.Connection) -> None:
    row = "('a9', 'x', 'x', 'x', 'X', 'H', 'en', '[]', 1)"
    columns = "(id, password, login, login_key, name, organisation, language, grants, is_active)"
    plain.execute(f"INSERT INTO account {columns} VALUES {row}")
    for statement in (
        "DELETE FROM account",
        "UPDATE account SET login_key = 'y'",
        "UPDATE account SET id = 'a8'",
        f"INSERT OR REPLACE INTO account {columns} VALUES {row}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="refused by account"):
            plain.execute(statement)
    plain.execute("UPDATE account SET is_active = 0, name = 'Y'")


def test_every_guard_stands(plain: sqlite3.Connection) -> None:
    from trialwright.store.guards import statements

    standing = {name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert standing == statements("sqlite").keys()


def test_a_database_without_guards_is_not_used() -> None:
    from trialwright.store.guards import statements

    with pytest.raises(KeyError):
        statements("oracle")


def test_connections_are_durable_and_guarded(data: Path) -> None:
    from trialwright.store.rows import select_one

    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "secure_delete": 1,
    }
    found = {name: (select_one(f"PRAGMA {name}") or ("",))[0] for name in expected}
    assert found == expected


def test_a_redacted_value_is_gone_from_the_files(data: Path) -> None:
    from trialwright.store.rows import execute

    fill("p1")
    give(RedactValue("c-redact", "p1", 3, "note", "A name was typed"))
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert "瘦".encode() not in (data / "trialwright.sqlite3").read_bytes()
    assert STUDY.encode() in (data / "trialwright.sqlite3").read_bytes()
