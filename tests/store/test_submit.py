"""The one door: idempotent, first come first served, few statements, and nothing half done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest
from tests.store.small import (
    COORDINATOR,
    MONITOR,
    STUDY,
    VITALS_YAML,
    enrol,
    fill,
    give,
    make_moment,
    save,
    screen,
    small_files,
)

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import (
    Actor,
    AnswerQuery,
    CloseQuery,
    Command,
    CorrectCode,
    DecideEligibility,
    EnrolParticipant,
    Moment,
    OpenQuery,
    RedactValue,
    RemoveRow,
    SaveForm,
    ScreenParticipant,
)
from trialwright.ledger.course import Decided
from trialwright.ledger.rights import Denied
from trialwright.store.errors import NotFound, Outdated
from trialwright.values.datum import Value


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that reaches SQLite, BEGIN and COMMIT too; one that fires triggers is seen again for each."""
    from django.db import connection

    connection.ensure_connection()
    seen: list[str] = []
    connection.connection.set_trace_callback(lambda text: None if text in seen[-1:] else seen.append(text))
    try:
        yield seen
    finally:
        connection.connection.set_trace_callback(None)


def count(table: str) -> int:
    from trialwright.store.rows import select_one

    found = select_one(f"SELECT count(*) FROM {table}")
    assert found is not None
    return int(found[0] or 0)


def test_a_command_twice_is_stored_once_and_answered_alike(data: Path) -> None:
    give(screen("p1"))
    command = save("p1", "SCR", "visit", {"date": "2026-02-10"})
    first = give(command)
    events = count("event")

    again = give(command, minutes=5)

    assert (first.was_there, again.was_there) == (False, True)
    assert again.sealed == first.sealed
    assert count("event") == events


def test_a_command_twice_is_once_for_a_process_that_knows_nothing(data: Path) -> None:
    from trialwright.store.cache import forget_folder

    command = screen("p1")
    first = give(command)
    forget_folder()
    assert give(command).sealed == first.sealed


def test_a_save_needs_six_statements(data: Path) -> None:
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    command = save("p1", "SCR", "vitals", {"weight": "70.5", "height": "171"})
    with statements() as seen:
        give(command)
    assert len(seen) == 6, seen
    assert [text.split()[0] for text in seen] == ["SELECT", "BEGIN", "INSERT", "INSERT", "INSERT", "COMMIT"]


def test_a_late_save_needs_no_more_statements_than_an_early_one(data: Path) -> None:
    fill("p1")
    for at in range(20):
        base = give(
            save(
                "p1",
                "W0",
                "visit",
                {"date": f"2026-02-{at + 1:02d}"},
                base=_base("p1", "W0", "visit"),
                reason="x",
            )
        )
    assert base.sealed
    command = save(
        "p1", "SCR", "vitals", {"height": "172"}, base=_base("p1", "SCR", "vitals"), reason="Typing"
    )
    with statements() as seen:
        give(command)
    assert len(seen) <= 6, seen


def test_a_save_that_opens_a_query_needs_seven(data: Path) -> None:
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    with statements() as seen:
        done = give(save("p1", "SCR", "vitals", {"weight": "220"}))
    assert len(done.book.queries) == 1
    assert len(seen) == 7


def test_a_process_that_fell_behind_reads_only_what_is_new(data: Path) -> None:
    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.casebooks import load

    fill("p1")
    behind = load(STUDY, "p1")
    give(save("p1", "SCR", "vitals", {"height": "172"}, base=_base("p1", "SCR", "vitals"), reason="Typing"))
    now = load(STUDY, "p1")
    CASEBOOKS.put((STUDY, "p1"), behind)
    with statements() as seen:
        assert load(STUDY, "p1") == now
    assert len(seen) == 3


def test_a_casebook_read_from_the_tables_equals_the_one_kept(data: Path) -> None:
    from trialwright.store.cache import forget_folder
    from trialwright.store.casebooks import load

    fill("p1")
    kept = load(STUDY, "p1")
    forget_folder()
    assert load(STUDY, "p1") == kept


