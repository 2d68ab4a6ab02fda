"""Variables of analysis datasets in the reader's language: what they are called, and what stands in them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from trialwright.analysis.answers import ANSWER_WORDS
from trialwright.analysis.displays.words import UNIT_WORDS, VARIABLE_WORDS
from trialwright.analysis.speaker import Speaker
from trialwright.analysis.variables import Described, describe_variable, where_from
from trialwright.expr.nodes import Call
from trialwright.expr.walk import walk
from trialwright.expr.words import sentence
from trialwright.study.dataset_words import dataset_vocabulary, rules_of_dataset

VISITS: Final = ("VISIT", "AVISIT")  # a rule gives the id of a visit, a step its label
ESTIMAND: Final = "ESTIMD"
# Function of a rule that takes a day of a date known in part -> how a variable is derived, and which day counts.
DERIVED_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "earliest": "{label}: {rule}. Of a date known in part the first day of its month or year counts.",
        "latest": "{label}: {rule}. Of a date known in part the last day of its month or year counts.",
    }
)


def variable_label(told: Speaker, dataset: str, variable: str) -> str:
    """The study's label; of a variable that steps make the report's, else its name."""
    described = describe_variable(told.study, dataset, variable)
    if described is not None:
        return told.name(described.label)
    return told.text(VARIABLE_WORDS[variable]) if variable in VARIABLE_WORDS else variable


def measured_label(told: Speaker, dataset: str, variable: str) -> str:
    """With the unit, where the label does not end with one in brackets."""
    label = variable_label(told, dataset, variable)
    described = describe_variable(told.study, dataset, variable)
    unit = described.unit if described is not None else ""
    if not unit or label.endswith((")", "）")):
        return label
    shown = told.text(UNIT_WORDS[unit]) if unit in UNIT_WORDS else told.name(unit)
    return told.text("{label}, {unit}", label=label, unit=shown)


def answer_label(told: Speaker, dataset: str, variable: str, text: str) -> str:
    """What a text in a variable says: of a code its label, of a truth yes or no, else the text itself."""
    return label_of_answer(told, describe_variable(told.study, dataset, variable), variable, text)


def label_of_answer(told: Speaker, described: Described | None, variable: str, text: str) -> str:
    """As of `answer_label`, where the variable is described already: a listing asks for thousands of texts in it."""
    if described is None and (variable, text) in ANSWER_WORDS:
        return told.text(ANSWER_WORDS[variable, text])
    if not text:
        return told.text("Not recorded")
    if described is not None and described.is_truth:
        return told.text("Yes") if text == "Y" else told.text("No")
    if variable in VISITS:
        return visit_answer(told, text)
    if variable == ESTIMAND and text in told.study.estimands:
        return estimand_label(told, text)
    return told.name(described.answers.get(text, text) if described is not None else text)


def visit_answer(told: Speaker, text: str) -> str:
    """Of a visit that repeats with its number behind the label."""
    label, _, number = text.rpartition(" ")
    if number.isdigit() and any(one.label == label for one in told.study.visits.values()):
        return f"{told.name(label)} {number}"
    return told.name(told.visit(text))


def estimand_label(told: Speaker, identity: str) -> str:
    """The label of its endpoint; where several are of one, with the id."""
    endpoint = told.study.estimands[identity].endpoint
    label = told.name(told.study.endpoints[endpoint].label)
    of_it = [one for one in told.study.estimands.values() if one.endpoint == endpoint]
    return f"{label} ({identity})" if len(of_it) > 1 else label


def derived_notes(told: Speaker, dataset: str, variables: Iterable[str]) -> Iterator[str]:
    """Of variables that count from a date that may be known in part: their rule in words, and what such a date does."""
    for variable in variables:
        found = where_from(told.study, dataset, variable)
        if found is None:
            continue
        owner, column = found
        if column.rule is None:
            continue
        calls = {one.function for one in walk(column.rule.node) if isinstance(one, Call)}
        for function in (one for one in DERIVED_WORDS if one in calls):
            rules = rules_of_dataset(told.study, owner)
            node = next(one.written.node for one in rules if one.about == variable)
            vocabulary = dataset_vocabulary(told.study, owner)
            rule = sentence(node, vocabulary, language=told.language, say=told.name, form=owner.form)
            yield told.text(DERIVED_WORDS[function], label=told.name(column.label), rule=rule)
