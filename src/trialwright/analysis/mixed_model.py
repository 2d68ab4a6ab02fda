"""Means of a score's change at each visit from a mixed model for repeated measures: descriptive, and nothing imputed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.dataset_rows import events_behind, members_of, rows_of
from trialwright.analysis.intercurrent import Events, intercurrent
from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, Row, named, rows_like
from trialwright.analysis.sensitivity_check import check_dataset
from trialwright.analysis.trial import Trial
from trialwright.datasets.steps import OBSERVED_FLAG
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem

if TYPE_CHECKING:
    from trialwright.analysis.methods.design import Design
    from trialwright.analysis.methods.mmrm import MmrmFit

VARIABLES = ("AVAL", "CHG", "PCHG")


@dataclass(frozen=True, slots=True)
class Values:
    """One row a participant and visit that is modelled, sorted: participant, group, visit, value, base, SRC."""

    frame: pl.DataFrame
    visits: tuple[str, ...]  # at which anybody was seen, in the order of the schedule

    def at(self, visit: str, group: str) -> pl.DataFrame:
        return self.frame.filter((pl.col("visit") == visit) & (pl.col("group") == group))


def mixed_model(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Least-squares means at each visit, for a participant with the mean baseline.

    Fixed effects are the visit and the baseline at each visit, with several arms also the arm at each visit; the
    covariance of a participant's visits is unstructured, else the next simpler one that can be fitted. REML, degrees of
    freedom by Satterthwaite.
    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319.
    """
    from trialwright.analysis.methods.mmrm import NoFitError

    values = values_of(trial, analysis)
    base = base_row(trial, analysis, values)
    seen = rows_like(base, {"subjects": base.n})
    if values.frame.is_empty():
        return result_of(analysis, seen), ()
    try:
        design, fit = fit_of(trial, values)
    except NoFitError:
        return result_of(analysis, seen), (problem("mmrm-no-fit", analysis.place, "warning"),)
    except ValueError:  # of the data: values that do not vary, or too few for the columns
        return result_of(analysis, seen), (problem("mmrm-not-possible", analysis.place, "warning"),)
    rows = (*model_rows(base, fit), *mean_rows(trial, analysis, (values, design, fit), base))
    return result_of(analysis, rows), few_subjects(analysis, fit)


def result_of(analysis: Analysis, rows: tuple[Row, ...]) -> AnalysisResult:
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=rows)


def few_subjects(analysis: Analysis, fit: "MmrmFit") -> tuple[Problem, ...]:
    return tuple(
        problem(
            "mmrm-few-participants",
            analysis.place,
            "warning",
            count=int(subjects),
            parameters=int(parameters),
        )
        for note in fit.notes
        if note.code == "few-subjects"
        for subjects, parameters in (note.values,)
    )


# ---------------------------------------------------------------- what is modelled


def values_of(trial: Trial, analysis: Analysis) -> Values:
    """The nearest value of each visit, but none from a composite intercurrent event of the estimand on."""
    rows = rows_of(trial, replace(analysis, flags=(*analysis.flags, OBSERVED_FLAG)))
    known = rows.filter(pl.col(analysis.variables[0]).is_not_null() & pl.col("BASE").is_not_null())
    estimand = trial.study.estimands.get(analysis.estimand or "")
    events = intercurrent(trial, estimand, members_of(trial, analysis)) if estimand else {}
    days = known.select("participant", "ADT").iter_rows()
    kept = known.filter(
        pl.Series([not has_failed(events, who, day) for who, day in days], dtype=pl.Boolean())
    )
    place = {one: number for number, one in enumerate(trial.study.visits)}
    whose = {one: number for number, one in enumerate(trial.groups)}
    frame = kept.select(
        "participant",
        "group",
        "visit",
        pl.col(analysis.variables[0]).cast(pl.Float64()).alias("value"),
        pl.col("BASE").cast(pl.Float64()).alias("base"),
        "SRC",
        pl.col("visit").replace_strict(place, default=None, return_dtype=pl.Int64()).alias("place"),
        pl.col("participant").replace_strict(whose, default=None, return_dtype=pl.Int64()).alias("whose"),
    ).sort("whose", "place")
    seen = set(frame["visit"].to_list())
    return Values(frame, tuple(one for one in place if one in seen))


