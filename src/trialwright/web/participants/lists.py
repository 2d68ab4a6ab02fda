"""The list of participants as lines: status, the visit that comes next, open queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.store.people import Person
from trialwright.study.model import Study
from trialwright.web.calendar import calendar_of, next_visit, visit_label, window_words
from trialwright.web.links import list_url, participant_url, queries_url, screen_url
from trialwright.web.marks import PARTICIPANTS, Mark, warning

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
    next_url: str


def list_page(
    study: Study,
    people: Sequence[Person],
    books: Mapping[str, Casebook],
    *,
    today: date,
    language: str,
    find: str = "",
    may_screen: bool = False,
) -> ListPage:
    """people: at most PAGE + 1 of them; the one too many says that there is a next page."""
    shown = people[:PAGE]
    last = shown[-1].code if len(people) > PAGE else ""
    words = ngettext("{count} participant", "{count} participants", len(shown)).format(count=len(shown))
    return ListPage(
        rows=tuple(_line(study, person, books[person.participant], today, language) for person in shown),
        find=find,
        all_url=list_url(study.id),
        screen_url=screen_url(study.id) if may_screen else "",
        counted=words,
        next_url=list_url(study.id, after=last) if last else "",
    )


def _line(study: Study, person: Person, book: Casebook, today: date, language: str) -> PersonLine:
    """A blinded role counts the queries that it may see."""
    visit = next_visit(calendar_of(CasebookReader(book), today), status_of(book))
    words = window_words(visit) if visit else None
    is_due = visit is not None and visit.state == "due"
    return PersonLine(
        code=book.code,
        url=participant_url(study.id, person.participant),
        site=person.site,
        mark=PARTICIPANTS[status_of(book)],
        next_visit=visit_label(study, visit.key, language) if visit else "–",
        window=words.text if words else "",
        window_mark=words.mark if words and words.mark else (warning(gettext("due")) if is_due else None),
        queries=sum(query.state == "open" for query in book.queries.values()),
        queries_url=queries_url(study.id, participant=person.participant),
    )
