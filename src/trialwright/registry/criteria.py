"""The eligibility text of a record, split into its numbered criteria. No word is lost."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from trialwright.registry.record import unescape

Kind = Literal["inclusion", "exclusion"]

_HEADING: Final = re.compile(
    r"^\W*(?P<before>(?:\w+[ /-]+){0,4}?)(?P<kind>inclusion|exclusion)\b(?:\s+criteri(?:a|on|ons))?"
    r"(?P<after>[^:;.]{0,40}):?\W*$",
    re.IGNORECASE,
)
_INLINE: Final = re.compile(r"^\W*(?P<kind>inclusion|exclusion) criteri(?:a|on)\s*:\s*(?=\S)", re.IGNORECASE)
_BULLET: Final = re.compile(
    r"^(\s*)(?:[-*•·]|\(?\d{1,2}[.)、]|\(?[a-z][.)]|\(?[ivx]{1,4}[.)])\s+", re.IGNORECASE
)
_EMPTY_WORDS: Final = frozenset({"", "key", "main", "major", "the"})


@dataclass(frozen=True, slots=True)
class CriterionText:
    kind: Kind
    text: str


@dataclass(slots=True)
class _Reader:
    """Where the reading of a text stands: the kind of the section, and whether its lines carry bullets."""

    kind: Kind = "inclusion"
    found: list[tuple[Kind, list[str]]] = field(default_factory=list)
    depth: int | None = None  # indentation of the section's first bullet, None before any
    is_new: bool = True  # whether the next line begins a criterion in any case
    heading: str = ""  # what goes in front of the next criterion


def split_criteria(text: str) -> tuple[CriterionText, ...]:
    """Each criterion with what is indented below it; text before any heading counts as inclusion.

    Without bullets every line is a criterion. A heading that says more than its kind stays in front of
    the section's first criterion.

    >>> [one.text for one in split_criteria("Inclusion Criteria:\\n\\n1. Adult;\\n2. Itch\\n   * mild\\n")]
    ['Adult', 'Itch * mild']
    """
    reader = _Reader()
    for line in unescape(text).splitlines():
        rest = _take_heading(reader, line)
        if rest.strip():
            _take_line(reader, rest)
    return tuple(CriterionText(kind, _joined(lines)) for kind, lines in reader.found)


def _take_heading(reader: _Reader, line: str) -> str:
    """Begin a section where the line is a heading; gives what of the line is not heading."""
    inline = _INLINE.match(line)
    heading = inline or _HEADING.match(line)
    if heading is None:
        return line
    before, after = ("", "") if inline else (heading["before"], heading["after"])
    is_plain = before.strip().lower() in _EMPTY_WORDS and after.strip() in _EMPTY_WORDS
    if not is_plain and (_BULLET.match(line) or not line.rstrip().endswith(":")):
        return line
    reader.kind = "inclusion" if heading["kind"].lower() == "inclusion" else "exclusion"
    reader.depth = None
    reader.is_new = True
    if not is_plain:
        reader.heading = line.strip()
    return line[inline.end() :] if inline else ""


def _take_line(reader: _Reader, line: str) -> None:
    bullet = _BULLET.match(line)
    indent = len(bullet[1]) if bullet else None
    is_level = reader.depth is None or (indent is not None and indent <= reader.depth)
    is_start = reader.is_new or is_level
    if bullet and reader.depth is None:
        reader.depth = indent
    if is_start:
        reader.found.append((reader.kind, [reader.heading] if reader.heading else []))
        reader.heading = ""
    reader.found[-1][1].append((line[bullet.end() :] if bullet and is_start else line).strip())
    reader.is_new = False


def _joined(lines: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(lines)).rstrip(";； ").strip()
