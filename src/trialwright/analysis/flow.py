"""The participant flow: from those screened to those seen last, each box with its participants.

What the analysis "flow" may say in its options: stopped and left_study (rules of the participant) with reason and
left_study_reason (form.item), telephone (rule asked at a visit) and visits (ids). Nobody records who was approached, so that is not known.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from trialwright.analysis.flow_sets import outside_boxes
from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, FlowBox
from trialwright.analysis.rules import ask
from trialwright.analysis.trial import Trial, is_due
from trialwright.datasets.analysis_visits import item_node
from trialwright.datasets.flow import derive_flow
from trialwright.expr.nodes import Call, Name, Node
from trialwright.expr.parse import parse_rule
from trialwright.study.model import Analysis, Endpoint, Estimand, Study, Visit
from trialwright.values.problem import Problem

NO_SPAN: Final = (0, 0)  # of a node that stands in no text
# The option with the rule -> the option with the item of the reason.
ENDED: Final = MappingProxyType({"stopped": "reason", "left_study": "left_study_reason"})
RULES: Final = (*ENDED, "telephone")  # options that are rules
OPTIONS: Final = (*RULES, *ENDED.values(), "visits")


@dataclass(frozen=True, slots=True)
class Ended:
    """rule: who ended something early, asked of the participant; reason: form.item, or ""."""

    rule: Node
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FlowPlan:
    """The flow's rules, read from the options of its analysis. ended: by the option with the rule, those that are given."""

    ended: Mapping[str, Ended] = field(default_factory=dict)
    telephone: Node | None = None
    visits: tuple[str, ...] = ()


def flow(trial: Trial, analysis: Analysis) -> tuple[AnalysisResult, tuple[Problem, ...]]:
    """The boxes are made for every report; here stands only what the definition says about them."""
    _, problems = read_plan(trial.study)
    return AnalysisResult(analysis.id, analysis.label, analysis.method), problems


def flow_analysis(study: Study) -> Analysis | None:
    return next((one for one in study.analyses.values() if one.method == "flow"), None)


def read_plan(study: Study) -> tuple[FlowPlan, tuple[Problem, ...]]:
    """The plan of the definition; without one, the visit of the primary endpoint and the visits after it."""
    analysis = flow_analysis(study)
    options: Mapping[str, str] = analysis.options if analysis else {}
    place = analysis.place if analysis else ""
    rules = {key: parse_rule(options[key], place) for key in RULES if options.get(key)}
    problems = tuple(one for found in rules.values() if isinstance(found, tuple) for one in found)
    nodes = {key: found.node for key, found in rules.items() if not isinstance(found, tuple)}
    named = tuple(options.get("visits", "").split()) or default_visits(study)
    unknown = tuple(
        problem("unknown-visit-in-flow", place, visit=one) for one in named if one not in study.visits
    )
    visits = tuple(one for one in named if one in study.visits)
    ended = {
        name: Ended(nodes[name], options.get(reason, "")) for name, reason in ENDED.items() if name in nodes
    }
    return FlowPlan(ended, nodes.get("telephone"), visits), problems + unknown


def primary_endpoint(study: Study) -> Endpoint | None:
    return next((one for one in study.endpoints.values() if one.is_primary and one.visit), None)


def primary_estimand(study: Study) -> Estimand | None:
    """The first estimand of a primary endpoint."""
    return next((one for one in study.estimands.values() if study.endpoints[one.endpoint].is_primary), None)


def default_visits(study: Study) -> tuple[str, ...]:
    endpoint = primary_endpoint(study)
    if endpoint is None or endpoint.visit is None:
        return ()
    day = study.visits[endpoint.visit].day or 0
    return (
        endpoint.visit,
        *(
            visit.id
            for visit in study.visits.values()
            if visit.contact == "site" and visit.day and visit.day > day
        ),
    )


