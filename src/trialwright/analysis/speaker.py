"""Who says the sentences of the report: the pages, which know casebooks, and the displays, which know only results."""

from collections.abc import Callable
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
