"""What of a study depends on what: worked out once, so that a save evaluates only what it can change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from trialwright.expr.check import infer
from trialwright.expr.nodes import Call, Name, Node, Rule
from trialwright.expr.types import Typed
from trialwright.expr.vocabulary import RecordKind, Scope, Vocabulary
from trialwright.expr.walk import AGGREGATES, walk
from trialwright.study.items import item_spec
from trialwright.study.model import Check, Form, Item, Study
from trialwright.values.parse import ItemSpec

Path = tuple[str, str]  # form, item

ROWS: Final = (
    "*"  # stands for "the records of this form": one was added, emptied or removed, or its gate answered
)
FIRST_DOSE: Final[Path] = ("", "first_dose")  # stands for "the day of the first dose"

_FROM_BASELINE: Final = frozenset({"baseline", "change", "relative_change", "reduction"})
_OVER_RECORDS: Final = AGGREGATES | {"last"}
_BY_FIRST_DOSE: Final = frozenset({("visit", "day"), ("visit", "days_outside"), ("plan", "date")})
_SCOPES: Final[Mapping[RecordKind, Scope]] = {
    "participant": "participant",
    "visit": "visit",
    "many": "row",
    "many_visit": "row",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a rule looks from where it is asked: to every record, to visits before, to the baseline visits,
    to visits that it names."""

    is_everywhere: bool = False
    is_back: bool = False
    visits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Dependent:
    """A check or a derived item: asked of each record of `form`. Each is one of its kind, equal to itself only.

    here: what it reads at that record's own place; elsewhere: what it reads as far as `reach` says.
    level: of derived items; a higher one reads lower ones.
    """

    form: str
    item: str
    node: Node
    here: frozenset[Path]
    elsewhere: frozenset[Path]
    reach: Reach
    check: Check | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Compiled:
    """The indexes of one study. Dependents are found by a path that they read."""

    checks: Mapping[Path, tuple[Dependent, ...]]
    derived: Mapping[Path, tuple[Dependent, ...]]
    derived_of: Mapping[str, tuple[Dependent, ...]]
    conditional: Mapping[str, tuple[str, ...]]  # form -> its items with a condition
    first_dose: frozenset[Path]
    specs: Mapping[Path, ItemSpec]


@dataclass(frozen=True, eq=False)
class _Identity:
    """A study as a key: a Study holds mappings and has no hash of its own. It keeps the study alive."""

    study: Study = field(repr=False)

    def __hash__(self) -> int:
        return id(self.study)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.study is self.study


def compiled(study: Study) -> Compiled:
    """The indexes of a study. Raises ValueError for a rule that does not pass its static check."""
    return _compiled(_Identity(study))


@lru_cache(maxsize=32)
def _compiled(key: _Identity) -> Compiled:
    study = key.study
    derived = _with_levels([_derived(study, item) for item in _items(study) if item.derive is not None])
    checks = [_check(study, check) for check in study.checks_about()]
    return Compiled(
        checks=_by_path(checks),
        derived=_by_path(derived),
        derived_of={form: tuple(one for one in derived if one.form == form) for form in study.forms},
        conditional={
            form.id: tuple(
                item.id for item in form.items.values() if (item.when or form.when) and item.derive is None
            )
            for form in study.forms.values()
        },
        first_dose=_first_dose_paths(study),
        specs={(item.form, item.id): item_spec(study, item) for item in _items(study)},
    )


def _items(study: Study) -> Iterator[Item]:
    for form in study.forms.values():
        yield from form.items.values()


def _by_path(dependents: list[Dependent]) -> dict[Path, tuple[Dependent, ...]]:
    found: dict[Path, tuple[Dependent, ...]] = {}
    for dependent in dependents:
        for path in dependent.here | dependent.elsewhere:
            found[path] = (*found.get(path, ()), dependent)
    return found


def _derived(study: Study, item: Item) -> Dependent:
    assert item.derive is not None
    return _dependent(study, item.form, item.id, item.derive)


def _check(study: Study, check: Check) -> Dependent:
    return _dependent(study, check.about_form, check.about_item, check.when, check)


def _dependent(study: Study, form: str, item: str, rule: Rule, check: Check | None = None) -> Dependent:
    here, elsewhere = _paths(study, study.forms[form], rule)
    asked = study.forms[form].items.get(item)
    conditions = [asked.when if asked is not None else None, study.forms[form].when]
    for condition in conditions:
        if condition is not None:
            more_here, more_elsewhere = _paths(study, study.forms[form], condition)
            here, elsewhere = here | more_here, elsewhere | more_elsewhere
    reach = _reach(study, [rule, *(one for one in conditions if one is not None)])
    return Dependent(form, item, rule.node, frozenset(here), frozenset(elsewhere), reach, check)


