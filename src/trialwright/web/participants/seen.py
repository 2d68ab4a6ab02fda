"""A participant as somebody looks at them today."""

from dataclasses import dataclass
from datetime import date

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class Seen:
    """A casebook as somebody looks at it today. areas: which they may read, and which they may write."""

    reader: CasebookReader
    today: date
    language: str
    readable: frozenset[str]
    writable: frozenset[str]
    may_decide: bool

    @property
    def book(self) -> Casebook:
        return self.reader.book

    @property
    def study(self) -> Study:
        return self.reader.book.study
