"""The list of participants as lines: status, the visit that comes next, open queries."""

from collections.abc import Iterable
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

PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class PersonLine:
    code: str
    url: str
    site: str
    mark: Mark
    next_visit: str
    window: str
    window_mark: Mark | None
    queries: int
    queries_url: str


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[PersonLine, ...]
    find: str
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
    find: str = "",
    count: int = 0,
    paging: Paging = ONLY,
    may_screen: bool = False,
) -> ListPage:
    """count: how many participants there are at the person's sites."""
    words = ngettext("{count} participant in all", "{count} participants in all", count).format(count=count)
    return ListPage(
        rows=tuple(_line(study, book, today, language) for book in books),
        find=find,
        all_url=list_url(study.id),
        screen_url=screen_url(study.id) if may_screen else "",
        counted=words,
        paging=paging,
    )


def _line(study: Study, book: Casebook, today: date, language: str) -> PersonLine:
    """A blinded role counts the queries that it may see."""
    visit = next_visit(calendar_of(CasebookReader(book), today), status_of(book))
    words = window_words(visit) if visit else None
    is_due = visit is not None and visit.state == "due"
    return PersonLine(
        code=book.code,
        url=participant_url(study.id, book.participant),
        site=book.site,
        mark=PARTICIPANTS[status_of(book)],
        next_visit=visit_label(study, visit.key, language) if visit else "–",
        window=words.text if words else "",
        window_mark=words.mark if words and words.mark else (warning(gettext("due")) if is_due else None),
        queries=sum(query.state == "open" for query in book.queries.values()),
        queries_url=queries_url(study.id, participant=book.participant),
    )
