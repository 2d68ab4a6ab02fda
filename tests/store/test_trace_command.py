"""`trialwright trace`: a number is followed to the people, values and events behind it, and that is written down."""

import json
from datetime import date

import pytest
from tests.spec.analysis_data import make_study
from tests.store import test_report_command as reported
from tests.store.desk import Desk

from trialwright.cli import main
from trialwright.cli.output import OK, USAGE
from trialwright.ledger.commands import SaveForm, Typed

folder = reported.folder


@pytest.fixture
def corrected(folder):
    """The score of week 16 was 2.0 by mistake and is 1.0."""
    from trialwright.store.casebooks import load

    desk = Desk("TRIAL")
    desk.count = 100
    for text, day, reason in (
        ("2.0", date(2026, 6, 23), "misread"),
        ("1.0", date(2026, 6, 24), "as on paper"),
    ):
        base = load("TRIAL", "p1").records["W16", "score", 0].sequence
        typed = {"total": Typed(text)}
        desk.give(SaveForm(desk.next_id(), "p1", "W16", "score", 0, typed, base, reason), day)
    return folder


def traced(folder, capsys, *words: str) -> str:
    assert main(["trace", str(folder), *words]) == OK
    return capsys.readouterr().out


def test_a_number_is_told_with_where_it_comes_from(folder, capsys):
    said = traced(folder, capsys, "primary:low")

    number = said.removeprefix("primary:low = ").partition(" ")[0]
    assert float(number) == pytest.approx(0.05 / 2)  # one of one: the lower limit is the tail itself
    for text in (
        "Clopper-Pearson, 95 %",
        "n: 1",
        "Full set (n = 1)",
        make_study().hash,
        "2026-06-22 08:00:00 UTC",
        "Rehearsal",
    ):
        assert text in said, text


def test_behind_it_stand_participant_outcome_value_and_event(folder, capsys):
    said = traced(folder, capsys, "primary:low")

    row = next(line for line in said.splitlines() if line.startswith("01 "))
    assert row == "01 · Response · Observed at Week 16."
    event = next(line for line in said.splitlines() if "Week 16 · Score" in line)
    for text in (
        "Form saved",
        "nurse (",
        "2026-06-22 08:00:00 UTC",
        "2026-06-22 at the site",
        "Entered by the site",
    ):
        assert text in event, text
    assert f"{event}\n    Total score: 1 (1.0)" in said


def test_what_stood_there_before_is_told_with_who_changed_it_and_why(corrected, capsys):
    lines = traced(corrected, capsys, "primary:low").splitlines()

    at = next(place for place, line in enumerate(lines) if "Week 16 · Score" in line)
    assert "reason: as on paper" in lines[at]
    assert lines[at + 1] == "    Total score: 1 (1.0)"
    assert (
        lines[at + 2].startswith("      before: 1 (1.0) (event ")
        and "2026-06-22 08:00:00 UTC" in lines[at + 2]
    )
    assert lines[at + 3].startswith("      before: 2 (2.0) (event ") and "reason: misread" in lines[at + 3]


def test_json_holds_the_same(corrected, capsys):
    found = json.loads(traced(corrected, capsys, "primary:low", "--json"))

    assert (found["result"]["id"], found["result"]["number"], found["definition"]) == (
        "primary:low",
        pytest.approx(0.025),
        make_study().hash,
    )
    (row,) = found["rows"]
    assert (row["code"], row["counts"]["kind"], row["counts"]["why"]) == ("01", "event", "observed")
    score = next(
        one
        for event in row["events"]
        for one in event["values"]
        if (one["visit"], one["item"]) == ("W16", "total")
    )
    assert (score["stored"], score["is_current"]) == ('{"raw":"1.0","v":"1"}', True)
    assert [one["shown"] for one in score["earlier"]] == ["1 (1.0)", "2 (2.0)"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("course/score.total/W16:median", "01 · 1 · study day 113"),
        ("flow/dosed:count", "01"),
        ("flow/seen-W16:count", "01"),
        ("populations/full:n", "01"),
    ],
)
@pytest.mark.unmeasured
def test_every_kind_of_number_ends_in_an_event(folder, capsys, name, first):
    lines = traced(folder, capsys, name).split("\n\n")[1].splitlines()

    assert lines[0] == first
    assert lines[1].startswith("  event ")


@pytest.mark.parametrize("name", ["primary", "course", "populations"])
def test_an_analysis_lists_its_numbers(folder, capsys, name):
    lines = traced(folder, capsys, name).splitlines()

    assert len(lines) > 1
    assert all(line.startswith(name) and " = " in line for line in lines)
    listed = json.loads(traced(folder, capsys, name, "--json"))["results"]
    assert [one["id"] for one in listed] == [line.partition(" = ")[0] for line in lines]


def test_a_cut_leaves_later_events_out(folder, capsys):
    said = traced(folder, capsys, "primary:n", "--as-of", "2026-05-01")

    assert said.startswith("primary:n = 0\n")
    assert "Nobody stands behind this number." in said


@pytest.mark.requirement("R07")
def test_a_trace_that_left_the_system_is_written_down(folder, capsys):
    from trialwright.store.events import history_of_stream

    traced(folder, capsys, "primary:low")

    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == ("trace primary:low", "2026-06-22T08:00:00.000000Z")
    assert main(["verify", str(folder)]) == OK


@pytest.mark.requirement("R07")
@pytest.mark.parametrize(
    ("words", "said", "written"),
    [
        (["primary:lwo"], "primary:low", "trace primary:lwo"),
        (
            ["primary:low", "--participant", "99"],
            "no participant 99",
            "trace primary:low of participant 99",
        ),
        (
            ["primary:undecided", "--participant", "01"],
            "does not stand behind primary:undecided",
            "trace primary:undecided of participant 01",
        ),
    ],
)
def test_a_refusal_that_tells_of_the_data_is_written_down_as_well(folder, capsys, words, said, written):
    from trialwright.store.events import history_of_stream

    assert main(["trace", str(folder), *words]) == USAGE

    assert said in capsys.readouterr().err
    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == (written, "2026-06-22T08:00:00.000000Z")


def test_a_refusal_that_tells_nothing_of_the_data_leaves_no_event(folder, capsys):
    from trialwright.store.events import history_of_stream

    before = len(history_of_stream("TRIAL", "accounts"))

    assert main(["trace", str(folder), "primary:low", "--language", "fr"]) == USAGE

    assert "en or zh-Hans" in capsys.readouterr().err
    assert len(history_of_stream("TRIAL", "accounts")) == before


def test_what_was_typed_neither_moves_the_cursor_nor_begins_a_line(folder, capsys):
    from trialwright.store.casebooks import load

    desk = Desk("TRIAL")
    desk.count = 100
    base = load("TRIAL", "p1").records["W16", "score", 0].sequence
    command = SaveForm(
        desk.next_id(), "p1", "W16", "score", 0, {"total": Typed("1.1")}, base, "as\x1b[2Kon\n02 · paper"
    )
    desk.give(command, date(2026, 6, 23))

    said = traced(folder, capsys, "primary:low")

    assert r"reason: as\x1b[2Kon\n02 · paper" in said
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.startswith("02")]


def test_a_trace_in_chinese(folder, capsys):
    said = traced(folder, capsys, "primary:low", "--language", "zh-Hans")

    assert "数据截止" in said and "中心日期 2026-06-22" in said
