"""Templates of problems: one table a room, so that each code stands once, is translated and is documented.

A room makes its own with `problem = problems_of(TEMPLATES)`; docs/reference/problems.md joins the tables.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from trialwright.values.problem import Problem, Severity


class ProblemMaker(Protocol):
    def __call__(self, code: str, where: str, severity: Severity = "error", **parts: object) -> Problem: ...


def problems_of(templates: Mapping[str, str]) -> ProblemMaker:
    """A function that makes problems of one table; it raises KeyError for a code not in it."""

    def problem(code: str, where: str, severity: Severity = "error", **parts: object) -> Problem:
        named = tuple((key, str(part)) for key, part in parts.items())
        return Problem(code, where, templates[code], named, severity)

    return problem


TEMPLATES = MappingProxyType(
    {
        "nothing-entered": "Nothing was entered: give a value, or the reason why it is missing.",
        "not-a-number": "“{raw}” is not a number.",
        "comma-in-number": "“{raw}” has a comma: write decimals after a point, and thousands without a sign.",
        "not-a-whole-number": "“{raw}” is not a whole number.",
        "not-a-date": "“{raw}” is not a date; write year-month-day, like 2026-03-14.",
        "not-a-partial-date": "“{raw}” is not a date; write 2026-03-14, or 2026-03 or 2026 where the rest is unknown.",
        "not-a-datetime": "“{raw}” is not a date and time with its offset, like 2026-03-14T08:30+08:00.",
        "not-a-time": "“{raw}” is not a time; write hours and minutes, like 08:30.",
        "not-a-truth": "“{raw}” is neither yes nor no.",
        "not-a-code": "“{raw}” is not one of the answers: {codes}.",
        "out-of-range": "{raw} is outside the range {low} to {high}.",
        "below-range": "{raw} is below the least allowed, {limit}.",
        "above-range": "{raw} is above the most allowed, {limit}.",
        "too-many-decimals": "{raw} has more than {decimals} decimal places.",
        "too-long": "The text has {length} characters; at most {limit} fit.",
        "unknown-unit": "“{unit}” is not a unit of this item; use {units}.",
        "no-unit-here": "This item has no unit; “{unit}” cannot stand here.",
        "bad-character": "The text holds a character that cannot be kept ({character}).",
        "unknown-missing-reason": "“{reason}” is not a reason for a missing value.",
    }
)

problem = problems_of(TEMPLATES)
