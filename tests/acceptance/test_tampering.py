"""Somebody owns the file: guards taken down, a byte changed, a row deleted, a tail cut, a chain forged. Each is named."""

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from tests.acceptance.console import run

from trialwright.store.guards import statements

pytestmark = pytest.mark.slow

PLACES = 20
DATABASE = "trialwright.sqlite3"
KEYS = {
    "event": ("stream", "sequence"),
    "event_value": ("stream", "sequence", "key"),
    "record": ("participant", "visit", "form", "repeat"),
    "diary_entry": ("participant", "entry"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("tampered") / "data"
    ran = run("demo", "--data", data, "--participants", 3, "--seed", 2, "--no-serve")
    assert ran.code == 0, ran.err
    assert run("verify", data).code == 0
    return data


@pytest.fixture(scope="module")
def seal(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seal that is kept elsewhere."""
    out = tmp_path_factory.mktemp("elsewhere") / "seal.json"
    assert run("seal", demo, "-o", out).code == 0
    assert run("verify", demo, "--seal", out).code == 0
    return out


@contextmanager
def guards_down(demo: Path) -> Iterator[sqlite3.Connection]:
    """The owner's own connection; afterwards the file is as it was."""
    from django.db import connections

    connections.close_all()
    kept = (demo / DATABASE).read_bytes()
    connection = sqlite3.connect(demo / DATABASE, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    try:
        yield connection
    finally:
        connection.close()
        connections.close_all()
        for suffix in ("-wal", "-shm"):
            (demo / (DATABASE + suffix)).unlink(missing_ok=True)
        (demo / DATABASE).write_bytes(kept)


def pick(connection: sqlite3.Connection, table: str, rng: random.Random) -> tuple[int, str]:
    """A row at random, and the name that verify must give it."""
    keys = ", ".join(f'"{key}"' for key in KEYS[table])
    rowid, *key = rng.choice(connection.execute(f"SELECT rowid, {keys} FROM {table} ORDER BY 1").fetchall())
    if table in ("record", "diary_entry"):
        return rowid, " / ".join(str(cell) for cell in key)
    return rowid, f"{key[0]} #{' '.join(str(cell) for cell in key[1:])}"


def assert_named(ran_out: str, code: int, table: str, name: str) -> None:
    assert code == 1
    assert any(line.startswith(f"{table}: {name}: ") for line in ran_out.splitlines()), ran_out


@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize("seed", range(PLACES))
def test_a_changed_byte_is_found_and_its_row_named(demo: Path, table: str, seed: int) -> None:
    with guards_down(demo) as connection:
        name = change_one_byte(connection, table, random.Random(f"{table} {seed}"))
        ran = run("verify", demo)
    assert_named(ran.out, ran.code, table, name)


def change_one_byte(connection: sqlite3.Connection, table: str, rng: random.Random) -> str:
    """In any column; another place is taken where the key would then be another row's."""
    while True:
        rowid, name = pick(connection, table, rng)
        column = rng.choice([each[1] for each in connection.execute(f"PRAGMA table_info({table})")])
        found = connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (rowid,)).fetchone()[0]
        text = str(found)
        if not text:
            continue
        at = rng.randrange(len(text))
        other = rng.choice([each for each in "0123456789abcdefXYZ" if each != text[at]])
        changed = text[:at] + other + text[at + 1 :]
        if isinstance(found, int) and not changed.isdigit():
            continue
        try:
            connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (changed, rowid))
        except sqlite3.IntegrityError:
            continue
        if (
            connection.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (rowid,)).fetchone()[0]
            != found
        ):
            return name


@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize("seed", range(PLACES))
def test_a_deleted_row_is_found_and_named(demo: Path, table: str, seed: int) -> None:
    with guards_down(demo) as connection:
        rowid, name = pick(connection, table, random.Random(f"{table} {seed}"))
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
        ran = run("verify", demo)
    assert_named(ran.out, ran.code, table, name)


def test_guards_that_were_taken_down_are_named(demo: Path) -> None:
    with guards_down(demo):
        ran = run("verify", demo)
    for name in statements("sqlite"):
        assert_named(ran.out, ran.code, "guard", name)


def test_a_participant_of_whom_every_row_is_gone_is_named(demo: Path) -> None:
    with guards_down(demo) as connection:
        (name,) = connection.execute("SELECT participant FROM participant ORDER BY 1").fetchone()
        for table in ("event", "event_value"):
            connection.execute(f"DELETE FROM {table} WHERE stream = ?", (f"participant:{name}",))
        for table in ("participant", "record", "query", "diary_entry", "device", "invite"):
            connection.execute(f"DELETE FROM {table} WHERE participant = ?", (name,))
        ran = run("verify", demo)
    assert_named(ran.out, ran.code, "event", f"participant:{name} #1")


# ------------------------------------------------------------------ what only a seal tells


@pytest.mark.parametrize("seed", range(PLACES))
def test_a_cut_tail_is_found_against_a_seal(demo: Path, seal: Path, seed: int) -> None:
    rng = random.Random(f"tail {seed}")
    with guards_down(demo) as connection:
        stream, last = rng.choice(heads(connection))
        kept = rng.randrange(last)
        for table in ("event", "event_value"):
            connection.execute(f"DELETE FROM {table} WHERE stream = ? AND sequence > ?", (stream, kept))
        ran = run("verify", demo, "--seal", seal)
    assert_named(ran.out, ran.code, "event", f"{stream} #{last}")


@pytest.mark.parametrize("seed", range(PLACES))
def test_a_forged_chain_is_found_against_a_seal(demo: Path, seal: Path, seed: int) -> None:
    with guards_down(demo) as connection:
        stream, last = forge(connection, random.Random(f"forged {seed}"))
        ran = run("verify", demo, "--seal", seal)
    assert_named(ran.out, ran.code, "event", f"{stream} #{last}")


def test_a_forger_who_makes_the_records_agree_is_found_by_the_seal_alone(demo: Path, seal: Path) -> None:
    with guards_down(demo) as connection:
        stream, last = forge(connection, random.Random(3))
        assert run("rebuild", demo).code == 0
        for statement in statements("sqlite").values():
            connection.execute(statement)
        alone, against = run("verify", demo), run("verify", demo, "--seal", seal)
    assert alone.code == 0
    assert "Without --seal" in alone.out
    assert_named(against.out, against.code, "event", f"{stream} #{last}")


def heads(connection: sqlite3.Connection) -> Sequence[tuple[str, int]]:
    return connection.execute("SELECT stream, max(sequence) FROM event GROUP BY stream ORDER BY 1").fetchall()


def forge(connection: sqlite3.Connection, rng: random.Random) -> tuple[str, int]:
    """Puts another number where a vital sign stands, and reckons its commitment and every seal after it anew."""
    query = """
        SELECT event_value.stream, event_value.sequence, event_value.key, event_value.value FROM event_value
        JOIN event USING (stream, sequence) WHERE event_value.key IN ('systolic', 'pulse') AND kind = 'FormSaved'
        AND substr(event_value.value, 1, 5) = '{"v":' ORDER BY 1, 2, 3
    """
    stream, sequence, key, value = rng.choice(connection.execute(query).fetchall())
    number, salt, previous = json.loads(value)["v"], "0" * 32, ""
    forged = json.dumps({"v": str(int(number) + 1)}, separators=(",", ":"))
    place = (stream, sequence, key)
    connection.execute(
        "UPDATE event_value SET value = ?, salt = ? WHERE stream = ? AND sequence = ? AND key = ?",
        (forged, salt, *place),
    )
    events = connection.execute("SELECT sequence, content FROM event WHERE stream = ? ORDER BY 1", (stream,))
    for at, text in events.fetchall():
        content = json.loads(text)
        if at == sequence:
            content["commitments"][key] = sha256((salt + forged).encode()).hexdigest()
        made = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        seal = sha256((previous + made).encode()).hexdigest()
        change = "UPDATE event SET content = ?, previous = ?, seal = ? WHERE stream = ? AND sequence = ?"
        connection.execute(change, (made, previous, seal, stream, at))
        previous = seal
    return stream, at
