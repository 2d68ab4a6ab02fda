"""What the options of an analysis say, as numbers."""

import re

_DECIMAL = re.compile(r"\d+(\.\d+)?")


def is_proportion(text: str) -> bool:
    """Between 0 and 1, both left out.

    >>> is_proportion("0.5"), is_proportion("1"), is_proportion("half")
    (True, False, False)
    """
    return is_share(text) and float(text) < 1


def is_share(text: str) -> bool:
    """Above 0 and at most 1.

    >>> is_share("1"), is_share("0"), is_share("1.5")
    (True, False, False)
    """
    return _DECIMAL.fullmatch(text) is not None and 0 < float(text) <= 1
