"""Datasets of the second study, with virtual participants: weekly scores of the diary, dates of items, limits of normal."""

from functools import cache

import polars as pl
from tests.spec.derived_study import lines
from tests.spec.test_datasets import MIGRAINE, rehearsed
from tests.spec.test_datasets_derive import check_standard

from trialwright.cli.files import read_library, read_study_folder
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames
from trialwright.datasets.limits import limit
from trialwright.datasets.script import script_of
from trialwright.datasets.steps import Limit
from trialwright.datasets.work import Work, make_cut
from trialwright.expr.tables import empty_tables
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_scores import diary_days, weekly_scores
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.diary import study_week
from trialwright.study.load import load
from trialwright.study.model import Study

DATASETS = """
datasets:
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      AGE: {label: Age, rule: age}
      TRTSDT: {label: First Injection, rule: first_injection}
  ADHEAD:
    label: Headache
    class: BDS
    windows: true
    baseline: true
    parameters:
      DAYS: {label: Headache days, item: headache.days}
      HALF: {label: Half as many, of: DAYS, rule: half_as_many}
    impute:
      NRI: {label: Counts, flag: ANL02FL, estimand: main, parameters: [HALF]}
  ADDIARY:
    label: Diary
    class: BDS
    baseline: true
    dated_by: injection.date
    parameters:
      WEEK: {label: Headache days of the week, score: headache_days}
      HEAD: {label: Headache today, item: head_day.headache}
      RELIEF: {label: Relief, item: head_day.relief}
      GIVEN: {label: Injected, item: injection.given}
      BIRTH: {label: Sex, item: demography.sex}
  ADAE:
    label: Adverse events
    class: OCCDS
    form: adverse_event
    columns:
      AETERM: {label: Term, rule: term}
      ASTDT: {label: Start, rule: start, partial: first}
      AENDT: {label: End, rule: end, partial: last}
      TRTEMFL: {label: Treatment Emergent, rule: after_injection, flag: true}
"""


@cache
def second() -> tuple[Study, Datasets]:
    _, books = rehearsed()
    files = {**read_study_folder(MIGRAINE), "datasets.yaml": DATASETS.encode()}
    study = load(files, read_library()).study
    assert study is not None
    return study, derive_datasets(study, frames(study, books))


def weeks_with_entries(book: Casebook) -> set[int]:
    first = CasebookReader(book).first_dose
    days = {day for (_, form, _), day in diary_days(book).items() if form == "head_day"}
    return {study_week(day, first) for day in days} if first else set()


def test_weekly_scores_are_those_of_each_casebook() -> None:
    """Of every week with an entry; a rule can say something of a week without one, and a dataset does not."""
    study, made = second()
    _, books = rehearsed()
    expected = {
        (book.participant, week.number): float(week.scores["headache_days"].value)
        for book in books
        for week in weekly_scores(book)
        if week.scores["headache_days"].value is not None and week.number in weeks_with_entries(book)
    }
    found = made["ADDIARY"].frame.filter(PARAMCD="WEEK")
    told = {(row["SRCSTRM"], row["ATPTN"]): row["AVAL"] for row in found.to_dicts()}
    assert told == expected and len(told) > 20
    assert all(found["SRC"].list.len() > 0)
    assert study.diary is not None
    assert found.filter(ABLFL="Y")["ATPTN"].unique().to_list() == [0]
    assert (found["ADY"] == found["ATPTN"] * 7).filter(found["ATPTN"] > 0).all()


def test_an_entry_of_the_diary_is_dated_on_its_day_and_a_dose_on_that_of_its_item() -> None:
    _, books = rehearsed()
    found = second()[1]["ADDIARY"].frame
    numbers = {
        (book.participant, int(key[2])) for book in books for key in book.records if key[1] == "head_day"
    }
    heads = found.filter(PARAMCD="HEAD")
    days = {(row["SRCSTRM"], int(f"{row['ADT']:%Y%m%d}")) for row in heads.to_dicts()}
    assert days <= numbers and len(days) == heads.height
    assert set(heads["AVALC"]) == {"Y", "N"} and heads["VISIT"].null_count() == heads.height
    dates = {
        entry.datum.text
        for book in books
        for key, record in book.records.items()
        for item, entry in record.items.items()
        if (key[1], item) == ("injection", "date")
    }
    given = found.filter(PARAMCD="GIVEN", AVALC="Y")
    assert {str(one) for one in given["ADT"]} == dates
    assert set(found.filter(PARAMCD="RELIEF")["AVALC"]) <= {"full", "partly", "none"}
    assert found.filter(PARAMCD="BIRTH")["ADT"].null_count() == found.filter(PARAMCD="BIRTH").height > 0


def test_the_datasets_of_the_second_study_hold_to_the_standard() -> None:
    study, made = second()
    for name, one in made.items():
        if "ANL01FL" in one.frame.columns or name in ("ADSL", "ADAE"):
            check_standard(one)
        assert one.frame.filter(pl.col("SRC").list.len() == 0).is_empty() or name == "ADHEAD"
        assert len(script_of(study, study.datasets[name])) == 2 + len(one.steps)
    said = script_of(study, study.datasets["ADDIARY"])
    assert "injection.date as ADT" in said[5] and "headache_days" in said[2]


LIMITED = """
ALT | 8.9  | 9.0 | 50.0 | LOW    | HIGH
ALT | 9.0  | 9.0 | 50.0 | NORMAL | HIGH
ALT | 50.1 | 9.0 | 50.0 | HIGH   | HIGH
AST | 1.0  | .   | .    | .      | .
"""


def test_limits_are_compared_exactly_and_both_ends_are_normal() -> None:
    study, _ = second()
    limits = pl.DataFrame({"participant": ["a"], "item": ["x.alt"], "low": [18], "high": [100]})
    tables = empty_tables(study.vocabulary)
    tables = type(tables)(
        tables.participants, tables.visits, tables.forms, tables.gates, limits=limits, limit_scale=2
    )
    frame = pl.DataFrame(
        {
            "participant": ["a"] * 4,
            "PARAMCD": ["ALT", "ALT", "ALT", "AST"],
            "AVAL": [89, 90, 501, 10],
            "ABLFL": [None, None, "Y", None],
        }
    )
    work = Work(frame, study.vocabulary, scales={"AVAL": 10})
    limited = limit(Limit((("ALT", "x.alt"), ("AST", "x.ast"))), work, make_cut(study, tables, None))
    shown = limited.frame.with_columns(
        pl.col("AVAL") / 10, *(pl.col(name) / limited.scales[name] for name in ("ANRLO", "ANRHI"))
    )
    wanted = [" | ".join(part.strip() for part in row.split("|")) for row in LIMITED.strip().splitlines()]
    assert lines(shown, "PARAMCD", "AVAL", "ANRLO", "ANRHI", "ANRIND", "BNRIND") == wanted
