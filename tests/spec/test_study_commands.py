"""`trialwright check`, `new` and `page` as a person calls them."""

import json
import re
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
sites: {"01": {label: North, country: CHN, timezone: Asia/Shanghai}}
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


def test_quiet_only_counts_the_assumptions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_folder(tmp_path / "study")
    main(["check", str(folder)])
    assert "the only day" in capsys.readouterr().out
    main(["check", str(folder), "--quiet"])
    said = capsys.readouterr().out
    assert "Assumptions to confirm (1)" in said
    assert "the only day" not in said


def test_what_cannot_be_read_is_said_without_a_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "record.json")]) == 3
    said = capsys.readouterr().err
    assert said == f"The record cannot be read: {tmp_path / 'record.json'}: No such file or directory\n"


def test_help_names_values_as_people_do(capsys: pytest.CaptureFixture[str]) -> None:
    main(["demo", "--help"])
    said = capsys.readouterr().out
    assert "%Y" not in said
    assert all(word in said for word in ("DAY", "NUMBER", "PATH"))
    assert re.search(r"--reset +Build it anew", said)


@pytest.mark.parametrize("stands", [False, True])
def test_a_day_that_is_none_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stands: bool
) -> None:
    if stands:
        (tmp_path / "data.json").write_text("{}")
    assert main(["demo", "--data", str(tmp_path), "--until", "2026-2-31", "--no-serve"]) == 2
    assert capsys.readouterr().err == "“2026-2-31” is not a day; write it like 2025-09-22.\n"


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


# ------------------------------------------------------------------ the record beside a study


def with_record(folder: Path, content: str) -> Path:
    made = small_folder(folder)
    (made / "record.json").write_text(content, "utf-8")
    return made


@pytest.mark.parametrize(
    ("content", "where", "code"),
    [
        ('{"protocolSection": {', "record.json:1:22", "record-not-json"),
        ('["a record"]', "record.json:1:1", "record-not-a-study"),
    ],
)
def test_check_says_what_is_wrong_with_a_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, where: str, code: str
) -> None:
    folder = with_record(tmp_path / "tiny", content)

    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert f"{where}: This is not " in said
    assert f"[{code}]" in said
    assert "save the record anew" in said


def test_a_record_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small_folder(tmp_path / "tiny")
    (folder / "record.json").mkdir()

    assert main(["check", str(folder)]) == 3
    assert "The record cannot be read: " in capsys.readouterr().err


def test_check_warns_of_a_record_that_tells_other_facts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99999901", "briefTitle": "A tiny study"},
            "designModule": {"enrollmentInfo": {"count": 50}, "phases": ["PHASE2", "PHASE3"]},
            "eligibilityModule": {"sex": "ALL", "minimumAge": "18 Years", "maximumAge": "75 Years"},
            "statusModule": {"completionDateStruct": {"date": "2026"}},
        }
    }
    folder = with_record(tmp_path / "tiny", json.dumps(record))

    assert main(["check", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    warned = {(one["where"], one["code"], one["text"]) for one in found if one["severity"] == "warning"}
    assert {where for where, _, _ in warned} == {
        "study.yaml:2:8",  # TINY is not NCT99999901
        "study.yaml:7:73",  # phase
        "study.yaml:8:79",  # target
        "study.yaml:8:97",  # age
    }
    assert any("“50” as its target, and here stands “5”" in text for _, _, text in warned)


def test_facts_that_are_decided_or_named_as_discrepancies_may_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    section = {
        "identificationModule": {"nctId": "NCT99999901"},
        "designModule": {"enrollmentInfo": {"count": 50}, "phases": ["PHASE3"]},
    }
    folder = with_record(tmp_path / "tiny", json.dumps({"protocolSection": section}))
    study = folder / "study.yaml"
    text = study.read_text("utf-8")
    text = text.replace("target: 5,", "target: {value: 5, decided: a pilot},")
    text = text.replace(
        "summary: A summary.}",
        "summary: A summary., identifiers: {NCT99999901: {registry: ClinicalTrials.gov}},"
        " discrepancies: {phase: {found: 2 elsewhere, decided: 2}}}",
    )
    study.write_text(text, "utf-8")

    assert main(["check", str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in found if one["severity"] != "assumption"] == []


def test_a_record_is_not_compared_with_a_study_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = with_record(tmp_path / "tiny", '{"protocolSection": {"identificationModule": {"nctId": "X"}}}')
    (folder / "study.yaml").write_text("[1]", "utf-8")

    assert main(["check", str(folder), "--json"]) == 1
    assert not [one for one in json.loads(capsys.readouterr().out) if one["code"].startswith("record-")]


def test_check_says_which_analysis_cannot_be_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An analysis that the report would leave out is an error before there are data."""
    plan = """\
populations:
  all: {label: Everyone, rule: known(first)}
analyses:
  course: {label: Course, method: by_vist, of: [diary.date], population: all, interval: {method: cloper}}
"""
    folder = small_folder(tmp_path / "tiny", **{"analysis.yaml": plan})

    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "analysis.yaml:4:3: No method is called “by_vist”; there are one_proportion" in said
    assert "No interval is called “cloper”; there are " in said
