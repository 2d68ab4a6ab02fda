"""The participant flow: from those screened to those seen last, each box with its participants.

What the analysis "flow" may say in its options: stopped (rule of the participant), reason (form.item),
telephone (rule asked at a visit) and visits (ids). Nobody records who was approached, so that is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialwright.analysis.messages import problem
from trialwright.analysis.results import AnalysisResult, FlowBox, Outcome
from trialwright.analysis.rules import ask
from trialwright.analysis.trial import Trial, is_due, item_node
from trialwright.expr.nodes import Node
from trialwright.expr.parse import parse_rule
from trialwright.ledger.casebook import Casebook
from trialwright.study.model import Analysis, Study
from trialwright.values.problem import Problem


@dataclass(frozen=True, slots=True)
class FlowPlan:
    """The flow's rules, read from the options of its analysis."""

    stopped: Node | None = None
    reason: str = ""
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
    rules = {key: parse_rule(options[key], place) for key in ("stopped", "telephone") if options.get(key)}
    problems = tuple(one for found in rules.values() if isinstance(found, tuple) for one in found)
    nodes = {key: found.node for key, found in rules.items() if not isinstance(found, tuple)}
    named = tuple(options.get("visits", "").split()) or default_visits(study)
    unknown = tuple(
        problem("unknown-visit-in-flow", place, visit=one) for one in named if one not in study.visits
    )
    visits = tuple(one for one in named if one in study.visits)
    return FlowPlan(
        nodes.get("stopped"), options.get("reason", ""), nodes.get("telephone"), visits
    ), problems + unknown


def primary_endpoint_visit(study: Study) -> str:
    return next((one.visit for one in study.endpoints.values() if one.level == "primary" and one.visit), "")


def default_visits(study: Study) -> tuple[str, ...]:
    first = primary_endpoint_visit(study)
    if not first:
        return ()
    day = study.visits[first].day or 0
    return (
        first,
        *(
            visit.id
            for visit in study.visits.values()
            if visit.contact == "site" and visit.day and visit.day > day
        ),
    )


def make_flow(
    trial: Trial, books: Mapping[str, Casebook], outcomes: Sequence[Outcome]
) -> tuple[FlowBox, ...]:
    """All boxes, from top to bottom. outcomes: of the primary endpoint."""
    everybody = tuple(trial.groups)
    plan, _ = read_plan(trial.study)
    dosed = dosed_participants(trial)
    boxes = [
        FlowBox("approached", None),
        box("screened", everybody),
        *eligibility_boxes(trial.study, everybody, books, dosed),
        box("dosed", dosed, arm_lines(trial, dosed)),
        *stopped_boxes(trial, plan, dosed),
    ]
    return (*boxes, *visit_boxes(trial, plan, dosed, outcomes))


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


def dosed_participants(trial: Trial) -> tuple[str, ...]:
    rule = trial.study.lifecycle.dosed
    if rule is None:
        return tuple(one for one in trial.groups if one in trial.first_dose)
    answers = trial.truths(rule.node)
    return tuple(one for one in trial.groups if answers.get((one, "")))


