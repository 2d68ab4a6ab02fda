"""The words that the rules of a dataset may use: those of the study, and the variables of the dataset written before.

A variable that a rule gives is written out wherever a later rule names it, so that its numbers stay exact; what the
steps of a class make by themselves (AVAL, BASE, ADT ...) are items of a form that is called as the dataset.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, cast

from trialwright.expr.nodes import And, Name, Node, Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.types import Kind
from trialwright.expr.vocabulary import FormInfo, ItemInfo, Scope, Vocabulary
from trialwright.expr.walk import children
from trialwright.study.model import Column, Dataset, Study
from trialwright.study.rules import DATE, NUMBER, TRUTH, AskedRule, scope_of
from trialwright.values.datum import ItemType

Names = Mapping[str, Node]

# What the steps make, and what a rule may read of it.
ROW_ITEMS: Final[Mapping[str, ItemType]] = MappingProxyType(
    {
        "PARAMCD": "text",
        "AVAL": "decimal",
        "AVALC": "text",
        "ADT": "date",
        "ADY": "integer",
        "VISIT": "text",
        "AVISIT": "text",
        "AVISITN": "integer",
        "ABLFL": "text",
        "ANL01FL": "text",
        "BASE": "decimal",
        "ANRLO": "decimal",
        "ANRHI": "decimal",
        "ANRIND": "text",
        "BNRIND": "text",
        "ATPTN": "integer",
    }
)
SOURCE_VARIABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "intercurrent_events": ("ESTIMD", "ICECD", "ICETERM", "STRATEGY", "ASTDT", "ASTDTF", "ASTDY"),
        "deviations": ("DVCD", "DVTERM", "DVCLASS", "VISIT", "ASTDT", "ASTDY"),
        "diary": ("DIFORM", "DITERM", "ASTDT", "ASTDY", "OUTCOME", "DONE"),
    }
)
CHANGES: Final[Mapping[str, str]] = MappingProxyType(
    {"CHG": "AVAL - BASE", "PCHG": "100 * (AVAL - BASE) / BASE"}
)


DATES: Final = ("ADT", "ASTDT")  # of what the steps make
# Variables of a dataset of times that its steps make.
OF_TIMES: Final = (
    "PARAM",
    "PARAMCD",
    "STARTDT",
    "ADT",
    "AVAL",
    "CNSR",
    "EVNTDESC",
    "CNSDTDSC",
    "ADTLIST",
    "AINTLO",
    "AINTHI",
    "AVALPLN",
    "AINTLOP",
    "AINTHIP",
)


@dataclass(frozen=True, slots=True)
class DatasetRule:
    """A rule of a dataset with its names written out. about: the variable or parameter that it gives, "" for none."""

    about: str
    asked: AskedRule
    written: Rule


def variables_of(dataset: Dataset) -> tuple[str, ...]:
    """What an analysis may name in a dataset: what the steps make, what is kept of the subject level, and what rules
    give with the flags beside it."""
    return tuple(dict.fromkeys((*made_by_steps(dataset), *dataset.keep, *_given_by_rules(dataset))))


def made_by_steps(dataset: Dataset) -> Iterator[str]:
    """Variables that no rule of the definition gives."""
    yield from SOURCE_VARIABLES.get(dataset.made_from or "", ())
    if dataset.kind == "TTE":
        yield from OF_TIMES
    if dataset.kind == "BDS":
        lacking = {
            *(() if dataset.has_windows else ("AVISITN", "ANL01FL")),
            *(() if dataset.has_windows or "AVISIT" in dataset.columns else ("AVISIT",)),
            *(() if dataset.has_baseline else ("ABLFL", "BASE")),
            *(() if dataset.has_limits else ("ANRLO", "ANRHI", "ANRIND")),
            *(() if dataset.has_limits and dataset.has_baseline else ("BNRIND",)),
            *(() if any(one.score for one in dataset.parameters.values()) else ("ATPTN",)),
        }
        yield "PARAM"
        yield from (one for one in ROW_ITEMS if one not in lacking)
        yield from CHANGES if dataset.has_baseline else ()


def _given_by_rules(dataset: Dataset) -> Iterator[str]:
    for column in dataset.columns.values():
        yield column.id
        if column.partial is not None:
            yield f"{column.id}F"
    yield from (one.flag for one in dataset.imputations)
    yield from (f"{one.id}FL" for one in dataset.criteria)


def imputation_flag(dataset: Dataset, variable: str) -> str:
    """The variable that says what was not known of a date (D its day, M its month, Y its year); "" where none does."""
    column = dataset.columns.get(variable)
    has_one = column.partial is not None if column else f"{variable}F" in made_by_steps(dataset)
    return f"{variable}F" if has_one else ""


def subject_dataset(study: Study) -> Dataset | None:
    """The dataset with one row a participant."""
    return next((one for one in study.datasets.values() if one.kind == "ADSL"), None)


def dataset_vocabulary(study: Study, dataset: Dataset) -> Vocabulary:
    """The words of the study; of a dataset of values, its rows are a form too."""
    if dataset.kind != "BDS":
        return study.vocabulary
    items = {name: ItemInfo(dataset.id, name, name, kind) for name, kind in ROW_ITEMS.items()}
    rows = FormInfo(dataset.id, dataset.label, "many_visit", items)
    return replace(study.vocabulary, forms={**study.vocabulary.forms, dataset.id: rows})


@dataclass(frozen=True, slots=True, eq=False)
class _DatasetOf:
    """A dataset of this very study: equal ones are no key, for to compare two studies costs more than what is kept."""

    study: Study
    dataset: Dataset

    def __hash__(self) -> int:
        return hash((id(self.study), id(self.dataset)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _DatasetOf) and self.study is other.study and self.dataset is other.dataset


def rules_of_dataset(study: Study, dataset: Dataset) -> tuple[DatasetRule, ...]:
    """Every rule of a dataset in the order in which they are asked, each with what it is asked of."""
    return _rules_of(_DatasetOf(study, dataset))


@lru_cache(maxsize=64)  # of a few versions at once; a study has some fifteen
def _rules_of(key: _DatasetOf) -> tuple[DatasetRule, ...]:
    return tuple(_written_rules(key.study, key.dataset))


def _written_rules(study: Study, dataset: Dataset) -> Iterator[DatasetRule]:
    names: dict[str, Node] = {}
    subject = subject_dataset(study)
    if subject is not None and subject is not dataset:
        names |= _columns_written(study, subject, {})
    scope, form = asked_of(study, dataset)
    if dataset.when is not None:
        yield _rule("", dataset.when, AskedRule(dataset.when, scope, form, TRUTH), names)
    if dataset.has_baseline:
        names |= {name: _node(text) for name, text in CHANGES.items()}
    for parameter in dataset.parameters.values():
        if parameter.rule is not None:
            asked = AskedRule(parameter.rule, "visit", None, TRUTH | NUMBER)
            if parameter.of:
                asked = replace(asked, asked=scope, form=form)
            yield _rule(parameter.id, parameter.rule, asked, names)
    for column in dataset.columns.values():
        node = column_node(study, column, names)
        if column.rule is not None and node is not None:
            yield DatasetRule(
                column.id,
                AskedRule(column.rule, scope, form, _kinds(column)),
                replace(column.rule, node=node),
            )
        if node is not None:
            names[column.id] = node
    for criterion in dataset.criteria:
        yield _rule(criterion.id, criterion.rule, AskedRule(criterion.rule, scope, form, TRUTH), names)


def asked_of(study: Study, dataset: Dataset) -> tuple[Scope, str | None]:
    """What the rules of a dataset's variables are asked of."""
    if dataset.kind == "BDS":
        return "row", dataset.id
    if dataset.form is not None and dataset.form in study.forms:
        return scope_of(study.forms[dataset.form]), dataset.form
    return "participant", None


