"""Characteristics of participants, by arm: values are described, answers are counted, what is missing has its own line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from trialwright.analysis.dataset_rows import members_of, rows_of
from trialwright.analysis.lines import Line, people_row, row_of, texts_of
from trialwright.analysis.messages import problem
from trialwright.analysis.methods.descriptive import describe
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.analysis.variables import (
    YES_OR_NO,
    Described,
    describe_variable,
    other_class,
    where_from,
)
from trialwright.datasets.sources import events_at, reads
from trialwright.study.dataset_words import population_node, rules_of_dataset
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

# Statistic of a table -> field of a `Description`.
DESCRIBED: Final = {
    "n": "n",
    "mean": "mean",
    "sd": "sd",
    "median": "median",
    "q1": "q1",
    "q3": "q3",
    "min": "minimum",
    "max": "maximum",
}
_DATES: Final = ("date", "partial_date", "time", "datetime")


@dataclass(frozen=True, slots=True)
class Told:
    """A variable with its values, one a participant, None where nothing is known."""

    id: str
    described: Described
    values: pl.Series


def characteristics(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """One line a statistic, or an answer, of each variable of the subject-level dataset.

    Source: ICH E3, 11.2; the statistics are those of `describe`.
    """
    frame = rows_of(trial, analysis)
    counted = analysis.options.get("counted", "").split()
    rows = tuple(
        row
        for group in trial.arms()
        for row in of_group(trial, analysis, frame.filter(group=group), group, counted)
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows), ()


def of_group(
    trial: Trial, analysis: Analysis, frame: pl.DataFrame, group: str, counted: Sequence[str]
) -> Iterator[Row]:
    people = trial.of_group(members_of(trial, analysis), group)
    yield people_row(analysis, group, people)
    for variable in analysis.variables:
        described = describe_variable(trial.study, analysis.dataset or "", variable) or Described(variable)
        told = Told(variable, described, frame[variable])
        whose = frame["participant"].to_list()
        events = events_of(trial, analysis.dataset or "", variable, whose)
        line = Line(analysis.id, group, variable, described.label, len(whose), events)
        if told.values.dtype.is_numeric():
            yield from of_numbers(line, told, whose)
        if not told.values.dtype.is_numeric() or variable in counted:
            yield from of_answers(line, told, whose)
        missing = [
            one
            for one, value in zip(whose, texts_of(told.values, told.described), strict=True)
            if value is None
        ]
        yield row_of(line, "missing", len(missing), who=missing)


def of_numbers(line: Line, told: Told, whose: Sequence[str]) -> Iterator[Row]:
    known = [one for one, value in zip(whose, told.values, strict=True) if value is not None]
    found = describe(told.values.cast(pl.Float64()).fill_null(float("nan")).to_numpy())
    for statistic, name in DESCRIBED.items():
        value = getattr(found, name)
        line_of_known = replace(line, n=len(known))
        number = int(value) if statistic == "n" else float(value) if known else None
        yield row_of(line_of_known, statistic, number, who=known, method="observed")


def of_answers(line: Line, told: Told, whose: Sequence[str]) -> Iterator[Row]:
    """Every answer of the list, also one that nobody gave; without a list those that were given."""
    texts = texts_of(told.values, told.described)
    for answer in answers_in(told, texts):
        who = [one for one, text in zip(whose, texts, strict=True) if text == answer]
        yield row_of(replace(line, category=(answer,)), "count", len(who), who=who)


def answers_in(told: Told, texts: Sequence[str | None]) -> tuple[str, ...]:
    if told.described.is_truth:
        return YES_OR_NO
    given = {text for text in texts if text is not None}
    listed = tuple(told.described.answers)
    beside = sorted(given - set(listed), key=float if told.values.dtype.is_numeric() else str)
    return (*listed, *beside)


def events_of(trial: Trial, dataset: str, variable: str, whose: Sequence[str]) -> tuple[str, ...]:
    """The events of what the rule of a subject-level variable reads, of these participants."""
    found = where_from(trial.study, dataset, variable)
    if found is None:
        return ()
    owner, column = found
    written = {one.about: one.written.node for one in rules_of_dataset(trial.study, owner)}
    node = written.get(variable) or population_node(trial.study, column.population or "")
    places = pl.DataFrame({"participant": list(whose)}, schema={"participant": pl.String()}).with_columns(
        visit=pl.lit(""), repeat=pl.lit(0, pl.Int64())
    )
    vocabulary, tables = trial.study.vocabulary, trial.windowed.tables
    numbers = events_at(reads(node, vocabulary), vocabulary, tables, places)
    return tuple(f"{one}:{number}" for one, of in zip(whose, numbers, strict=True) for number in of)


def check_characteristics(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """A dataset with one row a participant, and variables that can be counted or described."""
    dataset, place = study.datasets[analysis.dataset or ""], analysis.place
    if wrong := other_class(analysis, dataset, "ADSL"):
        return wrong
    found = []
    for one in analysis.variables:
        described = describe_variable(study, dataset.id, one)
        if described is not None and described.kind in _DATES:
            found.append(problem("variable-is-date", place, method=analysis.method, name=one))
    for one in analysis.options.get("counted", "").split():
        if one not in analysis.variables:
            told = ", ".join(analysis.variables)
            found.append(problem("option-no-variable", place, option="counted", name=one, names=told))
    return tuple(found)
