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
from trialwright.study.builtin import BUILT_IN_ASKS, SEX_VARIABLE
from trialwright.study.items import item_spec
from trialwright.study.model import Check, Form, Item, Study
from trialwright.values.parse import ItemSpec

Path = tuple[str, str]  # form, item
_CallOf = tuple[str, tuple[str, ...]]

ROWS: Final = (
    "*"  # stands for "the records of this form": one was added, emptied or removed, or its gate answered
)
FIRST_DOSE: Final[Path] = ("", "first_dose")  # stands for "the day of the first dose"

_FROM_BASELINE: Final = frozenset({"baseline", "change", "relative_change", "reduction"})
_BY_SEX: Final = frozenset({"upper_limit", "lower_limit"})
_OVER_RECORDS: Final = AGGREGATES | {"last"}
DAYS_OUTSIDE: Final[Path] = ("visit", "days_outside")
IN_ORDER: Final[Path] = ("visit", "in_order")
_BY_FIRST_DOSE: Final = frozenset({("visit", "day"), DAYS_OUTSIDE, ("plan", "date")})
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
    sex: frozenset[Path]
    of_diary: frozenset[str]  # checks that the diary's forms make in themselves, of each entry
    read_by_sets: Mapping[str, frozenset[Path]]  # analysis set -> all that its rule and those around it read


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
        sex=_sex_paths(study),
        of_diary=frozenset({*BUILT_IN_ASKS, *_checks_of_diary(study)}),
        read_by_sets={name: _read_by_set(study, name) for name in study.populations},
    )


def _read_by_set(study: Study, name: str) -> frozenset[Path]:
    population = study.populations[name]
    reads = _reads_of(study, _typed(study, population.rule, "participant", None), population.rule)
    around = _read_by_set(study, population.within) if population.within is not None else frozenset()
    return reads.here | reads.elsewhere | around


def _checks_of_diary(study: Study) -> Iterator[str]:
    for form in study.forms.values():
        if form.ask is not None:
            yield from (check.id for check in form.checks)


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
    owner = study.forms[form]
    asked = owner.items.get(item)
    reads = _reads(study, owner, rule)
    for condition in (asked.when if asked is not None else None, owner.when):
        if condition is not None:
            reads = _joined(reads, _reads(study, owner, condition))
    here = reads.here
    if check is not None:  # it is asked once its record is there, also where it reads others only
        here |= {(form, ROWS), (form, item)}
    return Dependent(form, item, rule.node, here, reads.elsewhere, _reach(study, reads), check)


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a rule reads, with what the conditions of those items read in turn; and the functions that it calls,
    each with the bare names among its arguments."""

    here: frozenset[Path]
    elsewhere: frozenset[Path]
    calls: tuple[_CallOf, ...]


def _joined(one: _Reads, other: _Reads) -> _Reads:
    return _Reads(one.here | other.here, one.elsewhere | other.elsewhere, one.calls + other.calls)


def _reads(study: Study, form: Form, rule: Rule) -> _Reads:
    return _reads_of(study, _typed(study, rule, _SCOPES[form.records], form.id), rule)


def _reads_of(study: Study, typed: Typed, rule: Rule) -> _Reads:
    here = frozenset((need.form, need.item) for need in typed.needs if not need.is_elsewhere)
    elsewhere = frozenset((need.form, need.item) for need in typed.needs if need.is_elsewhere)
    reads = _Reads(here, elsewhere, tuple(_calls(study.vocabulary, rule.node)))
    for path in sorted(here | elsewhere):
        for condition, owner in _conditions(study, path):
            inner = _reads(study, owner, condition)
            if path in elsewhere:  # what is read here of an item elsewhere is read elsewhere
                inner = _Reads(
                    inner.here if path in here else frozenset(), inner.elsewhere | inner.here, inner.calls
                )
            reads = _joined(reads, inner)
    return _with_hidden_reads(study, reads)


def _with_hidden_reads(study: Study, reads: _Reads) -> _Reads:
    """And what no name in the rule tells: the first dose, the sex, dates of visits, which records there are."""
    here, elsewhere, functions = set(reads.here), set(reads.elsewhere), {name for name, _ in reads.calls}
    if functions & _BY_SEX:
        here |= _sex_paths(study)
    forms = {name for _, names in reads.calls for name in names if name in study.forms}
    elsewhere |= {(name, ROWS) for name in forms | {name for name, _ in elsewhere}}
    if elsewhere:
        elsewhere.add(("visit", "date"))
    if (here | elsewhere) & _BY_FIRST_DOSE:
        here.add(("visit", "date"))
        elsewhere |= {FIRST_DOSE, ("visit", "date")}
    if IN_ORDER in here | elsewhere:
        here.add(("visit", "date"))
        elsewhere.add(("visit", "date"))
    if functions & _FROM_BASELINE:
        elsewhere.add(FIRST_DOSE)
    return _Reads(frozenset(here), frozenset(elsewhere), reads.calls)


def _typed(study: Study, rule: Rule, asked: Scope, form: str | None) -> Typed:
    typed = infer(rule.node, study.vocabulary, asked=asked, form=form, place=rule.place)
    if isinstance(typed, tuple):
        raise ValueError("; ".join(problem.text for problem in typed))
    return typed


def _sex_paths(study: Study) -> frozenset[Path]:
    """The item that the definition maps to the sex of the participant; limits of normal hang on it."""
    return frozenset((item.form, item.id) for item in _items(study) if item.sdtm == SEX_VARIABLE)


def _conditions(study: Study, path: Path) -> list[tuple[Rule, Form]]:
    form = study.forms.get(path[0])
    item = form.items.get(path[1]) if form is not None else None
    if form is None or item is None:
        return []
    return [(rule, form) for rule in (item.when, form.when) if rule is not None]


def _calls(vocabulary: Vocabulary, node: Node) -> list[_CallOf]:
    """Every function that a rule calls, terms unfolded, with the bare names among its arguments."""
    calls: list[_CallOf] = []
    for part in walk(node):
        if isinstance(part, Call):
            names = tuple(argument.word for argument in part.arguments if isinstance(argument, Name))
            calls.append((part.function, names))
        elif isinstance(part, Name) and part.word in vocabulary.terms:
            calls += _calls(vocabulary, vocabulary.terms[part.word].node)
    return calls


def _reach(study: Study, reads: _Reads) -> Reach:
    functions = {function for function, _ in reads.calls}
    visits = {name for function, names in reads.calls if function == "at" for name in names[:1]}
    if functions & _FROM_BASELINE:
        visits.update(study.baseline_visits)
    if DAYS_OUTSIDE in reads.here | reads.elsewhere:  # before the first dose, screening bounds the anchor
        visits.update(visit.id for visit in study.visits.values() if (visit.day_last or 0) < 0)
    # a visit that comes in between is dated against those before and after it
    is_everywhere = bool(functions & _OVER_RECORDS) or IN_ORDER in reads.here | reads.elsewhere
    return Reach(is_everywhere, "previous" in functions, frozenset(visits))


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
            inner = _reads(study, owner, condition)
            paths |= inner.here | inner.elsewhere
    return frozenset(paths | {(form, ROWS) for form, _ in paths})
