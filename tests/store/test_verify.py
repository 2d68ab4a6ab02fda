"""Tampering, guards taken down: each changed byte and each deleted row is found and named."""

import json
import random
import sqlite3
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from tests.store.small import STUDY, give, make_moment, save, screen
from tests.store.tamper import tampering

from trialwright.ledger.commands import RedactValue
from trialwright.store.findings import Finding

PLACES = 20
KEYS = {
    "event": ("stream", "sequence"),
    "event_value": ("stream", "sequence", "key"),
    "record": ("participant", "visit", "form", "repeat"),
    "query": ("participant", "query"),
    "participant": ("participant",),
    "site_definition": ("site",),
    "head": ("stream",),
}


def verified() -> Sequence[Finding]:
    from trialwright.store.verify import verify

    return verify(STUDY)


def name_of(table: str, row: Sequence[object]) -> str:
    if table == "event":
        return f"{row[0]} #{row[1]}"
    if table == "event_value":
        return f"{row[0]} #{row[1]} {row[2]}"
    return " / ".join(str(cell) for cell in row)


def pick(connection: sqlite3.Connection, table: str, rng: random.Random) -> tuple[int, str]:
    """A row at random: its rowid and how it is named."""
    rows = connection.execute(
        f"SELECT rowid, {', '.join(map(_quoted, KEYS[table]))} FROM {table} ORDER BY 1"
    ).fetchall()
    rowid, *key = rng.choice(rows)
    return rowid, name_of(table, key)


def _quoted(column: str) -> str:
    return f'"{column}"'


def test_a_sound_folder_agrees(filled: Path) -> None:
    assert verified() == ()


@pytest.mark.parametrize("table", ["event", "event_value", "record", "query", "participant"])
def test_a_changed_byte_is_found_and_named(filled: Path, table: str) -> None:
    for seed in range(PLACES):
        with tampering(filled) as connection:
            name, change = alter(connection, table, seed)
            found = verified()
            assert (table, name) in {(each.table, each.key) for each in found}, (change, found)


def alter(connection: sqlite3.Connection, table: str, seed: int) -> tuple[str, object]:
    """Changes one byte of one row, each column in its turn; where the key is taken then, another byte."""
    rng = random.Random(seed)
    columns = [each[1] for each in connection.execute(f"PRAGMA table_info({table})") if each[1] != "study"]
    while True:
        rowid, name = pick(connection, table, rng)
        column = columns[seed % len(columns)]
        (before,) = connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (rowid,)).fetchone()
        after = _altered(before, rng)
        try:
            connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (after, rowid))
        except sqlite3.IntegrityError:
            continue
        if after != before:
            return name, (column, before, after)


def _altered(value: object, rng: random.Random) -> object:
    """A number one off, a text with one bit turned: as text again, or as the bytes that they are now."""
    if isinstance(value, int):
        return value + rng.choice((-1, 1, 7))
    text = bytearray(str(value or "x").encode())
    text[rng.randrange(len(text))] ^= 1 << rng.randrange(7)
    return bytes(text).decode("utf-8", "replace") if rng.random() < 0.5 else bytes(text)


@pytest.mark.parametrize(
    "table", ["event", "event_value", "record", "query", "participant", "site_definition", "head"]
)
@pytest.mark.unmeasured
def test_a_deleted_row_is_found_and_named(filled: Path, table: str) -> None:
    for seed in range(PLACES):
        with tampering(filled) as connection:
            rowid, name = pick(connection, table, random.Random(seed))
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
            assert (table, name) in {(each.table, each.key) for each in verified()}, name


@pytest.mark.parametrize("table", ["event", "record"])
def test_bytes_that_are_no_text_are_found(filled: Path, table: str) -> None:
    column = {"event": "content", "record": "items"}[table]
    with tampering(filled) as connection:
        rowid, name = pick(connection, table, random.Random(1))
        connection.execute(f"UPDATE {table} SET {column} = CAST(X'7BFF7D' AS TEXT) WHERE rowid = ?", (rowid,))
        assert (table, name) in {(each.table, each.key) for each in verified()}


