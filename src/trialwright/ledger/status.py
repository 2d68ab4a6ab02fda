"""Where a participant stands."""

from trialwright.expr.nodes import Rule
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, Status
from trialwright.ledger.criteria import deciding_visits, latest_decisions
from trialwright.ledger.reader import CasebookReader


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


def _holds(rule: Rule | None, reader: CasebookReader) -> bool:
    return rule is not None and evaluate(rule.node, reader, Place()).value is True
