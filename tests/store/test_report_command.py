"""`trialwright report` on a data folder, from its events to its pages."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import make_study, study_files

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE
from trialwright.ledger.commands import (
    Actor,
    DecideEligibility,
    EnrolParticipant,
    Moment,
    SaveForm,
    ScreenParticipant,
    Typed,
)

NURSE = Actor("nurse", "coordinator", "Hospital")


def at(day: date) -> Moment:
    return Moment(datetime(day.year, day.month, day.day, 8, tzinfo=UTC), day)


class Desk:
    """Gives commands one after another, as a coordinator would."""

    def __init__(self, study: str) -> None:
        self.study, self.count = study, 0

    def give(self, command: object, day: date) -> None:
        from trialwright.store.submit import submit

        done = submit(self.study, command, by=NURSE, at=at(day))
        assert not [one.text for one in done.problems if one.severity == "error"]

    def next_id(self) -> str:
        self.count += 1
        return f"c{self.count}"

    def save(self, visit: str, form: str, day: date, **items: str) -> None:
        typed = {name: Typed(text) for name, text in items.items()}
        self.give(SaveForm(self.next_id(), "p1", visit, form, 0, typed, 0), day)


@pytest.fixture
def folder(tmp_path: Path, django_db_blocker: DjangoDbBlocker):
    """One participant, 90 % better at week 16."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    with django_db_blocker.unblock():
        data = create_data(tmp_path / "data", demo=True, seed=7)
        screened, dosed, seen = date(2026, 2, 20), date(2026, 3, 2), date(2026, 6, 22)
        study = add_definition(study_files(), {}, at=at(screened).utc)
        activate(study.id, "S01", study.hash, by=NURSE, at=at(screened))
        desk = Desk(study.id)
        desk.give(ScreenParticipant(desk.next_id(), "p1", "S01", "01"), screened)
        desk.save("SCR", "visit", screened, date="2026-02-20")
        desk.save("", "consent", screened, signed="true")
        desk.save("SCR", "score", screened, total="12.0")
        desk.give(DecideEligibility(desk.next_id(), "p1", "SCR", "eligible"), screened)
        desk.give(EnrolParticipant(desk.next_id(), "p1", "A"), dosed)
        desk.save("W0", "visit", dosed, date="2026-03-02")
        desk.save("W0", "score", dosed, total="10.0")
        desk.save("W0", "dose", dosed, given="true", date="2026-03-02")
        desk.save("W16", "visit", seen, date="2026-06-22")
        desk.save("W16", "score", seen, total="1.0")
        yield data
        from django.db import connections

        connections.close_all()


def test_json_is_the_list_of_estimates(folder, capsys):
    assert main(["report", str(folder), "--json"]) == OK

    rows = json.loads(capsys.readouterr().out)
    assert set(rows[0]) == {
        "analysis_id",
        "label",
        "responders",
        "n",
        "estimate",
        "low",
        "high",
        "level",
        "method",
    }
    assert (rows[0]["analysis_id"], rows[0]["responders"], rows[0]["n"]) == ("primary", 1, 1)


def test_pages_are_written_and_written_anew_with_the_same_bytes(folder, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["report", str(folder), "-o", str(out)]) == OK
    first = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (out / "participants" / "old.html").write_text("of another time")

    assert main(["report", str(folder), "-o", str(out)]) == OK

    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == first
    index = (out / "index.html").read_text()
    assert "1/1" in index
    assert "Rehearsal of virtual participants" in index
    assert make_study().hash in index
    assert "index.html" in capsys.readouterr().out


def test_a_report_that_left_the_system_is_written_down(folder, tmp_path):
    from trialwright.store.events import history_of_stream

    main(["report", str(folder), "-o", str(tmp_path / "report")])

    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == ("report", "2026-06-22T08:00:00.000000Z")
    assert main(["verify", str(folder)]) == OK


def test_a_cut_leaves_later_values_out(folder, capsys):
    assert main(["report", str(folder), "--json", "--as-of", "2026-05-01"]) == OK

    rows = json.loads(capsys.readouterr().out)
    assert (rows[0]["responders"], rows[0]["n"], rows[0]["estimate"]) == (
        0,
        0,
        None,
    )  # week 16 is not due yet


def test_a_chinese_report(folder, tmp_path):
    assert main(["report", str(folder), "-o", str(tmp_path / "r"), "--language", "zh-Hans"]) == OK

    assert "受试者流程" in (tmp_path / "r" / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], USAGE, "-o DIR"),
        (["--json", "--language", "fr"], USAGE, "en or zh-Hans"),
        (["--json", "--study", "OTHER"], ENVIRONMENT, "TRIAL"),
        (["-o", "{busy}"], ENVIRONMENT, "holds something else"),
    ],
)
def test_what_cannot_be_done_is_said(folder, tmp_path, capsys, words, code, said):
    busy = tmp_path / "busy"
    busy.mkdir()
    (busy / "thesis.txt").write_text("mine")

    assert main(["report", str(folder), *(word.format(busy=busy) for word in words)]) == code

    assert said in capsys.readouterr().err
    assert (busy / "thesis.txt").read_text() == "mine"


def test_a_plan_that_cannot_be_run_is_a_finding(folder, capsys):
    from trialwright.store.definitions import add_definition

    files = study_files()
    files["study.yaml"] = files["study.yaml"].replace(b"version: 1.0.0", b"version: 1.0.1")
    files["analysis.yaml"] = files["analysis.yaml"].replace(b"method: by_visit", b"method: survival")
    add_definition(files, {}, at=datetime(2026, 7, 1, tzinfo=UTC))

    assert main(["report", str(folder), "--json"]) == FINDINGS

    assert "No method is called “survival”" in capsys.readouterr().err


def test_without_scipy_the_extra_is_named(folder, capsys, monkeypatch):
    monkeypatch.setattr("trialwright.cli.report.find_spec", lambda name: None)

    assert main(["report", str(folder), "--json"]) == ENVIRONMENT

    assert "trialwright[stats]" in capsys.readouterr().err
