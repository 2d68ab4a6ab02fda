"""Proportions: of one endpoint with its variants beside it, and of several terms by visit."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from trialwright.analysis.intercurrent import Events, intercurrent
from trialwright.analysis.messages import HANDLING_WORDS, problem
from trialwright.analysis.outcomes import Facts, Happened, Reading, decide_outcome
from trialwright.analysis.results import AnalysisResult, Counted, Estimate, Outcome, Row
from trialwright.analysis.trial import (
    Trial,
    course_visits,
    deadline,
    is_due,
    is_over,
    visits_named,
)
from trialwright.datasets.analysis_visits import item_node
from trialwright.expr.nodes import Node
from trialwright.study.handlings import HANDLINGS, Handling
from trialwright.study.model import Analysis, Endpoint, Estimand, Visit
from trialwright.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Question:
    """One variable asked where the endpoint says.

    visits: all that may show it; decisive: the one that can say no; shown_visit: where the label must name it.
    is_headline: it is what the analysis asks; a variant says how the missing are counted even of a headline.
    """

    id: str
    label: str
    parameter: str
    variable: Node
    visits: tuple[str, ...]
    decisive: str
    handling: Handling
    counts_first: bool = False
    after: str | None = None
    variant: str = ""
    shown_visit: str = ""
    is_headline: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom a question is asked. waiting: who may still come into the population; events: of each member."""

    members: tuple[str, ...]
    waiting: frozenset[str]
    events: Events


def asked_of(trial: Trial, population: str, estimand: Estimand | None) -> Asked:
    members = trial.members(population)
    events = intercurrent(trial, estimand, members) if estimand else {}
    return Asked(members, trial.waiting(population), events)


