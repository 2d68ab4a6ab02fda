"""In how many decimals values by visit are shown: those in which they are collected, and what a summary has beyond."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from trialwright.analysis.methods.rounding import DECIMALS_BEYOND
from trialwright.study.model import Study
from trialwright.values.numbers import decimals_of

MOST: Final = 3  # of a value that was computed, and may have no end

# Statistic of a course -> decimals beyond those of its values.
BEYOND: Mapping[str, int] = MappingProxyType(
    {
        "mean": DECIMALS_BEYOND["mean"],
        "sd": DECIMALS_BEYOND["sd"],
        "median": DECIMALS_BEYOND["median"],
        "q1": DECIMALS_BEYOND["q1"],
        "q3": DECIMALS_BEYOND["q3"],
        "min": DECIMALS_BEYOND["minimum"],
        "max": DECIMALS_BEYOND["maximum"],
    }
)


def collected_places(study: Study, parameter: str, values: Iterable[Fraction]) -> int:
    """The decimals of an item; of a term, and of an item that says none, as many as its values need, at most three."""
    form, _, name = parameter.partition(".")
    item = study.forms[form].items.get(name) if form in study.forms else None
    if item is not None and item.type == "integer":
        return 0
    if item is not None and item.decimals is not None:
        return item.decimals
    needed = (decimals_of(one) for one in values)
    return max((MOST if one is None else min(one, MOST) for one in needed), default=0)
