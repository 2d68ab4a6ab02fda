"""What one participant contributes to one estimate: the variable, the intercurrent events, the missing - in this order."""

from dataclasses import dataclass
from datetime import date

from trialwright.analysis.results import Outcome, OutcomeKind, Why
from trialwright.study.handlings import Handling
from trialwright.study.model import Strategy


@dataclass(frozen=True, slots=True)
class Reading:
    """What the variable says at one visit; answer None: it cannot be told."""

    visit: str
    on: date | None
    answer: bool | None


@dataclass(frozen=True, slots=True)
class Happened:
    """An intercurrent event. on None: its date is not known, so it counts."""

    event: str
    strategy: Strategy
    on: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one participant for one endpoint.

    readings: of the endpoint's visits, by date; of an endpoint that is no visit's, the one reading.
    decisive: the visit that must have been seen to say "no". until: events after it do not count.
    """

    participant: str
    group: str
    readings: tuple[Reading, ...]
    decisive: str
    until: date | None = None
    happened: tuple[Happened, ...] = ()
    is_due: bool = True


def decide_outcome(facts: Facts, handling: Handling, *, counts_first: bool) -> Outcome:
    """The outcome; counts_first: the endpoint is the first visit where the variable is true.

    A response fails by a composite intercurrent event whatever was observed; for an endpoint that counts
    events the composite event is itself one. `while on study` keeps what was observed until the event.
    """
    composite = next((one for one in counting(facts) if one.strategy == "composite"), None)
    if counts_first:
        seen = next((reading for reading in facts.readings if reading.answer), None)
        if seen:
            return outcome_of(facts, "event", "observed", seen.visit)
        if composite:
            return outcome_of(facts, "event", "intercurrent", detail=composite.event)
    elif composite:
        return outcome_of(facts, "no_event", "intercurrent", detail=composite.event)
    decided = next(
        (one for one in facts.readings if one.visit == facts.decisive and one.answer is not None), None
    )
    if decided:
        why: Why = "never_observed" if counts_first else "observed"
        return outcome_of(facts, "event" if decided.answer else "no_event", why, decided.visit)
    return outcome_without_answer(facts, handling)


def outcome_without_answer(facts: Facts, handling: Handling) -> Outcome:
    left = next((one for one in counting(facts) if one.strategy == "while on study"), None)
    if left:
        return outcome_of(facts, "no_event", "while_on_study", detail=left.event)
    if not facts.is_due:
        return outcome_of(facts, "not_due", "not_due", facts.decisive)
    kinds: dict[Handling, OutcomeKind] = {"event": "event", "left out": "left_out"}
    return outcome_of(facts, kinds.get(handling, "no_event"), "missing", facts.decisive)


def counting(facts: Facts) -> tuple[Happened, ...]:
    """Events not after the endpoint's visit."""
    return tuple(
        one for one in facts.happened if one.on is None or facts.until is None or one.on <= facts.until
    )


def outcome_of(facts: Facts, kind: OutcomeKind, why: Why, visit: str = "", detail: str = "") -> Outcome:
    return Outcome(facts.participant, facts.group, kind, why, visit, detail)
