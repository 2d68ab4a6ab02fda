"""Who met a criterion of a dataset (CRITn) in any of its rows, such as a laboratory value above a limit."""

from collections.abc import Iterator, Mapping

import polars as pl

from trialwright.analysis.dataset_rows import YES, events_behind, members_of, rows_of
from trialwright.analysis.plan_rows import criteria_of
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.study.model import Analysis, DatasetCriterion
from trialwright.values.problem import Problem

ANSWERS = (YES, "N")


def criteria(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Of each criterion and parameter that it concerns, an estimate in each arm."""
    rows, members = rows_of(trial, analysis), members_of(trial, analysis)
    numbers = tuple(
        row
        for criterion, parameter in criteria_of(trial.study, analysis)
        for group in trial.arms()
        for row in estimate_rows(
            analysis,
            (criterion, parameter, group),
            tuple(one for one in members if trial.groups[one] == group),
            rows.filter(
                pl.col("PARAMCD") == parameter,
                pl.col("group") == group,
                pl.col(f"{criterion.id}FL").is_in(ANSWERS),
            ),
        )
    )
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=numbers), ()


def estimate_rows(
    analysis: Analysis,
    of: tuple[DatasetCriterion, str, str],
    members: tuple[str, ...],
    rows: pl.DataFrame,
) -> Iterator[Row]:
    """rows: those in which the criterion was answered. Who has none is not assessed, and not among the n."""
    criterion, parameter, group = of
    met = rows.filter(pl.col(f"{criterion.id}FL") == YES)
    asked, answered_yes = set(rows["participant"]), set(met["participant"])
    assessed = tuple(one for one in members if one in asked)
    responders = tuple(one for one in members if one in answered_yes)
    unseen = tuple(one for one in members if one not in asked)
    method = analysis.interval_method or "clopper_pearson"
    all_of_them, behind = events_behind(rows), events_behind(met)
    counts = {
        "responders": (len(responders), responders, behind),
        "n": (len(assessed), assessed, all_of_them),
        "not_assessed": (len(unseen), unseen, ()),
    }
    limits = {
        name: (value, assessed, all_of_them)
        for name, value in proportion_of(len(responders), len(assessed), method, analysis.level).items()
    }
    for name, (value, who, events) in {**counts, **limits}.items():
        is_limit = name in ("low", "high")
        yield Row(
            analysis.id,
            criterion.label,
            group,
            parameter,
            "",
            name,
            value,
            method if is_limit else "count",
            analysis.level if is_limit else None,
            len(assessed),
            len(responders),
            who,
            ".".join(part for part in (analysis.id, parameter, criterion.id, group) if part),
            events,
        )


def proportion_of(responders: int, n: int, method: str, level: float) -> Mapping[str, float | None]:
    """A proportion with its limits; of nobody none."""
    if n == 0:
        return {"proportion": None, "low": None, "high": None}
    from trialwright.analysis.methods.intervals import INTERVALS  # SciPy; a definition is checked without it

    low, high = INTERVALS[method](responders, n, level)
    return {"proportion": responders / n, "low": float(low), "high": float(high)}
