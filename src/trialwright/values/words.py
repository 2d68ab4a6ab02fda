"""What of a text a reader can see: a reason that nobody can read is no reason."""

import unicodedata
from typing import Final

# Letters and signs by their category, and blank on every screen: Hangul fillers and the empty braille cell.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def words_of(text: str) -> str:
    """The text without white space at its ends; "" where nothing in it can be seen.

    Signs that only join, direct or space others (zero width, marks without a letter, controls) say nothing alone.

    >>> words_of(" misread "), words_of("\\u200b\\u2060")
    ('misread', '')
    """
    return text.strip() if any(map(_is_seen, text)) else ""


def _is_seen(character: str) -> bool:
    """Half a character (a lone surrogate) is seen as a question mark, and is refused for what it is elsewhere."""
    category = unicodedata.category(character)
    return character not in _BLANK_LETTERS and (category[0] in "LNPS" or category == "Cs")
