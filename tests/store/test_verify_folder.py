"""What a whole data folder shares: guards, accounts, definitions, and rows of studies that nobody defines."""

import json
import random
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from tests.store.small import STUDY, make_moment
from tests.store.tamper import guards_up, tampering

from trialwright.store.errors import DataError
from trialwright.store.findings import Finding

TABLES = (
    "account", "definition", "device", "diary_entry", "event", "event_value", "head", "invite", "participant", "query",
    "record", "site_definition",
)  # fmt: skip
ONCE = ("token_hash", "code_hash")  # no two rows of any study hold the same
# What no event tells of. Whether an invitation was used, any text there says; the log has the last word.
UNTOLD = {
    "device": {"platform", "language", "app", "push", "joined_utc", "seen_utc"},
    "invite": {"code_hash", "year_hash", "expires_utc", "used_utc", "tries"},
}
DEEP = "[" * 100_000
ODD = (None, b"\xff\xfe", b"bytes", DEEP, "", "{", "[]", "null", "\ud7ff\x1b[2K", 7, -1, 2**62, 1.5)


def verified() -> tuple[Finding, ...]:
    from trialwright.store.verify import verify_folder

    return verify_folder()


def named() -> set[tuple[str, str]]:
    return {(each.table, each.code) for each in verified()}


def test_a_sound_folder_agrees(filled: Path) -> None:
    assert verified() == ()


# ------------------------------------------------------------------ studies


def test_a_study_without_its_definition_is_still_looked_at(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("DELETE FROM definition")
        guards_up(connection)
        assert {("definition", "row-missing"), ("participant", "replay-failed")} <= named()


@pytest.mark.parametrize("table", TABLES[1:])
def test_rows_of_a_study_that_nobody_defines_are_found(filled: Path, table: str) -> None:
    with tampering(filled) as connection:
        columns = [
            each[1] for each in connection.execute(f"PRAGMA table_info({table})") if each[1] != "study"
        ]
        names = ", ".join(f'"{each}"' for each in columns)
        copied = ", ".join(f"{each} || 'x'" if each in ONCE else f'"{each}"' for each in columns)
        connection.execute(
            f"INSERT INTO {table} (study, {names}) SELECT 'OTHER', {copied} FROM {table} LIMIT 1"
        )
        guards_up(connection)
        assert {each.table for each in verified()} >= {table}


def test_a_folder_without_any_study_does_not_agree(tmp_path: Path, data: Path) -> None:
    from trialwright.store.folder import create_data

    create_data(tmp_path / "new", demo=True)
    assert [each.code for each in verified()] == ["no-study"]


# ------------------------------------------------------------------ accounts


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("login", "zhang.san"),
        ("login_key", "zhang.san"),
        ("name", "Zhang San"),
        ("organisation", "Sponsor"),
        ("language", "zh-Hans"),
        ("is_active", 0),
        ("is_active", 2),
        ("password", "pbkdf2_sha256$1$salt$hash"),
        ("name", b"\xff"),
    ],
)
def test_an_altered_account_is_found(filled: Path, column: str, value: object) -> None:
    with tampering(filled) as connection:
        connection.execute(f"UPDATE account SET {column} = ?", (value,))
        guards_up(connection)
        found = verified()
    assert [(each.table, each.code) for each in found] == [("account", "row-differs")]
    assert "password" in found[0].text
    assert "Zhang" not in found[0].text


@pytest.mark.parametrize(
    "grants",
    [
        "{",
        "[]",
        "7",
        DEEP,
        b"\xff",
        '[["SMALL","administrator",""]]',
        '[["SMALL", "coordinator", "S01"]]',
        '[["NONE","administrator",""],["SMALL","coordinator","S01"]]',
        '[[1,"administrator",""],["SMALL","coordinator","S01"]]',
        '[["SMALL","coordinator","S01"],["\\ud800","x",""]]',
    ],
)
def test_altered_roles_are_found(filled: Path, grants: object) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE account SET grants = ?", (grants,))
        guards_up(connection)
        found = verified()
    assert [(each.table, each.code) for each in found] == [("account", "row-differs")]
    assert found[0].text.startswith("grants")


