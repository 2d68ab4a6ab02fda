"""Datasets of the small study of the analyses, and their frames, for tests that check them by hand."""

from collections.abc import Sequence
from datetime import date

import polars as pl
from tests.spec.analysis_data import Told, make_person, study_files

from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames
from trialwright.study.load import load
from trialwright.study.model import Study

DATASETS = """
datasets:
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      ARM: {label: Arm, rule: participant.arm, codes: {A: Arm A}}
      FASFL: {label: Full Set, population: full}
      RESPFL: {label: Responders, population: responders, flag: true}
      TRTSDT: {label: First Dose, rule: first_dose}
      STOPDT: {label: Last Day, rule: end.date}
      DAYS: {label: Days in the Study, rule: 'days(TRTSDT, STOPDT) + "1 days"'}
      BASESCO: {label: Baseline Score, rule: baseline(score.total)}
  ADSCORE:
    label: Scores
    class: BDS
    windows: true
    baseline: true
    keep: [FASFL]
    parameters:
      SCORE: {label: Total score, item: score.total}
      SCORE90: {label: Score 90, of: SCORE, rule: score_90}
      FELL: {label: Points less, of: SCORE, rule: BASE - AVAL}
      TWICE: {label: Twice the score, rule: twice}
      NOTE: {label: Note, item: score.note}
      TREATED: {label: Treated again, item: back.treated}
    columns:
      AFTERFL: {label: After the First Day, rule: ADT > TRTSDT, flag: true}
    criteria:
      CRIT1: {label: At most 1 point, rule: AVAL <= 1, parameters: [SCORE]}
    impute:
      NRI: {label: Counts for the Primary Estimand, flag: ANL02FL, estimand: primary, parameters: [SCORE90]}
  ADTTE:
    label: Times
    class: TTE
    keep: [FASFL]
    parameters:
      BACK: {label: Days from week 16 to the return, estimand: back}
  ADICE:
    label: Intercurrent events
    class: OCCDS
    made_from: intercurrent_events
    keep: [FASFL]
  ADDV:
    label: Deviations
    class: OCCDS
    made_from: deviations
    columns:
      INFL: {label: In the Full Set, rule: FASFL, flag: true}
  ADDOSE:
    label: Doses
    class: OCCDS
    form: dose
    when: given
    population: full
    keep: [ARM, TRTSDT]
    columns:
      ASTDT: {label: Day of the Dose, rule: date}
      VISITFL: {label: At Week 0, rule: visit.id == "W0", flag: true}
"""

CHECKS = """
high: {about: score.total, when: total > 15 or total > 2 * baseline(score.total), ask: Very high., level: deviation}
low: {about: score.total, when: total < 1, ask: Very low.}
late: {about: dose.date, when: 'days(visit.date, date) > 0', ask: Dosed another day., level: deviation}
"""


def derived_study(datasets: str = DATASETS) -> Study:
    files = {**study_files(), "checks.yaml": CHECKS.encode(), "datasets.yaml": datasets.encode()}
    loaded = load(files, {})
    assert loaded.study is not None, [one.text for one in loaded.problems if one.severity == "error"]
    return loaded.study


def derived(people: Sequence[Told], *, last_day: date | None = None, study: Study | None = None) -> Datasets:
    made = study or derived_study()
    books = [make_person(made, told)[0] for told in people]
    return derive_datasets(made, frames(made, books), last_day)


def lines(frame: pl.DataFrame, *names: str) -> list[str]:
    """Rows as text, "." where nothing stands."""

    def text(value: object) -> str:
        if value is None:
            return "."
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)

    return [" | ".join(text(part) for part in row) for row in frame.select(names).iter_rows()]
