"""`trialwright datasets` on a data folder: files, scripts, the export written down."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import study_files
from tests.spec.derived_study import DATASETS
from tests.store.desk import NURSE, Desk, at

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, OK, USAGE
from trialwright.ledger.commands import DecideEligibility, EnrolParticipant, ScreenParticipant


def build(tmp_path: Path, blocker: DjangoDbBlocker, files: dict[str, bytes]):
    """One participant, dosed, seen at week 16."""
    from trialwright.store.definitions import activate, add_definition
    from trialwright.store.folder import create_data

    with blocker.unblock():
        data = create_data(tmp_path / "data", demo=True, seed=7)
        screened, dosed, seen = date(2026, 2, 20), date(2026, 3, 2), date(2026, 6, 22)
        study = add_definition(files, {}, at=datetime(2026, 2, 20, 8, tzinfo=UTC))
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


@pytest.fixture
def folder(tmp_path: Path, django_db_blocker: DjangoDbBlocker):
    yield from build(tmp_path, django_db_blocker, {**study_files(), "datasets.yaml": DATASETS.encode()})


@pytest.fixture
def without(tmp_path: Path, django_db_blocker: DjangoDbBlocker):
    yield from build(tmp_path, django_db_blocker, study_files())


def test_every_dataset_is_written_with_its_script(folder, tmp_path, capsys):
    from trialwright.store.events import history_of_stream

    out = tmp_path / "adam"
    assert main(["datasets", str(folder), "-o", str(out)]) == OK

    names = {
        f"{name}.{kind}"
        for name in ("ADSL", "ADSCORE", "ADTTE", "ADICE", "ADDV", "ADDOSE")
        for kind in ("csv", "txt")
    }
    assert {path.name for path in out.iterdir()} == names | {"variables.csv"}
    assert "ADSL: 1 rows" in capsys.readouterr().out
    assert "TRIAL-01" in (out / "ADSL.csv").read_text()
    assert (out / "ADSCORE.txt").read_text().startswith("ADSCORE (BDS): Scores\n\n1. Take each known value")
    last = history_of_stream("TRIAL", "accounts")[-1]
    assert (last.body.what, last.body.as_of) == ("datasets", "2026-06-22T08:00:00.000000Z")
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(["datasets", str(folder), "-o", str(out)]) == OK
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_a_cut_leaves_out_what_came_later_and_scripts_speak_chinese(folder, tmp_path):
    out = tmp_path / "adam"
    words = ["datasets", str(folder), "-o", str(out), "--as-of", "2026-03-05", "--language", "zh-Hans"]
    assert main(words) == OK
    assert len((out / "ADSCORE.csv").read_text().splitlines()) == 1 + 2 + 2  # two scores, twice each
    assert "研究日" in (out / "ADSCORE.txt").read_text()


def test_a_folder_of_something_else_and_a_wrong_language_are_refused(folder, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert main(["datasets", str(folder), "-o", str(tmp_path / "mine")]) == ENVIRONMENT
    assert "holds something else" in capsys.readouterr().err
    assert main(["datasets", str(folder), "-o", str(tmp_path / "x"), "--language", "fr"]) == USAGE


def test_a_study_without_datasets_is_told_so(without, tmp_path, capsys):
    assert main(["datasets", str(without), "-o", str(tmp_path / "x")]) == ENVIRONMENT
    assert "defines no datasets" in capsys.readouterr().err
