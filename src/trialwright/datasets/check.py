"""Whether the rules that are asked of all participants at once can be: before there are any data."""

from collections.abc import Iterator
from dataclasses import replace

from trialwright.datasets.conditions import SCOPES
from trialwright.expr.columns import check_columns
from trialwright.expr.tables import Tables, empty_tables
from trialwright.study.model import Study
from trialwright.study.rules import AskedRule, rules_of_analysis
from trialwright.values.problem import Problem


def check_engines(study: Study) -> tuple[Problem, ...]:
    """Rules that tables cannot answer, of a study without errors.

    An error where a table or an analysis asks the rule; a warning of a term that no analysis lists.
    """
    found: list[Problem] = []
    tables = empty_tables(study.vocabulary)
    for asked in {(one.rule.node, one.asked, one.form): one for one in _asked_of_all(study)}.values():
        found += _check(study, asked, tables)
    listed = {item for analysis in study.analyses.values() for item in analysis.items}
    for term in study.terms.values():
        problems = _check(study, AskedRule(term.rule, "visit"), tables)
        found += [one if term.id in listed else replace(one, severity="warning") for one in problems]
    return tuple(found)


def _check(study: Study, asked: AskedRule, tables: Tables) -> tuple[Problem, ...]:
    rule = asked.rule
    return check_columns(
        rule.node, study.vocabulary, asked=asked.asked, form=asked.form, place=rule.place, tables=tables
    )


def _asked_of_all(study: Study) -> Iterator[AskedRule]:
    """Rules of the lifecycle and of analyses, and conditions, which say what is asked of whom."""
    lifecycle = study.lifecycle
    for rule in (lifecycle.dosed, lifecycle.treatment_ended, lifecycle.ended):
        if rule is not None:
            yield AskedRule(rule, "participant")
    for form in study.forms.values():
        for condition in (form.when, *(item.when for item in form.items.values())):
            if condition is not None:
                yield AskedRule(condition, SCOPES[form.records], form.id)
    yield from rules_of_analysis(study)
