"""Reasons in the store: beside the log like every value, emptied like one, and missed like one."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from tests.store.small import COORDINATOR, MONITOR, STUDY, fill, give, make_moment, save
from tests.store.tamper import tampering
from tests.store.test_submit import count, statements
from tests.store.test_verify import verified

from trialwright.ledger.commands import Command, CorrectCode, RedactValue, RemoveRow
from trialwright.ledger.events import REASON, ValueRedacted
from trialwright.ledger.rights import Denied

NAME = "Wang Xiaoming asked for it"


def records(participant: str) -> dict[tuple[str, str, int], int]:
    from trialwright.store.casebooks import load

    return {key: record.sequence for key, record in load(STUDY, participant).records.items()}


def commands(participant: str = "p1") -> dict[str, Command]:
    """One of each kind that takes a reason, each giving the same one."""
    at = records(participant)
    return {
        "change": save(
            participant, "SCR", "vitals", {"weight": "71"}, base=at["SCR", "vitals", 0], reason=NAME
        ),
        "removal": RemoveRow("c-remove", participant, "", "drugs", 1, at["", "drugs", 1], NAME),
        "code": CorrectCode("c-code", participant, "X-9", NAME),
        "redaction": RedactValue("c-first", participant, 3, "note", NAME),
    }


KINDS = ("change", "removal", "code", "redaction")


def tables_with(words: str) -> set[str]:
    from trialwright.store.rows import select

    tables = ("event", "event_value", "record", "query", "participant", "draft")
    return {table for table in tables for row in select(f"SELECT * FROM {table}") if words in str(row)}


def acted(kind: str) -> int:
    """The sequence of an act with that reason."""
    fill("p1")
    done = give(commands()[kind])
    (first, *_) = done.sealed
    assert isinstance(first.sequence, int)
    return first.sequence


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_stands_beside_the_log_and_leaves_it_without_a_trace(data: Path, kind: str) -> None:
    from trialwright.store.events import history
    from trialwright.store.rebuild import rebuild
    from trialwright.store.rows import execute

    at = acted(kind)
    assert tables_with(NAME) == {"event_value"}
    assert history(STUDY, "p1")[at - 1].reason == NAME
    assert verified() == ()

    give(RedactValue("c-redact", "p1", at, REASON, "a name was typed"))

    assert tables_with(NAME) == set()
    event = history(STUDY, "p1")[at - 1]
    assert (event.reason, event.is_reason_redacted) == (None, True)
    assert (rebuild(STUDY, is_dry=True), verified()) == ((), ())
    execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert NAME.encode() not in (data / "trialwright.sqlite3").read_bytes()


def test_a_redacted_reason_goes_from_drafts_of_the_form_and_leaves_the_rest_of_them(data: Path) -> None:
    from trialwright.store.drafts import load_draft, save_draft

    at = acted("change")
    place = ("a2", "SCR", "vitals", 0)
    typed = {"base": "1", "weight": "72", "reason_for_change": NAME}
    save_draft(STUDY, "p1", place, typed, at=make_moment().utc)

    give(RedactValue("c-redact", "p1", at, REASON, "a name was typed"))

    draft = load_draft(STUDY, "p1", place)
    assert draft is not None
    assert draft[0] == {"base": "1", "weight": "72"}


@pytest.mark.parametrize("sequence", [1, 3, 99])
def test_a_reason_that_nobody_gave_is_not_redacted(data: Path, sequence: int) -> None:
    from trialwright.store.submit import submit

    fill("p1")
    command = RedactValue("c-redact", "p1", sequence, REASON, "a name was typed")
    refused = submit(STUDY, command, by=COORDINATOR, at=make_moment())
    assert [found.code for found in refused.problems] == ["no-such-value"]


def test_who_may_not_redact_is_denied(data: Path) -> None:
    from trialwright.store.submit import submit

    at = acted("change")
    with pytest.raises(Denied):
        submit(STUDY, RedactValue("c-redact", "p1", at, REASON, "no"), by=MONITOR, at=make_moment())
    assert tables_with(NAME) == {"event_value"}


def test_what_a_caller_says_of_a_redaction_counts_for_nothing(data: Path) -> None:
    """Copies are found in the log; those that come with the command are not believed."""
    at = acted("change")
    command = RedactValue("c-redact", "p1", at, REASON, "a name was typed", ((3, "weight"),))
    assert [event.body for event in give(command).sealed] == [ValueRedacted(at, REASON)]


# ------------------------------------------------------------------ verify, guards


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE event_value SET value = 'other'", "commitment-differs"),
        ("UPDATE event_value SET value = NULL, salt = ''", "value-gone"),
        ("DELETE FROM event_value", "value-missing"),
    ],
)
@pytest.mark.unmeasured
def test_verify_finds_a_changed_an_emptied_and_a_deleted_reason(
    data: Path, kind: str, change: str, code: str
) -> None:
    at = acted(kind)
    with tampering(data) as connection:
        connection.execute(
            f"{change} WHERE stream = 'participant:p1' AND sequence = {at} AND key = '{REASON}'"
        )
        assert (code, f"participant:p1 #{at} {REASON}") in {(each.code, each.key) for each in verified()}


def test_a_redacted_reason_that_came_back_is_found(data: Path) -> None:
    from trialwright.store.events import history

    at = acted("change")
    salt = history(STUDY, "p1")[at - 1].salts[REASON]
    give(RedactValue("c-redact", "p1", at, REASON, "a name was typed"))
    with tampering(data) as connection:
        place = f"stream = 'participant:p1' AND sequence = {at} AND key = '{REASON}'"
        connection.execute(f"UPDATE event_value SET value = ?, salt = ? WHERE {place}", (NAME, salt))
        assert {each.code for each in verified()} == {"redacted-value-present"}


def test_the_database_empties_a_reason_only_with_its_event(data: Path) -> None:
    at = acted("change")
    connection = sqlite3.connect(data / "trialwright.sqlite3", isolation_level=None)
    empty = (
        "UPDATE event_value SET value = NULL, salt = ''"
        f" WHERE stream = 'participant:p1' AND sequence = {at} AND key = '{REASON}'"
    )
    with pytest.raises(sqlite3.IntegrityError, match="refused by event_value_no_update"):
        connection.execute(empty)
    give(RedactValue("c-redact", "p1", at, REASON, "a name was typed"))
    connection.execute(empty)
    connection.close()


# ------------------------------------------------------------------ sent twice


@pytest.mark.parametrize("kind", KINDS)
def test_a_command_sent_again_is_once_and_with_another_reason_a_conflict(data: Path, kind: str) -> None:
    """Who changed the reason and sent the page again must not believe that it was stored."""
    from trialwright.store.submit import submit

    fill("p1")
    command = commands()[kind]
    give(command)
    events = count("event")

    same = submit(STUDY, command, by=COORDINATOR, at=make_moment(2))
    other = submit(STUDY, replace(command, reason="another"), by=COORDINATOR, at=make_moment(2))  # type: ignore[call-arg]  # each kind has a reason

    assert same.was_there and same.sealed and not same.problems
    assert (other.conflict, [found.code for found in other.problems]) == (True, ["command-reused"])
    assert count("event") == events


@pytest.mark.parametrize("kind", KINDS)
def test_a_command_whose_reason_was_redacted_since_is_still_the_same(data: Path, kind: str) -> None:
    from trialwright.store.submit import submit

    fill("p1")
    command = commands()[kind]
    at = give(command).sealed[0].sequence
    give(RedactValue("c-redact", "p1", at, REASON, "a name was typed"))

    again = submit(STUDY, command, by=COORDINATOR, at=make_moment(2))

    assert again.was_there and not again.problems


def test_a_change_with_a_reason_needs_no_more_statements_than_an_entry(data: Path) -> None:
    fill("p1")
    command = commands()["change"]
    with statements() as seen:
        give(command)
    assert len(seen) == 6, seen
