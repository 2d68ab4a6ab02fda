"""Entries of the diary in the store: taken once, kept whole, found again, and told apart when they were altered."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.small import (
    COORDINATOR,
    DIARY_YAML,
    STUDY,
    entry,
    give,
    join,
    make_moment,
    save,
    screen,
    send,
    small_files,
)
from tests.store.tamper import guards_up, tampering

from trialwright.ledger.commands import EnterDiary, LeaveEntryAside, RedactValue, ReleaseEntry, Typed
from trialwright.ledger.rights import participant_actor

KEY = ("", "diary_day", 20260302)


def begin(name: str = "p1") -> str:
    """A participant with a phone; its id."""
    give(screen(name))
    give(save(name, "SCR", "visit", {"date": "2026-02-10"}))
    return str(join(name).device)


def book_of(name: str = "p1"):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store.casebooks import load

    return load(STUDY, name)


def read_anew(name: str = "p1"):  # type: ignore[no-untyped-def]  # the store is imported late
    """The casebook from the tables, as another process would read it."""
    from trialwright.store.cache import CASEBOOKS

    CASEBOOKS.forget()
    return book_of(name)


def agree() -> None:
    """Tables, log and memory say the same."""
    from trialwright.store.freeze import freeze
    from trialwright.store.rebuild import rebuild
    from trialwright.store.verify import verify

    before = book_of()
    assert read_anew() == before
    assert freeze(STUDY, as_of=make_moment(90_000).utc) == freeze(STUDY)
    assert (rebuild(STUDY, is_dry=True), verify(STUDY)) == ((), ())


def test_a_batch_is_stored_whole_and_in_order(data: Path) -> None:
    device = begin()
    done = send(
        "p1",
        entry("e1", "p1", device, 1, "9"),
        entry("e2", "p1", device, 2, "3", root="e1", corrects="e1", reason="misread"),
        entry("e3", "p1", device, 3, "eleven"),
    )

    assert [(one.problems, one.was_there) for one in done] == [((), False)] * 3
    book = read_anew()
    assert [(one.id, one.sequence) for one in book.entries.values()] == [("e1", 5), ("e2", 8), ("e3", 11)]
    assert book.records[KEY].items["itch"].datum.text == "3"
    assert book.entries["e3"].is_kept_aside
    assert {one.id: one.flags for one in book.entries.values()} == {"e1": (), "e2": (), "e3": ("unreadable",)}
    agree()


def test_one_by_one_and_as_a_batch_are_the_same(data: Path) -> None:
    sent: dict[str, list[EnterDiary]] = {}
    for name in ("p1", "p2"):
        device = begin(name)
        sent[name] = [
            entry(f"e{at}", name, device, at, str(at * 3), day=f"2026-03-0{at}", reason=None)
            for at in (1, 2, 3)
        ]
    send("p1", *sent["p1"])
    for one in sent["p2"]:
        send("p2", one)

    def told(name: str) -> object:
        book = book_of(name)
        entries = [replace(one, device="") for one in book.entries.values()]
        return entries, book.records, [replace(one, id="") for one in book.queries.values()]

    assert told("p1") == told("p2")


@pytest.mark.requirement("F42")
def test_the_same_entry_again_is_answered_as_before(data: Path) -> None:
    """The answer was lost on its way, and the phone sends again."""
    device = begin()
    first = send("p1", entry("e1", "p1", device))
    again = send("p1", entry("e1", "p1", device), entry("e2", "p1", device, 2), entry("e2", "p1", device, 2))

    assert [one.was_there for one in (*first, *again)] == [False, True, False, True]
    assert again[0].sealed == first[0].sealed
    assert again[0].book.entries["e1"] == first[0].book.entries["e1"]
    assert list(book_of().entries) == ["e1", "e2"]
    agree()


@pytest.mark.parametrize(
    "other",
    [
        {"items": {"itch": Typed("5")}},
        {"day": "2026-03-01"},
        {"entered": make_moment().utc},
        {"corrects": "e0", "reason": "why"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_entry_with_a_stored_id_is_a_conflict(data: Path, other: dict[str, object]) -> None:
    device = begin()
    send("p1", entry("e1", "p1", device))
    before = book_of()

    (refused,) = send("p1", replace(entry("e1", "p1", device), **other))  # type: ignore[arg-type]  # fields of EnterDiary

    assert (refused.conflict, refused.sealed, refused.was_there) == (True, (), False)
    assert "command-reused" in {found.code for found in refused.problems}
    assert book_of() == before


def test_an_entry_under_an_id_of_something_else_is_a_conflict(data: Path) -> None:
    device = begin()
    done = give(save("p1", "SCR", "vitals", {"weight": "70"}))
    taken = done.sealed[0].envelope.command_id

    (refused, stored) = send("p1", entry(taken, "p1", device), entry("e2", "p1", device, 2))

    assert [found.code for found in refused.problems] == ["command-reused"]
    assert not stored.problems
    assert list(book_of().entries) == ["e2"]


def test_a_phone_that_joined_anew_sends_its_outbox_again(data: Path) -> None:
    first = begin()
    send("p1", entry("e1", "p1", first))
    second = str(join("p1", minutes=4).device)

    (again,) = send("p1", entry("e1", "p1", second, 1))

    assert again.was_there
    assert book_of().entries["e1"].device == first


def test_an_entry_by_telephone_goes_through_the_same_door(data: Path) -> None:
    from trialwright.store.submit import submit

    begin()
    command = replace(entry("e1", "p1", "", 0, reason="phone broken"), source="telephone", app="")
    done = submit(STUDY, command, by=COORDINATOR, at=make_moment(800))
    again = submit(STUDY, command, by=COORDINATOR, at=make_moment(801))

    assert not done.problems
    assert done.sealed[0].originator == "proxy"
    assert (again.was_there, again.sealed) == (True, done.sealed)
    other = submit(STUDY, replace(command, reason="other"), by=COORDINATOR, at=make_moment(802))
    assert other.conflict


def test_nobody_else_s_diary_is_entered(data: Path) -> None:
    from trialwright.ledger.rights import Denied
    from trialwright.store.errors import NotFound
    from trialwright.store.submit import submit_entries

    device = begin()
    begin("p2")
    with pytest.raises(Denied):
        submit_entries(
            STUDY,
            "p1",
            [entry("e1", "p1", device)],
            by=participant_actor("p2", "S01"),
            at=make_moment(800),
        )
    with pytest.raises(NotFound):
        submit_entries(STUDY, "p9", [], by=participant_actor("p9", "S01"), at=make_moment(800))


# ------------------------------------------------------------------ versions


def amend(number: int) -> str:
    """A further version, active; its hash."""
    from trialwright.store.definitions import activate, add_definition

    diary = DIARY_YAML.replace("range: 0..10", f"range: 0..{10 + number}")
    study = add_definition(small_files(version=f"1.{number}.0", diary=diary), {}, at=make_moment().utc)
    activate(STUDY, "S01", study.hash, by=COORDINATOR, at=make_moment(10 + number))
    return study.hash


@pytest.mark.requirement("F42")
@pytest.mark.parametrize(
    ("versions", "itch", "flags"),
    [
        (1, "10", ()),
        (3, "10", ()),
        (3, "11", ("unreadable",)),  # the version of before knew no 11
        (4, "10", ("old_definition",)),
    ],
)
def test_an_entry_is_read_by_the_version_that_it_was_asked_under(
    data: Path, versions: int, itch: str, flags: tuple[str, ...]
) -> None:
    """An app of before, up to three versions back."""
    device = begin()
    asked = book_of().study.hash
    for number in range(1, versions + 1):
        amend(number)

    send("p1", entry("e1", "p1", device, 1, itch, definition=asked))

    stored = read_anew().entries["e1"]
    assert (stored.flags, stored.definition, stored.is_kept_aside) == (flags, asked, bool(flags))
    assert (stored.unread == "") is (flags == ())
    assert read_anew().records.keys() >= ({KEY} if not flags else set())
    agree()


def test_an_entry_of_a_version_that_nobody_knows_is_kept_aside(data: Path) -> None:
    device = begin()
    send("p1", entry("e1", "p1", device, definition="0" * 64))
    stored = book_of().entries["e1"]
    assert (stored.flags, stored.unread) == (("old_definition",), '{"itch":"4"}')


def test_a_version_that_was_altered_keeps_its_entries_aside(data: Path) -> None:
    device = begin()
    asked = book_of().study.hash
    amend(1)
    with tampering(data) as connection:
        connection.execute("UPDATE definition SET digest = 'x' WHERE hash = ?", (asked,))
        send("p1", entry("e1", "p1", device, definition=asked))
        assert read_anew().entries["e1"].flags == ("old_definition",)


# ------------------------------------------------------------------ what stands in the tables


def test_release_and_redaction_change_the_row_of_the_entry(data: Path) -> None:
    device = begin()
    send("p1", replace(entry("e1", "p1", device), items={"itch": Typed("4"), "why": Typed("Li Wei hit me")}))
    send("p1", entry("e2", "p1", device, 2, definition="", corrects="e1"))
    give(ReleaseEntry("release-e2", "p1", "e2", "asked by telephone"), minutes=801)
    entered = book_of().entries["e1"]
    give(RedactValue("redact-e1", "p1", entered.sequence, "why", "a name"), minutes=802)

    book = read_anew()
    assert book.entries["e2"].is_released
    assert (book.entries["e1"].emptied, dict(book.entries["e1"].items).keys()) == (("why",), {"itch"})
    assert b"Li Wei" not in b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
    assert send("p1", entry("e1", "p1", device))[0].was_there
    agree()


def test_an_entry_that_is_left_aside_changes_its_row_and_waits_no_more(data: Path) -> None:
    device = begin()
    send("p1", entry("e1", "p1", device, definition="f" * 64))
    command = LeaveEntryAside("leave-e1", "p1", "e1", "asked by telephone")
    give(command, minutes=801)
    give(command, minutes=802)  # the page once more

    assert read_anew().entries["e1"].is_left_aside
    agree()


def test_an_entry_is_added_and_those_before_it_are_not_written_again(data: Path) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    device = begin()
    send("p1", *(entry(f"e{at}", "p1", device, at, day=f"2026-03-0{at}") for at in (1, 2, 3, 4)))
    with CaptureQueriesContext(connection) as captured:
        send("p1", entry("e5", "p1", device, 5, day="2026-03-05"))
    written = [one["sql"] for one in captured if one["sql"].startswith("INSERT INTO")]

    assert len([sql for sql in written if '"diary_entry"' in sql]) == 1
    assert not [sql for sql in written if "'e4'" in sql or "20260304" in sql]


ALTERED = [
    ("UPDATE diary_entry SET items = '{}' WHERE entry = 'e1'", "diary_entry", "p1 / e1", "row-differs"),
    (
        "UPDATE diary_entry SET entered = '2026-03-01T21:00:00+08:00' WHERE entry = 'e2'",
        *("diary_entry", "p1 / e2", "row-differs"),
    ),
    ("UPDATE diary_entry SET flags = '[]', kept_aside = 0 WHERE entry = 'e3'", "diary_entry", "p1 / e3", "row-differs"),
    ("DELETE FROM diary_entry WHERE entry = 'e2'", "diary_entry", "p1 / e2", "row-missing"),
    (
        "UPDATE event_value SET value = '{\"v\":\"1\"}' WHERE key = 'itch' AND sequence = 5",
        *("event_value", "participant:p1 #5 itch", "commitment-differs"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "table", "key", "code"), ALTERED)
def test_an_altered_entry_is_named(data: Path, statement: str, table: str, key: str, code: str) -> None:
    from trialwright.store.verify import verify

    device = begin()
    send("p1", *(entry(f"e{at}", "p1", device, at, itch, day=f"2026-03-0{at}") for at, itch in enumerate(["4", "5", "x"], 1)))  # fmt: skip
    with tampering(data) as connection:
        connection.execute(statement)
        guards_up(connection)
        assert (table, key, code) in [(found.table, found.key, found.code) for found in verify(STUDY)]


def test_entries_that_were_lost_from_their_table_are_made_again(data: Path) -> None:
    from trialwright.store.rebuild import rebuild
    from trialwright.store.rows import execute

    device = begin()
    send("p1", entry("e1", "p1", device), entry("e2", "p1", device, 2, "x"))
    before = book_of()
    execute("DELETE FROM diary_entry")
    execute("DELETE FROM record WHERE form = 'diary_day'")
    rebuild(STUDY)
    assert read_anew() == before
    agree()


# ------------------------------------------------------------------ crash

WRITER = """
import sys
from pathlib import Path
from trialwright.store.folder import open_data
open_data(Path(sys.argv[1]))
from tests.store.small import entry, send
for batch in range(10_000):
    names = [f"b{batch}-{at}" for at in range(5)]
    numbers = range(batch * 5 + 1, batch * 5 + 6)
    send("p1", *(entry(name, "p1", sys.argv[2], number) for name, number in zip(names, numbers)))
    print(*names, flush=True)
"""


@pytest.mark.requirement("F42")
@pytest.mark.slow
def test_a_crash_loses_no_answered_entry_and_stores_none_by_half(data: Path) -> None:
    """Killed between storing and answering, the same batch again gives the same answer."""
    device = begin()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(data), device],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    answered = [writer.stdout.readline().split() for _ in range(8)]
    writer.send_signal(signal.SIGKILL)
    answered += [line.split() for line in writer.stdout.read().splitlines() if len(line.split()) == 5]
    writer.wait()

    stored = read_anew().entries
    assert {name for batch in answered for name in batch} <= stored.keys()
    assert len(stored) % 5 == 0
    last = max(one.number for one in stored.values())
    again = send(
        "p1", *(entry(one.id, "p1", device, one.number) for one in stored.values() if one.number > last - 5)
    )
    assert [one.was_there for one in again] == [True] * 5
    assert read_anew().entries == stored
    agree()