def test_an_account_that_no_event_made_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("INSERT INTO account (id, password, login, login_key, name, organisation, language, grants,"
                           " is_active) VALUES ('a0', '!', 'x', 'x', 'X', 'X', 'en', '[]', 1)")  # fmt: skip
        guards_up(connection)
        assert [(each.table, each.key, each.code) for each in verified()] == [("account", "a0", "row-extra")]


def test_a_password_that_got_a_stronger_hash_agrees(filled: Path) -> None:
    """Django hashes anew at sign-in when its hashing got stronger; the log of each study learns it."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.test import override_settings

    from trialwright.store.accounts import NewAccount, create_account, find_account
    from trialwright.store.entrance import sign_in
    from trialwright.store.events import history_of_stream

    weak = ["tests.store.test_verify_folder.WeakHasher"]
    new = NewAccount("wang.wu", "three words and more", "Wang Wu", "Hospital")
    with override_settings(PASSWORD_HASHERS=[*weak, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        account = create_account(STUDY, new, by=_by(), at=make_moment(30))
    before = account.password  # type: ignore[union-attr]  # no Problem
    strong = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *weak]
    with override_settings(PASSWORD_HASHERS=strong):
        for minutes in (31, 32):
            assert sign_in("wang.wu", new.password, address="::1", at=make_moment(minutes)) == account
    assert before.startswith("weak$")
    assert find_account(account.id).password.startswith(PBKDF2PasswordHasher.algorithm)  # type: ignore[union-attr]  # no Problem
    kinds = [type(event.body).__name__ for event in history_of_stream(STUDY, "accounts")]
    assert kinds.count("AccountChanged") == 1
    assert verified() == ()


class WeakHasher(MD5PasswordHasher):
    algorithm = "weak"


def _by():  # type: ignore[no-untyped-def]  # an Actor
    from tests.store.small import COORDINATOR

    return COORDINATOR


# ------------------------------------------------------------------ definitions


@pytest.mark.parametrize(
    ("column", "value"),
    [("number", 9), ("version", "9.9.9"), ("library", "9.9.9"), ("digest", "0" * 64), ("hash", "0" * 64)],
)
def test_an_altered_row_of_a_definition_is_found(filled: Path, column: str, value: object) -> None:
    with tampering(filled) as connection:
        connection.execute(f"UPDATE definition SET {column} = ?", (value,))
        guards_up(connection)
        assert "definition" in {each.table for each in verified()}


def test_files_and_digest_altered_together_are_found(filled: Path) -> None:
    from tests.store.small import small_files

    from trialwright.store.definitions import pack

    other = pack(
        {**small_files(), "terms.yaml": b"first_dose: {label: Other, rule: 'at(SCR, visit.date)'}\n"}, {}
    )
    with tampering(filled) as connection:
        for packed in (other, b"no zip", other[:200] + b"\x00" + other[201:]):
            connection.execute(
                "UPDATE definition SET files = ?, digest = ?", (packed, sha256(packed).hexdigest())
            )
            assert ("definition", "row-differs") in named()


def test_files_that_are_no_bytes_are_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE definition SET files = 'text'")
        assert ("definition", "definition-differs") in named()


@pytest.mark.parametrize("reads", ["another hash", "errors"])
def test_a_program_that_reads_a_definition_otherwise_says_so(
    filled: Path, monkeypatch: pytest.MonkeyPatch, reads: str
) -> None:
    """No row was altered: it is this program that is the wrong one."""
    from dataclasses import replace

    from trialwright.store import definitions
    from trialwright.store.cache import Recent, forget_folder

    load = definitions.load_study

    def later(*files):  # type: ignore[no-untyped-def]  # as load_study
        loaded = load(*files)
        assert loaded.study is not None
        other = None if reads == "errors" else replace(loaded.study, hash="f" * 64)
        return replace(loaded, study=other)

    forget_folder()
    monkeypatch.setattr(definitions, "PACKED", Recent(1))  # what another test read would answer here
    monkeypatch.setattr(definitions, "load_study", later)
    with pytest.raises(DataError, match="its files are unaltered, but"):
        verified()
    forget_folder()


# ------------------------------------------------------------------ guards


def test_each_missing_guard_is_named(filled: Path) -> None:
    from trialwright.store.guards import statements

    with tampering(filled):
        found = verified()
    assert {(each.table, each.key, each.code) for each in found} == {
        ("guard", name, "guard-missing") for name in statements("sqlite")
    }


def test_altered_and_strange_triggers_are_named(filled: Path) -> None:
    with tampering(filled) as connection:
        guards_up(connection)
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT 1; END")
        connection.execute("CREATE TRIGGER lurking AFTER INSERT ON record BEGIN DELETE FROM query; END")
        assert [(each.key, each.code) for each in verified()] == [
            ("event_no_update", "guard-differs"),
            ("lurking", "guard-extra"),
        ]


# ------------------------------------------------------------------ anything, anywhere


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.unmeasured
def test_odd_cells_are_found_and_never_a_fault(filled: Path, table: str) -> None:
    with tampering(filled) as connection:
        columns = {each[1] for each in connection.execute(f"PRAGMA table_info({table})")}
        for column in sorted(columns - UNTOLD.get(table, set())):
            for value in ODD:
                if set_cell(connection, table, column, value):
                    assert table in {each.table for each in verified()}, (column, str(value)[:20])


def set_cell(connection: sqlite3.Connection, table: str, column: str, value: object) -> bool:
    """Puts a value into one row, all else as it was at first. Whether something is other now."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS undo_{table} AS SELECT rowid AS at, * FROM {table}")
    connection.execute(f"DELETE FROM {table}")
    names = ", ".join(f'"{each[1]}"' for each in connection.execute(f"PRAGMA table_info({table})"))
    connection.execute(f"INSERT INTO {table} (rowid, {names}) SELECT at, {names} FROM undo_{table}")
    before = connection.execute(
        f'SELECT rowid, "{column}" FROM {table} ORDER BY rowid DESC LIMIT 1'
    ).fetchone()
    try:
        connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (value, before[0]))
    except sqlite3.IntegrityError:
        return False
    now = connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (before[0],)).fetchone()
    return bool(now[0] != before[1])


