"""Intercurrent events: which happened to whom and when, and of which that cannot be told."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from trialwright.analysis.messages import problem
from trialwright.analysis.outcomes import Happened
from trialwright.analysis.trial import Trial, is_over
from trialwright.datasets.intercurrent import told_of_event
from trialwright.study.model import Analysis, Estimand, IntercurrentEvent, Strategy
from trialwright.values.problem import Problem

Events = dict[str, tuple[Happened, ...]]  # by participant


def intercurrent(trial: Trial, estimand: Estimand, members: Sequence[str]) -> Events:
    """Events of each member; one that cannot be told does not count, and of a date that is known in part the first
    day counts: `check_events` warns of both."""
    found: dict[str, list[Happened]] = {one: [] for one in members}
    for identity, strategy in counted_events(estimand):
        told = told_of_event(trial.data, identity).filter("value").select("participant", "lo")
        for one, first_day in told.iter_rows():
            if one in found:
                found[one].append(Happened(identity, strategy, first_day))
    return {one: tuple(events) for one, events in found.items()}


def counted_events(estimand: Estimand) -> tuple[tuple[str, Strategy], ...]:
    """Under the treatment policy an event changes nothing, so it need not be known."""
    return tuple(pair for pair in estimand.intercurrent.items() if pair[1] != "treatment policy")


def check_events(trial: Trial, analyses: Iterable[Analysis]) -> tuple[Problem, ...]:
    """A warning for each intercurrent event of which it cannot be told whether or on which day it happened, with those
    in question.

    Whose time in the study is not over is not among them: it may still be told.
    """
    asked: dict[str, set[str]] = {}
    for analysis in analyses:
        estimand = trial.study.estimands.get(analysis.estimand or "")
        for identity, _ in counted_events(estimand) if estimand else ():
            members = trial.members(analysis.population or (estimand.population if estimand else ""))
            asked.setdefault(identity, set()).update(members)
    return tuple(
        found
        for identity, who in asked.items()
        for found in _check_event(
            trial, trial.study.intercurrent_events[identity], [one for one in trial.groups if one in who]
        )
    )


def _check_event(trial: Trial, event: IntercurrentEvent, members: Sequence[str]) -> Iterator[Problem]:
    told = told_of_event(trial.data, event.id)
    undecided = frozenset(told.filter(pl.col("value").is_null())["participant"].to_list())
    is_partial = pl.col("value") & pl.col("lo").ne_missing(pl.col("hi"))
    partial = frozenset(told.filter(is_partial)["participant"].to_list())
    in_question = {
        "event-undecided": [one for one in members if one in undecided and is_over(trial, one)],
        "event-date-partial": [one for one in members if one in partial],
    }
    for code, who in in_question.items():
        if who:
            named = {"event": event.label, "count": len(who), "codes": trial.some_codes(who)}
            yield problem(code, event.rule.place, "warning", **named)


def strategies_not_built(estimand: Estimand) -> tuple[tuple[str, Strategy], ...]:
    return tuple(
        (event, strategy) for event, strategy in estimand.intercurrent.items() if strategy == "hypothetical"
    )
