"""Who says the sentences of the report: the pages, which know casebooks, and the displays, which know only results."""

from collections.abc import Callable, Iterable
from typing import Protocol

from trialwright.study.model import Study


class Speaker(Protocol):
    """A study in a reader's language."""

    @property
    def study(self) -> Study: ...
    @property
    def language(self) -> str: ...
    @property
    def say(self) -> Callable[[str], str]: ...
    def text(self, english: str, **parts: object) -> str: ...
    def name(self, english: str) -> str: ...
    def visit(self, key: str) -> str: ...


def join_names(speaker: Speaker, names: Iterable[str]) -> str:
    """Things of one kind, parted as the language does: "Week 4, Week 8"."""
    return speaker.say(", ").join(names)


def join_parts(speaker: Speaker, parts: Iterable[str]) -> str:
    """What is said of one thing: its name, how it is given."""
    return speaker.text("{first}, {then}", first="", then="").join(parts)


def join_texts(speaker: Speaker, texts: Iterable[str]) -> str:
    """Texts one after another, each of several words."""
    return speaker.say("; ").join(texts)


class Labelled(Protocol):
    """What an estimate is called by: its label, and what stands beside it."""

    @property
    def label(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def group(self) -> str: ...


class Came(Protocol):
    """An outcome, and how it came about."""

    @property
    def kind(self) -> str: ...
    @property
    def why(self) -> str: ...
