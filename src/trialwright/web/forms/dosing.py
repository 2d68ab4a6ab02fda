"""What a form that records a dose says above its fields: the planned amount, and reasons to hold."""

from dataclasses import dataclass

from django.utils.translation import gettext

from trialwright.expr.reader import Known, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.visits import PlannedVisit
from trialwright.study.model import Form
from trialwright.values.datum import Value


@dataclass(frozen=True, slots=True)
class Dosing:
    plan: str = ""
    holds: tuple[str, ...] = ()


def dosing_of(reader: CasebookReader, form: Form, visit: PlannedVisit | None, language: str) -> Dosing:
    """Nothing for a form that records no dose."""
    study = reader.book.study
    if study.doses is None or study.doses.form != form.id or visit is None:
        return Dosing()
    holds = tuple(
        study.say(hold.text, language)
        for hold in study.doses.holds
        if evaluate(hold.when.node, reader, Place(visit=visit.key)).value is True
    )
    return Dosing(_plan(reader, visit, study.doses.unit), holds)


def _plan(reader: CasebookReader, visit: PlannedVisit, unit: str) -> str:
    state = reader.state("plan", "dose", visit.key, 0)
    if not isinstance(state, Known) or not isinstance(state.datum, Value):
        return ""
    return gettext("Planned at this visit: {amount} {unit}.").format(amount=state.datum.text, unit=unit)