def has_failed(events: Events, who: str, day: date | None) -> bool:
    """Whether a composite event happened not after the day, as at the visit of an endpoint."""
    return any(
        one.strategy == "composite" and (one.on is None or day is None or one.on <= day)
        for one in events.get(who, ())
    )


def arms_seen(trial: Trial, values: Values) -> tuple[str, ...]:
    """The arms that have values; an arm is a term of the model only where there are several."""
    seen = set(values.frame["group"].to_list())
    return tuple(arm for arm in trial.arms() if arm in seen)


def fit_of(trial: Trial, values: Values) -> "tuple[Design, MmrmFit]":
    """Raises ValueError where the values do not carry the model, NoFitError where no covariance can be fitted."""
    from trialwright.analysis.methods.design import Factor, build_design
    from trialwright.analysis.methods.mmrm import mmrm

    frame = values.frame
    terms = ["visit", "visit:base"]
    visit = Factor(frame["visit"].to_list(), values.visits)
    variables: dict[str, Factor | Sequence[float]] = {"visit": visit, "base": frame["base"].to_list()}
    arms = arms_seen(trial, values)
    if len(arms) > 1:
        variables["arm"] = Factor(frame["group"].to_list(), arms)
        terms = ["arm", "visit", "arm:visit", "visit:base"]
    design = build_design(variables, terms)
    fit = mmrm(frame["value"].to_list(), design, frame["whose"].to_list(), frame["place"].to_list())
    return design, fit


# ---------------------------------------------------------------- rows


def base_row(trial: Trial, analysis: Analysis, values: Values) -> Row:
    modelled = frozenset(values.frame["participant"].to_list())
    who = tuple(one for one in trial.groups if one in modelled)
    return Row(
        analysis.id,
        analysis.label,
        "",
        analysis.parameters[0],
        "",
        "",
        None,
        "count",
        None,
        len(who),
        None,
        who,
        analysis.id,
    )


def model_rows(base: Row, fit: "MmrmFit") -> Iterator[Row]:
    """The model as a whole: how many, which covariance, and those that were left before it."""
    parameters = len(fit.parameters_covariance)
    whole = {"subjects": fit.subjects, "values": fit.rows, "parameters": parameters}
    own = replace(base, method=fit.structure)
    yield from rows_like(own, {**whole, "log_likelihood": fit.log_likelihood})
    tried = [*((one.structure, 0, one.reason) for one in fit.left), (fit.structure, 1, "")]
    for number, (structure, converged, reason) in enumerate(tried, 1):
        one = replace(
            base, method=structure, variant=reason, estimate=named(base.analysis_id, f"tried_{number}")
        )
        yield from rows_like(one, {"converged": converged})


def mean_rows(
    trial: Trial, analysis: Analysis, fitted: "tuple[Values, Design, MmrmFit]", base: Row
) -> Iterator[Row]:
    """The mean at each visit of each arm, with whom it is of."""
    from trialwright.analysis.methods.design import marginal_row
    from trialwright.analysis.methods.satterthwaite import contrast

    values, design, fit = fitted
    start = float(values.frame.unique("participant", maintain_order=True)["base"].to_numpy().mean())
    arms = arms_seen(trial, values)
    for arm in arms:
        for visit in values.visits:
            at: dict[str, str | float] = {
                "visit": visit,
                "base": start,
                **({"arm": arm} if len(arms) > 1 else {}),
            }
            mean = contrast(fit, marginal_row(design, at), analysis.level)
            own = values.at(visit, arm)
            one = replace(
                base,
                group=arm,
                visit=visit,
                method=fit.structure,
                level=analysis.level,
                n=own.height,
                participants=tuple(own["participant"].to_list()),
                events=events_behind(own),
                estimate=named(analysis.id, visit, arm),
            )
            yield from rows_like(
                one,
                {
                    "n": own.height,
                    "mean": float(mean.estimate[0]),
                    "se": float(mean.standard_error[0]),
                    "df": float(mean.df[0]),
                    "low": float(mean.low[0]),
                    "high": float(mean.high[0]),
                },
            )


# ---------------------------------------------------------------- the plan


def check_model(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """A score with its baseline by analysis visit, and one variable of it."""
    found = tuple(check_dataset(study, analysis))
    names = ", ".join(VARIABLES)
    if len(analysis.variables) == 1 and analysis.variables[0] in VARIABLES:
        return found
    told = ", ".join(analysis.variables)
    return (
        *found,
        problem("variable-not-modelled", analysis.place, method=analysis.method, names=names, text=told),
    )
