"""How far each participant is from the baseline, at a visit or at best: the bars of a waterfall."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from trialwright.analysis.dataset_rows import (
    baseline_rows,
    events_of_row,
    members_of,
    rows_after_baseline,
    rows_of,
)
from trialwright.analysis.lines import count_row
from trialwright.analysis.plan_rows import BESTS, PERCENT
from trialwright.analysis.results import AnalysisResult, Point
from trialwright.analysis.trial import Trial
from trialwright.analysis.value_summaries import exact
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

WITH, WITHOUT = COUNTS = ("n", "without")
LOWEST: Final = BESTS[0]


def waterfall(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """A point for each participant with a change, and how many of each arm have one and have none."""
    members = members_of(trial, analysis)
    bases = baseline_rows(trial, analysis).filter(pl.col("PARAMCD") == analysis.parameters[0])
    counted_from = dict(bases.select("participant", "SRC").iter_rows())
    found = points_of(analysis, chosen_rows(trial, analysis), counted_from)
    points = tuple(found[one] for one in members if one in found)
    rows = tuple(
        count_row(analysis, group, statistic, who, parameter=analysis.parameters[0])
        for group in trial.arms()
        for statistic, is_there in ((WITH, True), (WITHOUT, False))
        for who in (tuple(one for one in trial.of_group(members, group) if (one in found) is is_there),)
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows, points=points), ()


def points_of(
    analysis: Analysis, rows: pl.DataFrame, counted_from: Mapping[str, Sequence[int] | None]
) -> dict[str, Point]:
    """Behind a change are the events of its row and those of the baseline."""
    return {
        row["participant"]: Point(
            row["participant"],
            row["group"],
            row["PARAMCD"],
            row["visit"],
            row["ADY"],
            exact(row[variable_of(analysis)]),
            events=events_of_row(
                row["participant"], (*(row["SRC"] or ()), *(counted_from.get(row["participant"]) or ()))
            ),
        )
        for row in rows.iter_rows(named=True)
    }


def variable_of(analysis: Analysis) -> str:
    return analysis.variables[0] if analysis.variables else PERCENT


def chosen_rows(trial: Trial, analysis: Analysis) -> pl.DataFrame:
    """Of each participant the row of its bar: at the visit, or the best one after the baseline, and of equals the first."""
    variable = variable_of(analysis)
    after = rows_after_baseline(rows_of(trial, analysis), baseline_rows(trial, analysis))
    rows = after.filter(pl.col(variable).is_not_null() & pl.col("visit").is_not_null())
    is_descending = analysis.options.get("best") not in (None, LOWEST)
    ordered = rows.sort(variable, "ADT", descending=[is_descending, False], maintain_order=True)
    return ordered.unique("participant", keep="first", maintain_order=True)
