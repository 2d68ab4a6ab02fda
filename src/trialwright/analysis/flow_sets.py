"""Boxes of the participant flow of analysis sets beside the primary one: who is outside, and by which parts of the rule.

A set has a box where a sensitivity analysis of an estimand of the primary endpoint is of it. ICH E3, 11.1 and 16.2.3.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from trialwright.analysis.results import FlowBox
from trialwright.analysis.trial import Trial
from trialwright.expr.nodes import And, Node
from trialwright.study.model import Population, Study

OUTSIDE: Final = (
    "outside"  # of a box: "outside-SET"; its parts "outside-SET.1", "untold-SET.1", "outside-SET.review"
)
UNTOLD: Final = "untold"
REVIEW: Final = "review"


def sets_beside(study: Study) -> dict[str, str]:
    """The populations of sensitivity analyses, in the order of the plan, that are others than their estimand's, which
    stands beside each."""
    found: dict[str, str] = {}
    for one in study.analyses.values():
        estimand = study.estimands.get(one.estimand or "")
        if estimand is None or not one.sensitivity_of or not one.population:
            continue
        if one.population != estimand.population and study.endpoints[estimand.endpoint].is_primary:
            found.setdefault(one.population, estimand.population)
    return found


def conditions_of(study: Study, name: str) -> tuple[Node, ...]:
    """The parts that all must be so, of the rule of a set and of those around it up to the set of the estimand."""
    found: list[Node] = []
    end, around = sets_beside(study).get(name), name
    while around and around != end:
        node = study.populations[around].rule.node
        found += node.operands if isinstance(node, And) else (node,)
        around = study.populations[around].within or ""
    return tuple(found)


def outside_boxes(trial: Trial) -> tuple[FlowBox, ...]:
    """A box at the side for each set, of those in the population around it who are not in the set, if there are any."""
    return tuple(
        FlowBox(
            f"{OUTSIDE}-{name}",
            len(who),
            who,
            tuple(condition_lines(trial, population, who)),
            population.label,
            is_aside=True,
        )
        for name, around in sets_beside(trial.study).items()
        for population in (trial.study.populations[name],)
        for who in (outside(trial, name, around),)
        if who
    )


def outside(trial: Trial, name: str, around: str) -> tuple[str, ...]:
    inside = frozenset(trial.members(name))
    return tuple(one for one in trial.members(around) if one not in inside)


def condition_lines(trial: Trial, population: Population, who: Sequence[str]) -> Iterator[FlowBox]:
    """By part of the rule: of whom it is not so; of whom no part is known not to be so, those that cannot be told; and
    whom the data review put out. Somebody may stand in several lines."""
    put_out = {one for one, (is_in, _) in trial.decided(population.id).items() if not is_in}
    asked = [one for one in who if one not in put_out]
    answers = [trial.truths(node) for node in conditions_of(trial.study, population.id)]
    failed = {one for one in asked if any(told.get((one, "")) is False for told in answers)}
    for at, told in enumerate(answers, 1):
        yield from line(
            f"{OUTSIDE}-{population.id}.{at}", [one for one in asked if told.get((one, "")) is False]
        )
        yield from line(
            f"{UNTOLD}-{population.id}.{at}",
            [one for one in asked if one not in failed and told.get((one, "")) is None],
        )
    yield from line(f"{OUTSIDE}-{population.id}.{REVIEW}", [one for one in who if one in put_out])


def line(identity: str, who: Sequence[str]) -> tuple[FlowBox, ...]:
    return (FlowBox(identity, len(who), tuple(who)),) if who else ()