def make_flow(trial: Trial) -> tuple[FlowBox, ...]:
    """All boxes, from top to bottom."""
    plan, _ = read_plan(trial.study)
    counted = derive_flow(trial.study, trial.windowed.tables).select("step", "of", "participants").iter_rows()
    reached = {
        (step, of): frozenset(who)
        for step, of, who in counted
        if step not in ("visit", "endpoint", "stopped")
    }
    dosed = in_order(trial, reached["dosed", ""])
    return (
        FlowBox("approached", None),
        box("screened", trial.groups),
        *eligibility_boxes(trial, reached),
        *enrolment_boxes(trial, reached),
        box("dosed", dosed, arm_lines(trial, dosed)),
        *set_boxes(trial, dosed),
        *outside_boxes(trial),
        *ended_boxes(trial, plan, "stopped", dosed),
        *visit_boxes(trial, plan, dosed),
        *ended_boxes(trial, plan, "left_study", dosed),
    )


def box(
    identity: str,
    participants: Iterable[str],
    lines: tuple[FlowBox, ...] = (),
    *,
    label: str = "",
    is_aside: bool = False,
) -> FlowBox:
    who = tuple(participants)
    return FlowBox(identity, len(who), who, lines, label, is_aside)


def arm_lines(trial: Trial, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    if len(trial.study.arms) < 2:
        return ()
    return tuple(
        box(f"dosed-{arm.id}", (one for one in dosed if trial.groups[one] == arm.id), label=arm.label)
        for arm in trial.study.arms.values()
    )


def eligibility_boxes(trial: Trial, reached: Mapping[tuple[str, str], frozenset[str]]) -> tuple[FlowBox, ...]:
    """Who failed and by which criterion, who left before a decision, who is not decided yet, who is eligible.

    A participant may fail several criteria and then stands in several lines.
    """
    nobody: frozenset[str] = frozenset()
    eligible = in_order(trial, reached["accepted", ""])
    failed = in_order(trial, reached["not_eligible", ""])
    left = tuple(one for one in in_order(trial, reached["left", ""]) if one not in eligible)
    decided = {*eligible, *failed, *left}
    undecided = tuple(one for one in trial.groups if one not in decided)
    lines = tuple(
        box(f"not_eligible-{criterion.id}", who, label=criterion.text)
        for criterion in trial.study.criteria.values()
        for who in (in_order(trial, reached.get(("not_eligible", criterion.id), nobody)),)
        if who
    )
    return (
        box("not_eligible", failed, lines, is_aside=True),
        *some("left", left),
        *some("undecided", undecided),
        box("eligible", eligible),
    )


def enrolment_boxes(trial: Trial, reached: Mapping[tuple[str, str], frozenset[str]]) -> tuple[FlowBox, ...]:
    """Who was enrolled, who was found eligible and was not, and who was enrolled and had no dose."""
    enrolled, dosed = reached["enrolled", ""], reached["dosed", ""]
    outside = tuple(
        one for one in in_order(trial, reached["accepted", ""]) if one not in enrolled and one not in dosed
    )
    without = tuple(one for one in in_order(trial, enrolled) if one not in dosed)
    return (
        *some("not_enrolled", outside),
        box("enrolled", in_order(trial, enrolled)),
        *some("not_dosed", without),
    )


def set_boxes(trial: Trial, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    """The population of the primary estimand, as its rule gives it, and those dosed who are not in it."""
    estimand = primary_estimand(trial.study)
    if estimand is None:
        return ()
    population = trial.study.populations[estimand.population]
    members = trial.members(population.id)
    outside = tuple(one for one in dosed if one not in members)
    return (
        box(f"set-{population.id}", members, label=population.label),
        *some("not_in_set", outside),
    )


def some(identity: str, participants: tuple[str, ...]) -> tuple[FlowBox, ...]:
    """A box at the side, where somebody stands in it."""
    return (box(identity, participants, is_aside=True),) if participants else ()


def in_order(trial: Trial, who: Container[str]) -> tuple[str, ...]:
    return tuple(one for one in trial.groups if one in who)


def ended_boxes(trial: Trial, plan: FlowPlan, identity: str, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    """Of those dosed who ended something early, by reason: the treatment, or the study."""
    ended = plan.ended.get(identity)
    if ended is None:
        return ()
    answers = trial.truths(ended.rule)
    who = tuple(one for one in dosed if answers.get((one, "")))
    return (box(identity, who, reason_lines(trial, identity, ended.reason, who), is_aside=True),)


def reason_lines(trial: Trial, identity: str, reason: str, who: Sequence[str]) -> tuple[FlowBox, ...]:
    """By reason, in the order of the code list; who has none comes last."""
    if not reason:
        return ()
    form, _, name = reason.partition(".")
    item = trial.study.forms[form].items[name]
    rows = ask(item_node(reason), trial.study.vocabulary, trial.windowed.tables, "participant")
    said = dict(rows.select("participant", "value").iter_rows())
    codes = trial.study.code_lists[item.code_list].codes if item.code_list else ()
    lines = [
        box(f"{identity}-{code.code}", inside, label=code.label)
        for code in codes
        for inside in (tuple(one for one in who if said.get(one) == code.code),)
        if inside
    ]
    silent = tuple(one for one in who if said.get(one) is None)
    return (*lines, *((box(f"{identity}-no_reason", silent),) if silent else ()))


def visit_boxes(trial: Trial, plan: FlowPlan, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    """At each visit who was seen, who was not and how; of a conditional visit those for whom its condition says yes,
    or, where it is planned while that cannot be told, does not say no."""
    boxes: list[FlowBox] = []
    calls = trial.truths(plan.telephone, "visit") if plan.telephone else {}
    for name in plan.visits:
        visit = trial.study.visits[name]
        going = expected_at(trial, visit, dosed)
        called = tuple(one for one in going if calls.get((one, name)))
        seen = tuple(one for one in going if is_seen(trial, one, name) and one not in called)
        boxes.append(box(f"seen-{name}", seen))
        boxes.append(missing_box(trial, visit, going, seen, called))
        boxes += responder_boxes(trial, name, going)
    return tuple(boxes)


def expected_at(trial: Trial, visit: Visit, dosed: Sequence[str]) -> tuple[str, ...]:
    if visit.when is None:
        return tuple(dosed)
    at_it = Call("at", (Name(visit.id, NO_SPAN), visit.when.node), (), NO_SPAN)
    answers = trial.truths(at_it)
    expected = (True, None) if visit.if_unknown == "plan" else (True,)
    return tuple(one for one in dosed if answers.get((one, "")) in expected)


def responder_boxes(trial: Trial, visit: str, going: Sequence[str]) -> tuple[FlowBox, ...]:
    """After the visit of the primary endpoint: in whom the response was observed."""
    endpoint = primary_endpoint(trial.study)
    if endpoint is None or endpoint.visit != visit:
        return ()
    answers = trial.truths(endpoint.variable.node, "visit")
    return (box("responders", (one for one in going if answers.get((one, visit)))),)


def is_seen(trial: Trial, participant: str, visit: str) -> bool:
    return (participant, visit) in trial.visit_dates


def missing_box(
    trial: Trial, visit: Visit, going: Sequence[str], seen: Sequence[str], called: Sequence[str]
) -> FlowBox:
    """Who was not seen: reached by telephone, not reached, not yet due."""
    away = tuple(one for one in going if one not in seen)
    waiting = tuple(one for one in away if one not in called and not is_due(trial, one, visit))
    lost = tuple(one for one in away if one not in called and one not in waiting)
    lines = (("telephone", tuple(called)), ("lost", lost), ("not_due", waiting))
    return box(
        f"missing-{visit.id}",
        away,
        tuple(box(f"{name}-{visit.id}", who) for name, who in lines if who),
        is_aside=True,
    )
