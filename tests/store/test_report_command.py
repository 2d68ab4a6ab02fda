"""`trialwright report` on a data folder, from its events to its pages."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import make_study, study_files
from tests.store.conftest import copied
from tests.store.desk import NURSE, at

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, FINDINGS, OK, USAGE
from trialwright.ledger.commands import Actor, Moment, SaveForm, Typed
from trialwright.study.hash import plan_hash
from trialwright.study.load import load

pytestmark = pytest.mark.unmeasured

HTML = ("--formats", "html")  # where the formats are not what is asked about


@pytest.fixture
def folder(reported_data: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """One participant, 90 % better at week 16."""
    with copied(reported_data, tmp_path, django_db_blocker) as data:
        yield data


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


@pytest.mark.copies
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


@pytest.mark.requirement("R07")
def test_a_report_that_left_the_system_is_written_down(folder, tmp_path):
    from trialwright.store.events import history_of_stream

    main(["report", str(folder), "-o", str(tmp_path / "report"), *HTML])

    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == ("report", "2026-06-22T08:00:00.000000Z")
    assert main(["verify", str(folder)]) == OK


def test_a_version_added_later_changes_no_result(folder, capsys):
    """What counts is the version that was active at the cut, not the newest that somebody stored."""
    from trialwright.store.definitions import add_definition

    assert main(["report", str(folder), "--json"]) == OK
    before = capsys.readouterr().out
    files = study_files()
    files["study.yaml"] = files["study.yaml"].replace(b"version: 1.0.0", b"version: 1.1.0")
    files["terms.yaml"] = files["terms.yaml"].replace(b">= 0.9}", b">= 0.95}")
    added = add_definition(files, {}, at=datetime(2026, 7, 1, tzinfo=UTC))
    assert added.version == "1.1.0"

    assert main(["report", str(folder), "--json"]) == OK
    assert capsys.readouterr().out == before
    assert main(["report", str(folder), "--json", "--as-of", "2026-06-30"]) == OK
    assert capsys.readouterr().out == before


def test_once_a_version_is_active_it_counts_and_an_earlier_cut_keeps_its_own(folder, capsys):
    from trialwright.store.definitions import activate, add_definition

    files = study_files()
    files["study.yaml"] = files["study.yaml"].replace(b"version: 1.0.0", b"version: 1.1.0")
    files["study.yaml"] = files["study.yaml"].replace(b"amendment: original", b"amendment: stricter")
    files["terms.yaml"] = files["terms.yaml"].replace(b">= 0.9}", b">= 0.95}")
    later = datetime(2026, 7, 1, tzinfo=UTC)
    added = add_definition(files, {}, at=later)
    activate("TRIAL", "S01", added.hash, by=NURSE, at=Moment(later, later.date()))

    def responders(*words: str) -> int:
        assert main(["report", str(folder), "--json", *words]) == OK
        return int(json.loads(capsys.readouterr().out)[0]["responders"])

    assert responders() == 0
    assert responders("--as-of", "2026-06-30") == 1
    assert responders("--as-of", "2026-07-02") == 0


def conduct(folder: Path, out: Path) -> dict[str, Any]:
    assert main(["report", str(folder), "-o", str(out), "--formats", "html"]) == OK
    return json.loads((out / "results.json").read_text())["conduct"]


def test_a_report_says_when_the_plan_was_fixed_and_what_changed_since(folder, tmp_path):
    from trialwright.store.definitions import activate, add_definition

    assert conduct(folder, tmp_path / "first") == {
        "plans": [
            {
                "version": "1.0.0",
                "plan": plan_hash(load(study_files(), {}).study),
                "utc": "2026-02-20T08:00:00.000000Z",
                "seen": 0,
                "changed": [],
            }
        ],
        "first_value": "2026-06-22T08:00:00.000000Z",
        "looks": [],
    }
    later = datetime(2026, 7, 1, tzinfo=UTC)
    for version, (old, new) in {
        "1.1.0": (b"label: Weeks", b"label: Weeks"),  # nothing of the plan
        "1.2.0": (b">= 0.9}", b">= 0.95}"),
    }.items():
        files = study_files()
        files["study.yaml"] = files["study.yaml"].replace(b"version: 1.0.0", f"version: {version}".encode())
        files["study.yaml"] = files["study.yaml"].replace(b"amendment: original", b"amendment: another")
        files["terms.yaml"] = files["terms.yaml"].replace(old, new)
        added = add_definition(files, {}, at=later)
        activate("TRIAL", "S01", added.hash, by=NURSE, at=Moment(later, later.date()))
    found = conduct(folder, tmp_path / "second")

    assert [(one["version"], one["seen"], one["changed"]) for one in found["plans"]] == [
        ("1.0.0", 0, []),
        ("1.2.0", 1, ["terms.score_90"]),
    ]
    page = (tmp_path / "second" / "report.html").read_text()
    assert "participants with such a value by then: 1. Changed: terms.score_90." in page


def test_a_report_counts_who_saw_results_before_its_data_cut(folder, tmp_path):
    from trialwright.store.events import record_look

    seen, since = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
    for command, moment in (("look-1", seen), ("look-2", since)):
        record_look("TRIAL", "", "Board", command_id=command, by=NURSE, at=Moment(moment, moment.date()))

    assert conduct(folder, tmp_path / "r")["looks"] == [
        {"utc": "2026-05-01T00:00:00.000000Z", "account": "nurse", "role": "coordinator", "how": "page"}
    ]
    page = (tmp_path / "r" / "report.html").read_text()
    assert "copies of them that were taken: 1." in page
    assert "2026-05-01 00:00:00 UTC: Page of results to date, " in page


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
    from trialwright.store.definitions import activate, add_definition

    files = study_files()
    files["study.yaml"] = files["study.yaml"].replace(b"version: 1.0.0", b"version: 1.0.1")
    files["analysis.yaml"] = files["analysis.yaml"].replace(b"method: by_visit", b"method: survival")
    later = datetime(2026, 7, 1, tzinfo=UTC)
    added = add_definition(files, {}, at=later)
    activate("TRIAL", "S01", added.hash, by=NURSE, at=Moment(later, later.date()))

    assert main(["report", str(folder), "--json"]) == FINDINGS

    assert "No method is called “survival”" in capsys.readouterr().err


def test_without_scipy_the_extra_is_named(folder, capsys, monkeypatch):
    monkeypatch.setattr("trialwright.cli.report.find_spec", lambda name: None)

    assert main(["report", str(folder), "--json"]) == ENVIRONMENT

    assert "trialwright[stats]" in capsys.readouterr().err


# ---------------------------------------------------------------- formats


def test_all_formats_are_written_and_linked(folder, tmp_path):
    out = tmp_path / "report"
    assert main(["report", str(folder), "-o", str(out)]) == OK

    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (out / "report.docx").read_bytes().startswith(b"PK")
    assert (out / "tables" / "table-14-2-1.rtf").read_bytes().startswith(b"{\\rtf1")
    index = (out / "index.html").read_text()
    for name in ("report.html", "report.pdf", "report.docx", "results.json", "results.csv"):
        assert f'href="{name}"' in index
        assert (out / name).is_file()
    tables = {path.relative_to(out).as_posix() for path in (out / "tables").iterdir()}
    assert set(re.findall(r'href="(tables/[^"]*)"', index)) == tables
    assert f"<summary>Tables and listings as RTF: {len(tables)}</summary>" in index


def test_only_the_formats_asked_for_are_written(folder, tmp_path):
    out = tmp_path / "report"
    assert main(["report", str(folder), "-o", str(out), "--formats", "rtf, html"]) == OK

    assert (out / "report.html").is_file()
    assert (out / "tables").is_dir()
    assert not {"report.pdf", "report.docx"} & {path.name for path in out.iterdir()}
    assert "report.pdf" not in (out / "results.ars.json").read_text()


@pytest.mark.parametrize("words", [("--formats", "odt"), ("--formats", ",")])
def test_an_unknown_format_is_refused(folder, tmp_path, capsys, words):
    assert main(["report", str(folder), "-o", str(tmp_path / "report"), *words]) == USAGE

    assert "The report is written in html, pdf, docx, rtf" in capsys.readouterr().err


def test_formats_need_a_place(folder, capsys):
    assert main(["report", str(folder), "--json", "--formats", "pdf"]) == USAGE

    assert "Say where to write the formats with -o DIR." in capsys.readouterr().err


def test_a_format_without_its_package_is_left_out_and_said(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("trialwright.cli.report_formats.find_spec", lambda name: None)
    out = tmp_path / "report"

    assert main(["report", str(folder), "-o", str(out)]) == OK
    assert "Not written: pdf, docx. For these: pip install 'trialwright[report]'" in capsys.readouterr().err
    assert (out / "report.html").is_file()
    assert main(["report", str(folder), "-o", str(out), "--formats", "pdf"]) == ENVIRONMENT
    assert "The format pdf needs typst: pip install 'trialwright[report]'" in capsys.readouterr().err


def test_a_format_without_its_font_is_left_out_and_said(folder, tmp_path, capsys, monkeypatch):
    import typst

    class NoFonts:
        def families(self) -> list[str]:
            return []

    monkeypatch.setattr(typst, "Fonts", NoFonts)
    words = ("report", str(folder), "-o", str(tmp_path / "report"), "--language", "zh-Hans")

    assert main(list(words)) == OK
    assert "The format pdf needs the font Noto Sans CJK SC" in capsys.readouterr().err
    assert "report.pdf" not in (tmp_path / "report" / "index.html").read_text()
    assert main([*words, "--formats", "pdf"]) == ENVIRONMENT
    assert "Install it" in capsys.readouterr().err


# ---------------------------------------------------------------- exports and their events


def exports() -> list[tuple[str, str]]:
    """What the log says was exported, and up to when."""
    from trialwright.ledger.events_accounts import DataExported
    from trialwright.store.events import history_of_stream

    bodies = [event.body for event in history_of_stream("TRIAL", "accounts")]
    return [(body.what, body.as_of) for body in bodies if isinstance(body, DataExported)]


def test_estimates_that_were_printed_are_written_down(folder, capsys):
    main(["report", str(folder), "--json"])

    assert exports() == [("estimates", "2026-06-22T08:00:00.000000Z")]


def test_pages_and_estimates_are_two_copies(folder, tmp_path, capsys):
    main(["report", str(folder), "--json", "-o", str(tmp_path / "report"), *HTML])

    assert [what for what, _ in exports()] == ["report", "estimates"]


def test_nothing_is_printed_that_cannot_be_written_down(folder, capsys, monkeypatch):
    refuse_events(monkeypatch)

    with pytest.raises(RuntimeError):
        main(["report", str(folder), "--json"])

    assert capsys.readouterr().out == ""


def test_no_report_is_left_that_cannot_be_written_down(folder, tmp_path, monkeypatch):
    out = tmp_path / "report"
    main(["report", str(folder), "-o", str(out), *HTML])
    before = contents(tmp_path)
    refuse_events(monkeypatch)

    with pytest.raises(RuntimeError):
        main(["report", str(folder), "-o", str(out), "--language", "zh-Hans", *HTML])
    with pytest.raises(RuntimeError):
        main(["report", str(folder), "-o", str(tmp_path / "other"), *HTML])

    assert contents(tmp_path) == before


def test_a_report_that_could_not_be_written_leaves_the_old_one_whole_and_no_claim(
    folder, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "report"
    main(["report", str(folder), "-o", str(out), *HTML])
    before = contents(tmp_path)
    write, written = Path.write_bytes, []

    def full_disk(path: Path, content: bytes) -> int:
        written.append(path)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full_disk)

    assert main(["report", str(folder), "-o", str(out), "--language", "zh-Hans", *HTML]) == ENVIRONMENT

    assert "No space left on device" in capsys.readouterr().err
    assert contents(tmp_path) == before
    assert exports() == [("report", "2026-06-22T08:00:00.000000Z")]


@pytest.mark.parametrize(("refused", "named"), [("report", "report"), ("index.html", "report/index.html")])
def test_what_cannot_be_written_is_said_of_the_folder_that_was_named(
    folder, tmp_path, monkeypatch, capsys, refused, named
):
    """The folder that stands in between is nobody's, and gone when the message is read."""
    out = tmp_path / "report"

    def refuse(path: Path, *_: object, **__: object) -> None:
        if path.name == refused or path.name.startswith(f".{refused}."):
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir" if refused == "report" else "write_bytes", refuse)

    assert main(["report", str(folder), "-o", str(out), "--formats", "html"]) == ENVIRONMENT

    said = f"The report cannot be written: {tmp_path / named}: Permission denied"
    assert said in capsys.readouterr().err


