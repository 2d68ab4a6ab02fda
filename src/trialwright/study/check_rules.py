"""Types and names of every rule, and what follows from what a rule reads."""

from collections.abc import Iterator

from trialwright.expr.check import infer
from trialwright.expr.nodes import Call, Name, Rule
from trialwright.expr.types import ItemPath, Typed
from trialwright.expr.walk import walk
from trialwright.study.builtin import VISIT_FORM
from trialwright.study.check_blinding import check_blinding
from trialwright.study.check_circles import check_circles
from trialwright.study.check_diary_rules import check_diary_rules
from trialwright.study.dataset_words import rules_of_dataset
from trialwright.study.messages import problem
from trialwright.study.model import Study
from trialwright.study.rules import DATE, AskedRule, rules_of, unfolded
from trialwright.study.vocabulary import BUILT_IN_FORMS
from trialwright.values.problem import Problem

Typings = dict[int, Typed]  # by the identity of the rule


def check_rules(study: Study) -> tuple[Problem, ...]:
    """Faults of names, types and units in the rules, and data that no visit collects."""
    typings: Typings = {}
    found = [*_check_terms(study)]
    for asked in rules_of(study):
        found += _check_rule(study, asked, typings)
    found += check_circles(study, typings)
    found += check_blinding(study, typings)
    found += check_diary_rules(study, typings)
    found += _check_first_dose(study)
    found += _check_endpoints(study, typings)
    found += _check_criteria(study, typings)
    found += _check_conditions(study)
    found += _check_own_visits(study, typings)
    found += _check_unused_terms(study)
    return tuple(found)


def _check_terms(study: Study) -> Iterator[Problem]:
    for term in study.terms.values():
        typed = infer(term.rule.node, study.vocabulary, asked="visit", place=term.rule.place)
        yield from typed.warnings if isinstance(typed, Typed) else typed


def _check_first_dose(study: Study) -> Iterator[Problem]:
    """The term that the anchor names is a date of the participant: day 1."""
    term = study.terms.get(study.first_dose or "")
    typed = (
        infer(term.rule.node, study.vocabulary, asked="participant", place=term.rule.place) if term else ()
    )
    if term and isinstance(typed, Typed) and typed.kind not in DATE:
        yield problem("wrong-kind", term.rule.place, kind=typed.kind, wanted=", ".join(sorted(DATE)))
    elif not isinstance(typed, Typed):
        yield from typed


def _check_rule(study: Study, asked: AskedRule, typings: Typings) -> Iterator[Problem]:
    rule = asked.rule
    typed = infer(rule.node, study.vocabulary, asked=asked.asked, form=asked.form, place=rule.place)
    if not isinstance(typed, Typed):
        yield from typed
        return
    typings[id(rule)] = typed
    yield from typed.warnings
    if asked.kinds and typed.kind not in asked.kinds:
        if asked.item is not None:
            yield problem("derived-differs", rule.place, type=asked.item.type, kind=typed.kind)
        else:
            wanted = ", ".join(sorted(asked.kinds))
            yield problem("wrong-kind", rule.place, kind=typed.kind, wanted=wanted)


def _here(typings: Typings, rule: Rule | None) -> list[ItemPath]:
    """What a rule reads at the place where it is asked, but for the built-in forms."""
    typed = typings.get(id(rule))
    needs = typed.needs if typed else frozenset()
    paths = [path for path in needs if not path.is_elsewhere and path.form not in BUILT_IN_FORMS]
    return sorted(paths, key=lambda path: (path.form, path.item))


def _check_endpoints(study: Study, typings: Typings) -> Iterator[Problem]:
    """An endpoint, and what stands beside it, reads what at least one visit of it collects."""
    for endpoint in study.endpoints.values():
        own = (endpoint.visit,) if endpoint.visit else endpoint.visits
        visit = study.visits.get(endpoint.visit or "")
        if visit and visit.repeats:
            yield problem("endpoint-at-repeats", endpoint.place, visit=visit.id)
        yield from _uncollected(study, endpoint.variable, own, typings)
        for beside in endpoint.beside:
            visits = (beside.visit,) if beside.visit else own
            yield from _uncollected(study, beside.variable or endpoint.variable, visits, typings)


def _uncollected(study: Study, rule: Rule, visits: tuple[str, ...], typings: Typings) -> Iterator[Problem]:
    for path in _here(typings, rule):
        is_at_visits = study.forms[path.form].records == "visit"
        if visits and is_at_visits and not any((path.form, visit) in study.activities for visit in visits):
            item = f"{path.form}.{path.item}"
            names = ", ".join(visits)
            yield problem("endpoint-not-collected", rule.place, item=item, visit=names, form=path.form)


def _check_criteria(study: Study, typings: Typings) -> Iterator[Problem]:
    """A criterion reads what is collected where it is decided, or for the participant up to there."""
    order = {visit: number for number, visit in enumerate(study.visits)}
    for criterion in study.criteria.values():
        for path in _here(typings, criterion.rule):
            collected = study.visits_of(path.form)
            is_at_visits = study.forms[path.form].records == "visit"
            for visit in criterion.decided_at:
                earlier = [other for other in collected if order[other] <= order[visit]]
                if visit in collected or (earlier and not is_at_visits):
                    continue
                place = criterion.rule.place if criterion.rule else criterion.place
                item = f"{path.form}.{path.item}"
                yield problem("criterion-not-collected", place, item=item, visit=visit, form=path.form)
                break


def _check_conditions(study: Study) -> Iterator[Problem]:
    """Whether a visit takes place must not depend on a later one."""
    for visit in study.visits.values():
        if visit.when is None or visit.is_any_day:
            continue
        for named in _visits_named(study, visit.when):
            later = study.visits[named]
            if list(study.visits).index(named) >= list(study.visits).index(visit.id):
                yield problem("condition-later", visit.when.place, visit=visit.id, later=later.id)


def _check_own_visits(study: Study, typings: Typings) -> Iterator[Problem]:
    """Nor on what is entered at that visit: the plan and what is known of the participant tell whether it takes place."""
    for visit in study.visits.values():
        if visit.when is None or (typed := typings.get(id(visit.when))) is None:
            continue
        for path in sorted(typed.needs, key=str):
            is_here = path.form in study.forms and study.forms[path.form].records in ("visit", "many_visit")
            if is_here and not path.is_elsewhere and (path.form, path.item) != (VISIT_FORM, "id"):
                item = f"{path.form}.{path.item}"
                yield problem("condition-on-itself", visit.when.place, visit=visit.id, item=item)


def _visits_named(study: Study, rule: Rule) -> list[str]:
    """The visits that a rule names in `at`, through its terms."""
    calls = [node for node in unfolded(study, rule) if isinstance(node, Call) and node.function == "at"]
    names = [call.arguments[0] for call in calls if call.arguments]
    visits = [name.word for name in names if isinstance(name, Name) and name.word in study.visits]
    return list(dict.fromkeys(visits))


def _check_unused_terms(study: Study) -> Iterator[Problem]:
    rules = [asked.rule for asked in rules_of(study)] + [term.rule for term in study.terms.values()]
    rules += [
        one.asked.rule for dataset in study.datasets.values() for one in rules_of_dataset(study, dataset)
    ]
    used = {node.word for rule in rules for node in walk(rule.node) if isinstance(node, Name)}
    used |= {item for analysis in study.analyses.values() for item in analysis.items}
    for term in study.terms.values():
        if term.id not in used and term.id != study.first_dose:
            yield problem("term-unused", term.rule.place, "warning")
