"""A participant as somebody looks at them today."""

from dataclasses import dataclass
from datetime import date

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class Seen:
    """A casebook as somebody looks at it today. readable: areas that they may read; enters: forms that they may enter."""

    reader: CasebookReader
    today: date
    language: str
    readable: frozenset[str]
    enters: frozenset[str] = frozenset()
    may_enrol: bool = False
    may_decide: bool = False

    @property
    def book(self) -> Casebook:
        return self.reader.book

    @property
    def study(self) -> Study:
        return self.reader.book.study
