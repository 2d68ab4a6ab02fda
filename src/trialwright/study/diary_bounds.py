"""How much one entry of a diary may hold: what a message of a phone is held to, and so what a form may ask."""

from typing import Final

from trialwright.study.model import Item

MOST_ITEMS: Final = 64  # answers in one entry
MOST_BYTES: Final = 30_000  # of one answer, in UTF-8
MOST_TEXT: Final = (
    MOST_BYTES // 3
)  # letters that are typed, as a phone counts them: each has three bytes at most
MOST_NAME: Final = 64  # letters of the name of a form, an item or a visit


def most_letters(item: Item) -> int:
    """Of a text in an answer. A drawing is written in letters of one byte."""
    return MOST_BYTES if item.widget == "drawing" else MOST_TEXT
