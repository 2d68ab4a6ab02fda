"""The time of each participant in the study, with doses and what happened on it, in study days."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import polars as pl

from trialwright.analysis.dataset_rows import YES, events_of_row, members_of
from trialwright.analysis.lines import count_row
from trialwright.analysis.messages import problem
from trialwright.analysis.plan_marks import DOSES, HAS_PARAMETERS, MARKS, MarkRows, mark_rows
from trialwright.analysis.results import AnalysisResult, Point
from trialwright.analysis.trial import Trial
from trialwright.schedule.days import study_day
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

ENDED, ONGOING, OPEN = ENDS = ("ended", "ongoing", "end_not_known")


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something happened to a participant, and the numbers of the events that tell it."""

    on: date
    source: tuple[int, ...]


def swimmer(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """A point for each mark and one for the end; whose first day is not known has none, and is counted so."""
    first, last = analysis.variables
    wrong = tuple(undated(trial, analysis))
    if wrong:
        return AnalysisResult(analysis.id, analysis.label, analysis.method), wrong
    members = members_of(trial, analysis)
    started = days_by_participant(days_of(trial, MarkRows(analysis.dataset or "", first)))
    ended = days_by_participant(days_of(trial, MarkRows(analysis.dataset or "", last)))
    marked = {
        mark: days_by_participant(days_of(trial, rows))
        for mark in MARKS
        for rows in (mark_rows(analysis, mark),)
        if rows is not None
    }
    points: list[Point] = []
    for one in members:
        if one in started:
            day_1 = started[one][0].on
            own = tuple(marks_of(trial, one, day_1, marked))
            points += [*own, end_of(trial, one, day_1, ended.get(one, ()), own)]
    open_ends = {one.participant for one in points if one.parameter == OPEN}
    rows = tuple(
        count_row(analysis, group, name, [one for one in trial.of_group(members, group) if one in who])
        for group in trial.arms()
        for name, who in (("n", started), ("without", set(members) - set(started)), (OPEN, open_ends))
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows, points=tuple(points)), ()


def undated(trial: Trial, analysis: Analysis) -> Iterator[Problem]:
    """Variables that are to be days and are none."""
    named = [(analysis.dataset or "", one) for one in analysis.variables]
    for mark in MARKS:
        rows = mark_rows(analysis, mark)
        if rows:
            named.append((rows.dataset, rows.name))
    for dataset, name in not_days(trial, named):
        yield problem("variable-no-date", analysis.place, method=analysis.method, dataset=dataset, name=name)


def not_days(trial: Trial, named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of datasets and variables those that are no dates; of a dataset with parameters a parameter is named."""
    for dataset, name in dict.fromkeys(named):
        has_parameters = trial.study.datasets[dataset].kind in HAS_PARAMETERS
        if not has_parameters and trial.derived[dataset].frame.schema[name] != pl.Date():
            yield dataset, name


def days_of(trial: Trial, rows: MarkRows) -> pl.DataFrame:
    """participant, on, SRC of the rows that are marked and have a day, the earliest first."""
    frame = trial.derived[rows.dataset].frame
    day = rows.name
    if trial.study.datasets[rows.dataset].kind in HAS_PARAMETERS:
        is_it = pl.col("CNSR") == 0 if "CNSR" in frame.columns else pl.col("AVALC") == YES
        frame, day = frame.filter(pl.col("PARAMCD") == rows.name, is_it), "ADT"
    if rows.flag:
        frame = frame.filter(pl.col(rows.flag) == YES)
    told = frame.select(pl.col("SRCSTRM").alias("participant"), pl.col(day).alias("on"), pl.col("SRC"))
    return told.filter(pl.col("on").is_not_null()).sort("on", maintain_order=True)


def days_by_participant(days: pl.DataFrame) -> dict[str, tuple[Day, ...]]:
    """Of each participant the days, each once, in their order.

    days: as of `days_of`.
    """
    found: dict[str, dict[date, list[int]]] = {}
    for participant, on, source in days.select("participant", "on", "SRC").iter_rows():
        found.setdefault(participant, {}).setdefault(on, []).extend(source or ())
    return {
        participant: tuple(Day(on, tuple(source)) for on, source in own.items())
        for participant, own in found.items()
    }


def marks_of(
    trial: Trial, participant: str, first: date, marked: Mapping[str, Mapping[str, tuple[Day, ...]]]
) -> Iterator[Point]:
    """Of doses all, of what else is marked the first; parameter: "doses#2", "response"."""
    for mark, days in marked.items():
        own = days.get(participant, ())
        for number, day in enumerate(own if mark == DOSES else own[:1], 1):
            name = f"{mark}#{number}" if mark == DOSES else mark
            yield point_of(trial, participant, name, study_day(day.on, first), day.source)


def end_of(
    trial: Trial, participant: str, first: date, ended: tuple[Day, ...], marks: tuple[Point, ...]
) -> Point:
    """The last day; of who is still in the study the day of the data cut, or without one that of the last mark. Of who
    has ended on a day that is not known, that of the last mark."""
    if ended:
        source = tuple(number for one in ended for number in one.source)
        return point_of(trial, participant, ENDED, study_day(ended[0].on, first), source)
    seen = max((one.day or 1 for one in marks), default=1)
    if participant in trial.ended:
        return point_of(trial, participant, OPEN, seen, ())
    day = max(study_day(trial.cut, first), seen) if trial.cut else seen
    return point_of(trial, participant, ONGOING, day, ())


def point_of(trial: Trial, participant: str, name: str, day: int, source: tuple[int, ...]) -> Point:
    group = trial.groups[participant]
    events = events_of_row(participant, source)
    return Point(participant, group, name, "", day, Fraction(day), events=events)
