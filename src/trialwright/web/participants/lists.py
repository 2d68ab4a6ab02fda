"""The list of participants as lines: status, the visit that comes next, open queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.study.model import Study
from trialwright.web.calendar import calendar_of, next_visit, visit_label, window_words
from trialwright.web.links import list_url, participant_url, queries_url, screen_url
from trialwright.web.marks import PARTICIPANTS, Mark, warning
from trialwright.web.paging import ONLY, Paging
from trialwright.web.participants.ending import failure_of

PAGE: Final = 25
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """why: of a failed screening, the day and the criteria."""

    code: str
    url: str
    site: str
    mark: Mark
    why: str
    next_visit: str
    window: str
    window_mark: Mark | None
    queries: int
    queries_url: str

    @property
    def is_idle(self) -> bool:
        """Whether no visit is to come."""
        return not self.window and self.window_mark is None and self.next_visit == _NOTHING


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines are asked for: a part of the code, a status, and how many there are of each status."""

    find: str = ""
    status: str = ""
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class StatusLink:
    """One choice of the filter; the chosen one is marked."""

    url: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[PersonLine, ...]
    find: str
    status: str
    statuses: tuple[StatusLink, ...]
    all_url: str
    screen_url: str
    counted: str
    paging: Paging


def list_page(
    study: Study,
    books: Iterable[Casebook],
    *,
    today: date,
    language: str,
    sought: Sought,
    paging: Paging = ONLY,
    may_screen: bool = False,
    told_why: frozenset[str] = frozenset(),
) -> ListPage:
    """told_why: the sites where the person may read why a screening failed."""
    count = sum((sought.counts or {}).values())
    words = ngettext("{count} participant in all", "{count} participants in all", count).format(count=count)
    return ListPage(
        rows=tuple(_line(study, book, today, language, told_why) for book in books),
        find=sought.find,
        status=sought.status,
        statuses=_statuses(study, sought, count),
        all_url=list_url(study.id),
        screen_url=screen_url(study.id) if may_screen else "",
        counted=words,
        paging=paging,
    )


def _statuses(study: Study, sought: Sought, everybody: int) -> tuple[StatusLink, ...]:
    """Each status that anybody has, in the order of a participant's way through the study."""
    counts = sought.counts or {}
    also = {"find": sought.find} if sought.find else {}
    states = [name for name in PARTICIPANTS if counts.get(name) or name == sought.status]
    if len(states) < 2 and not sought.status:
        return ()
    links = [StatusLink(list_url(study.id, **also), gettext("All"), everybody, not sought.status)]
    for name in states:
        url = list_url(study.id, **also, status=name)
        label = str(PARTICIPANTS[name].label)
        links.append(StatusLink(url, label, counts.get(name, 0), name == sought.status))
    return tuple(links)


def _line(study: Study, book: Casebook, today: date, language: str, told_why: frozenset[str]) -> PersonLine:
    """A blinded role counts the queries that it may see."""
    visit = next_visit(calendar_of(CasebookReader(book), today), book)
    words = window_words(visit) if visit else None
    failure = failure_of(book, language) if book.site in told_why else None
    is_due = visit is not None and visit.state == "due"
    return PersonLine(
        code=book.code,
        url=participant_url(study.id, book.participant),
        site=book.site,
        mark=PARTICIPANTS[status_of(book)],
        why=failure.short if failure else "",
        next_visit=visit_label(study, visit.key, language) if visit else _NOTHING,
        window=words.text if words else "",
        window_mark=words.mark if words and words.mark else (warning(gettext("due")) if is_due else None),
        queries=sum(query.state == "open" for query in book.queries.values()),
        queries_url=queries_url(study.id, participant=book.participant),
    )
