"""Profiles: what happened to each participant in study days: scores, doses, events, medications and values out of range."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import polars as pl

from trialwright.analysis.dataset_rows import YES, events_of_row, members_of, rows_of
from trialwright.analysis.messages import problem
from trialwright.analysis.plan_marks import DOSES, OUT_OF_RANGE, SPANS, SpanRows, mark_rows, span_rows
from trialwright.analysis.results import AnalysisResult, Point
from trialwright.analysis.swimmer import days_of, not_days
from trialwright.analysis.trial import Trial
from trialwright.analysis.value_summaries import exact
from trialwright.schedule.days import study_day
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

SCORE, START, END, ONGOING = "score", "start", "end", "ongoing"


def profiles(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Points of each member; what has no study day is in none."""
    wrong = tuple(
        problem("variable-no-date", analysis.place, method=analysis.method, dataset=dataset, name=name)
        for dataset, name in not_days(trial, days_named(trial, analysis))
    )
    if wrong:
        return AnalysisResult(analysis.id, analysis.label, analysis.method), wrong
    parts = (
        score_points(trial, analysis),
        dose_points(trial, analysis),
        *(span_points(trial, kind, rows) for kind in SPANS for rows in (span_rows(analysis, kind),) if rows),
        range_points(trial, analysis),
    )
    found: dict[str, list[Point]] = {}
    for part in parts:
        for point in part:
            found.setdefault(point.participant, []).append(point)
    points = tuple(point for one in members_of(trial, analysis) for point in found.get(one, ()))
    return AnalysisResult(analysis.id, analysis.label, analysis.method, points=points), ()


def days_named(trial: Trial, analysis: Analysis) -> Iterator[tuple[str, str]]:
    """The variables that must be days."""
    doses = mark_rows(analysis, DOSES)
    if doses:
        yield doses.dataset, doses.name
    for kind in SPANS:
        rows = span_rows(analysis, kind)
        if rows:
            yield rows.dataset, rows.start
            yield rows.dataset, rows.end


def day_of(trial: Trial, participant: str, on: date | None) -> int | None:
    """None for a day that is not known, and for who has no first dose that is known to the day."""
    first = trial.first_dose.get(participant)
    return None if on is None or first is None else study_day(on, first)


def score_points(trial: Trial, analysis: Analysis) -> Iterator[Point]:
    """parameter: "score=PARAMCD#3", the third value of a parameter."""
    rows = rows_of(trial, analysis).filter(pl.col("AVAL").is_not_null() & pl.col("ADY").is_not_null())
    numbered = rows.sort("ADY", maintain_order=True).with_columns(
        pl.int_range(1, pl.len() + 1).over("participant", "PARAMCD").alias("number")
    )
    for row in numbered.iter_rows(named=True):
        name = f"{SCORE}={row['PARAMCD']}#{row['number']}"
        yield point_of(trial, row["participant"], name, row["ADY"], row["SRC"], value=exact(row["AVAL"]))


def dose_points(trial: Trial, analysis: Analysis) -> Iterator[Point]:
    rows = mark_rows(analysis, DOSES)
    found = days_of(trial, rows) if rows else pl.DataFrame()
    counted: dict[str, int] = {}
    for row in found.iter_rows(named=True):
        who, day = row["participant"], day_of(trial, row["participant"], row["on"])
        counted[who] = counted.get(who, 0) + 1
        if day is not None:
            yield point_of(trial, who, f"{DOSES}#{counted[who]}", day, row["SRC"])


def span_points(trial: Trial, kind: str, rows: SpanRows) -> Iterator[Point]:
    """parameter: "events#2.start", "events#2.end"; of one that is recorded as ongoing "events#2.ongoing" on its first day,
    and of one whose end is not known a start alone."""
    frame = trial.derived[rows.dataset].frame
    counted: dict[str, int] = {}
    for row in frame.sort(rows.start, "ASEQ", maintain_order=True, nulls_last=True).iter_rows(named=True):
        who = row["SRCSTRM"]
        counted[who] = counted.get(who, 0) + 1
        start = day_of(trial, who, row[rows.start])
        end = day_of(trial, who, row[rows.end])
        if start is None:
            continue
        name, label = f"{kind}#{counted[who]}", str(row[rows.label] or "")
        yield point_of(trial, who, f"{name}.{START}", start, row["SRC"], label=label)
        if end is not None:
            yield point_of(trial, who, f"{name}.{END}", end, row["SRC"], label=label)
        elif row[rows.end] is None and rows.ongoing and row[rows.ongoing] == YES:
            yield point_of(trial, who, f"{name}.{ONGOING}", start, row["SRC"], label=label)


def range_points(trial: Trial, analysis: Analysis) -> Iterator[Point]:
    """parameter: "laboratory=ALT.high#1": a value above its limits of normal."""
    dataset = analysis.options.get(OUT_OF_RANGE)
    if dataset is None:
        return
    frame = trial.derived[dataset].frame
    outside = frame.filter(pl.col("ANRIND").is_in(["LOW", "HIGH"]) & pl.col("ADY").is_not_null())
    numbered = outside.sort("ADY", maintain_order=True).with_columns(
        pl.int_range(1, pl.len() + 1).over("SRCSTRM", "PARAMCD").alias("number")
    )
    for row in numbered.iter_rows(named=True):
        name = f"{OUT_OF_RANGE}={row['PARAMCD']}.{row['ANRIND'].lower()}#{row['number']}"
        yield point_of(trial, row["SRCSTRM"], name, row["ADY"], row["SRC"], value=exact(row["AVAL"]))


def point_of(
    trial: Trial,
    participant: str,
    name: str,
    day: int,
    source: list[int] | None,
    *,
    value: Fraction | None = None,
    label: str = "",
) -> Point:
    """value: None for the day itself."""
    said = Fraction(day) if value is None else value
    group = trial.groups.get(participant, "")
    return Point(
        participant, group, name, "", day, said, events=events_of_row(participant, source), label=label
    )
