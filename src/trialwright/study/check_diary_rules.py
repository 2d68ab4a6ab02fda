"""Rules of the diary: a phone knows the answers of one entry, and a score of a week those of the diary."""

from collections.abc import Iterator, Mapping
from typing import Final

from trialwright.expr.nodes import Call, Rule
from trialwright.expr.types import Typed
from trialwright.expr.walk import AGGREGATES, ELSEWHERE
from trialwright.study.messages import problem
from trialwright.study.model import DiaryScore, Form, Study
from trialwright.study.rules import unfolded
from trialwright.values.problem import Problem

_BEYOND: Final = ELSEWHERE | AGGREGATES | {"upper_limit", "lower_limit", "expiry"}


def check_diary_rules(study: Study, typings: Mapping[int, Typed]) -> Iterator[Problem]:
    """typings: by the identity of the rule."""
    for form in study.forms.values():
        if form.ask is not None:
            yield from _check_entry(study, form, typings)
    for score in study.diary.scores if study.diary else ():
        typed = typings.get(id(score.rule))
        if typed is not None:
            yield from _check_score(study, score, typed)


def _check_score(study: Study, score: DiaryScore, typed: Typed) -> Iterator[Problem]:
    """A score stands beside the diary, for everybody who sees that: a form of another area would be seen through it."""
    own = {form.id for form in study.forms.values() if form.ask is not None}
    if own.isdisjoint(path.form for path in typed.needs):
        yield problem("score-without-diary", score.rule.place, score=score.id)
        return
    beyond = [f"{path.form}.{path.item}" for path in typed.needs if path.form not in own]
    if beyond:
        yield problem("score-reads-elsewhere", score.rule.place, score=score.id, item=min(beyond))


def _check_entry(study: Study, form: Form, typings: Mapping[int, Typed]) -> Iterator[Problem]:
    """What the phone itself answers: it branches, computes and warns without the server."""
    for rule in _rules(form):
        typed = typings.get(id(rule))
        other = next(_elsewhere(study, rule, form, typed), None) if typed else None
        if other is not None:
            yield problem("diary-reads-elsewhere", rule.place, item=other, form=form.id)


def _rules(form: Form) -> Iterator[Rule]:
    for item in form.items.values():
        yield from (rule for rule in (item.when, item.derive) if rule is not None)
    yield from (check.when for check in form.checks)


def _elsewhere(study: Study, rule: Rule, form: Form, typed: Typed) -> Iterator[str]:
    """What a rule reads beyond the entry: items, and functions over visits, rows and tables of the site."""
    for path in sorted(typed.needs, key=lambda path: (path.form, path.item)):
        if path.form != form.id or path.is_elsewhere:
            yield f"{path.form}.{path.item}"
    for node in unfolded(study, rule):
        if isinstance(node, Call) and node.function in _BEYOND:
            yield f"{node.function}(...)"
