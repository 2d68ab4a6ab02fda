"""The steps of a derivation. A dataset of the definition is nothing but a list of them: they are carried out one after
the other, and the script of a dataset says the very same list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trialwright.expr.nodes import Rule
from trialwright.ledger.deviations import checks_of_deviations
from trialwright.study.dataset_words import CHANGES, rules_of_dataset
from trialwright.study.model import (
    Check,
    Column,
    Dataset,
    DatasetCriterion,
    DiaryScore,
    Imputation,
    Parameter,
    Study,
)

OBSERVED_FLAG: Final = "ANL01FL"


@dataclass(frozen=True, slots=True)
class TakeParticipants:
    """One row a participant."""


@dataclass(frozen=True, slots=True)
class TakeRecords:
    """One row a record of a form, where the rule says yes."""

    form: str
    rule: Rule | None
    written: Rule | None


@dataclass(frozen=True, slots=True)
class TakeValues:
    """One row for every known value of a parameter; written: its rule with the names written out."""

    parameter: Parameter
    written: Rule | None
    dated_by: str | None


@dataclass(frozen=True, slots=True)
class TakeScores:
    """One row for every study week that gives a score of the diary."""

    parameter: Parameter
    score: DiaryScore


@dataclass(frozen=True, slots=True)
class TakeTimes:
    """One row for every member of an estimand's population, with the time to its endpoint."""

    parameter: Parameter
    estimand: str


@dataclass(frozen=True, slots=True)
class TakeEvents:
    """One row for every intercurrent event that happened to a member of an estimand's population."""


@dataclass(frozen=True, slots=True)
class TakeDeviations:
    """One row wherever a check of the level deviation finds something. checks: its id, form, wording and rule."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class TakeOccasions:
    """One row for every entry that the diary wanted and whose time was over on the last day of the data."""


@dataclass(frozen=True, slots=True)
class OnlyMembers:
    population: str


@dataclass(frozen=True, slots=True)
class CountDays:
    """ADY from ADT and the first dose."""


@dataclass(frozen=True, slots=True)
class Window:
    """AVISIT by study day, and ANL01FL for the value that stands for it."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """ABLFL and BASE: the last value that is known to be before the first dose."""

    visits: tuple[str, ...]
    has_windows: bool  # then the row stands for the visit "Baseline"


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that follows from AVAL and BASE."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Limit:
    """items: PARAMCD and form.item of the parameters that can have limits of normal."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TakeFromRows:
    """A parameter whose rows are those of another after the baseline, with what a rule answers there."""

    parameter: Parameter
    written: Rule


@dataclass(frozen=True, slots=True)
class Derive:
    column: Column
    written: Rule


@dataclass(frozen=True, slots=True)
class FlagMembers:
    column: Column


@dataclass(frozen=True, slots=True)
class Decide:
    criterion: DatasetCriterion
    written: Rule


@dataclass(frozen=True, slots=True)
class Impute:
    imputation: Imputation


@dataclass(frozen=True, slots=True)
class Keep:
    """Variables of the subject-level dataset, repeated on every row."""

    columns: tuple[str, ...]
    dataset: str


Step = (
    TakeParticipants
    | TakeRecords
    | TakeValues
    | TakeScores
    | TakeTimes
    | TakeEvents
    | TakeDeviations
    | TakeOccasions
    | OnlyMembers
    | CountDays
    | Window
    | Baseline
    | Change
    | Limit
    | TakeFromRows
    | Derive
    | FlagMembers
    | Decide
    | Impute
    | Keep
)


def steps_of(study: Study, dataset: Dataset) -> tuple[Step, ...]:
    """What a dataset of the definition means, step by step."""
    written = {one.about: one.written for one in rules_of_dataset(study, dataset)}
    match dataset.kind:
        case "ADSL":
            return (TakeParticipants(), *_columns(dataset, written))
        case "OCCDS":
            return (
                _taken(study, dataset, written),
                *_members(dataset),
                *_columns(dataset, written),
                *_kept(study, dataset),
            )
        case "TTE":
            times = (TakeTimes(one, one.estimand or "") for one in dataset.parameters.values())
            return (*times, *_kept(study, dataset))
        case _:
            return tuple(_of_values(study, dataset, written))


def _taken(study: Study, dataset: Dataset, written: dict[str, Rule]) -> Step:
    if dataset.made_from == "deviations":
        return TakeDeviations(checks_of_deviations(study))
    if dataset.made_from == "diary":
        return TakeOccasions()
    if dataset.made_from is not None:
        return TakeEvents()
    return TakeRecords(dataset.form or "", dataset.when, written.get(""))


def _of_values(study: Study, dataset: Dataset, written: dict[str, Rule]) -> Iterator[Step]:
    own = [one for one in dataset.parameters.values() if one.of is None]
    scores = {one.id: one for one in study.diary.scores} if study.diary else {}
    for parameter in own:
        if parameter.score is not None:
            yield TakeScores(parameter, scores[parameter.score])
        else:
            yield TakeValues(parameter, written.get(parameter.id), _dated_by(dataset, parameter))
    yield from _members(dataset)
    yield CountDays()
    if dataset.has_windows:
        yield Window()
    if dataset.has_baseline:
        yield Baseline(study.baseline_visits, dataset.has_windows)
        for name, text in CHANGES.items():
            yield Change(name, text)
    for parameter in dataset.parameters.values():
        if parameter.of is not None:
            yield TakeFromRows(parameter, written[parameter.id])
    if dataset.has_limits:
        yield Limit(tuple((one.id, one.item) for one in own if one.item is not None))
    yield from _columns(dataset, written)
    for criterion in dataset.criteria:
        yield Decide(criterion, written[criterion.id])
    for imputation in dataset.imputations:
        yield Impute(imputation)
    yield from _kept(study, dataset)


def _dated_by(dataset: Dataset, parameter: Parameter) -> str | None:
    """The item that dates the values of the parameter's form."""
    dated, item = dataset.dated_by or "", parameter.item or ""
    return dated if dated and dated.partition(".")[0] == item.partition(".")[0] else None


def _members(dataset: Dataset) -> Iterator[Step]:
    if dataset.population is not None:
        yield OnlyMembers(dataset.population)


def _columns(dataset: Dataset, written: dict[str, Rule]) -> Iterator[Step]:
    for column in dataset.columns.values():
        yield FlagMembers(column) if column.rule is None else Derive(column, written[column.id])


def _kept(study: Study, dataset: Dataset) -> Iterator[Step]:
    subject = next((one.id for one in study.datasets.values() if one.kind == "ADSL"), "")
    if dataset.keep:
        yield Keep(dataset.keep, subject)