def test_rows_that_no_event_tells_of_are_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("INSERT INTO record SELECT study, 'p9', visit, form, repeat, sequence, definition, removed,"
                           " items, cleared FROM record WHERE participant = 'p1'")  # fmt: skip
        connection.execute("INSERT INTO event_value VALUES ('SMALL', 'participant:p1', 3, 'more', '', 'x')")
        connection.execute("INSERT INTO event_value VALUES ('SMALL', 'participant:p8', 1, 'code', '', 'x')")
        codes = {(each.code, each.key) for each in verified()}
    assert ("row-extra", "p9 / SCR / vitals / 0") in codes
    assert {("value-extra", "participant:p1 #3 more"), ("value-extra", "participant:p8 #1 code")} <= codes


def test_a_value_emptied_without_its_event_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute(
            "UPDATE event_value SET value = NULL, salt = '' WHERE stream = 'participant:p1' AND key = 'note'"
        )
        assert ("value-gone", "participant:p1 #3 note") in {(each.code, each.key) for each in verified()}


def test_a_redacted_value_that_came_back_is_found(filled: Path) -> None:
    from trialwright.store.events import history

    salts = history(STUDY, "p1")[2].salts
    give(RedactValue("c-redact", "p1", 3, "note", "A name was typed"))
    assert verified() == ()
    with tampering(filled) as connection:
        row = (json.dumps({"v": "瘦"}, ensure_ascii=False, separators=(",", ":")), salts["note"])
        connection.execute(
            "UPDATE event_value SET value = ?, salt = ? WHERE key = 'note' AND stream = 'participant:p1'", row
        )
        assert {each.code for each in verified()} == {"redacted-value-present"}


def test_a_moved_border_between_salt_and_value_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute(
            "UPDATE event_value SET salt = salt || '{', value = substr(value, 2) WHERE key = 'height'"
        )
        found = {(each.code, each.key) for each in verified()}
    assert ("commitment-differs", "participant:p1 #3 height") in found


def test_a_grant_that_no_event_gave_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("""UPDATE account SET grants = '[["SMALL","administrator",""]]'""")
        assert [(each.table, each.code) for each in verified()] == [("account", "row-differs")]


def test_a_deleted_account_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("DELETE FROM account")
        assert [(each.table, each.code) for each in verified()] == [("account", "row-missing")]


def test_an_altered_definition_is_found(filled: Path) -> None:
    from tests.store.small import small_files

    from trialwright.store.cache import forget_folder
    from trialwright.store.definitions import pack

    other = {**small_files(), "terms.yaml": b"first_dose: {label: Other, rule: 'at(SCR, visit.date)'}\n"}
    with tampering(filled) as connection:
        for packed in (pack(other, {}), b"no zip", pack({}, {})):
            connection.execute("UPDATE definition SET files = ?", (packed,))
            forget_folder()
            codes = {(each.table, each.code) for each in verified()}
            assert ("definition", "definition-differs") in codes
            assert ("participant", "replay-failed") in codes


# ------------------------------------------------------------------ against a seal


def test_a_sound_folder_agrees_with_its_seal_later_too(filled: Path) -> None:
    from trialwright.store.seals import export_seal
    from trialwright.store.verify import verify

    seal = export_seal(STUDY, at=make_moment(30).utc)
    give(screen("p7"))
    assert verify(STUDY, seal) == ()


@pytest.mark.parametrize("stream", ["participant:p2", "accounts", "site:S01"])
def test_a_cut_tail_is_found_against_a_seal(filled: Path, stream: str) -> None:
    from trialwright.store.rebuild import rebuild
    from trialwright.store.seals import export_seal, heads_of
    from trialwright.store.verify import verify

    seal, last = export_seal(STUDY, at=make_moment(30).utc), heads_of(STUDY)[stream][0]
    with tampering(filled) as connection:
        for table in ("event", "event_value"):
            connection.execute(f"DELETE FROM {table} WHERE stream = ? AND sequence = ?", (stream, last))
        if stream == "participant:p2":
            rebuild(STUDY)  # a thorough forger
            assert verified() == ()
        found = verify(STUDY, seal)
        assert ("tail-missing", f"{stream} #{last}") in {(each.code, each.key) for each in found}


