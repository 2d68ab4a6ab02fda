"""The events behind counts of people: why somebody stands in a population, or in a box of the flow."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from trialwright.analysis.flow import FlowPlan, primary_endpoint, primary_estimand, read_plan
from trialwright.analysis.flow_sets import OUTSIDE, UNTOLD
from trialwright.analysis.results import FlowBox, Used
from trialwright.analysis.trial import Trial
from trialwright.datasets.analysis_visits import item_node
from trialwright.expr.nodes import Node, Rule
from trialwright.ledger.casebook import Casebook

Books = Mapping[str, Casebook]
Find = Callable[[str], Iterable[int]]  # participant -> sequences


def population_events(trial: Trial) -> dict[str, tuple[str, ...]]:
    """Population -> "participant:sequence" of what its rule, and those of the populations around it, read of each
    member, and of what the data review decided of them. What rules read is not told where the data have no readers."""
    return {
        name: events_by(trial.members(name), partial(behind_member, trial, name))
        for name in trial.study.populations
    }


def behind_member(trial: Trial, population: str, participant: str) -> tuple[int, ...]:
    read = read_for_population(trial, population, participant)
    return (*read, *trial.decisions_on(population, participant))


def read_for_population(trial: Trial, population: str, participant: str) -> tuple[int, ...]:
    known = trial.study.populations[population]
    own = read_by(trial, participant, known.rule.node)
    return (*own, *(read_for_population(trial, known.within, participant) if known.within else ()))


def with_events(trial: Trial, books: Books, boxes: Iterable[FlowBox]) -> tuple[FlowBox, ...]:
    """The boxes of the flow, each with the events that put its participants there."""
    plan, _ = read_plan(trial.study)
    return tuple(box_with_events(trial, plan, books, box) for box in boxes)


def box_with_events(trial: Trial, plan: FlowPlan, books: Books, box: FlowBox) -> FlowBox:
    find = finder(trial, plan, books, box.id)
    lines = tuple(box_with_events(trial, plan, books, line) for line in box.lines)
    return replace(box, lines=lines, events=events_by(box.participants, find))


def finder(trial: Trial, plan: FlowPlan, books: Books, box: str) -> Find:
    """What tells that somebody stands in a box; of who left or is not decided yet, that they were screened."""
    kind, _, of = box.partition("-")
    visit = visit_finder(trial, plan, books, kind, of)
    if visit is not None:
        return visit
    rules = box_rules(trial, plan, kind, of)
    population = population_of_box(trial, kind, of)
    if rules:
        return lambda one: (
            *(number for node in rules for number in read_by(trial, one, node)),
            *trial.decisions_on(population, one),
        )
    if kind in ("eligible", "not_eligible", "not_enrolled"):
        return lambda one: decided(books, one)
    if kind in ("enrolled", "not_dosed"):
        return lambda one: (books[one].enrolled,) if one in books else ()
    return lambda one: (books[one].coded,) if one in books else ()


def box_rules(trial: Trial, plan: FlowPlan, kind: str, of: str) -> tuple[Node, ...]:
    """The rules that put somebody in a box, which are asked of the participant."""
    population = population_of_box(trial, kind, of)
    if kind == "dosed":
        return nodes_of(trial.study.lifecycle.dosed)
    if population in trial.study.populations:
        return nodes_of(trial.study.populations[population].rule)
    ended = plan.ended.get(kind)
    return () if ended is None else (ended.rule, *((item_node(ended.reason),) if ended.reason else ()))


def population_of_box(trial: Trial, kind: str, of: str) -> str:
    """The population that a box tells of who is in it, or who is not; "" for any other box."""
    estimand = primary_estimand(trial.study)
    if kind in (OUTSIDE, UNTOLD):
        return of.partition(".")[0]
    return of if kind == "set" else estimand.population if kind == "not_in_set" and estimand else ""


def nodes_of(rule: Rule | None) -> tuple[Node, ...]:
    return (rule.node,) if rule else ()


def visit_finder(trial: Trial, plan: FlowPlan, books: Books, kind: str, visit: str) -> Find | None:
    """Of boxes of a visit: that it was held, or missed; what was reached by telephone; what the endpoint read."""
    if kind == "responders":
        endpoint = primary_endpoint(trial.study)
        return (
            None
            if endpoint is None
            else lambda one: read_by(trial, one, endpoint.variable.node, endpoint.visit)
        )
    call = plan.telephone
    if kind == "telephone" and call is not None:
        return lambda one: read_by(trial, one, call, visit)
    if kind in ("seen", "missing", "telephone", "lost", "not_due"):
        return lambda one: held_at(books, one, visit)
    return None


def read_by(trial: Trial, participant: str, node: Node, visit: str | None = None) -> tuple[int, ...]:
    """Sequences of what a rule read of a participant."""
    told = trial.tell(participant, node, visit)
    return sequences_of(told.used) if told else ()


def sequences_of(used: Iterable[Used]) -> tuple[int, ...]:
    return tuple(one.sequence for one in used if one.sequence)


def decided(books: Books, participant: str) -> tuple[int, ...]:
    """The last decision about a participant."""
    decisions = books[participant].decisions if participant in books else ()
    return (decisions[-1].sequence,) if decisions else ()


def held_at(books: Books, participant: str, visit: str) -> tuple[int, ...]:
    """Of the date of a visit, or of the reason why it has none."""
    record = books[participant].records.get((visit, "visit", 0)) if participant in books else None
    entry = record.items.get("date") if record else None
    return (entry.sequence,) if entry else ()


def events_by(participants: Iterable[str], find: Find) -> tuple[str, ...]:
    """ "participant:sequence" of what is found of each, once each; a sequence 0 is no event."""
    return tuple(f"{one}:{number}" for one in participants for number in sorted({*find(one)} - {0}))