def test_a_restored_backup_is_believed_and_not_the_memory(data: Path) -> None:
    from dataclasses import replace

    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.casebooks import load

    fill("p1")
    now = load(STUDY, "p1")
    CASEBOOKS.put((STUDY, "p1"), replace(now, sequence=now.sequence + 4, head="0" * 64, code="S01-999"))
    assert load(STUDY, "p1") == now


def test_the_second_of_two_writers_is_outdated(data: Path) -> None:
    from trialwright.ledger.decide import decide
    from trialwright.store.append import append
    from trialwright.store.casebooks import load

    fill("p1")
    book = load(STUDY, "p1")
    commands = [
        save("p1", "SCR", "vitals", {"height": height}, base=4, reason="x") for height in ("172", "173")
    ]
    drafts = [decide(book, each, by=COORDINATOR, at=make_moment()).drafts for each in commands]
    append(book, drafts[0], by=COORDINATOR, at=make_moment(), command_id="one")
    with pytest.raises(Outdated):
        append(book, drafts[1], by=COORDINATOR, at=make_moment(), command_id="two")
    assert load(STUDY, "p1").records["SCR", "vitals", 0].items["height"].datum == _value("172")


def test_writers_at_one_participant_all_get_through(data: Path) -> None:
    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    items = {"weight": "70.5", "height": "171", "note": "x"}
    start, faults = Barrier(len(items)), []

    def write(item: str, text: str) -> None:
        from django.db import connection

        try:
            start.wait()
            give(save("p1", "SCR", "vitals", {item: text}))
        except Exception as fault:  # noqa: BLE001  - shown by the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=write, args=each) for each in items.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    from trialwright.store.casebooks import load
    from trialwright.store.verify import verify

    assert not faults
    assert load(STUDY, "p1").records["SCR", "vitals", 0].items.keys() == {*items, "twice"}
    assert verify(STUDY) == ()


