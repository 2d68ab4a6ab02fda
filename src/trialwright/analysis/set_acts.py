"""Decisions of the data review on who is in an analysis set, as the report tells them: every one, also those that were
replaced or withdrawn since. ICH E9 5.2"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from trialwright.analysis.page import Person, Report
from trialwright.ledger.events import SetDecided

# How a decision, and what a rule says, stand in the files.
_WORDS: Final[Mapping[bool | None, str]] = MappingProxyType({True: "in", False: "out", None: "rule"})
_BY_RULE: Final[Mapping[bool | None, str]] = MappingProxyType({True: "in", False: "out", None: "unknown"})


@dataclass(frozen=True, slots=True)
class SetAct:
    """decision: "in", "out", or "rule" where the rule tells again. rule: what it says at the data cut, "in", "out" or
    "unknown". reason: "" where it was redacted; author: the name behind the account. event: "participant:sequence"."""

    participant: str
    population: str
    decision: str
    rule: str
    reason: str
    account: str
    author: str
    role: str
    utc: str
    event: str


def set_acts(report: Report) -> tuple[SetAct, ...]:
    """By population in the order of the plan, and then by time; of sets that the plan does not have any more none."""
    order = {name: at for at, name in enumerate(report.study.populations)}
    found = (one for person in report.people.values() for one in _of_person(report, person))
    known = [one for one in found if one.population in order]
    return tuple(sorted(known, key=lambda one: (order[one.population], one.utc, one.event)))


def _of_person(report: Report, person: Person) -> Iterator[SetAct]:
    who = person.book.participant
    for event in person.events:
        if isinstance(event.body, SetDecided):
            envelope, population = event.envelope, event.body.population
            yield SetAct(
                who,
                population,
                _WORDS[event.body.is_in],
                _BY_RULE[report.results.by_rule.get((population, who))],
                event.reason or "",
                envelope.actor,
                report.author(envelope.actor),
                envelope.role,
                envelope.server_utc,
                f"{who}:{event.sequence}",
            )