def test_a_participant_of_whom_every_row_is_gone_is_found(filled: Path) -> None:
    from trialwright.store.seals import export_seal
    from trialwright.store.verify import verify

    seal = export_seal(STUDY, at=make_moment(30).utc)
    with tampering(filled) as connection:
        for table in ("event", "event_value"):
            connection.execute(f"DELETE FROM {table} WHERE stream = 'participant:p2'")
        for table in ("record", "query", "participant"):
            connection.execute(f"DELETE FROM {table} WHERE participant = 'p2'")
        assert [(each.code, each.key) for each in verified()] == [("event-missing", "participant:p2 #1")]
        assert {each.code for each in verify(STUDY, seal)} == {"event-missing", "tail-missing"}


def test_a_participant_whom_no_site_lists_is_found(filled: Path) -> None:
    """All rows of a stranger, with a chain of their own that agrees with itself."""
    with tampering(filled) as connection:
        connection.execute(
            "UPDATE event SET content = replace(content, '\"p2\"', '\"p4\"') WHERE stream = 'site:S02'"
        )
        forge(connection, "site:S02", 0, "", "")
        assert {(each.code, each.key) for each in verified()} == {
            ("row-differs", "site:S02"),
            ("participant-unlisted", "p2"),
            ("event-missing", "participant:p4 #1"),
        }


def test_a_forged_chain_is_found_against_a_seal_only(filled: Path) -> None:
    from trialwright.store.rebuild import rebuild
    from trialwright.store.seals import export_seal, heads_of
    from trialwright.store.verify import verify

    seal, last = export_seal(STUDY, at=make_moment(30).utc), heads_of(STUDY)["participant:p1"][0]
    with tampering(filled) as connection:
        forge(connection, "participant:p1", 3, "weight", '{"v":"60"}')
        rebuild(STUDY)
        assert verified() == ()
        assert [(each.code, each.key) for each in verify(STUDY, seal)] == [
            ("chain-forged", f"participant:p1 #{last}")
        ]


def forge(connection: sqlite3.Connection, stream: str, sequence: int, key: str, value: str) -> None:
    """Puts another value into an event and reckons every seal after it anew."""
    salt, previous = "0" * 32, ""
    connection.execute(
        "UPDATE event_value SET value = ?, salt = ? WHERE stream = ? AND sequence = ? AND key = ?",
        (value, salt, stream, sequence, key),
    )
    for at, text in connection.execute(
        "SELECT sequence, content FROM event WHERE stream = ? ORDER BY sequence", (stream,)
    ).fetchall():
        content = json.loads(text)
        if at == sequence:
            content["commitments"][key] = sha256((salt + value).encode()).hexdigest()
        new = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        seal = sha256((previous + new).encode()).hexdigest()
        connection.execute(
            "UPDATE event SET content = ?, previous = ?, seal = ? WHERE stream = ? AND sequence = ?",
            (new, previous, seal, stream, at),
        )
        previous = seal


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda seal: "no seal", "seal-unreadable"),
        (lambda seal: seal.replace("p1", "p4"), "seal-altered"),
    ],
)
def test_a_seal_that_is_none_is_refused(filled: Path, change, code: str) -> None:  # type: ignore[no-untyped-def]  # a lambda
    from trialwright.store.seals import export_seal
    from trialwright.store.verify import check_seal

    assert [each.code for each in check_seal(change(export_seal(STUDY, at=make_moment(30).utc)))] == [code]


def test_a_seal_of_another_study_is_refused(filled: Path) -> None:
    from trialwright.ledger.chain import study_seal
    from trialwright.store.errors import NotFound
    from trialwright.store.seals import export_seal
    from trialwright.store.verify import check_seal

    other = study_seal("OTHER", {"study": (1, "x")}, utc="2026-03-02T08:00:00.000000Z").text
    assert [each.code for each in check_seal(other)] == ["another-study"]
    with pytest.raises(NotFound):
        export_seal("OTHER", at=make_moment().utc)


def test_nothing_is_said_of_drafts_and_sessions(filled: Path) -> None:
    from trialwright.store.drafts import save_draft

    save_draft(STUDY, "p1", ("a1", "SCR", "vitals", 0), {"weight": "7"}, at=make_moment().utc)
    give(save("p1", "W2", "visit", {"date": "2026-03-02"}))
    assert verified() == ()
