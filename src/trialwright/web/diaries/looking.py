"""A participant's diary as somebody looks at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from trialwright.ledger.casebook import Casebook, DiaryEntry
from trialwright.ledger.reader import CasebookReader
from trialwright.web.forms.posted import Place
from trialwright.web.links import form_url


@dataclass(frozen=True, slots=True)
class Act:
    """What the log says of one act: who did it, when (UTC), and why; "" where no reason was given."""

    who: str
    utc: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Log:
    """Acts on the diary: what became of entries by entry, phones by device."""

    entered: Mapping[str, Act]
    released: Mapping[str, Act]
    left: Mapping[str, Act]
    joined: Mapping[str, Act]
    revoked: Mapping[str, Act]


@dataclass(frozen=True)
class Looking:
    """A casebook as the person may see it. now: on the clock of the site; read_log: reads what the log says beside it,
    for a page that shows it; readable: areas that they may read; enters: forms that they may enter; may_write: whether
    they act on the diary."""

    reader: CasebookReader
    language: str
    now: datetime
    read_log: Callable[[], Log]
    readable: frozenset[str] = frozenset()
    enters: frozenset[str] = frozenset()
    may_write: bool = False

    @cached_property
    def log(self) -> Log:
        return self.read_log()

    @property
    def book(self) -> Casebook:
        return self.reader.book

    @property
    def zone(self) -> str:
        return self.book.study.sites[self.book.site].timezone

    def record_url(self, entry: DiaryEntry) -> str:
        return form_url(self.book.study.id, Place(self.book.participant, *entry.key))
