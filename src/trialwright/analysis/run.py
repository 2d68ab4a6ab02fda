"""Runs the analyses of a definition on one data cut."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from trialwright.analysis.behind import population_events, with_events
from trialwright.analysis.check_review import check_review
from trialwright.analysis.dataset_rows import unanswered_rows
from trialwright.analysis.flow import make_flow
from trialwright.analysis.intercurrent import check_events
from trialwright.analysis.messages import problem
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.registered import METHODS
from trialwright.analysis.results import AnalysisResult, Results
from trialwright.analysis.trial import Trial, make_trial
from trialwright.datasets.work import unanswered_name
from trialwright.expr.reader import Reader
from trialwright.expr.tables import Tables
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem


def run(
    study: Study,
    tables: Tables,
    *,
    rehearsal: bool,
    books: Mapping[str, Casebook] | None = None,
    cut: date | None = None,
) -> Results:
    """The results of every analysis that has no problem; an analysis with one is left out and said so.

    books: casebooks by participant, for the values behind each outcome; without them
    outcomes name no values.
    cut: the last day that is over in the data; a value whose window ends later is not missing but not yet due.
    """
    readers: dict[str, Reader] = {one: CasebookReader(book) for one, book in (books or {}).items()}
    trial = make_trial(study, tables, readers, cut)
    refused = check_analyses(study, trial.derived)
    done = tuple(
        METHODS[analysis.method].run(trial, analysis)
        for analysis in study.analyses.values()
        if not refused[analysis.id]
    )
    analyses = tuple(result for result, _ in done)
    problems = (
        *not_yet_evaluable(analyses),
        *(one for found in refused.values() for one in found),
        *dict.fromkeys(one for _, found in done for one in found),
        *check_events(trial, (one for one in study.analyses.values() if not refused[one.id])),
        *check_dates(trial),
        *check_flags(trial, tuple(one for one in study.analyses.values() if not refused[one.id])),
        *check_arms(trial),
        *check_populations(trial),
        *check_review(trial),
    )
    return Results(
        study.id,
        analyses,
        problems,
        rehearsal,
        trial.codes,
        {name: trial.members(name) for name in study.populations},
        {name: trial.untold(name) for name, one in study.populations.items() if one.within},
        with_events(trial, books or {}, make_flow(trial)),
        population_events(trial),
        cut,
        rules_overruled(trial),
        (min(trial.visit_dates.values(), default=None), max(trial.visit_dates.values(), default=None)),
    )


def rules_overruled(trial: Trial) -> dict[tuple[str, str], bool | None]:
    """Of everybody on whom the data review decided: population and participant -> what the rule of the set says."""
    told = trial.windowed.tables.sets.select("population", "participant").rows()
    asked = [(name, one) for name, one in told if name in trial.study.populations]
    said = {name: dict(trial.data.by_rule(name).iter_rows()) for name in {name for name, _ in asked}}
    return {(name, one): said[name].get(one) for name, one in asked}


def not_yet_evaluable(analyses: Sequence[AnalysisResult]) -> tuple[Problem, ...]:
    """Said once for the whole data cut: how many participants, and how many estimates wait for them."""
    counted = tuple(one for analysis in analyses for one in analysis.counted)
    waiting = {
        outcome.participant for one in counted for outcome in one.outcomes if outcome.kind == "not_due"
    }
    if not waiting:
        return ()
    estimates = sum(one.estimate.undecided > 0 for one in counted)
    return (
        problem(
            "not-yet-evaluable", "", "warning", count=len(waiting), estimates=estimates, all=len(counted)
        ),
    )


def check_populations(trial: Trial) -> tuple[Problem, ...]:
    """Who was enrolled and is left out of a set only because it cannot be told. In a set within another, such as the
    responders, that is what a missing value comes to, and the report counts it there."""
    found: list[Problem] = []
    people = trial.windowed.tables.participants
    enrolled = frozenset(people.filter(pl.col("enrolled") > 0)["participant"].to_list())
    for population in trial.study.populations.values():
        answers = dict(trial.data.membership(population.id).iter_rows())
        unknown = [one for one in trial.groups if one in enrolled and answers.get(one) is None]
        if unknown and not population.within:
            named = {
                "population": population.label,
                "count": len(unknown),
                "codes": trial.some_codes(unknown),
            }
            found.append(problem("population-undecided", population.rule.place, "warning", **named))
    return tuple(found)


def check_flags(trial: Trial, analyses: Sequence[Analysis]) -> Iterator[Problem]:
    """Records that analyses leave out because a flag of theirs is not known; of analyses with the same, once."""
    said: set[tuple[str | None, str, tuple[tuple[str, int], ...]]] = set()
    for analysis in (one for one in analyses if one.dataset and one.flags):
        rows = unanswered_rows(trial, analysis)
        numbered = "ASEQ" if "ASEQ" in rows.columns else pl.lit(1).alias("ASEQ")
        for flag in analysis.flags:
            if not rows.height or unanswered_name(flag) not in rows.columns:
                continue
            own = rows.filter(pl.col(unanswered_name(flag)))
            which = tuple(own.select("SRCSTRM", numbered).iter_rows())
            if which and (analysis.dataset, flag, which) not in said:
                said.add((analysis.dataset, flag, which))
                whose = tuple(dict.fromkeys(participant for participant, _ in which))
                named = {"dataset": analysis.dataset, "flag": flag, "count": len(which)}
                codes = trial.some_codes(whose)
                yield problem("flag-not-known", analysis.place, "warning", **named, codes=codes)


def check_arms(trial: Trial) -> tuple[Problem, ...]:
    """Members of a population of whom no arm is recorded, in a study with several: no column counts them."""
    without = trial.without_arm()
    if not without:
        return ()
    codes = trial.some_codes(without)
    return (problem("without-arm", "", "warning", count=len(without), codes=codes),)


def check_dates(trial: Trial) -> tuple[Problem, ...]:
    """Values that no analysis can use, because their visit has no date, or nobody knows which day was day 1."""
    undated = trial.windowed.undated
    whose = tuple(dict.fromkeys(participant for participant, _, _ in undated))
    doubtful = tuple(one for one in trial.groups if one in trial.doubtful)
    found = (
        ("values-without-date", len(undated), whose),
        ("first-dose-partial", len(doubtful), doubtful),
    )
    return tuple(
        problem(code, "", "warning", count=count, codes=trial.some_codes(who))
        for code, count, who in found
        if count
    )
