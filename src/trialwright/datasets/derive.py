"""Analysis datasets from the tables of one data cut: every step of every dataset carried out, in order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final, assert_never

import polars as pl

from trialwright.datasets.derived import Datasets, Derived, Variable
from trialwright.datasets.imputing import impute
from trialwright.datasets.limits import limit
from trialwright.datasets.occasions import take_occasions
from trialwright.datasets.steps import (
    Baseline,
    Change,
    CountDays,
    Decide,
    Derive,
    FlagMembers,
    Impute,
    Keep,
    Limit,
    OnlyMembers,
    Step,
    TakeDeviations,
    TakeEvents,
    TakeFromRows,
    TakeOccasions,
    TakeParticipants,
    TakeRecords,
    TakeScores,
    TakeTimes,
    TakeValues,
    Window,
    steps_of,
)
from trialwright.datasets.study_events import take_deviations, take_events
from trialwright.datasets.take import take_participants, take_records, take_values
from trialwright.datasets.times import take_times
from trialwright.datasets.values import baseline, change, count_days, take_from_rows, window
from trialwright.datasets.variables import decide, derive, flag_members, keep
from trialwright.datasets.weeks import take_scores
from trialwright.datasets.work import Cut, Work, empty_frame, make_cut, quotient, unanswered_name
from trialwright.expr.tables import Tables
from trialwright.study.dataset_words import asked_of, dataset_vocabulary
from trialwright.study.model import Dataset, Study

_BEFORE: Final = (
    Variable("STUDYID", "Study Identifier", "text"),
    Variable("USUBJID", "Unique Subject Identifier", "text"),
    Variable("SUBJID", "Subject Identifier for the Study", "text"),
    Variable("SITEID", "Study Site Identifier", "text"),
)
_NUMBERED: Final = Variable("ASEQ", "Analysis Sequence Number", "integer")
_AFTER: Final = (
    Variable("SRCSTRM", "Source Stream", "text"),
    Variable("SRC", "Source Events", "events"),
)


def derive_datasets(study: Study, tables: Tables, last_day: date | None = None) -> Datasets:
    """Every dataset of the definition, the subject-level one first.

    tables: of casebooks (`frames`), or made of any values in that shape. last_day: the last day that is over in the
    data; a value whose window ends later is not missing yet. None: every window has ended.
    """
    return derive_of(make_cut(study, tables, last_day))


def derive_of(cut: Cut) -> Datasets:
    """Every dataset of the definition of a data cut that was made already."""
    study = cut.study
    done: dict[str, Work] = {}
    performed: dict[str, list[Step]] = {}
    for dataset in study.datasets.values():
        work, performed[dataset.id] = _start(study, dataset), []
        for step in steps_of(study, dataset):
            work = _perform(step, dataset, work, cut, done)
            performed[dataset.id].append(step)
        done[dataset.id] = work
    return {
        name: _finished(study.datasets[name], work, cut, tuple(performed[name]))
        for name, work in done.items()
    }


def _start(study: Study, dataset: Dataset) -> Work:
    _, form = asked_of(study, dataset)
    return Work(empty_frame(), dataset_vocabulary(study, dataset), form)


def _perform(step: Step, dataset: Dataset, work: Work, cut: Cut, done: Mapping[str, Work]) -> Work:
    match step:
        case TakeParticipants():
            return take_participants(work, cut)
        case TakeRecords():
            return take_records(step, work, cut)
        case TakeValues():
            return take_values(step, work, cut)
        case TakeEvents() | TakeDeviations() | TakeOccasions():
            return _of_study(step, work, cut)
        case TakeTimes():
            return take_times(step, work, cut)
        case TakeScores():
            return take_scores(step, work, cut)
        case TakeFromRows():
            return take_from_rows(step, work, cut)
        case OnlyMembers(population=population):
            inside = cut.members_of(population).to_list()
            return replace(work, frame=work.frame.filter(pl.col("participant").is_in(inside)), tables=None)
        case Impute():
            return impute(step.imputation, dataset, work, cut)
        case Keep():
            return keep(step, work, done)
        case _:
            return _with_variables(step, dataset, work, cut)


def _of_study(step: TakeEvents | TakeDeviations | TakeOccasions, work: Work, cut: Cut) -> Work:
    """The steps that take rows of what the study itself defines."""
    match step:
        case TakeEvents():
            return take_events(work, cut)
        case TakeDeviations():
            return take_deviations(step, work, cut)
        case TakeOccasions():
            return take_occasions(work, cut)
        case _:
            assert_never(step)


def _with_variables(
    step: CountDays | Window | Baseline | Change | Limit | Derive | FlagMembers | Decide,
    dataset: Dataset,
    work: Work,
    cut: Cut,
) -> Work:
    """The steps that leave the rows as they are."""
    match step:
        case CountDays():
            return count_days(work, cut)
        case Window():
            return window(work, cut)
        case Baseline():
            return baseline(step, work, cut)
        case Change():
            return change(step, work, cut)
        case Limit():
            return limit(step, work, cut)
        case Derive():
            return derive(step, work, cut, asked_of(cut.study, dataset)[0])
        case FlagMembers():
            return flag_members(step, work, cut)
        case Decide():
            return decide(step, work, cut)
        case _:
            assert_never(step)


def _finished(dataset: Dataset, work: Work, cut: Cut, steps: tuple[Step, ...]) -> Derived:
    """In the order of the participants' codes, with identifiers before and events behind the variables."""
    frame = work.frame.join(_people(cut), on="participant", how="left", maintain_order="left")
    exact = [
        quotient(frame[name], pl.Series([scale]).new_from_index(0, frame.height)).alias(name)
        for name, scale in work.scales.items()
        if name in frame.columns and scale != 1
    ]
    frame = _sorted(frame.with_columns(exact), dataset)
    counted = pl.int_range(1, pl.len() + 1).over("participant").alias(_NUMBERED.id)
    frame = frame.with_columns(counted, pl.col("participant").alias("SRCSTRM"))
    numbered = () if dataset.kind == "ADSL" else (_NUMBERED,)
    variables = (*_BEFORE, *numbered, *work.variables, *_AFTER)
    table = frame.select(pl.col(one.id) for one in variables)
    unanswered = {name: frame[unanswered_name(name)] for name in work.truths}
    return Derived(dataset.id, dataset.label, table, variables, steps, work.untold, unanswered)


def _people(cut: Cut) -> pl.DataFrame:
    """The identifiers of each; who has no code, in tables that are of no casebooks, is called as there."""
    people = cut.tables.participants
    code = pl.col("code") if "code" in people.columns else pl.col("participant")
    site = pl.col("site") if "site" in people.columns else pl.lit(None, pl.String())
    return people.select(
        "participant",
        pl.lit(cut.study.id).alias("STUDYID"),
        pl.format(f"{cut.study.id}-{{}}", code).alias("USUBJID"),
        code.alias("SUBJID"),
        site.alias("SITEID"),
    )


def _sorted(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """By participant, parameter and day; a row without a day stands at the end of its window."""
    keys = ["SUBJID", "participant"]
    if dataset.parameters:
        numbers = {name: number for number, name in enumerate(dataset.parameters)}
        number = pl.col("PARAMCD").replace_strict(numbers, default=None, return_dtype=pl.Int64())
        day = pl.coalesce(*(name for name in ("ADY", "AWHI", "AVAL") if name in frame.columns))
        frame = frame.with_columns(number.alias("PARAMN"), day.alias("sorted_day"))
        keys += ["PARAMN", "sorted_day"]
    return frame.sort(*keys, "order", "repeat", nulls_last=True, maintain_order=True)
