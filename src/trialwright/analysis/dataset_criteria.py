"""Who met a criterion of a dataset (CRITn) in any of its rows, such as a laboratory value above a limit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from trialwright.analysis.dataset_rows import YES, events_behind, members_of, rows_of
from trialwright.analysis.limits import limits_of
from trialwright.analysis.plan_rows import criteria_of
from trialwright.analysis.results import AnalysisResult, Row
from trialwright.analysis.trial import Trial
from trialwright.study.model import Analysis, DatasetCriterion
from trialwright.values.problem import Problem

ANSWERS = (YES, "N")
LIMITS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with whom and which events it is of."""

    value: float | None
    who: tuple[str, ...]
    events: tuple[str, ...]
    method: str = "count"


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
            trial.of_group(members, group),
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
    all_of_them, behind = events_behind(rows), events_behind(met)
    numbers = {
        "responders": Counted(len(responders), responders, behind),
        "n": Counted(len(assessed), assessed, all_of_them),
        "not_assessed": Counted(len(unseen), unseen, ()),
        **proportion_of(analysis, len(responders), Counted(len(assessed), assessed, all_of_them)),
    }
    for name, one in numbers.items():
        yield Row(
            analysis.id,
            criterion.label,
            group,
            parameter,
            "",
            name,
            one.value,
            one.method,
            analysis.level if name in LIMITS else None,
            len(assessed),
            len(responders),
            one.who,
            ".".join(part for part in (analysis.id, parameter, criterion.id, group) if part),
            one.events,
        )


def proportion_of(analysis: Analysis, responders: int, assessed: Counted) -> Mapping[str, Counted]:
    """A proportion with its limits; where nobody was assessed that there is none."""
    n = len(assessed.who)
    if n == 0:
        return {name: replace(assessed, value=None) for name in ("proportion", "low", "high")}
    limits = limits_of(responders, n, analysis.level, analysis.interval_method)
    return {
        "proportion": replace(assessed, value=responders / n),
        **{name: replace(assessed, value=one.value, method=one.method) for name, one in limits.items()},
    }
