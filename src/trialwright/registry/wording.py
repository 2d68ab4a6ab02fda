"""Ages and dates of a definition as people read them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

Say = Callable[[str], str]

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPAN: Final = re.compile(r"(?P<low>\d+(?:\.\d+)?)?\.\.(?P<high>\d+(?:\.\d+)?)?\s*(?P<unit>\w+)")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_UNITS: Final = {"year": "years", "month": "months", "week": "weeks", "day": "days"}


def age_in_words(age: str, translate: Say) -> str:
    """A span of ages as a sentence has it; any other text as it is.

    >>> age_in_words("18..70 years", str), age_in_words("6.. months", str), age_in_words("Adults", str)
    ('18 to 70 years', '6 months and older', 'Adults')
    """
    found = _SPAN.fullmatch(age.strip())
    if found is None or not (found["low"] or found["high"]):
        return age
    unit = translate(_UNITS.get(found["unit"].lower().removesuffix("s"), found["unit"]))
    if found["low"] and found["high"]:
        return translate("{low} to {high} {unit}").format(low=found["low"], high=found["high"], unit=unit)
    if found["low"]:
        return translate("{low} {unit} and older").format(low=found["low"], unit=unit)
    return translate("Up to {high} {unit}").format(high=found["high"], unit=unit)


def date_in_words(text: str, translate: Say) -> str:
    """An ISO date or month with its month in letters, never month before day in digits; any other text as it is.

    >>> date_in_words("2025-05-31", str), date_in_words("2025-05", str), date_in_words("in spring", str)
    ('31 May 2025', 'May 2025', 'in spring')
    """
    found = _DAY.fullmatch(text.strip())
    if found is None or not 1 <= int(found[2]) <= len(_MONTHS):
        return text
    parts = {"year": found[1], "month": translate(_MONTHS[int(found[2]) - 1])}
    if found[3] is None:
        return translate("{month} {year}").format(**parts)
    return translate("{day} {month} {year}").format(**parts, day=int(found[3]))


def day_in_words(day: date, translate: Say) -> str:
    return date_in_words(day.isoformat(), translate)