def test_where_only_the_last_step_fails_the_pages_are_where_the_message_says(
    folder, tmp_path, monkeypatch, capsys
):
    out = tmp_path / "report"
    main(["report", str(folder), "-o", str(out), *HTML])
    before = contents(out)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name.endswith(".new"):
            raise OSError(1, "Operation not permitted")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)

    assert main(["report", str(folder), "-o", str(out), "--language", "zh-Hans", *HTML]) == ENVIRONMENT

    (new,) = (path for path in tmp_path.iterdir() if path.name.endswith(".new"))
    assert f"The report stands in {new}" in capsys.readouterr().err
    assert "受试者流程" in (new / "index.html").read_text()
    assert contents(out) == before
    assert len(exports()) == 2


def test_a_page_of_somebody_elses_in_the_folder_is_not_replaced(folder, tmp_path, capsys):
    out = tmp_path / "report"
    main(["report", str(folder), "-o", str(out), *HTML])
    (out / "notes.txt").write_text("mine")

    assert main(["report", str(folder), "-o", str(out), *HTML]) == ENVIRONMENT

    assert "holds something else" in capsys.readouterr().err
    assert (out / "notes.txt").read_text() == "mine"
    assert len(exports()) == 1


def refuse_events(monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("the log is closed")

    monkeypatch.setattr("trialwright.store.events.append_to_stream", refuse)


def contents(folder: Path) -> dict[str, bytes]:
    """All below a folder but the data."""
    files = (path for path in folder.rglob("*") if path.is_file() and "data" not in path.parts[-2:-1])
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# ---------------------------------------------------------------- names


def test_a_report_names_the_authors(folder, tmp_path):
    from trialwright.store.accounts import NewAccount, create_account

    moment = at(date(2026, 6, 23))
    nurse = create_account("TRIAL", NewAccount("ann", "", "Ann Arbor", "Hospital"), by=NURSE, at=moment)
    command = SaveForm("late", "p1", "W34", "visit", 0, {"date": Typed("2026-10-26")}, 0)
    from trialwright.store.submit import submit

    submit("TRIAL", command, by=Actor(nurse.id, "coordinator", "Hospital"), at=at(date(2026, 10, 26)))

    main(["report", str(folder), "-o", str(tmp_path / "r"), *HTML])

    page = (tmp_path / "r" / "events" / "p1.html").read_text()
    assert '<strong class="author">Ann Arbor</strong>' in page
    assert f"<code>{nurse.id}</code>" in page
    assert '<strong class="author">nurse</strong>' in page  # an actor of whom no account is known


# ---------------------------------------------------------------- data cuts


def last_exported(words: list[str], folder: Path) -> str:
    assert main(["report", str(folder), "--json", *words]) == OK
    return exports()[-1][1]


CUTS = [
    # the participant's last acts are of 2026-03-02T08:00Z and 2026-06-22T08:00Z; the site is 8 hours ahead
    ("2026-06-22", "2026-06-22T08"),
    ("2026-06-21", "2026-03-02T08"),
    ("2026-06-22T00:00:00", "2026-03-02T08"),  # the moment, not the day
    ("2026-06-22T00:00:00+08:00", "2026-03-02T08"),
    ("2026-06-22T08:00:00Z", "2026-06-22T08"),
    ("2026-06-22T07:59:59", "2026-03-02T08"),
    ("2026-06-22T16:00:00+08:00", "2026-06-22T08"),
    ("2026-06-22T15:59:59+08:00", "2026-03-02T08"),
]


@pytest.mark.parametrize(("cut", "last"), CUTS)
def test_a_day_is_the_whole_day_and_a_time_is_that_moment(folder, capsys, cut, last):
    assert last_exported(["--as-of", cut], folder).startswith(last)


@pytest.mark.parametrize(
    ("cut", "last"),
    [
        ("2026-06-22", "2026-06-22T15:59"),
        ("2026-06-23", "2026-06-22T16:01"),
        ("2026-06-22T16:00:00Z", "2026-06-22T15:59"),
        ("2026-06-22T16:30:00", "2026-06-22T16:01"),
    ],
)
def test_a_bare_day_ends_at_midnight_of_the_site(folder, capsys, cut, last):
    """15:59 UTC is the last minute of the day in Shanghai, 16:01 is on the next day."""
    from trialwright.store.submit import submit

    for form, item, text, (hour, minute) in (
        ("visit", "date", "2026-05-25", (15, 59)),
        ("score", "total", "2.0", (16, 1)),
    ):
        moment = Moment(datetime(2026, 6, 22, hour, minute, tzinfo=UTC), date(2026, 6, 22 + (hour > 15)))
        save = SaveForm(f"late-{form}", "p1", "W12", form, 0, {item: Typed(text)}, 0)
        done = submit("TRIAL", save, by=NURSE, at=moment)
        assert done.sealed

    assert last_exported(["--as-of", cut], folder).startswith(last)


@pytest.mark.parametrize(
    ("cut", "side"), [("2020-01-01", "before the first"), ("2030-01-01", "after the last")]
)
def test_a_cut_beside_the_data_is_said_and_is_no_refusal(folder, tmp_path, capsys, cut, side):
    said = f"--as-of {cut} is {side} event: the data go from 2026-02-20T08:00:00Z to 2026-06-22T08:00:00Z.\n"

    assert main(["report", str(folder), "--json", "--as-of", cut]) == OK
    assert said in capsys.readouterr().err
    assert main(["trace", str(folder), "populations/full:n", "--as-of", cut]) == OK
    assert said in capsys.readouterr().err
    assert main(["report", str(folder), "--json", "--as-of", "2026-05-01"]) == OK
    assert "the data go" not in capsys.readouterr().err


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-02-30", "22.06.2026", "9999-12-31"])
def test_what_is_no_cut_is_refused(folder, capsys, text):
    assert main(["report", str(folder), "--json", "--as-of", text]) == USAGE

    assert "--as-of takes a day such as 2026-05-01" in capsys.readouterr().err
    assert exports() == []
