"""Units as people read them. What is stored, exported and typed stays as the definition writes it."""

import re
from typing import Final

_POWER: Final = re.compile(r"\^(-?\d+)")
_MICRO: Final = re.compile(r"\bu(?=(?:mol|g|L|l|m|kat|IU|U)\b)")
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_words(unit: str) -> str:
    """A unit with its powers raised and its micro sign.

    >>> unit_words("10^9/L"), unit_words("umol/L"), unit_words("mL/min/1.73 m^2"), unit_words("U/L")
    ('×10⁹/L', 'µmol/L', 'mL/min/1.73 m²', 'U/L')
    """
    raised = _POWER.sub(lambda found: found[1].translate(_RAISED), unit)
    return _MICRO.sub("µ", f"×{raised}" if unit.startswith("10^") else raised)


def amount_words(text: str) -> str:
    """A number and its unit, the unit as people read it.

    >>> amount_words("9 10^9/L"), amount_words("12")
    ('9 ×10⁹/L', '12')
    """
    number, _, unit = text.partition(" ")
    return f"{number} {unit_words(unit)}" if unit else text