def _paths(study: Study, form: Form, rule: Rule) -> tuple[set[Path], set[Path]]:
    """What a rule reads here and elsewhere, with what the conditions of those items read in turn."""
    typed = _typed(study, rule, _SCOPES[form.records], form.id)
    here = {(need.form, need.item) for need in typed.needs if not need.is_elsewhere}
    elsewhere = {(need.form, need.item) for need in typed.needs if need.is_elsewhere}
    for path in sorted(here | elsewhere):
        for condition, owner in _conditions(study, path):
            inner_here, inner_elsewhere = _paths(study, owner, condition)
            if path in here:
                here |= inner_here
            elsewhere |= inner_elsewhere if path not in elsewhere else inner_elsewhere | inner_here
    calls = _calls(study.vocabulary, rule.node)
    forms = {name for _, names in calls for name in names if name in study.forms}
    elsewhere |= {(name, ROWS) for name in forms | {path_form for path_form, _ in elsewhere}}
    if elsewhere:
        elsewhere.add(("visit", "date"))
    if (here | elsewhere) & _BY_FIRST_DOSE or any(function in _FROM_BASELINE for function, _ in calls):
        elsewhere.add(FIRST_DOSE)
    if (here | elsewhere) & _BY_FIRST_DOSE:
        here.add(("visit", "date"))
    return here, elsewhere


def _typed(study: Study, rule: Rule, asked: Scope, form: str | None) -> Typed:
    typed = infer(rule.node, study.vocabulary, asked=asked, form=form, place=rule.place)
    if isinstance(typed, tuple):
        raise ValueError("; ".join(problem.text for problem in typed))
    return typed


def _conditions(study: Study, path: Path) -> list[tuple[Rule, Form]]:
    form = study.forms.get(path[0])
    item = form.items.get(path[1]) if form is not None else None
    if form is None or item is None:
        return []
    return [(rule, form) for rule in (item.when, form.when) if rule is not None]


def _calls(vocabulary: Vocabulary, node: Node) -> list[tuple[str, tuple[str, ...]]]:
    """Every function that a rule calls, terms unfolded, with the bare names among its arguments."""
    calls: list[tuple[str, tuple[str, ...]]] = []
    for part in walk(node):
        if isinstance(part, Call):
            names = tuple(argument.word for argument in part.arguments if isinstance(argument, Name))
            calls.append((part.function, names))
        elif isinstance(part, Name) and part.word in vocabulary.terms:
            calls += _calls(vocabulary, vocabulary.terms[part.word].node)
    return calls


def _reach(study: Study, rules: list[Rule]) -> Reach:
    functions: set[str] = set()
    visits: set[str] = set()
    for rule in rules:
        for function, names in _calls(study.vocabulary, rule.node):
            functions.add(function)
            if function == "at":
                visits.update(names[:1])
    if functions & _FROM_BASELINE:
        visits.update(study.baseline_visits)
    return Reach(bool(functions & _OVER_RECORDS), "previous" in functions, frozenset(visits))


def _with_levels(derived: list[Dependent]) -> list[Dependent]:
    """Each derived item above those that it reads at its own place."""
    by_path = {(one.form, one.item): one for one in derived}
    levels: dict[Path, int] = {}

    def level_of(path: Path) -> int:
        if path not in levels:
            levels[path] = 0  # a circle, which `study.check` refuses, ends here
            reads = [inner for inner in by_path[path].here if inner in by_path]
            levels[path] = 1 + max((level_of(inner) for inner in reads), default=0)
        return levels[path]

    return [
        Dependent(
            one.form,
            one.item,
            one.node,
            one.here,
            one.elsewhere,
            one.reach,
            None,
            level_of((one.form, one.item)),
        )
        for one in derived
    ]


def _first_dose_paths(study: Study) -> frozenset[Path]:
    term = study.terms.get(study.first_dose or "")
    if term is None:
        return frozenset()
    typed = _typed(study, term.rule, "participant", None)
    paths = {(need.form, need.item) for need in typed.needs}
    for path in sorted(paths):
        for condition, owner in _conditions(study, path):
            here, elsewhere = _paths(study, owner, condition)
            paths |= here | elsewhere
    return frozenset(paths | {(form, ROWS) for form, _ in paths})
