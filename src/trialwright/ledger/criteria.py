"""The criteria of eligibility at a visit: met, not met, or not to be told yet, with what each one read."""

from dataclasses import dataclass
from typing import Literal

from trialwright.expr.answer import Answer
from trialwright.expr.check import infer
from trialwright.expr.nodes import ItemRef, Node
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.expr.types import Typed
from trialwright.ledger.casebook import Casebook, EligibilityDecision
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.schedule.visits import visit_of
from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.model import Criterion, Study

CriterionState = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class CriterionStatus:
    """status: whether the criterion allows the participant; so an exclusion is "met" where its text is not true.

    answer: of the rule or attestation itself, with the values that it used and what it still needs.
    """

    criterion: Criterion
    status: CriterionState
    answer: Answer


def criteria_at(book: Casebook, visit: str) -> tuple[CriterionStatus, ...]:
    """The criteria that are decided at a visit, in the order of the definition."""
    reader = CasebookReader(book)
    return tuple(
        _status(criterion, evaluate(_node(criterion), reader, Place(visit)))
        for criterion in book.study.criteria.values()
        if visit_of(visit) in criterion.decided_at
    )


def deciding_visits(study: Study) -> tuple[str, ...]:
    """The visits where criteria are decided, in the order of the schedule."""
    named = {visit for criterion in study.criteria.values() for visit in criterion.decided_at}
    return tuple(visit for visit in study.visits if visit in named)


def lists_read(study: Study, criterion: Criterion) -> frozenset[str]:
    """The lists with a question before them that the rule of a criterion goes through."""
    if criterion.rule is None:
        return frozenset()
    typed = infer(criterion.rule.node, study.vocabulary, asked="visit", place=criterion.rule.place)
    needs = typed.needs if isinstance(typed, Typed) else ()
    return frozenset(need.form for need in needs if need.item == GATE)


def latest_decisions(book: Casebook) -> dict[str, EligibilityDecision]:
    """The decision that stands at each visit."""
    return {decision.visit: decision for decision in book.decisions}


def _node(criterion: Criterion) -> Node:
    if criterion.rule is not None:
        return criterion.rule.node
    return ItemRef(ELIGIBILITY_FORM, criterion.id.lower(), (0, 0))


def _status(criterion: Criterion, answer: Answer) -> CriterionStatus:
    if not isinstance(answer.value, bool):
        return CriterionStatus(criterion, "unknown", answer)
    allows = answer.value is (criterion.kind == "inclusion")
    return CriterionStatus(criterion, "met" if allows else "not_met", answer)
