"""The results dataset as files: JSON that reads back to the same dataset, and CSV for every other program.

A list of participants, or of events, that many results rest on stands once, under a number.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from typing import Any, Final

from trialwright.analysis.ard import Contribution, Number, ResultsDataset, Statistic, stamps_of
from trialwright.analysis.ard_lists import Lists, Parts, gathered, spread
from trialwright.analysis.conduct import Conduct, Look, PlanVersion
from trialwright.analysis.results import Record
from trialwright.datasets.written import csv_cell, csv_of
from trialwright.values.problem import Problem

FORMAT: Final = "trialwright-results/1"
HEAD: Final = (
    "study",
    "version",
    "definition",
    "cut",
    "heads",
    "software",
    "is_draft",
    "is_rehearsal",
    "is_blinded",
    "last_day",
)
MAPPINGS: Final = ("moments", "environment", "codes")
COLUMNS: Final = (*(one.name for one in fields(Statistic)), "number", "stamps")
RECORD_COLUMNS: Final = (
    "id",
    "analysis",
    "participant",
    "group",
    "variable",
    "value",
    "events",
    "stamps",
)
NUMBERS: Final = frozenset({"value", "number", "level", "n", "day"})


def render_number(value: Number | None) -> str:
    """Text that says the value exactly: digits, the shortest decimal of a float, or a fraction where no decimal ends.

    >>> render_number(Fraction(72, 10)), render_number(Fraction(1, 3)), render_number(0.1), render_number(None)
    ('7.2', '1/3', '0.1', '')
    """
    if value is None:
        return ""
    if not isinstance(value, Fraction):
        return repr(value)
    if value.denominator == 1:
        return str(value.numerator)
    decimal = repr(float(value))
    return decimal if Fraction(decimal) == value else f"{value.numerator}/{value.denominator}"


def parse_number(text: str, *, is_fraction: bool) -> Number | None:
    """What `render_number` wrote. is_fraction: of a single value, which is exact; a float looks the same."""
    if not text:
        return None
    if is_fraction:
        return Fraction(text)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def row_of(one: Statistic) -> dict[str, object]:
    """The row as written: the value exactly, beside it as a number that every program reads."""
    row: dict[str, object] = {name.name: getattr(one, name.name) for name in fields(one)}
    row["value"] = render_number(one.value)
    row["number"] = (
        None if one.value is None else float(one.value) if isinstance(one.value, Fraction) else one.value
    )
    return row


def write_results_json(dataset: ResultsDataset) -> bytes:
    """The same dataset gives the same bytes."""
    head: dict[str, object] = {"format": FORMAT, **{name: getattr(dataset, name) for name in HEAD}}
    head |= {name: dict(getattr(dataset, name)) for name in MAPPINGS}
    head["problems"] = [problem_row(one) for one in dataset.problems]
    head["conduct"] = asdict(dataset.conduct)
    people, sources = Lists(), Lists()
    lists: dict[str, Iterable[object]] = {
        "results": [listed(row_of(one), people, sources) for one in dataset.statistics],
        "contributions": [
            listed({name.name: getattr(one, name.name) for name in fields(one)}, people, sources)
            for one in dataset.contributions
        ],
        "records": [record_row(one) for one in dataset.records],
    }
    lists |= {"people": [*people], "sources": [gathered(one) for one in sources]}  # known only now
    top = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    parts = (f'"{name}": [\n  {joined(rows)}\n ]' for name, rows in lists.items())
    return f"{top},\n {', '.join(parts)}\n}}\n".encode()


def joined(rows: Iterable[object]) -> str:
    """A row a line. Raises ValueError for a number that JSON has not: what is none has no value in a dataset."""
    return ",\n  ".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for row in rows
    )


def listed(row: Mapping[str, object], people: Lists, sources: Lists) -> dict[str, object]:
    """The row without what is empty, its lists by their numbers."""
    told = kept(row)
    for name, lists in (("participants", people), ("events", sources)):
        if name in told:
            told[name] = lists.number(row[name])  # type: ignore[arg-type]  # a tuple of text in every row
    return told


def record_row(one: Record) -> dict[str, object]:
    row: dict[str, object] = {name.name: getattr(one, name.name) for name in fields(one)}
    return {"id": one.id, **kept(row), "values": dict(one.values)}


def record_of(row: dict[str, Any]) -> Record:
    return Record(
        row["analysis"],
        row["participant"],
        row["number"],
        row.get("group", ""),
        tuple(row["values"].items()),
        tuple(row.get("events", ())),
    )


def problem_row(one: Problem) -> dict[str, object]:
    return {name.name: getattr(one, name.name) for name in fields(one)} | {"parts": dict(one.parts)}


def kept(row: Mapping[str, object]) -> dict[str, object]:
    """Without what is empty; a value that is not known stays, for its absence is a result."""
    return {key: value for key, value in row.items() if key == "value" or not is_empty(value)}


def is_empty(value: object) -> bool:
    """None, False and what has no parts; never a number, for 0 is a result.

    >>> is_empty(0), is_empty(0.0), is_empty(False), is_empty(())
    (False, False, True, True)
    """
    return value is None or value is False or (isinstance(value, str | tuple) and not value)


def read_results_json(content: bytes) -> ResultsDataset:
    """The dataset that was written. Raises ValueError where the content is none."""
    try:
        whole = json.loads(content)
        if whole["format"] != FORMAT:
            raise ValueError(f"not {FORMAT}")
        people = ((), *(tuple(one) for one in whole["people"]))
        sources = ((), *(spread(one) for one in whole["sources"]))
        return ResultsDataset(
            **{name: whole[name] for name in (*HEAD, *MAPPINGS)},
            statistics=tuple(statistic_of(row, people, sources) for row in whole["results"]),
            contributions=tuple(
                Contribution(**{**row, "events": sources[row.get("events", 0)]})
                for row in whole["contributions"]
            ),
            records=tuple(record_of(row) for row in whole["records"]),
            problems=tuple(
                Problem(**{**row, "parts": tuple(row["parts"].items())}) for row in whole["problems"]
            ),
            conduct=conduct_in(whole["conduct"]),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a results dataset: {error}") from error


def conduct_in(row: dict[str, Any]) -> Conduct:
    plans = tuple(PlanVersion(**{**one, "changed": tuple(one["changed"])}) for one in row["plans"])
    return Conduct(plans, row["first_value"], tuple(Look(**one) for one in row["looks"]))


def statistic_of(row: dict[str, Any], people: Sequence[Parts], sources: Sequence[Parts]) -> Statistic:
    given = {key: value for key, value in row.items() if key != "number"}
    given["value"] = parse_number(given["value"], is_fraction=given["statistic"] == "value")
    given["category"] = tuple(given.get("category", ()))
    given["participants"] = people[given.get("participants", 0)]
    given["events"] = sources[given.get("events", 0)]
    return Statistic(**given)


def write_results_csv(dataset: ResultsDataset) -> bytes:
    """One line a statistic; participants and events by the name of their list, as `write_lists_csv` has it, categories
    with " > " between.

    stamps: what must be known before any number, on every line, for lines are copied without their file.
    """
    stamps = "; ".join(stamps_of(dataset))
    people, sources = Lists(), Lists()
    rows = (
        [
            *(
                csv_cell(value, is_number=name in NUMBERS)
                for name, value in line_of(one, people, sources).items()
            ),
            stamps,
        ]
        for one in dataset.statistics
    )
    return csv_of(COLUMNS, rows)


def write_lists_csv(dataset: ResultsDataset) -> bytes:
    """One line a list and participant in it: P1, P2, ... of participants, E1, E2, ... with the numbers of their events in
    the participant's stream, a blank between."""
    people, sources = Lists(), Lists()
    for one in dataset.statistics:
        people.number(one.participants)
        sources.number(one.events)
    rows = [
        *((f"P{number}", csv_cell(who), "") for number, whole in enumerate(people, 1) for who in whole),
        *(
            (f"E{number}", csv_cell(who), numbers.replace(",", " "))
            for number, whole in enumerate(sources, 1)
            for who, _, numbers in (text.rpartition(":") for text in gathered(whole))
        ),
    ]
    return csv_of(("list", "participant", "events"), rows)


def write_records_csv(dataset: ResultsDataset) -> bytes:
    """The rows that are shown as they are: one line a value, under the id of its row; events with blanks between."""
    stamps = "; ".join(stamps_of(dataset))
    rows = (
        [csv_cell(part) for part in (*row, text, one.events, stamps)]
        for one in dataset.records
        for name, text in one.values
        for row in ((one.id, one.analysis, one.participant, one.group, name),)
    )
    return csv_of(RECORD_COLUMNS, rows)


def line_of(one: Statistic, people: Lists, sources: Lists) -> dict[str, object]:
    """The row with its category as one text, for its parts may hold blanks, and the names of its lists."""
    return row_of(one) | {
        "category": " > ".join(one.category),
        "participants": f"P{people.number(one.participants)}" if one.participants else "",
        "events": f"E{sources.number(one.events)}" if one.events else "",
    }
