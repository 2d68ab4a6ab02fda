"""A study record of ClinicalTrials.gov, API version 2: read without loss.

Every key is kept as it is, also those that are not known here; nothing is required but the protocol section,
as the registry's own schema requires nothing.
Source: the registry's OpenAPI file 2.0.0-draft.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from trialwright.registry.messages import problem
from trialwright.values.problem import Problem

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

MAX_BYTES: Final = 20_000_000
_SECTIONS: Final = frozenset(
    {
        "protocolSection",
        "resultsSection",
        "annotationSection",
        "documentSection",
        "derivedSection",
        "hasResults",
    }
)
_MODULES: Final = frozenset(
    {
        f"{name}Module"
        for name in (
            "identification",
            "status",
            "sponsorCollaborators",
            "oversight",
            "description",
            "conditions",
            "design",
            "armsInterventions",
            "outcomes",
            "eligibility",
            "contactsLocations",
            "references",
            "ipdSharingStatement",
        )
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """content: the bytes as they came. data: the same as JSON values. problems: warnings of what is not known."""

    content: bytes
    data: Mapping[str, Json]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    level: str  # primary, secondary, other
    measure: str
    description: str
    time_frame: str


def read_record(content: bytes, name: str = "record.json") -> Record | tuple[Problem, ...]:
    """The record, or why it is none. Never raises for any content.

    >>> record = read_record(b'{"protocolSection": {"identificationModule": {"nctId": "NCT1"}}}')
    >>> text_of(record, "identificationModule", "nctId")
    'NCT1'
    """
    place = f"{name}:1:1"
    if len(content) > MAX_BYTES:
        return (problem("record-too-large", place, limit=MAX_BYTES),)
    try:
        data: Json = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        where, detail = place, str(error) or type(error).__name__
        if isinstance(error, json.JSONDecodeError):
            where, detail = f"{name}:{error.lineno}:{error.colno}", error.msg
        return (problem("record-not-json", where, detail=detail),)
    if not isinstance(data, dict) or not isinstance(data.get("protocolSection"), dict):
        return (problem("record-not-a-study", place),)
    return Record(content, data, tuple(_unknown(data, place)))


def _unknown(data: Mapping[str, Json], place: str) -> Iterator[Problem]:
    protocol = cast(Mapping[str, Json], data["protocolSection"])
    for part in [*sorted(set(data) - _SECTIONS), *sorted(set(protocol) - _MODULES)]:
        yield problem("record-unknown-part", place, "warning", part=part)


def part_of(record: Record, *path: str) -> Json:
    """What stands at a path of the protocol section; None where nothing does."""
    here = record.data["protocolSection"]
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here


def text_of(record: Record, *path: str) -> str:
    """The text or number at a path, "" where there is none."""
    return as_text(part_of(record, *path))


def as_text(part: Json) -> str:
    """A leaf as text, without the escapes of the registry's markup."""
    if part is None or isinstance(part, dict | list):
        return ""
    if isinstance(part, bool):
        return "true" if part else "false"
    return unescape(str(part)).strip()


def unescape(text: str) -> str:
    r"""The text without the backslashes that the registry puts before <, >, *, [ and the like.

    >>> unescape(r"Score \>= 3 and \[x\]")
    'Score >= 3 and [x]'
    """
    plain = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and text[at + 1] in "<>*[]()_~#+-.!|`^&\\{}":
            at += 1
        plain.append(text[at])
        at += 1
    return "".join(plain)


def parts_of(record: Record, *path: str) -> list[dict[str, Json]]:
    """The mappings of a list at a path."""
    found = part_of(record, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts_of(record: Record, *path: str) -> list[str]:
    """The texts of a list at a path."""
    found = part_of(record, *path)
    return [as_text(one) for one in found] if isinstance(found, list) else []


def outcomes_of(record: Record) -> list[Outcome]:
    return [
        Outcome(
            level, as_text(one.get("measure")), as_text(one.get("description")), as_text(one.get("timeFrame"))
        )
        for level in ("primary", "secondary", "other")
        for one in parts_of(record, "outcomesModule", f"{level}Outcomes")
    ]


def leaves(part: Json) -> Iterator[str]:
    """Every text and number of a part of a record."""
    if isinstance(part, dict):
        for below in part.values():
            yield from leaves(below)
    elif isinstance(part, list):
        for below in part:
            yield from leaves(below)
    elif as_text(part):
        yield as_text(part)
