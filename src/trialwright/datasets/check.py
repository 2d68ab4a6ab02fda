"""Whether the rules that are asked of all participants at once can be: before there are any data."""

from collections.abc import Iterator
from dataclasses import replace

from trialwright.datasets.conditions import SCOPES
from trialwright.expr.columns import check_columns
from trialwright.expr.nodes import Name, Rule
from trialwright.expr.tables import Tables, empty_tables
from trialwright.expr.walk import walk
from trialwright.study.dataset_words import dataset_vocabulary, rules_of_dataset
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
    terms = {one.id: _check(study, AskedRule(one.rule, "visit"), tables) for one in study.terms.values()}
    broken = {name for name, problems in terms.items() if problems}
    found += _of_datasets(study, broken, tables)
    listed = {item for analysis in study.analyses.values() for item in analysis.items} | _named_by_datasets(
        study
    )
    for name, problems in terms.items():
        found += problems if name in listed else [replace(one, severity="warning") for one in problems]
    return tuple(found)


def _named_by_datasets(study: Study) -> set[str]:
    rules = (one for dataset in study.datasets.values() for one in rules_of_dataset(study, dataset))
    return {name for one in rules for name in _names(one.asked.rule)}


def _names(rule: Rule) -> set[str]:
    return {node.word for node in walk(rule.node) if isinstance(node, Name)}


def _of_datasets(study: Study, broken: set[str], empty: Tables) -> Iterator[Problem]:
    """Rules of analysis datasets; where one names a term or a variable with a problem, it is said of that."""
    for dataset in study.datasets.values():
        vocabulary = dataset_vocabulary(study, dataset)
        # Its own rows are a form that only it has.
        made = {name: table for name, table in empty.forms.items() if name != dataset.id}
        tables, told = empty_tables(vocabulary, made), set(broken)
        for one in rules_of_dataset(study, dataset):
            asked, rule = one.asked, one.written
            problems = check_columns(
                rule.node, vocabulary, asked=asked.asked, form=asked.form, place=rule.place, tables=tables
            )
            is_told = bool(_names(asked.rule) & told)
            if problems:
                told.add(one.about)
            yield from () if is_told else problems


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
