"""Damaged data: one sentence, or findings, and never a traceback."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acceptance.console import Ran
from tests.acceptance.console import run as console
from tests.store.tamper import DATABASE, guards_up, tampering

from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK

pytestmark = pytest.mark.unmeasured

ROOT = os.geteuid() == 0
Damage = Callable[[Path], object]


def run(*words: object) -> Ran:
    """A fault that is not foreseen comes out of here, and the test fails with it."""
    return console(*words)


def commands(data: Path) -> list[tuple[object, ...]]:
    beside = data.parent
    return [
        ("verify", data),
        ("seal", data, "-o", beside / "seal.json"),
        ("rebuild", data),
        ("rebuild", data, "--dry-run"),
        ("report", data, "-o", beside / "report"),
        ("serve", data, "--port", "1"),
    ]


def overwrite(content: bytes) -> Damage:
    def damage(data: Path) -> None:
        (data / DATABASE).write_bytes(content)

    return damage


def drop(table: str) -> Damage:
    def damage(data: Path) -> None:
        with sqlite3.connect(data / DATABASE) as connection:
            connection.execute(f"DROP TABLE {table}")
        connection.close()

    return damage


DAMAGES: dict[str, Damage] = {
    "random bytes": overwrite(random.Random(1).randbytes(20_000)),
    "an empty file": overwrite(b""),
    "half a header": overwrite(b"SQLite format 3\x00" + b"\x10"),
    "a header and nothing": overwrite(b"SQLite format 3\x00" + bytes(5_000)),
    "text": overwrite(b"Dear Sir or Madam"),
    "no event table": drop("event"),
    "no account table": drop("account"),
    "no definition table": drop("definition"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_one_sentence(filled: Path, damage: str) -> None:
    close()
    DAMAGES[damage](filled)
    for words in commands(filled):
        ran = run(*words)
        assert (ran.code, ran.out, ran.err.count("\n")) == (ENVIRONMENT, "", 1), (words, ran)
        assert DATABASE in ran.err


def close() -> None:
    from django.db import connections

    from trialwright.store.cache import forget_folder

    connections.close_all()
    forget_folder()


@pytest.mark.parametrize("seed", range(12))
def test_a_malformed_page_is_one_sentence_or_findings(filled: Path, seed: int) -> None:
    close()
    whole = bytearray((filled / DATABASE).read_bytes())
    rng = random.Random(seed)
    page = rng.randrange(1, len(whole) // 4096)
    whole[page * 4096 : (page + 1) * 4096] = rng.randbytes(4096) if seed % 2 else bytes(4096)
    (filled / DATABASE).write_bytes(whole)
    for words in commands(filled)[:-1]:
        assert_no_fault(words, run(*words))
        close()


def assert_no_fault(words: object, ran: Ran) -> None:
    assert ran.code in (OK, FINDINGS, ENVIRONMENT), (words, ran)
    assert "Traceback" not in ran.err
    if ran.code == ENVIRONMENT:
        assert ran.err.strip(), words


ALTERED = {
    "roles": "UPDATE account SET grants = '{'",
    "no text in a record": "UPDATE record SET items = CAST(X'7BFF7D' AS TEXT)",
    "no text in a value": "UPDATE event_value SET value = CAST(X'FF' AS TEXT)",
    "no text in a name": "UPDATE account SET name = CAST(X'FF' AS TEXT)",
    "no text in a study": "UPDATE event SET study = CAST(X'FF' AS TEXT) WHERE stream = 'participant:p1'",
    "bytes in a record": "UPDATE record SET items = X'FF'",
    "no JSON in a record": "UPDATE record SET items = '{'",
    "another shape in a record": "UPDATE record SET items = '[1]'",
    "no JSON in a participant": "UPDATE participant SET state = 'x'",
    "no such site": "UPDATE participant SET site = 'S99'",
    "no JSON in an event": "UPDATE event SET content = 'x'",
    "a deep event": f"UPDATE event SET content = '{'[' * 100_000}'",
    "a deep record": f"UPDATE record SET items = '{'[' * 100_000}'",
    "a deep state": f"UPDATE participant SET state = '{'[' * 100_000}'",
    "no events": "DELETE FROM event",
    "no values": "DELETE FROM event_value",
    "no definition": "DELETE FROM definition",
    "no definition in use": "DELETE FROM site_definition",
    "another version in use": "UPDATE site_definition SET hash = 'x'",
    "no files": "UPDATE definition SET files = X'00'",
    "files that are text": "UPDATE definition SET files = 'x'",
    "no text in a definition": "UPDATE definition SET version = CAST(X'FF' AS TEXT)",
}


@pytest.mark.parametrize("altered", ALTERED)
def test_altered_rows_are_findings_and_no_fault(filled: Path, altered: str) -> None:
    with tampering(filled) as connection:
        connection.execute(ALTERED[altered])
        guards_up(connection)
        ran = run("verify", filled)
        assert ran.code == FINDINGS, ran
        assert "do not agree" in ran.out or "does not agree" in ran.out
        assert run("verify", filled, "--json").code == FINDINGS
        for words in commands(filled)[1:-1]:
            assert_no_fault(words, run(*words))


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE definition SET hash = CAST(X'FF' AS TEXT)",
        "UPDATE definition SET files = X'00'",
        "UPDATE site_definition SET hash = 'x'",
    ],
)
@pytest.mark.measured
def test_a_server_does_not_start_on_an_altered_definition(filled: Path, altered: str) -> None:
    with tampering(filled) as connection:
        connection.execute(altered)
        started = subprocess.run(
            [sys.executable, "-c", "import trialwright.web.wsgi"],
            env={**os.environ, "TRIALWRIGHT_DATA": str(filled)},
            capture_output=True,
            text=True,
            check=False,
        )
    said = (started.returncode, started.stderr.count("\n"), "Traceback" in started.stderr)
    assert said == (1, 1, False), started.stderr


def test_altered_bytes_do_not_reach_the_terminal(filled: Path) -> None:
    """Nor can they hide a line: escapes are shown, and what is no text at all is shown, too."""
    with tampering(filled) as connection:
        connection.execute(
            "UPDATE record SET participant = CAST(X'1B5B324AFF' AS TEXT) WHERE participant = 'p1'"
        )
        guards_up(connection)
        ran = run("verify", filled)
        listed = json.loads(run("verify", filled, "--json").out)
    assert "\x1b" not in ran.out
    assert ran.out.encode("utf-8")
    assert any(each["table"] == "record" for each in listed)


def test_a_fault_of_ours_keeps_its_traceback(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.store import rebuild

    def fail(*_: object, **__: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(rebuild, "rebuild", fail)
    with pytest.raises(KeyError, match="ours"):
        run("rebuild", filled)
    with tampering(filled) as connection:
        connection.execute("UPDATE record SET items = '{'")
        ran = run("rebuild", filled)
    assert (ran.code, ran.out) == (ENVIRONMENT, "")
    assert "trialwright verify names" in ran.err


def test_what_cannot_be_decoded_is_not_shown(filled: Path) -> None:
    """The text of a column may be a patient's."""
    with tampering(filled) as connection:
        connection.execute("UPDATE record SET items = CAST('Zhang San' || X'FF' AS TEXT)")
        ran = run("rebuild", filled)
    assert ran.code == ENVIRONMENT
    assert "decode" in ran.err
    assert "Zhang" not in ran.err


