"""Responders as observed, as the primary estimand counts them, and in sets that are made of those observed: why they differ."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trialwright.analysis.ard import POPULATIONS, Contribution, result_id
from trialwright.analysis.displays.estimates import headlines_of
from trialwright.analysis.displays.people import flow_boxes
from trialwright.analysis.displays.told import Told, estimand_of
from trialwright.analysis.flow import primary_endpoint
from trialwright.analysis.messages import HANDLING_WORDS, OUTCOME_WORDS, STRATEGY_WORDS
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.wording import counts_events
from trialwright.datasets.sources import HERE, reads
from trialwright.expr.nodes import Node
from trialwright.study.handlings import HANDLINGS
from trialwright.study.model import Analysis, Estimand

OBSERVED = "responders"  # of a box of the participant flow


@dataclass(frozen=True, slots=True)
class Responders:
    """Of the headline of an analysis: in whom the response was observed at its visit, and how each participant counts."""

    analysis: Analysis
    estimand: Estimand
    visit: str
    observed: frozenset[str]
    counted: Mapping[str, Contribution]

    @property
    def responding(self) -> frozenset[str]:
        return frozenset(who for who, one in self.counted.items() if one.kind == "event")


def responder_notes(told: Told, headline: Analysis) -> tuple[str, ...]:
    """Under the primary endpoint, each count of responders by its name and what lies between them; nothing where all are
    the same people, and of an endpoint of which the flow tells no responders."""
    found = responders_of(told, headline)
    if found is None:
        return ()
    sets = tuple(set_notes(told, found))
    if found.observed == found.responding and not sets:
        return ()
    return (counted_note(told, found), *sets)


def responders_of(told: Told, headline: Analysis) -> Responders | None:
    estimand, endpoint = estimand_of(told, headline), primary_endpoint(told.study)
    box = next((one for one in flow_boxes(told) if one.parameter == OBSERVED), None)
    if box is None or estimand is None or endpoint is None or estimand.endpoint != endpoint.id:
        return None
    counted = {one.participant: one for one in told.counted(headlines_of(told, headline))}
    return Responders(headline, estimand, endpoint.visit or "", frozenset(box.participants), counted)


def counted_note(told: Told, found: Responders) -> str:
    """From those observed to those counted, each difference with its reason."""
    lost = [found.counted.get(who) for who in sorted(found.observed - found.responding)]
    come = [found.counted[who] for who in sorted(found.responding - found.observed)]
    steps = (
        told.text(
            "{n} in whom the response was observed at {visit}, whatever intercurrent events (participant flow)",
            n=len(found.observed),
            visit=told.visit(found.visit),
        ),
        *(
            told.text("less {n}: {reason}", n=n, reason=reason)
            for reason, n in reasons(told, found, lost).items()
        ),
        *(
            told.text("and {n} not observed: {reason}", n=n, reason=reason)
            for reason, n in reasons(told, found, come).items()
        ),
        told.text("{n} counted as responders by the estimand", n=len(found.responding)),
    )
    return told.text("Counts of responders: {steps}.", steps=join_texts(told, steps))


def reasons(told: Told, found: Responders, ones: Sequence[Contribution | None]) -> Mapping[str, int]:
    """Why somebody counts otherwise than observed, with how many there are; None: who is not in the analysis."""
    return Counter(reason_of(told, found, one) for one in ones)


def reason_of(told: Told, found: Responders, one: Contribution | None) -> str:
    if one is None:
        population = told.study.populations[found.analysis.population or found.estimand.population]
        return told.text("not in “{label}”", label=told.name(population.label))
    event = told.study.intercurrent_events.get(one.detail)
    if event is not None:
        strategy = told.text(STRATEGY_WORDS[found.estimand.intercurrent[event.id]])
        return told.text("{label} ({strategy})", label=told.name(event.label), strategy=strategy)
    if one.why == "missing":
        handling = (*found.analysis.missing_as, found.estimand.missing)[0]
        return told.text(HANDLING_WORDS[HANDLINGS[handling]])
    return told.text(OUTCOME_WORDS[one.kind, counts_events(told, found.analysis.id)])


def set_notes(told: Told, found: Responders) -> Iterator[str]:
    """Of each set of an estimand whose rule asks for the response as observed, and that is not of those counted."""
    response = told.study.endpoints[found.estimand.endpoint].variable.node
    asked = items_read(told, response, HERE)
    used = dict.fromkeys(one.population for one in told.study.estimands.values())
    for name in used:
        if not asked & items_read(told, told.study.populations[name].rule.node, found.visit):
            continue
        members = frozenset(told.dataset.by_id[result_id("n", POPULATIONS, name)].participants)
        if not members or not members <= found.observed or members == found.responding:
            continue
        yield told.text(
            "“{label}” (n = {n}) is made of those observed: counted as responders here {both}, not counted {other}; observed and not in it {outside}.",
            label=told.name(told.study.populations[name].label),
            n=len(members),
            both=len(members & found.responding),
            other=len(members - found.responding),
            outside=len(found.observed - members),
        )


def items_read(told: Told, rule: Node, where: str) -> frozenset[tuple[str, str]]:
    """Form and item of what a rule reads at a visit; HERE: at the one at which it is asked."""
    found = reads(rule, told.study.vocabulary)
    return frozenset((one.form, one.item) for one in found if one.where == where)
