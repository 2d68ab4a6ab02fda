"""How the numbers of a table are written: fixed decimals, halves away from zero, and percent that never lie."""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from math import isnan
from types import MappingProxyType

from trialwright.analysis.methods.descriptive import Description
from trialwright.values.numbers import round_half_away

NOTHING = "–"
REMEMBERED = 16_384  # each format of a report writes the same numbers

# Decimals beyond those in which the value is collected.
DECIMALS_BEYOND: Mapping[str, int] = MappingProxyType(
    {"mean": 1, "sd": 2, "minimum": 0, "q1": 1, "median": 1, "q3": 1, "maximum": 0}
)


@lru_cache(maxsize=REMEMBERED)
def rounded_text(value: float | Fraction, decimals: int) -> str:
    """With exactly that many decimals, halves away from zero, as a person rounds what is written.

    A float is first read as its 12 significant digits: 2.675 is stored as a little less and still is a half, and a
    sum of tenths is no longer wrong in its last bit. NaN gives a dash, and no zero has a sign.

    >>> rounded_text(2.675, 2), rounded_text(-0.5, 0), rounded_text(-0.04, 1), rounded_text(7, 2)
    ('2.68', '-1', '0.0', '7.00')
    """
    if isinstance(value, float) and isnan(value):
        return NOTHING
    exact = Fraction(f"{value:.12g}") if isinstance(value, float) else Fraction(value)
    rounded = round_half_away(exact, decimals)
    digits = str(abs(rounded.numerator) * 10**decimals // rounded.denominator).rjust(decimals + 1, "0")
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return f"{'-' if rounded < 0 else ''}{whole}{'.' if rest else ''}{rest}"


def description_texts(one: Description, decimals: int) -> Mapping[str, str]:
    """The statistics of one group as a table shows them.

    decimals: in which the value is collected. Mean, median and quartiles have one more, the standard deviation two.

    >>> from trialwright.analysis.methods.descriptive import describe
    >>> description_texts(describe([1, 2, 4, 6]), 0)["sd"]
    '2.22'
    """
    if one.n.ndim:
        raise ValueError(f"texts are made of one group, not of an array of shape {one.n.shape}")
    texts = {
        name: rounded_text(float(getattr(one, name)), decimals + beyond)
        for name, beyond in DECIMALS_BEYOND.items()
    }
    return MappingProxyType({"n": str(int(one.n)), **texts})


def percent_text(count: int, n: int) -> str:
    """With one decimal; 0 and 100 only where nobody or everybody is meant.

    >>> percent_text(12, 50), percent_text(0, 50), percent_text(50, 50), percent_text(1, 3000)
    ('24.0', '0', '100', '<0.1')
    """
    if not 0 <= count <= n:
        raise ValueError(f"count must lie between 0 and n = {n}, not {count}")
    if n == 0:
        return NOTHING
    if count in (0, n):
        return "100" if count else "0"
    text = rounded_text(Fraction(100 * count, n), 1)
    return {"0.0": "<0.1", "100.0": ">99.9"}.get(text, text)


def count_percent_text(count: int, n: int) -> str:
    """A count with its percent; of nobody the count alone.

    >>> count_percent_text(12, 50), count_percent_text(0, 50)
    ('12 (24.0 %)', '0')
    """
    return f"{count} ({percent_text(count, n)} %)" if count else "0"
