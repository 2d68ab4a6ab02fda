"""Rows of an analysis dataset as they are: for listings, and for the facts of a narrative."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from trialwright.analysis.dataset_rows import members_of, rows_of
from trialwright.analysis.lines import Line, people_row, row_of
from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, Record
from trialwright.analysis.trial import Trial
from trialwright.analysis.variables import other_class
from trialwright.study.dataset_words import imputation_flag, variables_of
from trialwright.study.model import Analysis, Dataset, Study
from trialwright.values.problem import Problem

ACROSS: Final = "across"  # of a listing: the variable of which each text has a column
# What a variable tells in a narrative; all but the first are said as "label: answer".
TERM, START, DAY, END, ONGOING = "term", "start", "day", "end", "ongoing"
SAID: Final = ("grade", "causality", "action", "outcome")
ROLES: Final = (TERM, START, DAY, END, ONGOING, *SAID)


def listing(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Every row, by participant, as the dataset orders them, with the variables of the analysis."""
    return records_result(trial, analysis, analysis.variables), ()


def check_listing(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """What is spread across stands between others: the left of a row before it, what its cells say after it."""
    across, between = analysis.options.get(ACROSS), analysis.variables[1:-1]
    if across is None or across in between:
        return ()
    names = ", ".join(between) or "–"
    return (problem("option-no-variable", analysis.place, option=ACROSS, name=across, names=names),)


def narratives(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Every row with the variables that its options name.

    Source: ICH E3, 12.3.2: what a narrative of an event describes.
    """
    names = [analysis.options[one] for one in ROLES if one in analysis.options]
    return records_result(trial, analysis, tuple(dict.fromkeys(names))), ()


def records_result(trial: Trial, analysis: Analysis, variables: Iterable[str]) -> AnalysisResult:
    """The records, and of each arm how many people there are, and how many have how many records."""
    frame, members = rows_of(trial, analysis), members_of(trial, analysis)
    records = records_in(analysis, frame, with_flags(trial.study.datasets[analysis.dataset or ""], variables))
    rows = []
    for group in trial.arms():
        people = trial.of_group(members, group)
        own = [one.participant for one in records if one.group == group]
        who = tuple(dict.fromkeys(own))
        line = Line(analysis.id, group, "", analysis.label, len(people))
        rows += [
            people_row(analysis, group, people),
            row_of(line, "participants", len(who), who=who),
            row_of(line, "records", len(own), who=who),
        ]
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=tuple(rows), records=records)


def with_flags(dataset: Dataset, variables: Iterable[str]) -> tuple[str, ...]:
    """After each date that may be known in part the variable that says what was not known of it."""
    both = (one for name in variables for one in (name, imputation_flag(dataset, name)) if one)
    return tuple(dict.fromkeys(both))


def records_in(analysis: Analysis, frame: pl.DataFrame, variables: tuple[str, ...]) -> tuple[Record, ...]:
    of_people = (frame[name].to_list() for name in ("participant", "group", "SRC"))
    numbers = frame["ASEQ"].to_list() if "ASEQ" in frame.columns else [1] * frame.height
    columns = [frame[name].to_list() for name in variables]
    values = zip(*columns, strict=True) if columns else [()] * frame.height
    return tuple(
        Record(
            analysis.id,
            who,
            number,
            group,
            tuple(
                [(name, text_of(one)) for name, one in zip(variables, row, strict=True) if one is not None]
            ),
            tuple([f"{who}:{event}" for event in source or ()]),
        )
        for who, group, source, number, row in zip(*of_people, numbers, values, strict=True)
    )


def text_of(value: object) -> str:
    """As the file of the dataset has it.

    >>> text_of(1.5), text_of([3, 4])
    ('1.5', '3 4')
    """
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def check_narratives(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Records of a form, a term, and variables that the dataset has."""
    dataset = study.datasets[analysis.dataset or ""]
    if wrong := other_class(analysis, dataset, "OCCDS"):
        return wrong
    if TERM not in analysis.options:
        return (problem("narratives-without-term", analysis.place, method=analysis.method),)
    known = variables_of(dataset)
    return tuple(
        problem("option-no-variable", analysis.place, option=role, name=name, names=", ".join(known))
        for role, name in analysis.options.items()
        if name not in known
    )
