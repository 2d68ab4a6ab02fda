"""Listings of rows of analysis datasets: a row each, codes and study texts in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from trialwright.analysis.answers import ANSWER_WORDS
from trialwright.analysis.displays.model import Cell, Table
from trialwright.analysis.displays.told import Told, population_note, source_note
from trialwright.analysis.displays.topics import efficacy_note
from trialwright.analysis.displays.variables import (
    derived_notes,
    label_of_answer,
    measured_label,
    variable_label,
)
from trialwright.analysis.methods.rounding import rounded_text
from trialwright.analysis.places import collected_places
from trialwright.analysis.results import Record
from trialwright.analysis.speaker import join_texts
from trialwright.analysis.variables import describe_variable
from trialwright.study.dataset_words import imputation_flag, made_by_steps
from trialwright.study.model import Analysis
from trialwright.values.numbers import decimals_of

Reader = Callable[[Record], str]

NOTHING: Final = "–"
NAMES: Final = ("PARAMCD", "PARAM")
MEASURED: Final = frozenset({"AVAL", "BASE", "CHG", "ANRLO", "ANRHI"})  # in the unit of a parameter
# What was not known of a date -> how much of its text was.
KNOWN_LENGTHS: Final[Mapping[str, int]] = MappingProxyType({"D": 7, "M": 4, "Y": 0})


def record_listing(told: Told, number: str, analysis: Analysis) -> Table:
    """By the participants' codes, and for each in the order of the dataset."""
    readers = tuple(reader_of(told, analysis, variable) for variable in analysis.variables)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (*first_cells(told, one), *(reader(one) or NOTHING for reader in readers))
        for one in in_order(told, analysis)
    )
    head = (*first_heads(told), *(head_of(told, analysis.dataset or "", one) for one in analysis.variables))
    notes = record_notes(told, analysis)
    return Table(number, told.name(analysis.label), head, rows or empty_rows(told, head), notes, "listing")


def in_order(told: Told, analysis: Analysis) -> list[Record]:
    records = told.dataset.records_of(analysis.id)
    return sorted(records, key=lambda one: (told.code(one.participant), one.participant, one.number))


def first_heads(told: Told) -> tuple[str, ...]:
    return (told.text("Participant"), *((told.text("Arm"),) if len(told.study.arms) > 1 else ()))


def first_cells(told: Told, one: Record) -> tuple[str, ...]:
    """Whose a row is."""
    arm = told.study.arms.get(one.group)
    has_arms = len(told.study.arms) > 1
    return (told.code(one.participant), *((told.name(arm.label) if arm else NOTHING,) if has_arms else ()))


def empty_rows(told: Told, head: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return ((told.text("No records"), *("",) * (len(head) - 1)),)


def head_of(told: Told, dataset: str, variable: str) -> str:
    """With the unit; a study day is counted in days, and its name says so."""
    described = describe_variable(told.study, dataset, variable)
    is_day = described is not None and described.unit == "days"
    return variable_label(told, dataset, variable) if is_day else measured_label(told, dataset, variable)


def reader_of(told: Told, analysis: Analysis, variable: str) -> Reader:
    """Gives of a record what stands in a variable, in the reader's language, of a date what is known; "" for nothing,
    where that says nothing. What the definition says of the variable is looked up once, not for each row."""
    described = describe_variable(told.study, analysis.dataset or "", variable)
    flag, is_measured = flag_of(told, analysis, variable), holds_values(told, analysis, variable)

    def read(one: Record) -> str:
        text = without_unknown(one, variable, flag)
        if text and is_measured:
            return measured_text(told, analysis, one, text)
        is_said = text or (variable, text) in ANSWER_WORDS
        return label_of_answer(told, described, variable, text) if is_said else ""

    return read


def said_of(told: Told, analysis: Analysis, one: Record, variable: str) -> str:
    return reader_of(told, analysis, variable)(one)


def holds_values(told: Told, analysis: Analysis, variable: str) -> bool:
    """Whether numbers in the unit of a parameter stand in it, and not what a rule of the definition gives by its name."""
    dataset = told.study.datasets[analysis.dataset or ""]
    return dataset.kind in ("BDS", "TTE") and variable in MEASURED and variable in made_by_steps(dataset)


def measured_text(told: Told, analysis: Analysis, one: Record, text: str) -> str:
    """A number in at least as many decimals as values of its parameter are collected in, where the row tells that."""
    parameters = told.study.datasets[analysis.dataset or ""].parameters.values()
    named = {one.text(name) for name in NAMES}
    items = (known.item or "" for known in parameters if named & {known.id, known.label})
    value = Fraction(text)
    needed = decimals_of(value) or 0  # what is written in decimals or as 1e-05 has an end
    return rounded_text(value, max(collected_places(told.study, next(items, ""), ()), needed))


def known_part(told: Told, analysis: Analysis, one: Record, variable: str) -> str:
    """What stands in a variable, without the day and the month of a date that were not known (ISO 8601)."""
    return without_unknown(one, variable, flag_of(told, analysis, variable))


def flag_of(told: Told, analysis: Analysis, variable: str) -> str:
    return imputation_flag(told.study.datasets[analysis.dataset or ""], variable)


def without_unknown(one: Record, variable: str, flag: str) -> str:
    return one.text(variable)[: KNOWN_LENGTHS.get(one.text(flag))]


def record_notes(told: Told, analysis: Analysis) -> tuple[str, ...]:
    records = told.dataset.records_of(analysis.id)
    people = len({one.participant for one in records})
    labels = [variable_label(told, analysis.dataset or "", one) for one in analysis.flags]
    return (
        *population_note(told, analysis),
        *((told.text("Records with: {labels}.", labels=join_texts(told, labels)),) if labels else ()),
        told.text("{records} records of {people} participants.", records=len(records), people=people),
        *derived_notes(told, analysis.dataset or "", analysis.variables),
        *time_note(told, analysis),
        *efficacy_note(told, analysis),
        source_note(told, analysis.id),
    )


def time_note(told: Told, analysis: Analysis) -> tuple[str, ...]:
    """Of a dataset of times, what its days mean."""
    if told.study.datasets[analysis.dataset or ""].kind != "TTE":
        return ()
    return (
        told.text(
            "The event came about after the last day without it and not after the first day with it; as analysed, a day within the window of a visit is its planned day."
        ),
    )
