"""R counts participants and records of datasets, computes limits and rates of counts, and reads what is written as text."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.spec.analysis_data import tell
from tests.spec.events_data import EVENT_DATASETS, Row, event_study, run_with_rows, with_rows
from tests.spec.test_occurrences import PEOPLE, PLAN
from tests.store.test_report_r import HEAD

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.ard_files import write_lists_csv, write_results_csv
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.page_html import write_html
from trialwright.analysis.displays.told import Told
from trialwright.analysis.r_check import write_r_check
from trialwright.cli.report_r import DIFFER
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.frames import frames

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")

DATASETS = EVENT_DATASETS.replace(
    "      TRTSDT:", "      FULLFL: {label: Full Set, population: full}\n      TRTSDT:", 1
)
SUBJECTS = """
  people: {label: People, method: characteristics, topic: demographics, dataset: ADSL, population: full, variables: [REASON, LASTAGE]}
"""
STUDY = event_study(
    PLAN + SUBJECTS,
    datasets=DATASETS.replace(
        "      REASON:", "      LASTAGE: {label: Score, rule: baseline(score.total)}\n      REASON:"
    ),
)
MORE = (*PEOPLE, (tell("06", "9.0", ended=40), (Row("=1+1", 2, "skin"), Row("Cold", 3, serious=True))))


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    return run_with_rows(STUDY, MORE)[1]


def files_of(dataset: ResultsDataset) -> dict[str, bytes]:
    """The files of a report that the program reads."""
    books = [with_rows(STUDY, told, rows)[0] for told, rows in MORE]
    written = write_r_check(STUDY, dataset, derive_datasets(STUDY, frames(STUDY, books)), HEAD)
    return written.files | {
        "results.csv": write_results_csv(dataset),
        "lists.csv": write_lists_csv(dataset),
        "report.html": write_html(make_document(Told(STUDY, dataset)), dataset),
    }


def ran(tmp_path: Path, files: Mapping[str, bytes]) -> tuple[int, str]:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    words = ["Rscript", "--vanilla", "check.R"]
    done = subprocess.run(words, cwd=tmp_path / "r", capture_output=True, encoding="utf-8", check=False)
    assert done.stdout, done.stderr
    return done.returncode, done.stdout


def test_r_finds_counts_limits_rates_and_texts_again(dataset, tmp_path):
    files = files_of(dataset)
    code, said = ran(tmp_path, files)

    assert (code, "DIFFERS" in said) == (0, False), said
    script = files["r/check.R"].decode()
    for identity in (
        "over:participants",
        "over/AESER:events",
        "terms/AETERM=skin>%3D1+1:participants",
        "terms/ORGAN=skin:low",
        "over:rate",
        "over:rate_high",
        "people/REASON:missing",
        "people/LASTAGE:mean",
    ):
        known = [one.id for one in dataset.statistics]
        assert identity in known
        assert f'check("{identity}", ' in script, identity


@pytest.mark.parametrize(
    ("identity", "value"),
    [
        ("over:participants", 3),
        ("over/AESER:events", 9),
        ("terms/ORGAN=skin:low", 0.01),
        ("over:rate", 12.5),
        ("over:rate_high", 1.5),
        ("people/REASON:missing", 0),
        ("people/LASTAGE:mean", 2.5),
    ],
)
@pytest.mark.unmeasured
def test_what_is_wrong_is_named(dataset, tmp_path, identity, value):
    assert dataset.by_id[identity].value != value
    rows = (replace(one, value=value) if one.id == identity else one for one in dataset.statistics)

    code, said = ran(tmp_path, files_of(replace(dataset, statistics=tuple(rows))))

    assert code == DIFFER
    assert f"DIFFERS {identity}: the report says {value:.12g}, R says " in said


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("report.html", "28.4 – 99.5 %".encode(), "28.4 – 99.6 %".encode(), "reads 28.4 – 99.6 %"),
        ("report.html", b" (80.0 %)<", b" (81.0 %)<", "DIFFERS report.html: a cell of over:participants and over:people reads 4 (81.0 %)"),
        ("results.csv", b"over:people,over,people,5,", b"over:people,over,people,6,", "DIFFERS over:people: the text 6, the number 5"),
        ("results.csv", b"over:people,over,people,5,", b"over:people,over,people,,", "DIFFERS over:people: the text NA, the number 5"),
    ],
)  # fmt: skip
@pytest.mark.unmeasured
def test_a_text_that_says_another_number_is_named(dataset, tmp_path, name, old, new, said):
    files = files_of(dataset)
    assert old in files[name]
    files[name] = files[name].replace(old, new)

    code, told = ran(tmp_path, files)

    assert (code, said in told) == (DIFFER, True), told


def test_without_the_page_its_texts_are_said_not_to_be_compared(dataset, tmp_path):
    files = files_of(dataset)
    del files["report.html"]

    code, said = ran(tmp_path, files)

    assert (code, "NO report.html is here, so that no text of it was compared" in said) == (0, True)