def arm_lines(trial: Trial, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    if len(trial.study.arms) < 2:
        return ()
    return tuple(
        box(f"dosed-{arm.id}", (one for one in dosed if trial.groups[one] == arm.id), label=arm.label)
        for arm in trial.study.arms.values()
    )


def eligibility_boxes(
    study: Study, everybody: Sequence[str], books: Mapping[str, Casebook], dosed: Sequence[str]
) -> tuple[FlowBox, ...]:
    """Who failed and by which criterion, who is not decided, who is eligible and was not dosed.

    A participant may fail several criteria and then stands in several lines. The last decision counts.
    """
    last = {one: books[one].decisions[-1] for one in everybody if one in books and books[one].decisions}
    failed = tuple(one for one in everybody if one in last and last[one].decision == "not_eligible")
    eligible = tuple(one for one in everybody if one in last and last[one].decision == "eligible")
    open_ones = tuple(one for one in everybody if one not in last)
    lines = tuple(
        box(f"not_eligible-{criterion.id}", who, label=f"{criterion.id}: {criterion.text}")
        for criterion in study.criteria.values()
        for who in (tuple(one for one in failed if is_failed(study, criterion.id, dict(last[one].criteria))),)
        if who
    )
    waiting = tuple(one for one in eligible if one not in dosed)
    return (
        box("not_eligible", failed, lines, is_aside=True),
        *((box("undecided", open_ones, is_aside=True),) if open_ones else ()),
        box("eligible", eligible),
        *((box("not_dosed", waiting, is_aside=True),) if waiting else ()),
    )


def is_failed(study: Study, criterion: str, said: Mapping[str, str]) -> bool:
    """The statuses are of the participant's fitness: "not_met" stands for a criterion that keeps the participant out."""
    return said.get(criterion) == "not_met"


def stopped_boxes(trial: Trial, plan: FlowPlan, dosed: Sequence[str]) -> tuple[FlowBox, ...]:
    if plan.stopped is None:
        return ()
    answers = trial.truths(plan.stopped)
    who = tuple(one for one in dosed if answers.get((one, "")))
    return (box("stopped", who, reason_lines(trial, plan.reason, who), is_aside=True),)


def reason_lines(trial: Trial, reason: str, who: Sequence[str]) -> tuple[FlowBox, ...]:
    """By reason, in the order of the code list; who has none comes last."""
    if not reason:
        return ()
    form, _, name = reason.partition(".")
    item = trial.study.forms[form].items[name]
    rows = ask(item_node(reason), trial.study.vocabulary, trial.windowed.tables, "participant")
    said = {str(row["participant"]): row["value"] for row in rows}
    codes = trial.study.code_lists[item.code_list].codes if item.code_list else ()
    lines = [
        box(f"stopped-{code.code}", inside, label=code.label)
        for code in codes
        for inside in (tuple(one for one in who if said.get(one) == code.code),)
        if inside
    ]
    silent = tuple(one for one in who if said.get(one) is None)
    return (*lines, *((box("stopped-no_reason", silent),) if silent else ()))


def visit_boxes(
    trial: Trial, plan: FlowPlan, dosed: Sequence[str], outcomes: Sequence[Outcome]
) -> tuple[FlowBox, ...]:
    """At each visit who was seen, who was not and how; after the primary endpoint's visit only responders go on."""
    boxes: list[FlowBox] = []
    going = tuple(dosed)
    responders = tuple(one.participant for one in outcomes if one.kind == "event")
    primary = primary_endpoint_visit(trial.study)
    calls = trial.truths(plan.telephone, "visit") if plan.telephone else {}
    for visit in plan.visits:
        seen = tuple(one for one in going if is_seen(trial, one, visit) and not calls.get((one, visit)))
        boxes.append(box(f"seen-{visit}", seen))
        boxes.append(
            missing_box(trial, visit, going, seen, tuple(one for one in going if calls.get((one, visit))))
        )
        if visit == primary:
            going = tuple(one for one in going if one in responders)
            boxes.append(box("responders", going))
    return tuple(boxes)


def is_seen(trial: Trial, participant: str, visit: str) -> bool:
    return (participant, visit) in trial.visit_dates


def missing_box(
    trial: Trial, visit: str, going: Sequence[str], seen: Sequence[str], called: Sequence[str]
) -> FlowBox:
    """Who was not seen: reached by telephone, not reached, not yet due."""
    away = tuple(one for one in going if one not in seen)
    planned = trial.study.visits[visit]
    waiting = tuple(one for one in away if one not in called and not is_due(trial, one, planned))
    lost = tuple(one for one in away if one not in called and one not in waiting)
    lines = (("telephone", tuple(called)), ("lost", lost), ("not_due", waiting))
    return box(
        f"missing-{visit}",
        away,
        tuple(box(f"{name}-{visit}", who) for name, who in lines if who),
        is_aside=True,
    )
