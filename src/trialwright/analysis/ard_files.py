"""The results dataset as files: JSON that reads back to the same dataset, and CSV for every other program.

A list of participants, or of events, that many results rest on stands once, under a number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from math import isfinite
from types import MappingProxyType, NoneType
from typing import Any, Final, TypeVar

from trialwright.analysis.ard import Contribution, Number, ResultsDataset, Statistic, stamps_of
from trialwright.analysis.ard_lists import Lists, Parts, gathered, spread
from trialwright.analysis.conduct import Conduct, Look, PlanVersion
from trialwright.analysis.results import Record
from trialwright.analysis.set_acts import SetAct
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
DAYS: Final = ("first_visit", "last_visit")  # reports from before they were told lack them
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
SWITCHES: Final = ("is_draft", "is_rehearsal", "is_blinded")
# What stands in the parts of a row that are no text.
KINDS: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "value": (int, float, Fraction, NoneType),
        "level": (int, float, NoneType),
        "n": (int, NoneType),
        "day": (int, NoneType),
        "number": (int,),
        "seen": (int,),
        **dict.fromkeys(("participants", "events", "category", "changed", "values", "parts"), (tuple,)),
    }
)
Part = TypeVar("Part", Statistic, Contribution, Record, Problem, Look, PlanVersion, SetAct)
# Asked once: a report has a hundred thousand parts.
NAMES: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        kind: tuple(one.name for one in fields(kind))
        for kind in (Statistic, Contribution, Record, Problem, Look, PlanVersion, SetAct)
    }
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


def parse_number(text: str | None, *, is_fraction: bool) -> Number | None:
    """What `render_number` wrote; nothing for nothing. is_fraction: of a single value, which is exact; a float looks the same."""
    if not text:
        return None
    if is_fraction:
        return Fraction(text)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def values_of(one: Part) -> dict[str, object]:
    """The fields of one part of a dataset, by name."""
    return {name: getattr(one, name) for name in NAMES[type(one)]}


def row_of(one: Statistic) -> dict[str, object]:
    """The row as written: the value exactly, beside it as a number that every program reads. Both are nothing where there
    is none, and `lacking` alone says why: no message stands where a number is looked for."""
    row = values_of(one)
    row["value"] = None if one.value is None else render_number(one.value)
    row["number"] = (
        None if one.value is None else float(one.value) if isinstance(one.value, Fraction) else one.value
    )
    return row


def write_results_json(dataset: ResultsDataset) -> bytes:
    """The same dataset gives the same bytes."""
    head: dict[str, object] = {"format": FORMAT, **{name: getattr(dataset, name) for name in (*HEAD, *DAYS)}}
    head |= {name: dict(getattr(dataset, name)) for name in MAPPINGS}
    head["problems"] = [problem_row(one) for one in dataset.problems]
    head["conduct"] = asdict(dataset.conduct)
    head["set_acts"] = [asdict(one) for one in dataset.set_acts]
    people, sources = Lists(), Lists()
    lists: dict[str, Iterable[object]] = {
        "results": [listed(row_of(one), people, sources) for one in dataset.statistics],
        "contributions": [listed(values_of(one), people, sources) for one in dataset.contributions],
        "records": [listed(record_row(one), people, sources) for one in dataset.records],
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
    row = values_of(one)
    return {"id": one.id, **row, "values": dict(one.values)}


def record_of(row: dict[str, Any], sources: Sequence[Parts]) -> Record:
    """In files from before they had the number of their list, events stand one by one."""
    events = row.get("events", 0)
    return Record(
        row["analysis"],
        row["participant"],
        row["number"],
        row.get("group", ""),
        tuple(row["values"].items()),
        tuple(events) if isinstance(events, list) else list_at(sources, events),
    )


def problem_row(one: Problem) -> dict[str, object]:
    return values_of(one) | {"parts": dict(one.parts)}


def kept(row: Mapping[str, object]) -> dict[str, object]:
    """Without what is empty; a value that is not known stays, for its absence is a result."""
    return {key: value for key, value in row.items() if key in ("value", "number") or not is_empty(value)}


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
        check_head(whole)
        people = ((), *(tuple(one) for one in whole["people"]))
        sources = ((), *(spread(one) for one in whole["sources"]))
        return ResultsDataset(
            **{name: whole[name] for name in (*HEAD, *MAPPINGS)},
            **{name: whole.get(name, "") for name in DAYS},
            statistics=tuple(statistic_of(row, people, sources) for row in whole["results"]),
            contributions=tuple(
                sound(Contribution(**{**row, "events": list_at(sources, row.get("events", 0))}))
                for row in whole["contributions"]
            ),
            records=tuple(sound(record_of(row, sources)) for row in whole["records"]),
            problems=tuple(
                sound(Problem(**{**row, "parts": tuple(row["parts"].items())})) for row in whole["problems"]
            ),
            conduct=conduct_in(whole["conduct"]),
            # Reports from before there were any lack them.
            set_acts=tuple(sound(SetAct(**row)) for row in whole.get("set_acts", ())),
        )
    except KeyError as error:
        raise ValueError(f"it lacks {error}") from error
    except (TypeError, AttributeError, ZeroDivisionError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a results dataset: {error}") from error


def check_head(whole: Mapping[str, Any]) -> None:
    """Raises ValueError where a property of the whole is of another kind."""
    for name in (*HEAD, *DAYS):
        value = whole.get(name, "") if name in DAYS else whole[name]
        if not isinstance(value, bool if name in SWITCHES else str):
            raise ValueError(f"{name} is {value!r}")
    for name in MAPPINGS:
        if not isinstance(whole[name], dict) or not all(isinstance(one, str) for one in whole[name].values()):
            raise ValueError(f"{name} is {whole[name]!r}")


def sound(one: Part) -> Part:
    """The row. Raises ValueError where a part of it is of another kind, so that nothing further on meets it."""
    for name, value in values_of(one).items():
        if not isinstance(value, KINDS.get(name, (str,))) or not is_of_texts(value):
            raise ValueError(f"{name} of a row is {value!r}")
    return one


def is_of_texts(value: object) -> bool:
    """Whether a list, and each list in it, holds text and nothing else; what is no list is not looked at.

    >>> is_of_texts((("a", "b"),)), is_of_texts(("a", 1)), is_of_texts(1)
    (True, False, True)
    """
    if not isinstance(value, tuple):
        return True
    return all(is_of_texts(one) if isinstance(one, tuple) else isinstance(one, str) for one in value)


def list_at(lists: Sequence[Parts], number: object) -> Parts:
    """Raises ValueError where there is none: a negative number would count from the end."""
    if not isinstance(number, int) or not 0 <= number < len(lists):
        raise ValueError(f"there is no list {number!r}")
    return lists[number]


def conduct_in(row: dict[str, Any]) -> Conduct:
    plans = tuple(sound(PlanVersion(**{**one, "changed": tuple(one["changed"])})) for one in row["plans"])
    if not isinstance(row["first_value"], str):
        raise ValueError(f"first_value is {row['first_value']!r}")
    return Conduct(plans, row["first_value"], tuple(sound(Look(**one)) for one in row["looks"]))


def statistic_of(row: dict[str, Any], people: Sequence[Parts], sources: Sequence[Parts]) -> Statistic:
    given = {key: value for key, value in row.items() if key != "number"}
    given["value"] = parse_number(given["value"], is_fraction=given["statistic"] == "value")
    if given["value"] is not None and not isfinite(given["value"]):
        raise ValueError(f"the value of a row is {given['value']}")
    given["category"] = tuple(given.get("category", ()))
    given["participants"] = list_at(people, given.get("participants", 0))
    given["events"] = list_at(sources, given.get("events", 0))
    return sound(Statistic(**given))


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
    stamps = csv_cell("; ".join(stamps_of(dataset)))
    return csv_of(RECORD_COLUMNS, (line for one in dataset.records for line in record_lines(one, stamps)))


def record_lines(one: Record, stamps: str) -> Iterator[list[str]]:
    row = [csv_cell(part) for part in (one.id, one.analysis, one.participant, one.group)]
    events = csv_cell(one.events)
    for name, text in one.values:
        yield [*row, csv_cell(name), csv_cell(text), events, stamps]


def line_of(one: Statistic, people: Lists, sources: Lists) -> dict[str, object]:
    """The row with its category as one text, for its parts may hold blanks, and the names of its lists."""
    return row_of(one) | {
        "category": " > ".join(one.category),
        "participants": f"P{people.number(one.participants)}" if one.participants else "",
        "events": f"E{sources.number(one.events)}" if one.events else "",
    }
