"""Whether the rules of a rehearsal block read what the study has, and say yes or no where they must."""

from collections.abc import Iterator

from trialwright.expr.check import infer
from trialwright.expr.nodes import Rule
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import Scope
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.messages import problem
from trialwright.study.model import Study
from trialwright.study.rules import scope_of
from trialwright.values.problem import Problem


def check_block_rules(study: Study, block: Rehearsal) -> Iterator[Problem]:
    for plan in block.forms.values():
        yield from _check_condition(study, plan.fill, "visit")
    for rows in block.logs.values():
        for row in rows:
            yield from _check_condition(study, row.when, "visit")
            yield from _check_condition(study, row.whenever, "visit")
            yield from _check_condition(study, row.open_until, "visit")
    for dropout in block.dropouts.values():
        yield from _check_condition(study, dropout.when, "visit")
    if block.visits.unscheduled is not None:
        yield from _check_condition(study, block.visits.unscheduled.when, "visit")
    for mistake in block.mistakes:
        yield from _check_condition(study, mistake.when, *place_in(study, mistake.form))


def place_in(study: Study, form: str) -> tuple[Scope, str]:
    """Where a rule about a record of the form is asked: at the visit where it is entered, or of its row."""
    scope = scope_of(study.forms[form])
    return ("visit" if scope == "participant" else scope), form


def _check_condition(
    study: Study, rule: Rule | None, asked: Scope, form: str | None = None
) -> Iterator[Problem]:
    if rule is None:
        return
    typed = infer(rule.node, study.vocabulary, asked=asked, form=form, place=rule.place)
    if not isinstance(typed, Typed):
        yield from typed
    elif typed.kind != "truth":
        yield problem("rehearsal-yes-or-no", rule.place, kind=typed.kind)
