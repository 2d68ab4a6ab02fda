"""Every rule of a study, with what it is asked of and what it must give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from trialwright.expr.nodes import Name, Node, Rule
from trialwright.expr.types import Kind
from trialwright.expr.vocabulary import Scope
from trialwright.expr.walk import walk
from trialwright.study.model import Form, Item, Study
from trialwright.values.datum import ItemType

TRUTH: Final[frozenset[Kind]] = frozenset({"truth"})
DATE: Final[frozenset[Kind]] = frozenset({"date", "partial_date"})
NUMBER: Final[frozenset[Kind]] = frozenset({"number"})

_KINDS: Final[Mapping[ItemType, frozenset[Kind]]] = {
    "text": frozenset({"text", "code"}),
    "integer": NUMBER,
    "decimal": NUMBER,
    "boolean": TRUTH,
    "code": frozenset({"code", "text"}),
    "date": DATE,
    "partial_date": DATE,
    "time": frozenset({"time"}),
    "datetime": frozenset({"datetime"}),
}


@dataclass(frozen=True, slots=True)
class AskedRule:
    """asked, form: of what the rule is asked; kinds: what it may give, empty for anything."""

    rule: Rule
    asked: Scope
    form: str | None = None
    kinds: frozenset[Kind] = frozenset()
    item: Item | None = None  # the item that it derives


def scope_of(form: Form) -> Scope:
    """What a rule of a form is asked of."""
    if form.records == "participant":
        return "participant"
    return "visit" if form.records == "visit" else "row"


def rules_of(study: Study) -> Iterator[AskedRule]:
    """Every rule but those of the terms, in the order of the definition's files."""
    for rule in (study.lifecycle.dosed, study.lifecycle.treatment_ended, study.lifecycle.ended):
        yield from _maybe(rule, "participant")
    for visit in study.visits.values():
        yield from _maybe(visit.when, "visit")
    for criterion in study.criteria.values():
        yield from _maybe(criterion.rule, "visit")
    for notice in study.notices:
        yield AskedRule(notice.when, "visit", kinds=TRUTH)
    for form in study.forms.values():
        yield from _rules_of_form(form)
    for score in study.diary.scores if study.diary else ():
        yield AskedRule(score.rule, "participant", kinds=NUMBER)
    for check in study.checks:
        form = study.forms[check.about_form]
        yield AskedRule(check.when, scope_of(form), form.id, TRUTH)
    for hold in study.doses.holds if study.doses else ():
        yield AskedRule(hold.when, "visit", kinds=TRUTH)
    yield from rules_of_analysis(study)


def unfolded(study: Study, rule: Rule) -> Iterator[Node]:
    """The parts of a rule, and of the terms that it names."""
    waiting, seen = [rule], set[str]()
    while waiting:
        for node in walk(waiting.pop().node):
            yield node
            if isinstance(node, Name) and node.word in study.terms and node.word not in seen:
                seen.add(node.word)
                waiting.append(study.terms[node.word].rule)


def _maybe(rule: Rule | None, asked: Scope) -> Iterator[AskedRule]:
    if rule is not None:
        yield AskedRule(rule, asked, kinds=TRUTH)


def _rules_of_form(form: Form) -> Iterator[AskedRule]:
    if form.when is not None:
        yield AskedRule(form.when, "visit" if form.records == "visit" else "participant", kinds=TRUTH)
    if form.ask is not None and form.ask.after is not None:
        yield AskedRule(form.ask.after, "visit", kinds=DATE)
    scope = scope_of(form)
    for item in form.items.values():
        if item.when is not None:
            yield AskedRule(item.when, scope, form.id, TRUTH)
        if item.derive is not None:
            yield AskedRule(item.derive, scope, form.id, _KINDS[item.type], item)
    for check in form.checks:
        yield AskedRule(check.when, scope, form.id, TRUTH)


def rules_of_analysis(study: Study) -> Iterator[AskedRule]:
    """The rules of populations, endpoints and intercurrent events."""
    for population in study.populations.values():
        yield AskedRule(population.rule, "participant", kinds=TRUTH)
    for endpoint in study.endpoints.values():
        scope: Scope = "visit" if endpoint.visit or endpoint.visits else "participant"
        for rule in (endpoint.variable, *(beside.variable for beside in endpoint.beside)):
            if rule is not None:
                yield AskedRule(rule, scope, kinds=TRUTH | NUMBER)
    for event in study.intercurrent_events.values():
        yield AskedRule(event.rule, "participant", kinds=TRUTH)
        yield AskedRule(event.date, "participant", kinds=DATE)
