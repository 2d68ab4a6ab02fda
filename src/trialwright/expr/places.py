"""Where a character of a rule stands in its file."""

import re
from collections.abc import Callable
from typing import Final

Locate = Callable[[int], str]

_PLACE: Final = re.compile(r"(.*):(\d+):(\d+)", re.DOTALL)


def locator(place: str) -> Locate:
    """Turns an offset in a rule's text into its place, for a rule that stands on one line.

    place: "file:line:col" of the rule's first character, columns from 1. Any other place, also "",
    stands for the whole rule.

    >>> locator("checks.yaml:7:9")(4)
    'checks.yaml:7:13'
    """
    found = _PLACE.fullmatch(place)
    if found is None:
        return lambda offset: place
    head, column = f"{found[1]}:{found[2]}", int(found[3])
    return lambda offset: f"{head}:{column + offset}"
