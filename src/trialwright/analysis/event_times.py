"""Time to an event that is looked for at visits: when it was detected (Kaplan-Meier), and when it came about (NPMLE).

Days count from the origin of the dataset, which tells those within the window of a visit as that visit's planned day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from typing import TYPE_CHECKING

import polars as pl

from trialwright.analysis.dataset_rows import events_behind, rows_of
from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, Row, named, rows_like
from trialwright.analysis.trial import Trial
from trialwright.datasets.times import dated_visits, days_from_origin
from trialwright.study.model import Analysis, Study, Visit
from trialwright.values.problem import Problem

if TYPE_CHECKING:
    from trialwright.analysis.methods.kaplan_meier import KaplanMeier

# A difference of two sums of masses that are one number.
SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Waited:
    """One participant, in days from the origin: free of the event at `low`, with it at `high` (inf: not seen).

    events: "participant:sequence" of what says so.
    """

    participant: str
    group: str
    low: float
    high: float
    events: tuple[str, ...]

    @property
    def is_event(self) -> bool:
        return self.high < inf

    @property
    def detected(self) -> float:
        """The day on which the event was seen, else the last day that was seen without it."""
        return self.high if self.is_event else self.low


def time_to_event(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Kaplan-Meier and the NPMLE of one parameter of a dataset of times, in each arm.

    Source: Kaplan & Meier 1958, J Am Stat Assoc 53:457-481; Turnbull 1976, J R Stat Soc B 38:290-295.
    """
    people, untimed = waited_of(trial, analysis)
    rows: list[Row] = []
    found: list[Problem] = []
    for group in trial.arms():
        own = tuple(one for one in people if one.group == group)
        base = base_row(trial, analysis, group, own)
        rows += rows_like(base, {"n": len(own), "with_event": sum(one.is_event for one in own)})
        if not own:
            continue
        rows += (*detected_rows(trial, analysis, base, own), *between_rows(trial, analysis, base, own))
        if any(row.statistic == "gap" and not (row.value or 0) < 1e-6 for row in rows):
            found.append(problem("npmle-not-optimal", analysis.place, "warning"))
    if untimed:
        named = {"count": len(untimed), "codes": trial.some_codes(untimed)}
        found.append(problem("times-not-known", analysis.place, "warning", **named))
    return AnalysisResult(analysis.id, analysis.label, analysis.method, rows=tuple(rows)), tuple(found)


def base_row(trial: Trial, analysis: Analysis, group: str, people: Sequence[Waited]) -> Row:
    """What all rows of an arm share."""
    return Row(
        analysis.id,
        analysis.label,
        group,
        analysis.parameters[0],
        "",
        "",
        None,
        "count",
        None,
        len(people),
        None,
        tuple(one.participant for one in people),
        named(analysis.id, group),
        tuple(dict.fromkeys(event for one in people for event in one.events)),
    )


# ---------------------------------------------------------------- who waited how long


def waited_of(trial: Trial, analysis: Analysis) -> tuple[tuple[Waited, ...], tuple[str, ...]]:
    """Everybody whose time is known, and those in the population whose time is not."""
    # Times have no analysis visit; the visits of the plan say where the estimates are asked.
    rows = rows_of(trial, replace(analysis, visits=()))
    known = rows.filter(pl.col("AVAL").is_not_null())
    untimed = tuple(rows.filter(pl.col("AVAL").is_null())["participant"].to_list())
    events = {one[0]: events_behind(frame) for one, frame in known.group_by("participant")}
    people = tuple(
        Waited(who, group, float(low), inf if high is None else float(high), events[who])
        for who, group, low, high in known.select("participant", "group", "AINTLOP", "AINTHIP").iter_rows()
    )
    return people, untimed


def planned_days(study: Study, analysis: Analysis) -> dict[str, int]:
    """Visit -> days from the origin to its planned day, of the visits that the plan names."""
    return days_from_origin(study, study.endpoint_of(analysis), analysis.visits)


def seen_at(study: Study, analysis: Analysis) -> tuple[str, ...]:
    """The visits whose days the dataset tells as planned."""
    return tuple(dated_visits(study, study.endpoint_of(analysis)))


def origin_of(study: Study, analysis: Analysis) -> Visit | None:
    """The visit from which days count; None where it is the first dose."""
    endpoint = study.endpoint_of(analysis)
    return study.visits[endpoint.after] if endpoint.after else None


# ---------------------------------------------------------------- detected by a day


def detected_rows(trial: Trial, analysis: Analysis, base: Row, people: Sequence[Waited]) -> Iterator[Row]:
    """The curve of Kaplan and Meier at each day on which something happens or is asked, and its median."""
    from trialwright.analysis.methods.kaplan_meier import kaplan_meier, median_survival

    asked = planned_days(trial.study, analysis)
    curve = kaplan_meier(
        [one.detected for one in people], [one.is_event for one in people], level=analysis.level
    )
    days = sorted({0.0, *(one.detected for one in people), *map(float, asked.values())})
    base = replace(base, method="kaplan_meier, log-log", level=analysis.level, events=())
    visits = {day: visit for visit, day in asked.items()}
    for day, told in zip(days, survival_told(curve, days), strict=True):
        here = replace(
            base,
            visit=visits.get(int(day), ""),
            estimate=named(base.analysis_id, "km", f"day_{day:g}", base.group),
            day=int(day),
        )
        yield from happened_rows(here, people, day)
        survival, low, high = told
        yield from rows_like(
            replace(here, lacking="not_estimable"), {"survival": survival, "low": low, "high": high}
        )
        if here.visit:
            yield from event_rows(here, "km", (1 - survival, 1 - survival), (1 - high, 1 - low))
    median = median_survival(curve)
    estimate = named(base.analysis_id, "km", "median", base.group)
    values = {"median": float(median.median), "low": float(median.low), "high": float(median.high)}
    yield from rows_like(replace(base, estimate=estimate), values)


