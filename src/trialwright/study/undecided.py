"""What is still to decide, as a question about the key that stands open."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

UNDECIDED: Final = "TO DECIDE"

_QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "study": "What is the id of the study?",
        "title": "What is its title?",
        "label": "What is it called?",
        "text": "Say it in a sentence.",
        "variable": "What is measured? An item, as form.item, or a term.",
        "rule": "When is it so? A rule.",
        "visit": "At which visit? An id of schedule.yaml.",
        "day": "On which study day? A whole number; day 1 is that of the first dose.",
        "window": "How many days around its day? As in -3..3.",
        "epoch": "In which epoch? One of study.yaml.",
        "timezone": "In which time zone? As in Asia/Shanghai.",
        "country": "In which country?",
        "condition": "Which disease or condition?",
        "target": "How many participants? A whole number.",
        "start": "When? Year-month-day, or year-month.",
        "completion": "When? Year-month-day, or year-month.",
        "sponsor": "Who?",
        "masking": "Who does not know the arm? None (open label) where everybody does.",
        "allocation": "How do participants come to their arm? Not applicable where there is one.",
        "route": "How is it given? Not applicable where nothing is.",
    }
)
_ANY: Final = "What does the protocol say?"


def question_about(path: Sequence[str]) -> str:
    """What is to be decided at the keys that lead to a place.

    >>> question_about(("endpoints", "relapse", "variable"))
    'What is measured? An item, as form.item, or a term.'
    """
    return _QUESTIONS.get(path[-1] if path else "", _ANY)