def test_whoever_is_overtaken_each_time_gets_a_turn(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others come between deciding and storing, as often as somebody can come between."""
    from django.db import connection

    from trialwright.store import submit as door
    from trialwright.store.casebooks import load

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    decide, others = door.decide, list[int]()

    def decide_slowly(book: Casebook, command: Command, *, by: Actor, at: Moment) -> Decided:
        decided = decide(book, command, by=by, at=at)
        if not connection.in_atomic_block and isinstance(command, SaveForm) and "note" in command.items:
            others.append(len(others))
            base = load(STUDY, "p1").sequence if others[1:] else 0
            change = save("p1", "SCR", "vitals", {"height": f"17{len(others)}"}, base=base, reason="Again.")
            give(change)
        return decided

    monkeypatch.setattr(door, "decide", decide_slowly)
    give(save("p1", "SCR", "vitals", {"note": "x"}))

    assert len(others) == door.HASTY
    items = load(STUDY, "p1").records["SCR", "vitals", 0].items
    assert (items["note"].datum, items["height"].datum) == (_value("x"), _value("173"))


def test_a_command_that_was_stored_after_it_was_looked_for_is_there(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwright.store import submit as door

    give(screen("p1"))
    command, others, book = save("p1", "SCR", "visit", {"date": "2026-02-10"}), [], door._book

    def book_after_the_other(*given: object) -> object:
        if not others:
            others.append(None)
            others[0] = give(command)
        return book(*given)

    monkeypatch.setattr(door, "_book", book_after_the_other)
    answer = give(command)

    assert others[0].sealed
    assert (answer.sealed, answer.was_there) == (others[0].sealed, True)


def test_the_same_command_from_two_threads_is_stored_once(data: Path) -> None:
    give(screen("p1"))
    command, start, answers = save("p1", "SCR", "visit", {"date": "2026-02-10"}), Barrier(4), []

    def write() -> None:
        from django.db import connection

        start.wait()
        answers.append(give(command))
        connection.close()

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({tuple(event.seal for event in answer.sealed) for answer in answers}) == 1
    assert sorted(answer.was_there for answer in answers) == [False, True, True, True]


def test_codes_are_numbered_by_site(data: Path) -> None:
    codes = [give(screen(f"p{at}", site=site)).book.code for at, site in enumerate(("S01", "S02", "S01"))]
    assert codes == ["S01-001", "S02-001", "S01-002"]


@pytest.mark.parametrize("typed", ["S01-001", "s01-001", "Ｓ０１-001"])
def test_a_code_that_looks_alike_is_refused_with_the_next_free_one(data: Path, typed: str) -> None:
    from trialwright.store.submit import submit

    give(screen("p1"))
    refused = submit(STUDY, screen("p2", code=typed), by=COORDINATOR, at=make_moment())
    assert [problem.code for problem in refused.problems] == ["code-taken"]
    assert "S01-002" in refused.problems[0].text
    assert (count("participant"), refused.conflict) == (1, True)


def test_a_code_is_not_corrected_to_that_of_another(data: Path) -> None:
    from trialwright.store.submit import submit

    for name in ("p1", "p2"):
        give(screen(name))
    command = CorrectCode("c-correct", "p2", "s01-001", "Mixed up")
    refused = submit(STUDY, command, by=COORDINATOR, at=make_moment())
    assert [problem.code for problem in refused.problems] == ["code-taken"]


def test_arms_follow_the_list_of_the_site(data: Path) -> None:
    arms: dict[str, list[str | None]] = {"S01": [], "S02": []}
    for at in range(8):
        site = ("S01", "S02")[at % 2]
        give(screen(f"p{at}", site=site))
        arms[site].append(give(enrol(f"p{at}"), minutes=at).book.arm)
    assert all(sorted(drawn[:2]) == sorted(drawn[2:]) == ["A", "B"] for drawn in arms.values())


def test_a_redacted_value_is_empty_and_the_chain_holds(data: Path) -> None:
    from trialwright.store.cache import forget_folder
    from trialwright.store.casebooks import load
    from trialwright.store.events import history
    from trialwright.store.verify import verify

    fill("p1")
    event = next(each for each in history(STUDY, "p1") if "note" in each.values)
    give(RedactValue("c-redact", "p1", event.sequence, "note", "A name was typed"))
    forget_folder()

    assert "note" not in load(STUDY, "p1").records["SCR", "vitals", 0].items
    assert history(STUDY, "p1")[event.sequence - 1].values["note"] is None
    assert verify(STUDY) == ()


def test_no_copy_of_a_redacted_value_is_left_anywhere(data: Path) -> None:
    """The value was replaced before it was redacted: in queries, other people's drafts and the log it is gone, too."""
    from trialwright.store.drafts import load_draft, save_draft
    from trialwright.store.freeze import freeze
    from trialwright.store.rebuild import rebuild
    from trialwright.store.rows import select
    from trialwright.store.verify import verify

    fill("p1")
    name = "Wang Xiaoming"
    give(save("p1", "W2", "visit", {"date": "2026-03-02"}))
    written = give(save("p1", "W2", "vitals", {"note": name, "weight": "70"}))
    give(OpenQuery("c-ask", "p1", "q1", "W2", "vitals", 0, "note", "Who?"))
    base = written.book.records["W2", "vitals", 0].sequence
    give(save("p1", "W2", "vitals", {"note": "one patient"}, base=base, reason="a name"))
    place = ("a2", "W2", "vitals", 0)
    typed = {"base": "1", "note": name, "note.right": name, "weight": "71", "reason_for_change": "why"}
    save_draft(STUDY, "p1", place, typed, at=make_moment().utc)

    give(RedactValue("c-redact", "p1", written.sealed[0].sequence, "note", "A name was typed"))

    tables = ("event", "event_value", "record", "query", "participant", "draft")
    left = [table for table in tables for row in select(f"SELECT * FROM {table}") if name in str(row)]
    assert left == []
    draft = load_draft(STUDY, "p1", place)
    assert draft is not None
    assert draft[0] == {"base": "1", "weight": "71", "reason_for_change": "why"}
    assert (rebuild(STUDY, is_dry=True), verify(STUDY)) == ((), ())
    assert freeze(STUDY, as_of=make_moment(60).utc) == freeze(STUDY)
    assert freeze(STUDY)[0].records["W2", "vitals", 0].items["note"].datum == Value("one patient")


@pytest.mark.parametrize(("sequence", "key"), [(1, "note"), (3, "other"), (99, "note"), (3, "note")])
def test_only_a_value_that_stands_is_redacted(data: Path, sequence: int, key: str) -> None:
    from trialwright.store.submit import submit

    fill("p1")
    give(RedactValue("c-first", "p1", 3, "note", "A name was typed"))
    command = RedactValue("c-redact", "p1", sequence, key, "A name was typed")
    refused = submit(STUDY, command, by=COORDINATOR, at=make_moment())
    assert [problem.code for problem in refused.problems] == ["no-such-value"]


def test_nothing_is_stored_where_the_ledger_refuses(data: Path) -> None:
    from trialwright.store.submit import submit

    give(screen("p1"))
    events = count("event")
    refused = submit(STUDY, save("p1", "SCR", "visit", {"date": "soon"}), by=COORDINATOR, at=make_moment())
    assert refused.problems
    assert not refused.sealed
    with pytest.raises(Denied):
        submit(STUDY, save("p1", "SCR", "visit", {"date": "2026-02-10"}), by=MONITOR, at=make_moment())
    assert count("event") == events


def test_nobody_is_found_under_an_unknown_id(data: Path) -> None:
    from trialwright.store.casebooks import load

    with pytest.raises(NotFound):
        load(STUDY, "p9")
    with pytest.raises(NotFound):
        give(save("p9", "SCR", "visit", {"date": "2026-02-10"}))
    with pytest.raises(NotFound):
        give(screen("p9", site="S99"))


def test_two_versions_live_at_once(data: Path) -> None:
    from trialwright.store.casebooks import load
    from trialwright.store.definitions import (
        activate,
        active_sites,
        active_study,
        add_definition,
        newest_study,
    )
    from trialwright.store.verify import verify

    fill("p1", site="S01")
    fill("p2", site="S02")
    old = active_study(STUDY, "S01")
    amended = VITALS_YAML.replace("checks:", "  girth: {label: Girth, type: integer, unit: cm}\nchecks:")
    new = add_definition(small_files(version="1.1.0", vitals=amended), {}, at=make_moment().utc)
    activate(STUDY, "S02", new.hash, by=COORDINATOR, at=make_moment(9))

    assert active_sites(STUDY) == {"S01": old.hash, "S02": new.hash}
    assert newest_study(STUDY) == new
    assert "girth" not in load(STUDY, "p1").study.forms["vitals"].items
    done = give(
        save("p2", "W0", "vitals", {"girth": "90"}, base=_base("p2", "W0", "vitals"), reason="Amendment")
    )
    assert done.sealed[0].envelope.definition_hash == new.hash
    assert done.book.records["SCR", "vitals", 0].definition == old.hash
    assert verify(STUDY) == ()


def test_a_new_version_says_anew_where_participants_stand(data: Path) -> None:
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.people import count_statuses
    from trialwright.store.verify import verify

    fill("p1", site="S01")
    fill("p2", site="S02")
    new = add_definition(small_files(version="1.1.0", ended="any(drugs)"), {}, at=make_moment().utc)
    activate(STUDY, "S01", new.hash, by=COORDINATOR, at=make_moment(9))
    assert count_statuses(STUDY, frozenset({"S01"})) == {"ended": 1}
    assert count_statuses(STUDY, frozenset({"S02"})) == {"enrolled": 1}
    assert verify(STUDY) == ()


def test_the_same_definition_again_adds_nothing(data: Path) -> None:
    from trialwright.store.definitions import add_definition, studies

    add_definition(small_files(), {}, at=make_moment().utc)
    assert (count("definition"), studies()) == (1, (STUDY,))


def test_a_device_clock_is_kept_beside_the_server_clock(data: Path) -> None:
    from datetime import datetime, timedelta, timezone

    from trialwright.store.submit import submit

    there = datetime(2026, 3, 1, 23, 50, tzinfo=timezone(timedelta(hours=8)))
    done = submit(STUDY, screen("p1"), by=COORDINATOR, at=make_moment(device=there))
    envelope = done.sealed[0].envelope
    assert (envelope.device_time, envelope.device_offset) == ("2026-03-01T23:50:00+08:00", "+08:00")
    assert envelope.server_utc == "2026-03-02T08:00:00.000000Z"


def _base(participant: str, visit: str, form: str) -> int:
    from trialwright.store.casebooks import load

    return load(STUDY, participant).records[visit, form, 0].sequence


def _value(text: str) -> object:
    from trialwright.values.datum import Value

    return Value(text)


def test_an_id_used_again_for_other_values_is_a_conflict(data: Path) -> None:
    """The page was gone back to, changed, and sent again: nothing may vanish behind an answer that says "saved"."""
    give(screen("p1"))
    first = save("p1", "SCR", "visit", {"date": "2026-02-10"})
    give(first)
    other = replace(first, items=save("p1", "SCR", "visit", {"date": "2026-02-11"}).items)
    events = count("event")

    from trialwright.store.submit import submit

    again = submit(STUDY, other, by=COORDINATOR, at=make_moment(2))

    assert again.conflict
    assert "command-reused" in [found.code for found in again.problems]
    assert count("event") == events


# ------------------------------------------------------------------ an id that is used again


def other_commands() -> dict[str, tuple[object, object]]:
    """What is stored under an id, and another wish under the same."""
    ask = OpenQuery("x", "p1", "q1", "SCR", "vitals", 0, "weight", "Right?")
    return {
        "screening at another site": (screen("p1", site="S01", code="A-1"), screen("p1", site="S02", code="A-1")),
        "screening by another code": (screen("p1", code="A-1"), screen("p1", code="A-2")),
        "another query": (ask, replace(ask, item="height")),
        "other words": (ask, replace(ask, text="Wrong?")),
        "an answer": (ask, AnswerQuery("x", "p1", "q1", "Yes")),
        "a closing": (ask, CloseQuery("x", "p1", "q1", "")),
        "a code": (CorrectCode("x", "p1", "B-1", "typo"), CorrectCode("x", "p1", "B-2", "typo")),
        "a save": (CorrectCode("x", "p1", "B-1", "typo"), replace(save("p1", "SCR", "vitals", {"weight": "9"}), command_id="x")),
        "a row": (CorrectCode("x", "p1", "B-1", "typo"), RemoveRow("x", "p1", "", "drugs", 1, 0, "no")),
        "a redaction": (CorrectCode("x", "p1", "B-1", "typo"), RedactValue("x", "p1", 1, "code", "no")),
        "a decision": (CorrectCode("x", "p1", "B-1", "typo"), DecideEligibility("x", "p1", "SCR", "eligible")),
        "an enrolment": (CorrectCode("x", "p1", "B-1", "typo"), EnrolParticipant("x", "p1", "A")),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(other_commands()))
def test_the_id_of_a_stored_command_serves_no_other(data: Path, name: str) -> None:
    from trialwright.store.submit import submit

    first, other = (replace(command, command_id="x") for command in other_commands()[name])
    if not isinstance(first, ScreenParticipant):
        give(screen("p1", code="A-1"))
        give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
        give(save("p1", "SCR", "vitals", {"weight": "80"}))
    who = MONITOR if isinstance(first, OpenQuery) else COORDINATOR
    assert submit(STUDY, first, by=who, at=make_moment(5)).sealed
    events = count("event")

    same, differs = (submit(STUDY, one, by=who, at=make_moment(6)) for one in (first, other))

    assert same.was_there and same.sealed and not same.problems
    assert (differs.conflict, differs.sealed) == (True, ())
    assert [one.code for one in differs.problems] == ["command-reused"]
    assert count("event") == events


def test_the_answer_to_a_command_is_given_to_nobody_else(data: Path) -> None:
    from trialwright.store.submit import submit

    command = screen("p1", code="A-1")
    give(command)

    other = submit(STUDY, command, by=replace(COORDINATOR, account="a9"), at=make_moment(5))

    assert (other.conflict, other.sealed) == (True, ())
