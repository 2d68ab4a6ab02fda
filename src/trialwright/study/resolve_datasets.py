"""datasets.yaml: the analysis datasets; every name looked up that does not hang on a rule."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from trialwright.study.dataset_words import CHANGES, OF_TIMES, ROW_ITEMS, SOURCE_VARIABLES
from trialwright.study.desk import Desk
from trialwright.study.files_datasets import (
    RawColumn,
    RawDataset,
    RawDatasets,
    RawImputation,
    RawParameter,
)
from trialwright.study.formats import read_truth
from trialwright.study.model import (
    Column,
    Dataset,
    DatasetCriterion,
    DatasetKind,
    DatasetSource,
    Imputation,
    Parameter,
)
from trialwright.study.text import Text

_KINDS: Final[Mapping[str, DatasetKind]] = {"ADSL": "ADSL", "BDS": "BDS", "OCCDS": "OCCDS", "TTE": "TTE"}
_SOURCES: Final[Mapping[str, DatasetSource]] = {one: one for one in get_args(DatasetSource)}
_OF_VALUES: Final = ("parameters", "criteria", "impute", "windows", "baseline", "limits", "dated_by")
# What says nothing in a dataset of the class, and what must be there.
_FOREIGN: Final[Mapping[DatasetKind, tuple[str, ...]]] = {
    "ADSL": ("population", "form", "when", "made_from", "keep", *_OF_VALUES),
    "BDS": ("form", "when", "made_from"),
    "OCCDS": _OF_VALUES,
    "TTE": ("population", "form", "when", "made_from", "columns", *_OF_VALUES[1:]),
}
_NEEDED: Final[Mapping[DatasetKind, str]] = {
    "ADSL": "columns",
    "BDS": "parameters",
    "OCCDS": "form",
    "TTE": "parameters",
}
# What every dataset has without saying it.
KEYS: Final = ("STUDYID", "USUBJID", "SUBJID", "SITEID", "SRCSTRM", "SRC")
_WINDOWED: Final = ("AWLO", "AWHI", "AWTARGET", "AWTDIFF")
_MADE: Final[Mapping[DatasetKind, tuple[str, ...]]] = {
    "ADSL": KEYS,
    "BDS": (*KEYS, "ASEQ", "PARAM", "PARAMN", "ATPT", "DTYPE", "IMPREAS", *_WINDOWED, *ROW_ITEMS, *CHANGES),
    "OCCDS": (*KEYS, "ASEQ"),
    "TTE": (*KEYS, "ASEQ", "PARAMN", *OF_TIMES),
}
_LONGEST_LABEL: Final = 40
_LONGEST_PARTIAL: Final = 7


@dataclass(frozen=True, slots=True)
class Known:
    """What a dataset may name."""

    forms: tuple[str, ...]
    items: tuple[str, ...]  # form.item
    populations: tuple[str, ...]
    estimands: tuple[str, ...]
    scores: tuple[str, ...]  # of the diary
    dates: tuple[str, ...]  # form.item
    has_diary: bool = False


def resolve_datasets(desk: Desk, raw: RawDatasets, known: Known) -> dict[str, Dataset]:
    """The subject-level dataset first, then the others as they are written."""
    subjects = [name for name, one in raw.datasets.items() if one.kind == "ADSL"]
    if raw.datasets and len(subjects) != 1:
        desk.report("dataset-subject-count", next(iter(raw.datasets)), count=len(subjects))
    columns = tuple(str(name) for one in subjects for name in raw.datasets[one].columns)
    found = {str(name): _dataset(desk, name, one, known, columns) for name, one in raw.datasets.items()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].kind != "ADSL"))


def _dataset(desk: Desk, name: Text, raw: RawDataset, known: Known, subject: tuple[str, ...]) -> Dataset:
    kind = _KINDS[raw.kind]
    _check_keys(desk, name, raw, kind, has_diary=known.has_diary)
    _check_variables(desk, raw, kind)
    if raw.population is not None:
        desk.known("population", raw.population, known.populations)
    if raw.form is not None:
        desk.known("form", raw.form, known.forms)
    kept = tuple(str(one) for one in raw.keep if desk.known("column", one, subject))
    parameters = {str(one): _parameter(desk, one, part, raw, known) for one, part in raw.parameters.items()}
    columns = {str(one): _column(desk, one, part, known) for one, part in raw.columns.items()}
    return Dataset(
        id=str(name),
        label=str(raw.label),
        kind=kind,
        place=name.place,
        population=None if raw.population is None else str(raw.population),
        form=None if raw.form is None else str(raw.form),
        made_from=_made_from(raw),
        when=desk.maybe_rule(raw.when),
        keep=kept,
        parameters=parameters,
        columns={one: column for one, column in columns.items() if column is not None},
        criteria=tuple(_criteria(desk, raw)),
        imputations=tuple(_imputation(desk, one, part, raw, known) for one, part in raw.impute.items()),
        has_windows=read_truth(raw.windows),
        has_baseline=read_truth(raw.baseline),
        has_limits=read_truth(raw.limits),
        dated_by=_dated_by(desk, raw, known),
    )


def _made_from(raw: RawDataset) -> DatasetSource | None:
    if raw.made_from is None:
        return None
    return _SOURCES[raw.made_from]


def _dated_by(desk: Desk, raw: RawDataset, known: Known) -> str | None:
    """A date of a form that a parameter is of."""
    if raw.dated_by is None:
        return None
    form = raw.dated_by.partition(".")[0]
    forms = {one.item.partition(".")[0] for one in raw.parameters.values() if one.item is not None}
    if form not in forms or raw.dated_by not in known.dates:
        desk.report("dated-by-no-date", raw.dated_by, item=raw.dated_by)
    return str(raw.dated_by)


def _check_keys(desk: Desk, name: Text, raw: RawDataset, kind: DatasetKind, *, has_diary: bool) -> None:
    """Each class has its own keys; another would be passed over."""
    given = {
        key
        for key in ("population", "form", "when", "made_from", "keep", "columns", *_OF_VALUES)
        if getattr(raw, key)
    }
    for key in _FOREIGN[kind]:
        if key in given:
            desk.report("key-of-other-class", name, key=key, kind=kind)
    if raw.made_from == "diary" and not has_diary:
        desk.report("made-from-no-diary", name)
    if kind == "OCCDS" and raw.made_from is not None:
        given.add("form")
        if raw.form is not None or raw.when is not None:
            desk.report("form-or-made-from", name)
    needed = {_NEEDED[kind], "windows"} if raw.impute else {_NEEDED[kind]}
    for key in sorted(needed - given):
        desk.report("missing-key", name, key=key)


def _check_variables(desk: Desk, raw: RawDataset, kind: DatasetKind) -> None:
    """A variable has one meaning in a dataset, and a label that the standard's files hold."""
    seen = {*_MADE[kind], *(SOURCE_VARIABLES.get(raw.made_from or "", ()))}
    for name, variable in _variables(raw):
        if variable in seen:
            desk.report("variable-twice", name, name=variable)
        seen.add(variable)
    labels = (*(one.label for one in raw.columns.values()), *(one.label for one in raw.impute.values()))
    for label in labels:
        if len(label) > _LONGEST_LABEL:
            desk.report("label-too-long", label, length=len(label), limit=_LONGEST_LABEL)