def population_node(study: Study, population: str) -> Node:
    """The rule of a population, and of those that it lies within."""
    around = reversed(populations_around(study, population))
    nodes = tuple(study.populations[name].rule.node for name in around)
    return nodes[0] if len(nodes) == 1 else And(nodes, nodes[-1].span)


def populations_around(study: Study, population: str) -> tuple[str, ...]:
    """A population and those that it lies within, the innermost first."""
    names: dict[str, None] = {}
    name = population
    while name in study.populations and name not in names:
        names[name] = None
        name = study.populations[name].within or ""
    return tuple(names)


def column_node(study: Study, column: Column, names: Names) -> Node | None:
    """What a variable stands for, written out; None of a population that there is not."""
    if column.rule is not None:
        return write_out(column.rule.node, names)
    if column.population in study.populations:
        return population_node(study, str(column.population))
    return None


def write_out(node: Node, names: Names) -> Node:
    """The rule with what stands for the names in it; a place in a message stays that of the name."""
    if isinstance(node, Name):
        return replace(names[node.word], span=node.span) if node.word in names else node
    if not children(node):
        return node
    parts = {field.name: getattr(node, field.name) for field in fields(node) if field.name != "span"}
    changed = {name: _part(part, names) for name, part in parts.items()}
    return cast("Callable[..., Node]", type(node))(**changed, span=node.span)


def _part(part: object, names: Names) -> object:
    if isinstance(part, tuple):
        return tuple([_part(member, names) for member in part])
    return write_out(cast("Node", part), names) if is_dataclass(part) else part


def _columns_written(study: Study, dataset: Dataset, names: Names) -> dict[str, Node]:
    written = dict(names)
    for column in dataset.columns.values():
        node = column_node(study, column, written)
        if node is not None:
            written[column.id] = node
    return written


def _kinds(column: Column) -> frozenset[Kind]:
    if column.is_flag:
        return TRUTH
    return DATE if column.partial else frozenset()


def _rule(about: str, rule: Rule, asked: AskedRule, names: Names) -> DatasetRule:
    return DatasetRule(about, asked, replace(rule, node=write_out(rule.node, names)))


def _node(text: str) -> Node:
    rule = parse_rule(text, "")
    assert isinstance(rule, Rule)
    return rule.node
