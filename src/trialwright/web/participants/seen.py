"""A participant as somebody looks at them today."""

from dataclasses import dataclass
from datetime import date, datetime

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.study.model import Study


@dataclass(frozen=True, slots=True)
class Seen:
    """A casebook as somebody looks at it today. readable: areas that they may read; enters: forms that they may enter;
    may_reach: whether they keep the participant's contact; keeps_diary: they act on the diary. now: on the clock of the
    site."""

    reader: CasebookReader
    today: date
    now: datetime
    language: str
    readable: frozenset[str]
    enters: frozenset[str] = frozenset()
    may_enrol: bool = False
    may_decide: bool = False
    may_reach: bool = False
    keeps_diary: bool = False

    @property
    def book(self) -> Casebook:
        return self.reader.book

    @property
    def study(self) -> Study:
        return self.reader.book.study
