"""Whether the rules of the analysis datasets can be asked of what they are asked of."""

from collections.abc import Iterator

from trialwright.expr.check import infer
from trialwright.expr.nodes import Name, Rule
from trialwright.expr.types import Typed
from trialwright.expr.walk import walk
from trialwright.study.dataset_words import CHANGES, dataset_vocabulary, rules_of_dataset, subject_dataset
from trialwright.study.handlings import HANDLINGS
from trialwright.study.messages import problem
from trialwright.study.model import Column, Dataset, Study
from trialwright.study.rules import DATE
from trialwright.values.problem import Problem


def check_datasets(study: Study) -> Iterator[Problem]:
    """Faults of the rules of all datasets, each told where it stands and not where its variable is named."""
    subject = subject_dataset(study)
    lost: set[str] = set()
    for dataset in study.datasets.values():
        of_subject = lost if subject is not dataset else set[str]()
        found = _check(study, dataset, of_subject)
        yield from found.problems
        if subject is dataset:
            lost = found.lost


class _Found:
    """Problems of one dataset, and the variables that cannot be told."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lost: set[str] = set()
        self.truths: set[str] = set()


def _check(study: Study, dataset: Dataset, lost: set[str]) -> _Found:
    found, vocabulary = _Found(), dataset_vocabulary(study, dataset)
    for one in rules_of_dataset(study, dataset):
        rule, asked = one.asked.rule, one.asked
        if _names(rule) & (lost | found.lost):
            found.lost.add(one.about)
            continue
        typed = infer(one.written.node, vocabulary, asked=asked.asked, form=asked.form, place=rule.place)
        if not isinstance(typed, Typed):
            found.problems += typed
            found.lost.add(one.about)
            continue
        if not _names(rule) & {*dataset.columns, *CHANGES}:  # else it is said of the variable that is named
            found.problems += typed.warnings
        if asked.kinds and typed.kind not in asked.kinds:
            wanted = ", ".join(sorted(asked.kinds))
            found.problems.append(problem("wrong-kind", rule.place, kind=typed.kind, wanted=wanted))
        column = dataset.columns.get(one.about)
        if column is not None:
            found.problems += _check_column(study, column, typed)
        if typed.kind == "truth":
            found.truths.add(one.about)
    found.problems += _check_imputations(study, dataset, found)
    found.problems += _check_scores(study, dataset)
    found.problems += _check_times(study, dataset)
    limited = {limit.item for limit in study.lab_limits}
    if dataset.has_limits and not any(one.item in limited for one in dataset.parameters.values()):
        found.problems.append(problem("no-limits", dataset.place))
    return found


def _check_times(study: Study, dataset: Dataset) -> Iterator[Problem]:
    for parameter in dataset.parameters.values():
        estimand = study.estimands.get(parameter.estimand or "")
        endpoint = study.endpoints.get(estimand.endpoint) if estimand else None
        if endpoint is not None and not endpoint.visits:
            yield problem("times-without-visits", parameter.place, name=parameter.id)


def _check_scores(study: Study, dataset: Dataset) -> Iterator[Problem]:
    """A week has the entries of its days; what is told whenever the participant likes is of no day of the calendar."""
    rules = {one.id: one.rule for one in study.diary.scores} if study.diary else {}
    for parameter in dataset.parameters.values():
        if parameter.score not in rules:
            continue
        rule = rules[parameter.score]
        typed = infer(rule.node, study.vocabulary, asked="participant")
        read = {path.form for path in typed.needs} if isinstance(typed, Typed) else set[str]()
        for form in study.forms.values():
            if form.id in read | _names(rule) and form.ask is not None and form.ask.kind == "whenever":
                yield problem("score-undated", parameter.place, score=str(parameter.score), form=form.id)


def _check_imputations(study: Study, dataset: Dataset, found: _Found) -> Iterator[Problem]:
    """An estimand says of the missing that they are a yes or a no; it gives no number."""
    for one in dataset.imputations:
        estimand = study.estimands.get(one.estimand)
        endpoint = study.endpoints.get(estimand.endpoint) if estimand else None
        if estimand and endpoint:
            if endpoint.visit is None:
                yield problem("impute-no-visit", one.place, name=estimand.id)
            if estimand.missing not in HANDLINGS:
                known = ", ".join(HANDLINGS)
                yield problem(
                    "impute-missing", one.place, name=estimand.id, word=estimand.missing, known=known
                )
            if "hypothetical" in estimand.intercurrent.values():
                yield problem("impute-hypothetical", one.place, name=estimand.id)
        for name in one.parameters:
            parameter = dataset.parameters.get(name)
            form, _, item = (parameter.item if parameter and parameter.item else "").partition(".")
            is_yes_or_no = form in study.forms and study.forms[form].items[item].type == "boolean"
            if parameter and not is_yes_or_no and name not in found.truths | found.lost:
                yield problem("impute-no-truth", parameter.place, name=name)


def _names(rule: Rule) -> set[str]:
    return {node.word for node in walk(rule.node) if isinstance(node, Name)}


def _check_column(study: Study, column: Column, typed: Typed) -> Iterator[Problem]:
    """What is said of codes belongs to an answer in codes; a date that can be partial says what stands for it."""
    codes = study.vocabulary.code_lists[typed.code_list].codes if typed.code_list else {}
    for code in column.shown:
        if code not in codes:
            yield problem("shown-code", column.place, name=code, known=", ".join(codes) or "—")
    if typed.kind == "partial_date" and typed.kind in DATE and column.partial is None:
        yield problem("partial-not-said", column.place)
