"""What a variable of an analysis dataset is called and what can stand in it, as the definition has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from trialwright.analysis.messages import problem
from trialwright.expr.check import infer
from trialwright.expr.nodes import Binary, Call, IfElse, ItemRef, Name, Negative, Node, Number, Quoted
from trialwright.expr.types import Kind, Typed
from trialwright.study.dataset_words import (
    DATES,
    dataset_vocabulary,
    rules_of_dataset,
    subject_dataset,
    variables_of,
)
from trialwright.study.model import Analysis, Column, Dataset, DatasetKind, Item, Study
from trialwright.values.numbers import decimals_of
from trialwright.values.problem import Problem

DATE_KINDS: Final = ("date", "partial_date")
YES_OR_NO: Final = ("Y", "N")
_WHOLE: Final = frozenset({"years", "months", "days", "count", "count_missing", "days_covered"})
_OF_ARGUMENT: Final = frozenset(
    {"baseline", "at", "previous", "last", "min", "max", "least", "greatest", "sum", "change", "abs"}
)


@dataclass(frozen=True, slots=True)
class Described:
    """kind: of its values, None of a variable that no rule gives. answers: what is written -> its label, in the order
    of the form. places: in how many decimals a number is collected, None where the rule does not say. is_flag: it is Y or
    nothing."""

    label: str
    kind: Kind | None = None
    unit: str = ""
    places: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    is_flag: bool = False

    @property
    def is_truth(self) -> bool:
        return self.kind == "truth"


def describe_variable(study: Study, dataset: str, variable: str) -> Described | None:
    """None of a variable that a step makes, and no rule or population of the definition."""
    found = where_from(study, dataset, variable)
    if found is None:
        return None
    owner, column = found
    if column.rule is None:
        return Described(column.label, "truth", is_flag=column.is_flag)
    typed = typed_variable(study, owner, variable)
    if typed is None:
        return Described(column.label)
    places = places_of(study, column.rule.node, owner.form)
    answers = answers_of(study, column, typed)
    return Described(column.label, typed.kind, typed.unit or "", places, answers, column.is_flag)


def is_date(study: Study, dataset: str, variable: str) -> bool:
    """Whether a day stands in it: of those that steps make, or by its rule."""
    known, described = study.datasets.get(dataset), describe_variable(study, dataset, variable)
    if described is not None and described.kind in DATE_KINDS:
        return True
    return known is not None and variable in DATES and variable in variables_of(known)


def where_from(study: Study, dataset: str, variable: str) -> tuple[Dataset, Column] | None:
    """The dataset that derives a variable: its own, or that of the subject level where it is kept of it."""
    known = study.datasets.get(dataset)
    if known is None:
        return None
    if variable in known.columns:
        return known, known.columns[variable]
    subject = subject_dataset(study)
    if subject is None or variable not in known.keep or variable not in subject.columns:
        return None
    return subject, subject.columns[variable]


def typed_variable(study: Study, dataset: Dataset, variable: str) -> Typed | None:
    vocabulary = dataset_vocabulary(study, dataset)
    for one in rules_of_dataset(study, dataset):
        if one.about == variable:
            typed = infer(one.written.node, vocabulary, asked=one.asked.asked, form=one.asked.form)
            return typed if isinstance(typed, Typed) else None
    return None


def answers_of(study: Study, column: Column, typed: Typed) -> dict[str, str]:
    """Of an answer with a list of codes: what is written for each code, and what the code means."""
    codes = study.code_lists.get(typed.code_list or "")
    if codes is None:
        return {text: text for text in column.shown.values()}
    return {column.shown.get(one.code, one.code): one.label for one in codes.codes if not one.is_unknown}


def other_class(analysis: Analysis, dataset: Dataset, wanted: DatasetKind) -> tuple[Problem, ...]:
    """What a method says of a dataset that is of no class that it reads; nothing where it is."""
    if dataset.kind == wanted:
        return ()
    return (
        problem(
            "dataset-of-another-class",
            analysis.place,
            method=analysis.method,
            dataset=dataset.id,
            kind=wanted,
        ),
    )


# ---------------------------------------------------------------- decimals


def places_of(study: Study, node: Node, form: str | None) -> int | None:
    """The decimals of the numbers that a rule gives; None where they have no end that the rule tells.

    form: whose items bare names mean.
    """
    match node:
        case ItemRef(form=owner, item=item):
            return _of_item(study.forms[owner].items.get(item)) if owner in study.forms else 0
        case Name(word=word):
            return _of_word(study, word, form)
        case Number(value=value):
            return decimals_of(value)
        case Quoted(text=text):
            return len(text.split()[0].partition(".")[2]) if text.split() else None
        case Negative(operand=operand):
            return places_of(study, operand, form)
        case Binary(operator="+" | "-", left=left, right=right):
            return _most(study, (left, right), form)
        case IfElse(then=then, otherwise=otherwise):
            return _most(study, (then, otherwise), form)
        case Call(function=function, arguments=arguments):
            return _of_call(study, function, arguments, form)
        case _:
            return None


def _of_word(study: Study, word: str, form: str | None) -> int | None:
    known = study.forms.get(form or "")
    if known is not None and word in known.items:
        return _of_item(known.items[word])
    return places_of(study, study.terms[word].rule.node, None) if word in study.terms else None


def _of_call(study: Study, function: str, arguments: tuple[Node, ...], form: str | None) -> int | None:
    if function in _WHOLE:
        return 0
    if function == "round":
        last = arguments[-1]
        return int(last.value) if len(arguments) > 1 and isinstance(last, Number) else 0
    if function in _OF_ARGUMENT:
        return _most(study, arguments[1:] if function == "at" else arguments, form)
    return None


def _of_item(item: Item | None) -> int | None:
    if item is None or item.type == "integer":
        return 0 if item else None
    return item.decimals


def _most(study: Study, nodes: Iterable[Node], form: str | None) -> int | None:
    found = [places_of(study, one, form) for one in nodes]
    return None if None in found else max((one for one in found if one is not None), default=None)