def survival_told(curve: "KaplanMeier", days: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """Survival and its limits at each day, as far as the data tell it: nan where they do not.

    After the last day on which anybody was seen the curve is not defined, but where it has come to 0. Where it is 1,
    nobody had the event yet, and it has no log-log limits. Source: Klein & Moeschberger 2003, Survival Analysis, 4.2.
    """
    from trialwright.analysis.methods.kaplan_meier import survival_at

    at = survival_at(curve, days)
    for at_risk, *told in zip(at.at_risk, at.survival, at.low, at.high, strict=True):
        survival, low, high = map(float, told)
        is_told = at_risk > 0 or survival == 0
        has_limits = is_told and survival < 1
        yield (survival if is_told else nan, low if has_limits else nan, high if has_limits else nan)


def happened_rows(here: Row, people: Sequence[Waited], day: float) -> Iterator[Row]:
    """Who is at risk on a day, who had the event on it, and who was last seen on it."""
    counted = {
        "at_risk": [one for one in people if one.detected >= day],
        "events": [one for one in people if one.is_event and one.detected == day],
        "censored": [one for one in people if not one.is_event and one.detected == day],
    }
    for statistic, who in counted.items():
        events = tuple(event for one in who for event in one.events) if statistic != "at_risk" else ()
        names = tuple(one.participant for one in who)
        of = replace(here, method="count", level=None, participants=names, events=events)
        yield from rows_like(of, {statistic: len(who)})


def event_rows(
    here: Row, way: str, proportion: tuple[float, float], limits: tuple[float, float]
) -> Iterator[Row]:
    """The proportion with the event by a visit: its least and its most, which are one number where the data tell it."""
    least, most = proportion
    values = {
        "n": here.n,
        "proportion": least if most - least < SAME else nan,
        "least": least,
        "most": most,
        "low": limits[0],
        "high": limits[1],
    }
    estimate = named(here.analysis_id, way, here.visit, here.group)
    yield from rows_like(replace(here, estimate=estimate), values)


# ---------------------------------------------------------------- came about between two visits


def between_rows(trial: Trial, analysis: Analysis, base: Row, people: Sequence[Waited]) -> Iterator[Row]:
    """The NPMLE: its check, where it has its mass, and the proportion with the event by each visit asked."""
    from trialwright.analysis.methods.turnbull import turnbull, turnbull_at

    fit = turnbull([one.low for one in people], [one.high for one in people])
    base = replace(base, method="turnbull", events=())
    whole = {"gap": float(fit.gap), "log_likelihood": float(fit.log_likelihood)}
    yield from rows_like(replace(base, estimate=named(base.analysis_id, "npmle", base.group)), whole)
    sets = zip(fit.support_left, fit.support_right, fit.mass, strict=True)
    for number, (left, right, mass) in enumerate(sets, 1):
        estimate = named(base.analysis_id, "npmle", f"set_{number}", base.group)
        values = {"left": float(left), "right": float(right), "mass": float(mass)}
        yield from rows_like(replace(base, estimate=estimate), values)
    asked = planned_days(trial.study, analysis)
    if not asked:
        return
    at = turnbull_at(fit, list(asked.values()), analysis.level)
    for place, (visit, day) in enumerate(asked.items()):
        method = "clopper_pearson" if at.is_binomial[place] else "profile_likelihood"
        here = replace(base, visit=visit, method=method, level=analysis.level, day=day)
        proportion = (1 - float(at.survival_high[place]), 1 - float(at.survival_low[place]))
        yield from event_rows(
            here, "npmle", proportion, (1 - float(at.high[place]), 1 - float(at.low[place]))
        )


# ---------------------------------------------------------------- the plan


def check_times(study: Study, analysis: Analysis) -> tuple[Problem, ...]:
    """What keeps the analysis from being run: a dataset of another kind, another estimand, a visit without a day."""
    dataset = study.datasets[analysis.dataset or ""]
    place, method = analysis.place, analysis.method
    if dataset.kind != "TTE":
        return (problem("dataset-of-another-class", place, method=method, kind="TTE", dataset=dataset.id),)
    if len(analysis.parameters) != 1:
        return (problem("one-parameter", place, method=method, count=len(analysis.parameters)),)
    parameter = dataset.parameters[analysis.parameters[0]]
    if parameter.estimand != analysis.estimand:
        own = parameter.estimand or "–"
        return (problem("parameter-of-another-estimand", place, parameter=parameter.id, estimand=own),)
    days = planned_days(study, analysis)
    return tuple(
        problem("visit-without-day", place, visit=name) for name in analysis.visits if name not in days
    )
