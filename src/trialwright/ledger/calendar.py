"""A participant's visits and doses, with what is known of them today."""

from datetime import date

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, Record
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.doses import DoseRecord, PlannedDose, plan_doses
from trialwright.schedule.visits import PlannedVisit, plan_visits
from trialwright.values.datum import Value


def calendar(book: Casebook, today: date) -> tuple[PlannedVisit, ...]:
    """Every visit with its target, window, condition and state. today: the site's calendar day."""
    reader = CasebookReader(book)
    return plan_visits(
        book.study.visits,
        reader.held(),
        first_dose=reader.first_dose,
        conditions=lambda visit: _condition(reader, visit),
        today=today,
    )


def _condition(reader: CasebookReader, visit: str) -> bool | None:
    """What the `when` of a visit says; None where it has none, or that cannot be told yet."""
    when = reader.book.study.visits[visit].when
    answer = evaluate(when.node, reader, Place(visit)).value if when is not None else None
    return answer if isinstance(answer, bool) else None


def doses(book: Casebook, today: date) -> tuple[PlannedDose, ...]:
    """Every planned dose of the participant's arm and what became of it; none without a dose plan or arm. At a visit
    that is not planned for the participant (any more) no dose is, unless one was recorded.

    The dose form has the items `given` and `date`; `study.check_plan` sees to it.
    """
    plan = book.study.doses
    if plan is None:
        return ()
    records = {visit: _dose(record) for (visit, form, _), record in book.records.items() if form == plan.form}
    reader = CasebookReader(book)
    visits = {
        name: visit
        for name, visit in book.study.visits.items()
        if name in records or _condition(reader, name) is not False
    }
    return plan_doses(plan, visits, records, arm=book.arm, first_dose=reader.first_dose, today=today)


def _dose(record: Record) -> DoseRecord:
    given, day = _text(record, "given"), _text(record, "date")
    return DoseRecord(
        None if given is None else given == "true", None if day is None else date.fromisoformat(day)
    )


def _text(record: Record, item: str) -> str | None:
    entry = record.items.get(item)
    return entry.datum.text if entry is not None and isinstance(entry.datum, Value) else None
