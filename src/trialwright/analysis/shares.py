"""How much of what was due each participant did: the share of records in which a variable is Y, described over participants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from trialwright.analysis.characteristics import DESCRIBED
from trialwright.analysis.dataset_rows import YES, events_behind, members_of, rows_of
from trialwright.analysis.lines import Line, people_row, row_of
from trialwright.analysis.messages import problem
from trialwright.analysis.methods.descriptive import describe
from trialwright.analysis.options import is_share
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.analysis.variables import describe_variable, other_class
from trialwright.study.dataset_words import variables_of
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

BY: Final = "by"
AT_LEAST: Final = "at_least"
_TRUTHS: Final = ("DONE",)  # of the variables that steps make


@dataclass(frozen=True, slots=True)
class Share:
    """Of one participant."""

    participant: str
    done: int
    due: int

    @property
    def value(self) -> float:
        return self.done / self.due


def record_shares(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Of all records, and of those of each text of `by`: each participant's share, described as in `describe`.

    Source: ICH E3, 11.3: measurements of treatment compliance.
    """
    frame, members = rows_of(trial, analysis), members_of(trial, analysis)
    rows: list[Row] = []
    for group in trial.arms():
        people = trial.of_group(members, group)
        own = frame.filter(group=group)
        line = Line(analysis.id, group, analysis.variables[0], analysis.label, len(people))
        rows.append(people_row(analysis, group, people))
        rows += share_rows(analysis, line, own, people)
        if BY in analysis.options:
            by = pl.col(analysis.options[BY]).cast(pl.String())
            for text in sorted(frame.select(by).to_series().drop_nulls().unique()):
                rows += share_rows(analysis, replace(line, category=(text,)), own.filter(by == text), people)
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=tuple(rows)), ()


def share_rows(analysis: Analysis, line: Line, frame: pl.DataFrame, people: Sequence[str]) -> Iterator[Row]:
    shares = shares_of(frame, analysis.variables[0], people)
    who = [one.participant for one in shares]
    told = replace(line, n=len(shares))
    found = describe([one.value for one in shares])
    for statistic, name in DESCRIBED.items():
        value = getattr(found, name)
        number = int(value) if statistic == "n" else float(value) if shares else None
        yield row_of(told, statistic, number, who=who, method="observed")
    with_events = replace(told, events=events_behind(frame))
    yield row_of(with_events, "done", sum(one.done for one in shares), who=who)
    yield row_of(with_events, "due", sum(one.due for one in shares), who=who)
    if AT_LEAST in analysis.options:
        least = float(analysis.options[AT_LEAST])
        enough = [one.participant for one in shares if one.value >= least]
        yield row_of(told, "enough", len(enough), who=enough)
    with_records = frozenset(who)
    without = [one for one in people if one not in with_records]
    yield row_of(line, "missing", len(without), who=without)


def shares_of(frame: pl.DataFrame, variable: str, people: Sequence[str]) -> list[Share]:
    """Of those who have a record. One in which nothing stands was not done."""
    is_done = (pl.col(variable) == YES).fill_null(value=False).sum().alias("done")
    counted = frame.group_by("participant").agg(is_done, pl.len().alias("due"))
    found = {one: Share(one, done, due) for one, done, due in counted.iter_rows()}
    return [found[one] for one in people if one in found]


def check_shares(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """Records, one variable that is Y or N, and a proportion that is one."""
    dataset = study.datasets[analysis.dataset or ""]
    if wrong := other_class(analysis, dataset, "OCCDS"):
        return wrong
    found = []
    described = [describe_variable(study, dataset.id, one) for one in analysis.variables]
    is_truth = [
        one.is_truth if one is not None else name in _TRUTHS
        for name, one in zip(analysis.variables, described, strict=True)
    ]
    if is_truth != [True]:
        names = ", ".join(analysis.variables)
        found.append(problem("share-of-no-truth", analysis.place, method=analysis.method, names=names))
    least = analysis.options.get(AT_LEAST)
    if least is not None and not is_share(least):
        found.append(problem("option-no-share", analysis.place, option=AT_LEAST, text=least))
    by, known = analysis.options.get(BY), variables_of(dataset)
    if by is not None and by not in known:
        names = ", ".join(known)
        found.append(problem("option-no-variable", analysis.place, option=BY, name=by, names=names))
    return tuple(found)
