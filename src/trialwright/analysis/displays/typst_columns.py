"""How wide the columns of a table are in the PDF, reckoned from its texts: no word is cut, none lies over another.

Whether a table lies on its side, and the size of its letters, is decided here for DOCX too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trialwright.analysis.svg import is_wide, split_words

PAGE: Final = 481.0  # points between the margins of a page of A4, and of one that lies on its side
FLIPPED: Final = 728.0
INSET: Final = 8.0  # points at both sides of a cell
SIZE, SMALL, SMALLEST = 9.0, 8.0, 7.0  # points
WIDE: Final = 9  # with more columns a table is set smaller, and may lie on its side
CROWDED: Final = 1.3  # wider than its page by this, such a table is turned
MOST: Final = 400.0  # points that a column of long texts asks for

TOGETHER: Final = 4  # Chinese letters that stand in one line
BOLD: Final = 1.08  # against letters that are not

# Widths of letters in ems, rather too wide: Libertinus Serif has digits of 0.47, capitals of 0.65 on average.
CAPITAL, LETTER, CHINESE = 0.7, 0.5, 1.0


@dataclass(frozen=True, slots=True)
class Setting:
    """How a table is set. size: of its letters, in points; widths: of its columns, empty where all have the room that
    they ask for; is_flipped: on a page that lies on its side."""

    size: float
    widths: tuple[float, ...] = ()
    is_flipped: bool = False


def setting_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Setting:
    """head, rows: the texts of the cells as they are shown."""
    size = SMALL if len(head) > WIDE else SIZE
    asked = [asked_width(head, rows, at, size) for at in range(len(head))]
    if sum(asked) <= PAGE:
        return Setting(size)
    turned = len(head) >= WIDE and len(rows) > 1 and sum(asked) > CROWDED * PAGE
    for points, is_flipped in ((size, False), (SMALL, False), (SMALL, True), (SMALLEST, True)):
        room = FLIPPED if is_flipped else PAGE
        least = [least_width(head, rows, at, points) for at in range(len(head))]
        if sum(least) <= room and (is_flipped or not turned):
            wished = [wished_width(head, rows, at, points) for at in range(len(head))]
            return Setting(points, shared(least, wished, room), is_flipped)
    least = [least_width(head, rows, at, SMALLEST) for at in range(len(head))]
    return Setting(SMALLEST, tuple(one * FLIPPED / sum(least) for one in least), is_flipped=True)


def has_room(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether every column has what its longest word takes, on a page that lies on its side."""
    return sum(least_width(head, rows, at, SMALLEST) for at in range(len(head))) <= FLIPPED


def shared(least: Sequence[float], wished: Sequence[float], room: float) -> tuple[float, ...]:
    """Each column has what its longest word takes; what is left goes to those that wish for more.

    >>> shared([10, 10], [10, 50], 40), shared([10, 10], [10, 20], 40)
    ((10.0, 30.0), (10.0, 20.0))
    """
    more = [max(0.0, wish - need) for wish, need in zip(wished, least, strict=True)]
    share = min(1.0, (room - sum(least)) / sum(more)) if sum(more) else 0.0
    return tuple(need + one * share for need, one in zip(least, more, strict=True))


def asked_width(head: Sequence[str], rows: Sequence[Sequence[str]], column: int, size: float) -> float:
    """Points that a column takes with every text in one line."""
    texts = (line_length(text, size) for text in {row[column] for row in rows})
    return min(max((line_length(head[column], size) * BOLD, *texts)), MOST) + INSET


def wished_width(head: Sequence[str], rows: Sequence[Sequence[str]], column: int, size: float) -> float:
    """Where the room is short: points of the texts, but not of a head, which may stand in two lines."""
    texts = (line_length(text, size) for text in {row[column] for row in rows})
    return min(max((line_length(head[column], size) * BOLD / 2, *texts)), MOST) + INSET


def least_width(head: Sequence[str], rows: Sequence[Sequence[str]], column: int, size: float) -> float:
    """Points that the longest word of a column takes."""
    words = (least_text(text, size) for text in {row[column] for row in rows})
    return max((0.0, least_text(head[column], size) * BOLD, *words)) + INSET


def least_text(text: str, size: float) -> float:
    """Points of the longest word; Chinese may break anywhere, but not after every letter."""
    longest = max((line_length(one.strip(), size) for one in split_words(text)), default=0.0)
    return max(longest, min(line_length(text, size), TOGETHER * size)) if has_wide(text) else longest


def has_wide(text: str) -> bool:
    return not text.isascii() and any(map(is_wide, text))


def line_length(text: str, size: float) -> float:
    """Points that a text takes in one line of the PDF, rather too many than too few; `svg.text_width` is of pictures."""
    if text.isascii() and not any(map(str.isupper, text)):
        return size * LETTER * len(text)
    return size * sum(
        CHINESE if is_wide(letter) else CAPITAL if letter.isupper() else LETTER for letter in text
    )
