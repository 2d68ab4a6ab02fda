"""The small study of the analyses with its datasets, and a plan of one's own."""

from functools import cache

import polars as pl
from tests.spec.analysis_data import ANALYSIS_YAML, ONE_ARM, Told, make_person, study_files
from tests.spec.derived_study import CHECKS, DATASETS

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.told import Told as Shown
from trialwright.analysis.page import Person, Provenance, Report
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.report import make_dataset
from trialwright.analysis.results import Results
from trialwright.analysis.run import run
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames
from trialwright.study.load import load
from trialwright.study.model import Study

MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")


@cache
def study_with(plan: str = "", arms: str = ONE_ARM, model: str = "Single group") -> Study:
    """plan: lines of YAML that stand after the small study's own analyses."""
    files = study_files(arms=arms, model=model, analysis=f"{ANALYSIS_YAML}{plan}")
    files |= {"checks.yaml": CHECKS.encode(), "datasets.yaml": DATASETS.encode()}
    loaded = load(files, {})
    errors = [f"{one.where}: {one.text}" for one in loaded.problems if one.severity == "error"]
    assert loaded.study is not None and not errors, errors
    return loaded.study


def objections(plan: str, analysis: str) -> list[str]:
    """Codes of what keeps an analysis of the plan from being run."""
    return [one.code for one in check_analyses(study_with(plan))[analysis]]


def run_on(study: Study, *people: Told, cut=None, order: bool = True) -> tuple[Results, ResultsDataset]:
    """order: as they stand; False: the other way round."""
    told = people if order else tuple(reversed(people))
    records = {book.participant: Person(book, ()) for book, _ in (make_person(study, one) for one in told)}
    tables = frames(study, [person.book for person in records.values()])
    results = run(study, tables, rehearsal=True, cut=cut)
    return results, make_dataset(Report(study, results, records, MADE))


def shown(study: Study, dataset: ResultsDataset, language: str = "en") -> Shown:
    return Shown(study, dataset, translation(language), language)


def numbers_of(dataset: ResultsDataset, estimate: str) -> dict[str, object]:
    """Statistic -> value, of one estimate."""
    return {one.statistic: one.value for one in dataset.statistics if one.estimate == estimate}


def rows_by_hand(frame: pl.DataFrame, *names: str) -> list[tuple[object, ...]]:
    return list(frame.select(names).iter_rows())
