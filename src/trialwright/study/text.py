"""Texts of a definition that know where they stand, so that every message can point at them."""

from bisect import bisect_right
from dataclasses import dataclass

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


@dataclass(frozen=True, slots=True)
class Source:
    """One file as text; `line_starts` are the offsets at which its lines begin."""

    file: str
    text: str
    line_starts: tuple[int, ...]

    def place(self, offset: int) -> str:
        """file:line:col, counted from 1, of a character of the file."""
        line = bisect_right(self.line_starts, offset)
        return f"{self.file}:{line}:{offset - self.line_starts[line - 1] + 1}"


def make_source(file: str, text: str) -> Source:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return Source(file, text, tuple(starts))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text stands in its source: first character, end, and YAML style ("" plain, ' " > |)."""

    source: Source
    start: int
    end: int
    style: str


class Text(str):
    """A scalar of a definition. It is a str, so that it can be a key and be compared, and it knows its place.

    A subclass is right here because mappings of the definition are looked up by plain words.
    """

    __slots__ = ("origin",)
    origin: Origin

    def __new__(cls, value: str, origin: Origin) -> "Text":
        text = super().__new__(cls, value)
        text.origin = origin
        return text

    @property
    def place(self) -> str:
        """file:line:col of the first character."""
        return self.place_at(0)

    def place_at(self, offset: int) -> str:
        """file:line:col of one character of the text, through quotes, escapes and folded lines.

        >>> source = make_source("a.yaml", "rule: >-\\n  one\\n  two")
        >>> Text("one two", Origin(source, 6, 20, ">")).place_at(4)
        'a.yaml:3:3'
        """
        origin = self.origin
        if not origin.style and origin.end - origin.start == len(self):
            return origin.source.place(origin.start + min(offset, len(self)))
        at = _content_start(origin)
        for character in self[:offset]:
            at = _skip_to(origin, at, character)
            at += _width(origin, at)
        if offset < len(self):
            at = _skip_to(origin, at, self[offset])
        return origin.source.place(at)


def _content_start(origin: Origin) -> int:
    if origin.style in ("'", '"'):
        return origin.start + 1
    if origin.style in (">", "|"):
        header, _, _ = origin.source.text[origin.start : origin.end].partition("\n")
        return origin.start + len(header) + 1
    return origin.start


def _skip_to(origin: Origin, at: int, character: str) -> int:
    """The next place that can stand for this character: blanks and line ends are folded, the rest is as written."""
    source = origin.source.text
    if character.isspace():
        return at
    while at < origin.end and source[at].isspace():
        at += 1
    while origin.style == '"' and source.startswith("\\\n", at):
        at += 2
        while at < origin.end and source[at].isspace():
            at += 1
    return at


def _width(origin: Origin, at: int) -> int:
    """How many characters of the source stand for the character that begins here."""
    source = origin.source.text
    if origin.style == "'" and source.startswith("''", at):
        return 2
    if origin.style == '"' and source.startswith("\\", at):
        return _ESCAPE_LENGTHS.get(source[at + 1], 2)
    return 1
