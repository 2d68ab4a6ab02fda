"""Where the record engine stands while it answers a rule: the visit, the row, and what it has read so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from trialwright.expr.answer import RuleBudgetExceeded
from trialwright.expr.nodes import Node
from trialwright.expr.reader import Reader, Source
from trialwright.expr.spans import Result
from trialwright.expr.vocabulary import Vocabulary
from trialwright.expr.walk import AT_VISITS

MOST_STEPS: Final = 100_000  # rows, visits and terms that one answer may look at


class Row(NamedTuple):
    """A record that is being looked at."""

    form: str
    visit: str
    repeat: int


@dataclass(slots=True)
class Session:
    """What all parts of one answer share. `terms` remembers each term's result and sources by its place."""

    reader: Reader
    vocabulary: Vocabulary
    ask: Callable[[Node, "Context"], Result]
    used: list[Source] = field(default_factory=list)
    terms: dict[tuple[str, str | None, Row | None], tuple[Result, list[Source]]] = field(default_factory=dict)
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise RuleBudgetExceeded(f"more than {MOST_STEPS} steps")


@dataclass(slots=True)
class Context:
    """visit: None where no visit is asked. bare: the form whose items bare names mean."""

    session: Session
    visit: str | None
    row: Row | None
    bare: str | None

    def at(self, visit: str) -> "Context":
        """The same question at another visit: the record of a form at visits is left behind."""
        self.session.step()
        row = self.row
        if row is not None and self.session.vocabulary.forms[row.form].records in AT_VISITS:
            row = None
        return Context(self.session, visit, row, self.bare)

    def in_row(self, row: Row) -> "Context":
        """The same question asked of one record; a record at a visit brings its visit along."""
        self.session.step()
        return Context(self.session, row.visit or self.visit, row, row.form)
