"""`trialwright datasets` on a data folder: files, scripts, the export written down."""

from functools import partial
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker
from tests.spec.analysis_data import study_files
from tests.spec.derived_study import DATASETS
from tests.store.conftest import close, made
from tests.store.desk import make_reported

from trialwright.cli import main
from trialwright.cli.output import ENVIRONMENT, OK, USAGE


def build(tmp_path: Path, blocker: DjangoDbBlocker, files: dict[str, bytes]):
    """One participant, dosed, seen at week 16."""
    from trialwright.store.folder import open_data

    data = made(partial(make_reported, files=files), tmp_path, blocker)
    with blocker.unblock():
        open_data(data)
        yield data
        close()


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