def one_proportion(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """The endpoint's proportion, the other ways to count the missing, and the endpoint's variants."""
    estimand = trial.study.estimands[analysis.estimand or ""]
    endpoint = trial.study.endpoints[estimand.endpoint]
    who = asked_of(trial, analysis.population or estimand.population, estimand)
    questions = questions_of(trial, analysis, estimand, endpoint)
    counted = tuple(one for question in questions for one in count(trial, analysis, question, who))
    apart = tuple(
        one for question in questions for one in disagreements(trial, analysis, question, who.members)
    )
    return result_of(analysis, counted), apart


def proportion_by_visit(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """Each term at each visit that everybody has, or had until an early stop; with an estimand, its events and its missing hold at every visit."""
    estimand = trial.study.estimands.get(analysis.estimand or "")
    who = asked_of(trial, analysis.population or (estimand.population if estimand else ""), estimand)
    handling = HANDLINGS[estimand.missing] if estimand else "non-response"
    counted = tuple(
        one
        for item in analysis.items
        for visit in course_visits(trial.study, item)
        if visit.when is None or visit.if_unknown == "plan"
        for one in count(trial, analysis, course_question(trial, analysis, item, visit, handling), who)
    )
    return result_of(analysis, counted), ()


def course_question(
    trial: Trial, analysis: Analysis, item: str, visit: Visit, handling: Handling
) -> Question:
    label = trial.study.terms[item].label if item in trial.study.terms else item
    identity = f"{analysis.id}.{item}.{visit.id}"
    return Question(
        identity, label, item, item_node(item), (visit.id,), visit.id, handling, shown_visit=visit.id
    )


def questions_of(
    trial: Trial, analysis: Analysis, estimand: Estimand, endpoint: Endpoint
) -> tuple[Question, ...]:
    """The headline first, then the other handlings, then the endpoint's variants.

    Variants stand beside the endpoint's own analysis, not beside each of its sensitivity analyses and subgroups.
    """
    words = analysis.missing_as or (estimand.missing,)
    handlings = tuple(dict.fromkeys(HANDLINGS[word] for word in words))
    visits = endpoint.visits or ((endpoint.visit,) if endpoint.visit else ())
    plain = Question(
        analysis.id,
        analysis.label or endpoint.label,
        endpoint.id,
        endpoint.variable.node,
        visits,
        decisive_visit(trial, visits),
        handlings[0],
        endpoint.is_first,
        endpoint.after,
        HANDLING_WORDS[handlings[0]] if len(handlings) > 1 else "",
    )
    others = tuple(
        replace(
            plain,
            id=f"{analysis.id}.{one.replace(' ', '_')}",
            handling=one,
            variant=HANDLING_WORDS[one],
            is_headline=False,
        )
        for one in handlings[1:]
    )
    beside = tuple(
        replace(
            plain,
            id=f"{analysis.id}.beside_{index}",
            variable=one.variable.node if one.variable else plain.variable,
            visits=(one.visit,) if one.visit else plain.visits,
            decisive=one.visit or plain.decisive,
            variant=one.why,
            shown_visit=one.visit or "",
            is_headline=False,
        )
        for index, one in enumerate(endpoint.beside, 1)
        if analysis.population is None and analysis.sensitivity_of is None
    )
    return (plain, *others, *beside)


def decisive_visit(trial: Trial, visits: Sequence[str]) -> str:
    """The last planned one: an endpoint over several visits is "no" only if that one was seen and says so."""
    planned = [visit for visit in visits if not trial.study.visits[visit].repeats]
    return max(planned, key=lambda visit: trial.study.visits[visit].day or 0, default="")


# ---------------------------------------------------------------- counting


def count(trial: Trial, analysis: Analysis, question: Question, who: Asked) -> tuple[Counted, ...]:
    """One estimate for each arm."""
    readings = readings_of(trial, question)
    members = frozenset(who.members)
    outcomes = tuple(
        explained(trial, question, decide(trial, question, one, readings(one), who.events.get(one, ())))
        if one in members
        else Outcome(one, trial.groups[one], "not_due", "not_yet_in")
        for one in trial.groups
        if one in members or one in who.waiting
    )
    return tuple(
        count_group(trial, analysis, question, group, tuple(one for one in outcomes if one.group == group))
        for group in trial.arms()
    )


def disagreements(
    trial: Trial, analysis: Analysis, question: Question, members: Sequence[str]
) -> tuple[Problem, ...]:
    """An error that names the participants for whom the engine of columns and that of one record disagree.

    A number whose participants' own answers are others cannot be traced, so it must not stand unmarked.
    """
    answers = trial.truths(question.variable, "visit" if question.visits else "participant")
    apart = [
        one
        for one in members
        for told in (trial.tell(one, question.variable, question.decisive or None),)
        if told is not None and told.value is not answers.get((one, question.decisive))
    ]
    if not apart:
        return ()
    codes = trial.some_codes(apart)
    return (problem("engines-disagree", analysis.place, rule=question.label, codes=codes),)


def keys_by_participant(trial: Trial, question: Question) -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {}
    for participant, key in visits_named(trial, question.visits):
        keys[participant] = (*keys.get(participant, ()), key)
    return keys


def readings_of(trial: Trial, question: Question) -> Callable[[str], tuple[Reading, ...]]:
    """What the columns say of a participant, visit by visit.

    Of an endpoint that is no visit's a "no" is none before the participant's time is over: it can still happen.
    """
    answers = trial.truths(question.variable, "visit" if question.visits else "participant")
    keys = keys_by_participant(trial, question)

    def readings(participant: str) -> tuple[Reading, ...]:
        if not question.visits:
            answer = answers.get((participant, ""))
            return (Reading("", None, answer if answer or is_over(trial, participant) else None),)
        after = trial.visit_dates.get((participant, question.after)) if question.after else None
        return tuple(
            Reading(key, on, answers.get((participant, key)))
            for key in keys.get(participant, ())
            for on in (trial.visit_dates.get((participant, key)),)
            if after is None or on is None or on > after
        )

    return readings


def decide(
    trial: Trial,
    question: Question,
    participant: str,
    readings: tuple[Reading, ...],
    happened: tuple[Happened, ...],
) -> Outcome:
    """The outcome of one participant, from what the columns say."""
    visit = trial.study.visits.get(question.decisive)
    facts = Facts(
        participant,
        trial.groups[participant],
        readings,
        question.decisive,
        until_of(trial, participant, question, visit),
        happened,
        is_due(trial, participant, visit) if visit else is_over(trial, participant),
    )
    return decide_outcome(facts, question.handling, counts_first=question.counts_first)


def until_of(trial: Trial, participant: str, question: Question, visit: Visit | None) -> date | None:
    """The day to which intercurrent events count: the visit's, or where it was not seen the end of its window."""
    if visit is None:
        return None
    seen = trial.visit_dates.get((participant, question.decisive))
    if seen is not None:
        return seen
    return deadline(trial, participant, visit)


def explained(trial: Trial, question: Question, outcome: Outcome) -> Outcome:
    """The outcome with the values behind it: of the event that decided, else of the variable where it was asked."""
    if outcome.why in ("intercurrent", "while_on_study"):
        event = trial.study.intercurrent_events[outcome.detail]
        return trial.with_reasons(outcome, event.rule.node, None)
    visit = outcome.visit or question.decisive
    return trial.with_reasons(outcome, question.variable, visit or None)


def count_group(
    trial: Trial, analysis: Analysis, question: Question, group: str, outcomes: tuple[Outcome, ...]
) -> Counted:
    arm = trial.study.arms[group].label if group else ""
    visit = question.shown_visit
    shown = trial.study.visits[visit].label if visit else ""
    beside = (
        (f"at {shown} instead: {question.variant}",)
        if shown and question.variant
        else (question.variant, shown)
    )
    label = " – ".join(part for part in (question.label, *beside, arm) if part)
    identity = f"{question.id}.{group}" if group else question.id
    estimate = estimate_proportion(identity, label, analysis, outcomes)
    is_tested = question.is_headline and not estimate.undecided
    p_value = exact_p(estimate, analysis.options.get("against")) if is_tested else None
    return Counted(
        identity,
        question.label,
        estimate,
        group,
        question.parameter,
        visit,
        question.variant,
        outcomes,
        p_value,
        question.is_headline,
    )


def estimate_proportion(
    identity: str, label: str, analysis: Analysis, outcomes: tuple[Outcome, ...]
) -> Estimate:
    method = analysis.interval_method or "clopper_pearson"
    kinds = Counter(one.kind for one in outcomes)
    responders, undecided = kinds["event"], kinds["not_due"]
    n = responders + kinds["no_event"]
    if n == 0 or undecided:
        return Estimate(identity, label, responders, n, None, None, None, analysis.level, method, undecided)
    from trialwright.analysis.methods.intervals import INTERVALS  # SciPy; a definition is checked without it

    low, high = INTERVALS[method](responders, n, analysis.level)
    return Estimate(
        identity, label, responders, n, responders / n, float(low), float(high), analysis.level, method
    )


def exact_p(estimate: Estimate, against: str | None) -> float | None:
    from trialwright.analysis.methods.binomial_test import exact_upper_p

    return exact_upper_p(estimate.responders, estimate.n, Fraction(against)) if against else None


def result_of(analysis: Analysis, counted: tuple[Counted, ...]) -> AnalysisResult:
    rows = tuple(row for one in counted for row in rows_of(analysis, one))
    return AnalysisResult(analysis.id, analysis.label, analysis.method, counted, rows)


def rows_of(analysis: Analysis, counted: Counted) -> tuple[Row, ...]:
    """The numbers of an estimate, one a row, with who contributes."""
    one = counted.estimate
    who = tuple(outcome.participant for outcome in counted.outcomes if outcome.kind in ("event", "no_event"))
    values = {"proportion": one.estimate, "low": one.low, "high": one.high}
    if counted.p_value is not None:
        values["p_value"] = counted.p_value
    return tuple(
        Row(
            analysis.id,
            one.label,
            counted.group,
            counted.parameter,
            counted.visit,
            statistic,
            value,
            one.method,
            one.level,
            one.n,
            one.responders,
            who,
            one.analysis_id,
        )
        for statistic, value in values.items()
    )