def _variables(raw: RawDataset) -> Iterator[tuple[Text, str]]:
    """The variables that a dataset asks for, each with the name that asks; some make two."""
    for name in raw.keep:
        yield name, str(name)
    for name, column in raw.columns.items():
        yield name, str(name)
        if column.partial is not None:
            yield name, f"{name}F"
    for name in raw.criteria:
        yield name, str(name)
        yield name, f"{name}FL"
    for imputation in raw.impute.values():
        yield imputation.flag, str(imputation.flag)


def _parameter(desk: Desk, name: Text, raw: RawParameter, around: RawDataset, known: Known) -> Parameter:
    own = (raw.estimand,) if around.kind == "TTE" else (raw.item, raw.rule, raw.score)
    all_of_them = (raw.item, raw.rule, raw.score, raw.estimand)
    if any(sum(one is not None for one in group) != 1 for group in (own, all_of_them)):
        desk.report("item-or-rule", name)
    if raw.estimand is not None:
        desk.known("estimand", raw.estimand, known.estimands)
    if raw.score is not None:
        desk.known("score", raw.score, known.scores)
    if raw.item is not None:
        desk.known("item", raw.item, known.items)
    if raw.of is not None:
        if raw.rule is None:
            desk.report("of-without-rule", name)
        items = [one for one, part in around.parameters.items() if part.item is not None]
        desk.known("parameter", raw.of, items)
    return Parameter(
        id=str(name),
        label=str(raw.label),
        place=name.place,
        item=None if raw.item is None else str(raw.item),
        rule=desk.maybe_rule(raw.rule),
        of=None if raw.of is None else str(raw.of),
        score=None if raw.score is None else str(raw.score),
        estimand=None if raw.estimand is None else str(raw.estimand),
    )


def _column(desk: Desk, name: Text, raw: RawColumn, known: Known) -> Column | None:
    if (raw.rule is None) == (raw.population is None):
        desk.report("rule-or-population", name)
    if raw.population is not None:
        desk.known("population", raw.population, known.populations)
    if raw.partial is not None and len(name) > _LONGEST_PARTIAL:
        desk.report("partial-name", name, name=name, limit=_LONGEST_PARTIAL)
    rule = desk.maybe_rule(raw.rule)
    if raw.rule is not None and rule is None:
        desk.lost.add(str(name))
        return None
    return Column(
        id=str(name),
        label=str(raw.label),
        place=name.place,
        rule=rule,
        population=None if raw.population is None else str(raw.population),
        shown={str(code): str(shown) for code, shown in raw.codes.items()},
        partial=None if raw.partial is None else "first" if raw.partial == "first" else "last",
        is_flag=read_truth(raw.flag),
    )


def _criteria(desk: Desk, raw: RawDataset) -> Iterator[DatasetCriterion]:
    for name, one in raw.criteria.items():
        _known_parameters(desk, one.parameters, raw.parameters)
        rule = desk.rule(one.rule)
        if rule is not None:
            yield DatasetCriterion(str(name), str(one.label), rule, tuple(map(str, one.parameters)))


def _imputation(desk: Desk, name: Text, raw: RawImputation, around: RawDataset, known: Known) -> Imputation:
    desk.known("estimand", raw.estimand, known.estimands)
    _known_parameters(desk, raw.parameters, around.parameters)
    parameters = tuple(map(str, raw.parameters))
    place = raw.estimand.place
    return Imputation(str(name), str(raw.label), str(raw.flag), str(raw.estimand), parameters, place)


def _known_parameters(desk: Desk, named: Iterable[Text], parameters: Iterable[Text]) -> None:
    known = list(parameters)
    for one in named:
        desk.known("parameter", one, known)
