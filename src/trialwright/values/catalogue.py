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
        "not-a-number": "“{raw}” is not a number.",
        "not-a-whole-number": "“{raw}” is not a whole number.",
        "not-a-date": "“{raw}” is not a date; write year-month-day, like 2026-03-14.",
        "not-a-time": "“{raw}” is not a time; write hours and minutes, like 08:30.",
        "not-a-truth": "“{raw}” is neither yes nor no.",
        "not-a-code": "“{raw}” is not one of the answers: {codes}.",
        "out-of-range": "{raw} is outside the range {low} to {high}.",
        "too-many-decimals": "{raw} has more than {decimals} decimal places.",
        "too-long": "The text has {length} characters; at most {limit} fit.",
        "unknown-unit": "“{unit}” is not a unit of this item; use {units}.",
        "unknown-missing-reason": "“{reason}” is not a reason for a missing value.",
    }
)

problem = problems_of(TEMPLATES)
