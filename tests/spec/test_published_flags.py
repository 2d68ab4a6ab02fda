"""Published counts of responders through the estimators of a plan: individual data of the UNCOVER trials at week 12.

Source: cran/multinma @49d2d119, plaque_psoriasis_ipd (simulated from UNCOVER-1/2/3; GPL-3). The counts are of that file,
made by another program; the interval of UNCOVER-1's PASI 75 is R's, binom.test(392, 433).
"""

import os
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.spec.analysis_data import FIRST, study_files

from trialwright.analysis.registered import METHODS
from trialwright.analysis.results import Estimate
from trialwright.analysis.trial import make_trial
from trialwright.datasets.entered import tables_of_values
from trialwright.study.load import load
from trialwright.study.model import Study

FLAGS = ("pasi75", "pasi90", "pasi100")
COUNTS = {
    "UNCOVER-1": ((392, 312, 162), 433),
    "UNCOVER-2": ((320, 250, 153), 350),
    "UNCOVER-3": ((346, 283, 143), 384),
}

SCHEDULE = """
visits:
  W0: {label: Week 0, day: 1, anchor: first_dose}
  W12: {label: Week 12, day: 85, window: -3..+3, analysis_days: 2..99}
activities:
  visits: W0 W12
  consent: x .
  flags: . x
  dose: x .
  end: . o
"""
FORM = "label: Flags\nrecords: one per visit\nitems:\n" + "".join(
    f"  {one}: {{label: {one}, type: boolean}}\n" for one in FLAGS
)
TERMS = "first_dose: {label: First dose, rule: 'min(dose.date, where=given)'}\n" + "".join(
    f"{one}: {{label: {one}, rule: flags.{one}}}\n" for one in FLAGS
)
PLAN = (
    "objectives: {main: {level: primary, text: Effect, endpoints: [pasi75_w12]}}\n"
    "populations: {full: {label: Full set, rule: 'any(dose, where=given)'}}\nendpoints:\n"
    + "".join(
        f"  {one}_w12: {{level: primary, label: {one}, text: Response., variable: {one}, visit: W12}}\n"
        for one in FLAGS
    )
    + "intercurrent_events: {}\nestimands:\n"
    + "".join(
        f"  {one}: {{endpoint: {one}_w12, population: full, treatment: [], intercurrent: {{}}, missing: non-response, summary: proportion}}\n"
        for one in FLAGS
    )
    + "analyses:\n"
    + "".join(
        f"  {one}: {{label: {one}, estimand: {one}, method: one_proportion, interval: {{method: clopper_pearson, level: 0.95}}}}\n"
        for one in FLAGS
    )
    + "  course: {label: Course, estimand: pasi75, method: proportion_by_visit, of: [pasi75, pasi90, pasi100]}\n"
)


@pytest.fixture(scope="module")
def study() -> Study:
    wanted = ("study.yaml", "codes.yaml", "forms/consent.yaml", "forms/dose.yaml", "forms/end.yaml")
    files = {name: text for name, text in study_files().items() if name in wanted}
    own = {"schedule.yaml": SCHEDULE, "terms.yaml": TERMS, "analysis.yaml": PLAN, "forms/flags.yaml": FORM}
    files |= {name: text.encode() for name, text in own.items()}
    files["study.yaml"] = files["study.yaml"].replace(b"visits: [W0, SCR]", b"visits: [W0]")
    loaded = load(files, {})
    assert loaded.study is not None, [one.text for one in loaded.problems if one.severity == "error"]
    return loaded.study


@pytest.fixture(scope="module")
def file() -> pl.DataFrame:
    folder = os.environ.get("TRIALWRIGHT_TEST_DATA")
    if not folder:
        pytest.skip("TRIALWRIGHT_TEST_DATA is not set")
    path = Path(folder) / "psoriasis" / "plaque_psoriasis_ipd.csv"
    return pl.read_csv(path, infer_schema=False, null_values=["NA", ""])


def values_of(rows: pl.DataFrame) -> pl.DataFrame:
    """As people would have entered them: a first dose, a visit at week 12, the flags that are known there."""
    found = []
    for number, row in enumerate(rows.iter_rows(named=True)):
        who = f"S{number:04}"
        found += [
            (who, "W0", "visit", "date", FIRST.isoformat()),
            (who, "W0", "dose", "given", "true"),
            (who, "W0", "dose", "date", FIRST.isoformat()),
            (who, "W12", "visit", "date", (FIRST + timedelta(days=84)).isoformat()),
        ]
        found += [
            (who, "W12", "flags", flag, "true" if float(row[flag]) else "false")
            for flag in FLAGS
            if row[flag] is not None
        ]
    return pl.DataFrame(found, schema=["participant", "visit", "form", "item", "text"], orient="row")


def estimates(study: Study, rows: pl.DataFrame) -> dict[str, Estimate]:
    trial = make_trial(study, tables_of_values(study, values_of(rows)), {}, None)
    done = [METHODS[one.method].run(trial, one) for one in study.analyses.values()]
    assert [problem for _, problems in done for problem in problems] == []
    return {one.estimate.analysis_id: one.estimate for result, _ in done for one in result.counted}


@pytest.mark.parametrize("trial", COUNTS)
def test_the_published_counts_come_out_exactly(study: Study, file: pl.DataFrame, trial: str) -> None:
    found = estimates(study, file.filter(studyc=trial, trtc="IXE_Q2W"))
    responders, n = COUNTS[trial]

    assert tuple(found[one].responders for one in FLAGS) == responders
    assert {found[one].n for one in FLAGS} == {n}
    for one in FLAGS:  # by visit the same
        again = found[f"course.{one}.W12"]
        assert (again.responders, again.n, again.low) == (found[one].responders, n, found[one].low)


def test_an_interval_of_published_counts_is_that_of_r(study: Study, file: pl.DataFrame) -> None:
    """R 4.2.2: binom.test(392, 433)$conf.int."""
    one = estimates(study, file.filter(studyc="UNCOVER-1", trtc="IXE_Q2W"))["pasi75"]

    assert (one.low, one.high) == pytest.approx((0.87373964223695022, 0.93119158627709853), abs=1e-9)


def test_a_flag_that_is_missing_counts_as_no_response(study: Study) -> None:
    rows = pl.DataFrame(
        {"pasi75": ["1.0", None, "0.0"], "pasi90": ["1.0", None, "0.0"], "pasi100": [None, None, "0.0"]}
    )
    found = estimates(study, rows)

    assert [(found[one].responders, found[one].n) for one in FLAGS] == [(1, 3), (1, 3), (0, 3)]
