"""What the program in R is written with: texts as strings of R, and the roads to its numbers."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Of values: quantiles by Hyndman & Fan's definition 2.
ROADS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "n": "length(v)",
        "mean": "mean(v)",
        "sd": "sd(v)",
        "median": "quantile(v, 0.5, type = 2)",
        "q1": "quantile(v, 0.25, type = 2)",
        "q3": "quantile(v, 0.75, type = 2)",
        "min": "min(v)",
        "max": "max(v)",
    }
)
INTERVALS: Final = ("clopper_pearson", "wilson", "jeffreys", "mid_p")


def r_text(text: str) -> str:
    r"""A string of R, in ASCII.

    >>> print(r_text('a "b" é'))
    "a \"b\" \u00e9"
    """
    return json.dumps(text)
