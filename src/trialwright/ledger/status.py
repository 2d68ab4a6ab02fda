"""Where a participant stands, and since when nobody is awaited any more."""

from datetime import date
from typing import Final

from trialwright.expr.nodes import Rule
from trialwright.expr.reader import Known, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, Status
from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.reader import CasebookReader
from trialwright.values.dates import partial_date_span
from trialwright.values.datum import Value

_DATES: Final = ("date", "partial_date")


def status_of(book: Casebook) -> Status:
    """The status that the participant's data and decisions give, by the rules of the study's lifecycle."""
    reader, lifecycle = CasebookReader(book), book.study.lifecycle
    if _holds(lifecycle.ended, reader):
        return "ended"
    if not book.enrolled:
        return _status_before(book)
    if _holds(lifecycle.treatment_ended, reader):
        return "follow_up"
    return "on_treatment" if _holds(lifecycle.dosed, reader) else "enrolled"


def _status_before(book: Casebook) -> Status:
    decided = latest_decisions(book)
    if any(decision.decision == "not_eligible" for decision in decided.values()):
        return "screen_failed"
    visits = deciding_visits(book.study)
    return "eligible" if visits and all(visit in decided for visit in visits) else "screening"


def end_date(reader: CasebookReader) -> str:
    """The date that the study's own rule for the end goes by, as stored, perhaps a partial one; "" while the
    participant has not ended, and where that rule reads no date."""
    rule = reader.book.study.lifecycle.ended
    if rule is None or not _holds(rule, reader):
        return ""
    for source in evaluate(rule.node, reader, Place()).used:
        form = reader.book.study.forms.get(source.form)
        if form is None or source.item not in form.items or form.items[source.item].type not in _DATES:
            continue
        state = reader.state(source.form, source.item, source.visit, source.repeat)
        if isinstance(state, Known) and isinstance(state.datum, Value):
            return state.datum.text
    return ""


def last_day(reader: CasebookReader) -> date | None:
    """The last day on which the participant can have been in the study; None while they are, or it is not known."""
    end = end_date(reader)
    return partial_date_span(end)[1] if end else None


def _holds(rule: Rule | None, reader: CasebookReader) -> bool:
    return rule is not None and evaluate(rule.node, reader, Place()).value is True
