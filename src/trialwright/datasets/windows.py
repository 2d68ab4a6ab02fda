"""Study days in columns, and the days in which a value stands for a visit of the analysis."""

from collections.abc import Mapping

import polars as pl

from trialwright.study.model import Visit


def study_day(date: pl.Expr, first: pl.Expr) -> pl.Expr:
    """Days from the first dose, which is day 1; the day before it is -1, for there is no day 0."""
    passed = (date - first).dt.total_days()
    return pl.when(passed >= 0).then(passed + 1).otherwise(passed)


def analysis_windows(visits: Mapping[str, Visit]) -> pl.DataFrame:
    """window (visit id), low, high and target (study days) of every visit that has an analysis window."""
    return pl.DataFrame(
        [
            (visit.id, visit.analysis_days[0], visit.analysis_days[1], middle(visit.day, visit.analysis_days))
            for visit in visits.values()
            if visit.analysis_days
        ],
        schema={"window": pl.String, "low": pl.Int64, "high": pl.Int64, "target": pl.Float64},
        orient="row",
    )


def middle(day: int | None, span: tuple[int, int]) -> float:
    return float(day) if day is not None else (span[0] + span[1]) / 2
