"""Shifts of laboratory values: where the baseline lay against the limits of normal, and where the worst value after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from trialwright.analysis.dataset_rows import (
    baseline_rows,
    events_of_people,
    members_of,
    rows_after_baseline,
    rows_of,
    sources_of,
)
from trialwright.analysis.lines import Line, row_of
from trialwright.analysis.plan_rows import limited_parameters
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

LOW, NORMAL, HIGH = INDICATORS = ("low", "normal", "high")
MISSING, TOTAL = "missing", "total"
# Side -> from the best to the worst: each side has a table of its own, for a participant may have been on both.
SIDES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {HIGH: (LOW, NORMAL, HIGH), LOW: (HIGH, NORMAL, LOW)}
)


@dataclass(frozen=True, slots=True)
class Places:
    """Participant -> where the baseline and the worst value lie; events: of the rows that say so."""

    baseline: Mapping[str, str]
    worst: Mapping[str, str]
    events: Mapping[str, tuple[str, ...]]


def shift(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """How many of each arm went from where to where, for each parameter and side."""
    bases = baseline_rows(trial, analysis)
    after, before = placed(rows_after_baseline(rows_of(trial, analysis), bases)), placed(bases)
    members = members_of(trial, analysis)
    rows = tuple(
        row
        for name in limited_parameters(trial.study, analysis)
        for group in trial.arms()
        for side in SIDES
        for row in shift_rows(
            analysis,
            (name, group, side),
            trial.of_group(members, group),
            places_of(side, *(one.filter(pl.col("PARAMCD") == name) for one in (before, after))),
        )
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows), ()


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with limits, and where the value lies as `place`."""
    return rows.filter(pl.col("ANRIND").is_not_null()).with_columns(
        pl.col("ANRIND").str.to_lowercase().alias("place")
    )


def places_of(side: str, before: pl.DataFrame, after: pl.DataFrame) -> Places:
    """The worst is that of any value after the baseline; of several that are as bad, the first is behind it."""
    rank = {place: number for number, place in enumerate(SIDES[side])}
    ranked = after.with_columns(pl.col("place").replace_strict(rank, return_dtype=pl.Int64()).alias("rank"))
    worst = ranked.sort("rank", "ADT", descending=[True, False], maintain_order=True).unique(
        "participant", keep="first", maintain_order=True
    )
    return Places(
        dict(before.select("participant", "place").iter_rows()),
        dict(worst.select("participant", "place").iter_rows()),
        events_of_people((*sources_of(before), *sources_of(worst))),
    )


def shift_rows(
    analysis: Analysis, of: tuple[str, str, str], members: tuple[str, ...], places: Places
) -> Iterator[Row]:
    """Of a parameter, arm and side: n with both, then every cell, with a row and a column of who lacks one."""
    parameter, group, side = of
    both = tuple(one for one in members if one in places.baseline and one in places.worst)
    cells = {f"{side}.n": both}
    for base in (*INDICATORS, MISSING, TOTAL):
        for worst in (*INDICATORS, MISSING, TOTAL):
            cells[f"{side}.{base}.{worst}"] = tuple(
                one
                for one in members
                if base in (TOTAL, places.baseline.get(one, MISSING))
                and worst in (TOTAL, places.worst.get(one, MISSING))
            )
    for statistic, who in cells.items():
        behind = tuple(event for one in sorted(who) for event in places.events.get(one, ()))
        line = Line(analysis.id, group, parameter, analysis.label, len(both), behind)
        yield row_of(line, statistic, len(who), who=who)
