"""What a role may not see, told before any casebook is read: for lists that the database counts and cuts into pages."""

from dataclasses import dataclass

from trialwright.ledger.casebook import Casebook, Entry, Record
from trialwright.ledger.commands import Actor
from trialwright.ledger.visible import Hidden, hidden_from
from trialwright.study.model import Study
from trialwright.values.datum import Value


@dataclass(frozen=True, slots=True)
class Veil:
    """What is hidden for as long as a visit of the participant has no date; visit "" is never held."""

    visit: str
    hidden: Hidden


def veils(study: Study, actor: Actor) -> tuple[Veil, ...]:
    """All that is hidden from the actor's role in any casebook; none for a role that is not blinded.

    `hidden_from` is asked about casebooks in which all visits but one were held, so that one rule says what is hidden.
    """
    if actor.role not in study.design.blinded:
        return ()
    lifting = {item.blinded_until or "" for form in study.forms.values() for item in form.items.values()}
    return tuple(
        Veil(visit, hidden_from(_held(study, lifting - {visit}), actor=actor))
        for visit in sorted({"", *lifting})
    )


def _held(study: Study, visits: set[str]) -> Casebook:
    date = {"date": Entry(Value("2000-01-01"), 1)}
    return Casebook(
        study, "", records={(visit, "visit", 0): Record(visit, "visit", 0, date, 1, "") for visit in visits}
    )
