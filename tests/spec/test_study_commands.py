"""`trialwright check`, `new` and `page` as a person calls them."""

import json
from pathlib import Path

import pytest
from tests.spec.small_record import CONTENT

from trialwright.cli import main
from trialwright.cli.new import folder_name


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def small_folder(folder: Path, **changes: str) -> Path:
    """A study that needs no instrument of the test's own library."""
    files = {
        "study.yaml": """\
definition: trialwright/1
study: TINY
version: 1.0.0
amendment: original
title: A tiny study
languages: [en]
registry: {sponsor: Clinic, status: Recruiting, condition: Itch, phase: Phase 2, summary: A summary.}
design: {type: I, model: M, masking: None, allocation: N, purpose: T, target: 5, sex: All, age: 18..70 years, planned: {start: 2025, completion: 2026}}
arms: {A: {label: Arm A, type: Experimental, text: Nothing., interventions: []}}
sites: {"01": {label: North, country: CHN, timezone: Asia/Shanghai, languages: [en]}}
""",
        "schedule.yaml": "visits:\n  V0: {label: Day 1, day: 1, anchor: first}\nactivities:\n  visits: V0\n  diary: x\n",
        "terms.yaml": "first: {label: First day, rule: 'at(V0, diary.date)', decided: the only day}\n",
        "forms/diary.yaml": "label: Diary\nrecords: one per visit\nitems:\n  date: {label: Date, type: date}\n",
    }
    return write(folder, files | changes)


def test_check_of_a_good_study_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_folder(tmp_path / "tiny")
    assert main(["check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Assumptions to confirm (1)" in said
    assert "TINY 1.0.0 can be used." in said


def test_check_of_a_bad_study_ends_with_1_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_folder(tmp_path / "tiny", **{"forms/diary.yaml": "labl: Diary\n"})
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "forms/diary.yaml:1:1: “labl” is not known here; did you mean “label”? [unknown-key]" in said
    assert "cannot be used yet" in said


def test_check_looks_at_what_reports_and_rehearsals_ask(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mean = "spare: {label: Spare, rule: known(mean(itch.worst))}\n"
    itch = (
        "label: Itch\nrecords: one per visit\nitems:\n  worst: {label: Worst, type: integer, range: 0..10}\n"
    )
    folder = small_folder(
        tmp_path / "tiny",
        **{
            "rehearsal.yaml": "clock: {pace: quick}\n",
            "forms/itch.yaml": itch,
            "schedule.yaml": "visits:\n  V0: {label: Day 1, day: 1, anchor: first}\n"
            "activities:\n  visits: V0\n  diary: x\n  itch: x\n",
            "terms.yaml": "first: {label: First day, rule: 'at(V0, diary.date)'}\n" + mean,
        },
    )
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "rehearsal.clock: “pace” is not known here" in said
    assert "terms.yaml:2:29: missing(mean(…)) cannot be answered for tables; ask it of an item." in said
    assert "cannot be used yet" in said


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_folder(tmp_path / "tiny")
    assert main(["check", str(folder), "--json"]) == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == ["decided"]


def test_check_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema"]) == 0
    assert "study.yaml" in json.loads(capsys.readouterr().out)["$defs"]


def test_check_without_a_folder_or_of_a_wrong_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert main(["check", str(tmp_path / "nowhere")]) == 3
    assert main(["check", str(tmp_path)]) == 3
    assert "study.yaml" in capsys.readouterr().err


def test_check_against_an_earlier_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = small_folder(tmp_path / "old")
    form = "label: Diary\nrecords: one per visit\nitems:\n  date: {label: Day, type: date}\n"
    new = small_folder(tmp_path / "new", **{"forms/diary.yaml": form})
    assert main(["check", str(new), "--against", str(old)]) == 1
    said = capsys.readouterr().out
    assert "text: forms.diary.items.date.label: Date -> Day" in said
    assert "version-too-low" in said
    assert main(["check", str(new), "--against", str(old), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["code"] == "version-too-low"
    bad = small_folder(tmp_path / "bad", **{"forms/diary.yaml": "labl: Diary\n"})
    assert main(["check", str(bad), "--against", str(old)]) == 1
    assert main(["check", str(new), "--against", str(bad)]) == 1
    assert "nothing can be compared" in capsys.readouterr().err


def test_new_makes_a_folder_and_check_lists_what_is_to_decide(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(CONTENT)
    folder = tmp_path / "made"
    assert main(["new", str(record), "-o", str(folder)]) == 0
    assert "still to decide" in capsys.readouterr().out
    assert (folder / "record.json").read_bytes() == CONTENT
    assert main(["check", str(folder)]) == 1
    assert "[undecided]" in capsys.readouterr().out
    assert main(["new", str(record), "-o", str(folder)]) == 2


def test_new_names_its_files_without_writing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(CONTENT)
    assert main(["new", str(record), "--dry-run"]) == 0
    assert "nct99999901/study.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("identifier", "folder"),
    [("NCT00000001", "nct00000001"), ("../../evil", "study"), ("/etc", "study"), ("", "study")],
)
def test_a_record_does_not_choose_where_files_are_written(identifier: str, folder: str) -> None:
    assert folder_name(identifier) == folder


def test_new_refuses_what_is_no_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.json"
    record.write_text("[]")
    assert main(["new", str(record)]) == 3
    assert "no protocolSection" in capsys.readouterr().err
    assert main(["new", str(tmp_path / "nowhere.json")]) == 3
    record.write_bytes(CONTENT)
    (tmp_path / "file").write_text("")
    assert main(["new", str(record), "-o", str(tmp_path / "file" / "below")]) == 3


def test_page_is_written_as_html_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_folder(tmp_path / "tiny")
    out = tmp_path / "page.html"
    assert main(["page", str(folder), "-o", str(out)]) == 0
    assert "<h1>A tiny study</h1>" in out.read_text("utf-8")
    capsys.readouterr()
    assert main(["page", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A tiny study"
    assert main(["page", str(folder), "--language", "fr"]) == 2
    assert main(["page", str(folder), "-o", str(tmp_path / "no" / "page.html")]) == 3
    bad = small_folder(tmp_path / "bad", **{"forms/diary.yaml": "labl: Diary\n"})
    assert main(["page", str(bad)]) == 1
