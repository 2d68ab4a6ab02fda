"""A published data set through the product's own derivations: 900 synthetic patients, baseline and 8 visits.

Source: VIS-SIG/Wonderful-Wednesdays, data/2021/2021-04-14 (CC0). The counts are of that file, made by another program.
"""

import os
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.spec.analysis_data import FIRST, study_files

from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.entered import tables_of_values
from trialwright.study.load import load
from trialwright.study.model import Study

WEEKS = (1, 4, 8, 16, 24, 32, 40, 52)
EDGES = (1, 2, 18, 43, 85, 141, 197, 253, 323, 400)

SCHEDULE = (
    "visits:\n  W0: {label: Week 0, day: 1, anchor: first_dose}\n"
    + "".join(
        f"  W{week}: {{label: Week {week}, day: {7 * week + 1}, window: -3..+3, analysis_days: {low}..{high - 1}}}\n"
        for week, low, high in zip(WEEKS, EDGES[1:], EDGES[2:], strict=False)
    )
    + "activities:\n  visits: W0 "
    + " ".join(f"W{week}" for week in WEEKS)
    + "\n"
    + "".join(f"  {form}: {'x ' * 9}\n" for form in ("consent", "score", "dose", "end"))
)
TERMS = """
first_dose: {label: First dose, rule: 'at(W0, visit.date)'}
score_75: {label: Score 75, rule: reduction(score.total) >= 0.75}
score_90: {label: Score 90, rule: reduction(score.total) >= 0.9}
score_100: {label: Score 100, rule: score.total == 0}
"""
PLAN = """
objectives: {main: {level: primary, text: Effect, endpoints: [score_90_w16]}}
populations: {full: {label: Full set, rule: 'known(at(W0, score.total))'}}
endpoints: {score_90_w16: {level: primary, label: Response, text: Response., variable: score_90, visit: W16}}
intercurrent_events: {}
estimands: {primary: {endpoint: score_90_w16, population: full, missing: non-response, summary: proportion}}
"""
DATASETS = """
datasets:
  ADSL: {label: Subjects, class: ADSL, columns: {FASFL: {label: Full Set, population: full}}}
  ADSCORE:
    label: Scores
    class: BDS
    windows: true
    baseline: true
    parameters:
      SCORE: {label: Score, item: score.total}
      SCORE75: {label: Score 75, of: SCORE, rule: score_75}
      SCORE90: {label: Score 90, of: SCORE, rule: score_90}
      SCORE100: {label: Score 100, of: SCORE, rule: score_100}
    criteria: {CRIT1: {label: Exactly 90 %, rule: PCHG == -90, parameters: [SCORE]}}
    impute: {NRI: {label: Counts, flag: ANL02FL, estimand: primary, parameters: [SCORE75, SCORE90, SCORE100]}}
"""


def published_study() -> Study:
    files = {
        name: text
        for name, text in study_files().items()
        if name not in ("forms/back.yaml", "eligibility.yaml")
    }
    own = {"schedule.yaml": SCHEDULE, "terms.yaml": TERMS, "analysis.yaml": PLAN, "datasets.yaml": DATASETS}
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
    path = Path(folder) / "psoriasis" / "ww_2021-04_pasi_sustained.csv"
    return pl.read_csv(path, null_values="NA", schema_overrides={"BASELINE": pl.String})


def values_of(file: pl.DataFrame) -> pl.DataFrame:
    """Every score, and the day of every visit as planned."""
    rows = []
    for name, visit, day in (
        ("BASELINE", "W0", 0),
        *((f"WEEK{week:02}", f"W{week}", 7 * week) for week in WEEKS),
    ):
        scores = file.select(
            pl.col("USUBJID").alias("participant"),
            pl.lit(visit).alias("visit"),
            pl.lit("score").alias("form"),
            pl.lit("total").alias("item"),
            pl.col(name).cast(pl.String()).alias("text"),
        ).drop_nulls("text")
        held = scores.with_columns(
            form=pl.lit("visit"), item=pl.lit("date"), text=pl.lit((FIRST + timedelta(days=day)).isoformat())
        )
        rows += [scores, held]
    return pl.concat(rows)


def test_the_counts_of_a_published_file_come_out_exactly(file: pl.DataFrame) -> None:
    study = published_study()
    made = derive_datasets(study, tables_of_values(study, values_of(file)))["ADSCORE"].frame
    first = file.filter(pl.col("TRT") == "ACTIVE TREATMENT DOSE 01")["USUBJID"].to_list()
    counted = made.filter(pl.col("SUBJID").is_in(first), AVISIT="Week 16", ANL02FL="Y")
    found = {
        one: (counted.filter(PARAMCD=one, AVALC="Y").height, counted.filter(PARAMCD=one).height)
        for one in ("SCORE75", "SCORE90", "SCORE100")
    }
    assert found == {"SCORE75": (263, 300), "SCORE90": (216, 300), "SCORE100": (82, 300)}
    scores = made.filter(PARAMCD="SCORE")
    assert scores.filter(CRIT1FL="Y").height == 10
    assert scores.filter(pl.col("ABLFL").is_null()).height == 7107


def test_values_of_any_origin_are_derived_without_events() -> None:
    rows = [
        (who, visit, form, item, text)
        for who, first, later in (("S1", "10.0", "1.0"), ("S2", "8.0", "0.9"))
        for visit, day, score in (("W0", "2026-03-02", first), ("W16", "2026-06-22", later))
        for form, item, text in (("visit", "date", day), ("score", "total", score))
    ]
    values = pl.DataFrame(rows, schema=["participant", "visit", "form", "item", "text"], orient="row")
    study = published_study()
    made = derive_datasets(study, tables_of_values(study, values))["ADSCORE"].frame
    seen = made.filter(PARAMCD="SCORE90", ANL01FL="Y")
    assert seen.select("USUBJID", "ADY", "AVISIT", "AVALC").rows() == [
        ("TRIAL-S1", 113, "Week 16", "Y"),
        ("TRIAL-S2", 113, "Week 16", "N"),
    ]
    assert made["SRC"].list.len().sum() == 0