# ------------------------------------------------------------------ seals


@pytest.mark.parametrize(
    "content",
    [
        b"Dear Sir or Madam",
        b"",
        b"{}",
        b"[1, 2]",
        b'"heads"',
        b"null",
        b"[" * 100_000,
        b'{"heads":' * 50_000,
        b'{"heads": {"a": [1e999, "b"]}, "study": "s", "utc": "u", "seal": "x"}',
        b'{"heads": {"\\ud800": [1, "b"]}, "study": "s", "utc": "u", "seal": "x"}',
        b"\x00\xff\xfe\x01",
        None,
    ],
)
def test_a_file_that_is_no_seal_is_the_wrong_file(
    filled: Path, tmp_path: Path, content: bytes | None
) -> None:
    seal = tmp_path / "seal.json"
    seal.mkdir() if content is None else seal.write_bytes(content)
    ran = run("verify", filled, "--seal", seal)
    assert (ran.code, ran.out, ran.err.count("\n")) == (ENVIRONMENT, "", 1), ran


def test_a_seal_of_numbers_that_no_database_holds(filled: Path, tmp_path: Path) -> None:
    from trialwright.ledger.chain import study_seal

    seal = study_seal("SMALL", {"study": (10**30, "x")}, utc="2026-03-02T08:00:00.000000Z")
    (tmp_path / "seal.json").write_text(seal.text)
    ran = run("verify", filled, "--seal", tmp_path / "seal.json")
    assert ran.code == FINDINGS
    assert "tail-missing" in ran.out


# ------------------------------------------------------------------ folders


def test_a_file_in_the_way_of_a_folder_is_said(data: Path, tmp_path: Path) -> None:
    from trialwright.store.errors import DataError
    from trialwright.store.folder import create_data

    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataError, match="The data folder cannot be written"):
            create_data(folder)


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(data: Path, tmp_path: Path) -> None:
    from trialwright.store.errors import DataError
    from trialwright.store.folder import create_data

    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(DataError, match="The data folder cannot be written"):
        create_data(tmp_path / "locked" / "data")


@pytest.mark.parametrize("at", ["secret.key", "allocation.key", "data.json", "tables"])
def test_a_disk_that_fills_leaves_no_half_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    from django.core import management
    from django.db import OperationalError

    from trialwright.store import folder
    from trialwright.store.errors import DataError

    write = folder._write_private

    def fill_up(path: Path, text: str) -> None:
        if path.name == at:
            path.touch()
            raise OSError(28, "No space left on device")
        write(path, text)

    def fill_up_later(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(folder, "_write_private", fill_up)
    with monkeypatch.context() as context:
        if at == "tables":
            context.setattr(management, "call_command", fill_up_later)
        with pytest.raises(DataError, match=r"The demo cannot be written: .*(full|No space)"):
            folder.create_data(tmp_path / "new", demo=True)
    assert list((tmp_path / "new").iterdir()) == []
    monkeypatch.undo()
    assert folder.create_data(tmp_path / "new", demo=True)


@pytest.mark.parametrize(
    ("name", "content"), [("data.json", b"[" * 100_000), ("data.json", b"\xff"), ("secret.key", b"\xff")]
)
def test_damaged_files_beside_the_database_are_said(filled: Path, name: str, content: bytes) -> None:
    close()
    (filled / name).write_bytes(content)
    if name == "secret.key":
        from trialwright.store.errors import DataError
        from trialwright.store.folder import settings_of

        with pytest.raises(DataError, match="secret key cannot be read"):
            settings_of(filled)
    else:
        assert run("verify", filled).code == ENVIRONMENT


def test_a_lock_that_cannot_be_had_is_said(filled: Path) -> None:
    close()
    (filled / "write.lock").unlink(missing_ok=True)
    (filled / "write.lock").mkdir()
    ran = run("rebuild", filled)
    assert (ran.code, ran.err.count("\n")) == (ENVIRONMENT, 1)
    assert "write.lock" in ran.err