@pytest.mark.parametrize("odd", [{}, [], [[]], {"a": []}, None, 1.5, True, -1, "\ud800", "x", 10**30])
@pytest.mark.parametrize("stream", ["study", "site:S01", "accounts", "participant:p1"])
def test_a_forged_chain_may_say_anything(filled: Path, stream: str, odd: object) -> None:
    """Every part of an event put to something odd, and all seals reckoned anew: perhaps a finding, never a fault."""
    with tampering(filled) as connection:
        rng = random.Random(f"{stream} {odd!a}")
        texts = connection.execute(
            "SELECT sequence, content FROM event WHERE stream = ? ORDER BY 1", (stream,)
        ).fetchall()
        for part in (*json.loads(texts[0][1]), "", "body"):
            at, text = rng.choice(texts)
            content = json.loads(text)
            if part in ("", "body"):
                content["body"] = dict.fromkeys(content["body"], odd) if part else odd
            else:
                content[part] = odd
            reseal(connection, stream, at, json.dumps(content, sort_keys=True, separators=(",", ":")))
            verified()
            reseal(connection, stream, at, text)


def reseal(connection: sqlite3.Connection, stream: str, sequence: int, content: str) -> None:
    previous = ""
    for at, text in connection.execute(
        "SELECT sequence, content FROM event WHERE stream = ? ORDER BY 1", (stream,)
    ).fetchall():
        made = content if at == sequence else text
        seal = sha256((previous + made).encode()).hexdigest()
        connection.execute(
            "UPDATE event SET content = ?, previous = ?, seal = ? WHERE stream = ? AND sequence = ?",
            (made, previous, seal, stream, at),
        )
        previous = seal
    connection.execute("UPDATE head SET seal = ? WHERE stream = ?", (previous, stream))


def test_names_that_are_no_text_are_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("INSERT INTO query SELECT study, CAST('p9' AS BLOB), query, visit, form, \"repeat\", item, check_id,"
                           " level, state, text, answer, value, opened, answered, by_change, sequence FROM query LIMIT 1")  # fmt: skip
        connection.execute("INSERT INTO head VALUES (CAST(X'FF' AS TEXT), 'study', 1, '')")
        guards_up(connection)
        assert [(each.table, each.code) for each in verified()] == [
            ("head", "name-unreadable"),
            ("query", "name-unreadable"),
        ]
