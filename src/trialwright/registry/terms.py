"""The registry's upper-case words as people write them, ids made of labels, and weeks found in time frames."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from trialwright.study.formats import RESERVED

_WORDS: Final = {
    "NA": "Not applicable",
    "EARLY_PHASE1": "Early phase 1",
    "PHASE1": "Phase 1",
    "PHASE2": "Phase 2",
    "PHASE3": "Phase 3",
    "PHASE4": "Phase 4",
    "ALL": "All",
}
_WEEKS: Final = re.compile(
    r"\b(?:weeks?|wk\.?)\s*(\d{1,3})\b|\b(\d{1,3})(?:st|nd|rd|th)?[ -]?weeks?\b", re.IGNORECASE
)
_LONGEST_ID: Final = 40
_MOST_WEEKS: Final = 520


def in_words(name: str) -> str:
    """An upper-case name of the registry as words.

    >>> in_words("NOT_YET_RECRUITING"), in_words("PHASE2")
    ('Not yet recruiting', 'Phase 2')
    """
    return _WORDS.get(name, name.replace("_", " ").capitalize())


def make_id(label: str, taken: Iterable[str], fallback: str, *, upper: bool = False) -> str:
    """An id made of a label: letters, digits and _; numbered where it is taken.

    >>> make_id("Half better / week 4", (), "endpoint")
    'half_better_week_4'
    """
    ascii_text = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", ascii_text)[:_LONGEST_ID].strip("_")
    if not slug or not slug[0].isalpha() or slug in RESERVED:
        slug = f"{fallback}_{slug}".strip("_")
    known = {name.lower() for name in taken}
    number, found = 2, slug
    while found in known:
        number, found = number + 1, f"{slug}_{number}"
    return found.upper() if upper else found


def weeks_of(time_frame: str) -> list[int]:
    """The weeks that a time frame names, in order, each once.

    >>> weeks_of("Baseline, Week 4 and 16 weeks")
    [4, 16]
    """
    found = (int(first or second) for first, second in _WEEKS.findall(time_frame))
    return sorted({week for week in found if 0 < week <= _MOST_WEEKS})
