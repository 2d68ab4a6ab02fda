"""What the options of an analysis say, as numbers."""

import re

_DECIMAL = re.compile(r"\d+(\.\d+)?")


def is_proportion(text: str) -> bool:
    """Between 0 and 1, both left out.

    >>> is_proportion("0.5"), is_proportion("1"), is_proportion("half")
    (True, False, False)
    """
    return _DECIMAL.fullmatch(text) is not None and 0 < float(text) < 1
