"""Values of a dataset by analysis visit or study week: n, mean, standard deviation, median, quartiles and extremes."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from math import isnan
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from trialwright.analysis.courses import BASELINE
from trialwright.analysis.dataset_rows import (
    YES,
    Source,
    baseline_rows,
    events_of_row,
    events_of_sources,
    rows_of,
    sources_of,
)
from trialwright.analysis.methods.descriptive import describe
from trialwright.analysis.plan_rows import is_observed, parameters_of
from trialwright.analysis.results import AnalysisResult, Point, Row
from trialwright.analysis.trial import Trial
from trialwright.analysis.wording import WEEK
from trialwright.study.model import Analysis
from trialwright.values.problem import Problem

# Statistic -> what `describe` calls it. Of a change the statistic is "chg.mean", "pchg.mean".
STATISTICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mean": "mean",
        "sd": "sd",
        "median": "median",
        "q1": "q1",
        "q3": "q3",
        "min": "minimum",
        "max": "maximum",
    }
)
VALUE: Final = "AVAL"
Bases = Mapping[tuple[str, str], Sequence[Source]]  # participant and parameter -> the rows of the baseline


def summary_by_visit(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Of each parameter at each time: what was observed, and how far it is from the baseline."""
    rows = values_of(trial, analysis)
    bases = by_value(baseline_rows(trial, analysis))
    cells = tuple(cells_of(trial, analysis, rows))
    method = "observed" if is_observed(trial.study, analysis) else "described"
    numbers = tuple(
        row
        for name in variables_of(trial, analysis)
        for cell in cells
        if name == VALUE or not is_baseline(cell)
        for row in summary_of(analysis, cell, name, bases, method)
    )
    points = tuple(point for cell in cells for point in points_of(cell))
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=numbers, points=points), ()


def variables_of(trial: Trial, analysis: Analysis) -> tuple[str, ...]:
    """The value, and the changes that the plan names; else CHG, where the dataset has a baseline."""
    has_baseline = trial.study.datasets[analysis.dataset or ""].has_baseline
    return tuple(dict.fromkeys((VALUE, *(analysis.variables or (("CHG",) if has_baseline else ())))))


def values_of(trial: Trial, analysis: Analysis) -> pl.DataFrame:
    """Rows with a number and a time, which is `visit`, in the order of times and participants."""
    rows = rows_of(trial, analysis).filter(pl.col(VALUE).is_not_null())
    if "visit" in rows.columns:
        wanted = rows.filter(pl.col("visit").is_not_null() & is_planned(trial, analysis))
        return wanted.sort("AVISITN", maintain_order=True)
    return rows.with_columns(pl.format("{}#{}", pl.lit(WEEK), "ATPTN").alias("visit")).sort(
        "ATPTN", maintain_order=True
    )


def is_planned(trial: Trial, analysis: Analysis) -> pl.Expr:
    """Whether a row is of a visit for which the form of its item is planned, or of the baseline. A value of an unscheduled
    visit may lie in the window of another visit; of the few who had one nothing follows about that visit."""
    study = trial.study
    unplanned = pl.lit(value=False)
    for one in study.datasets[analysis.dataset or ""].parameters.values():
        if one.item is not None and not analysis.visits:
            visits = (*study.visits_of(one.item.partition(".")[0]), BASELINE)
            unplanned |= (pl.col("PARAMCD") == one.id) & ~pl.col("visit").is_in(visits)
    return ~unplanned


def cells_of(trial: Trial, analysis: Analysis, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of one parameter, arm and time together, in the order of the plan."""
    for name in parameters_of(trial.study, analysis):
        own = rows.filter(pl.col("PARAMCD") == name)
        for group in trial.arms():
            yield from own.filter(pl.col("group") == group).partition_by("visit", maintain_order=True)


def is_baseline(cell: pl.DataFrame) -> bool:
    return "ABLFL" in cell.columns and bool((cell["ABLFL"] == YES).fill_null(value=False).all())


def summary_of(
    analysis: Analysis, cell: pl.DataFrame, variable: str, bases: Bases, method: str
) -> tuple[Row, ...]:
    """n first; where nobody has the variable, n alone. Behind a change are the baselines that it counts from, too."""
    known = cell if variable == VALUE else cell.filter(pl.col(variable).is_not_null())
    # Sums of floats depend on the order of what is summed, in the last digit.
    found = describe(np.sort(known[variable].to_numpy()))
    numbers: dict[str, float | int] = {"n": known.height}
    if known.height:
        numbers |= {name: float(getattr(found, field)) for name, field in STATISTICS.items()}
    who = tuple(known["participant"].to_list())
    first = cell.row(0, named=True)
    counted_from = () if variable == VALUE else (bases.get((one, first["PARAMCD"]), ()) for one in who)
    behind = events_of_sources((*sources_of(known), *chain.from_iterable(counted_from)))
    return tuple(
        Row(
            analysis.id,
            analysis.label,
            first["group"],
            first["PARAMCD"],
            first["visit"],
            statistic_of(variable, name),
            value,
            method,
            None,
            known.height,
            None,
            who,
            events=behind,
        )
        for name, value in numbers.items()
    )


def by_value(bases: pl.DataFrame) -> Bases:
    found: dict[tuple[str, str], list[Source]] = {}
    for parameter, source in zip(bases["PARAMCD"].to_list(), sources_of(bases), strict=True):
        found.setdefault((source[0], parameter), []).append(source)
    return found


def statistic_of(variable: str, name: str) -> str:
    """The name of a statistic of a variable.

    >>> statistic_of("AVAL", "mean"), statistic_of("CHG", "mean")
    ('mean', 'chg.mean')
    """
    return name if variable == VALUE else f"{variable.lower()}.{name}"


def points_of(cell: pl.DataFrame) -> Iterator[Point]:
    shown = [
        cell[name].to_list() for name in ("participant", "group", "PARAMCD", "visit", "ADY", VALUE, "SRC")
    ]
    for participant, group, parameter, visit, day, value, source in zip(*shown, strict=True):
        events = events_of_row(participant, source)
        yield Point(participant, group, parameter, visit, day, exact(value), events=events)


@lru_cache(maxsize=65_536)  # few values are told, each of them often
def exact(value: float | int) -> Fraction:
    """The shortest decimal that is this float: of a value that was typed, what was typed.

    >>> exact(7.2)
    Fraction(36, 5)
    """
    if isinstance(value, float) and isnan(value):
        raise ValueError("a value of a dataset is a number or missing, and never NaN")
    return Fraction(repr(value))
