"""Alerts: queries that somebody must act on at once, such as one about a serious adverse event. Until it is closed an
alert is seen first, by every role that may read the form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Query
from trialwright.store.acts import Acts
from trialwright.study.model import Study
from trialwright.web.links import participant_url, query_url
from trialwright.web.marks import ALERT, Mark, fine, warning
from trialwright.web.participants.seen import Seen
from trialwright.web.queries.lines import mark_of, place_words, question_of
from trialwright.web.queries.numbers import numbers_of
from trialwright.web.show import show_ago, show_datum, show_local, show_span

LEVEL = "alert"


@dataclass(frozen=True, slots=True)
class AlertLine:
    """age: since it was opened; deadline: what is left of the time that the check gives, None where it gives none."""

    mark: Mark
    code: str
    participant_url: str
    place: str
    text: str
    numbers: str
    url: str
    opened: str
    age: str
    deadline: Mark | None


@dataclass(frozen=True, slots=True)
class AlertLink:
    mark: Mark
    label: str
    url: str


def alerts_of(book: Casebook) -> tuple[Query, ...]:
    """Those that are not closed. book: as the person may see it."""
    return tuple(query for query in book.queries.values() if query.level == LEVEL and query.state != "closed")


def watches(study: Study, readable: frozenset[str]) -> bool:
    """Whether an alert of the study could come before somebody who reads those areas."""
    return any(
        check.level == LEVEL and study.forms[check.about_form].area in readable
        for check in study.checks_about()
    )


def alert_lines(people: Iterable[Seen], acts: Acts, now: datetime) -> tuple[AlertLine, ...]:
    """Open ones first, the oldest first."""
    found = [
        (query.state, acts[seen.book.participant, query.opened].utc, seen, query)
        for seen in people
        for query in alerts_of(seen.book)
    ]
    found.sort(key=lambda one: (one[0] != "open", one[1]))
    return tuple(_line(seen, query, opened, now) for _, opened, seen, query in found)


def _line(seen: Seen, query: Query, opened: datetime, now: datetime) -> AlertLine:
    book, study, language = seen.book, seen.study, seen.language
    parts = (_row_words(seen, query), numbers_of(seen.reader, query, language, readable=seen.readable))
    return AlertLine(
        mark=mark_of(query),
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        place=place_words(book, query.visit, query.form, query.repeat, language),
        text=question_of(study, query, language),
        numbers="; ".join(part for part in parts if part),
        url=query_url(study.id, book.participant, query.id),
        opened=show_local(opened, study.sites[book.site].timezone),
        age=show_ago(now - opened),
        deadline=deadline_of(study, query, opened, now),
    )


def _row_words(seen: Seen, query: Query) -> str:
    """What tells a row of a list from others: its first item."""
    record = seen.book.records.get((query.visit, query.form, query.repeat))
    item = next((one for one in seen.study.forms[query.form].items.values() if one.derive is None), None)
    entry = record.items.get(item.id) if record is not None and item is not None else None
    if not query.repeat or item is None or entry is None:
        return ""
    words = show_datum(seen.study, item, entry.datum, seen.language)
    return f"{seen.study.say(item.label, seen.language)}: {words}"


def deadline_of(study: Study, query: Query, opened: datetime, now: datetime) -> Mark | None:
    """What is left of the hours that the check gives. Once it was answered, nothing runs any more."""
    check = next((one for one in study.checks_about() if one.id == query.check), None)
    if check is None or check.within_hours is None:
        return None
    if query.state != "open":
        return fine(gettext("answered"))
    left = opened + timedelta(hours=check.within_hours) - now
    if left < timedelta(0):
        # Translators: the time to act on an alert is over; {span} is such as "3 h"
        return Mark("triangle", "bad", gettext("overdue by {span}").format(span=show_span(-left)))
    # Translators: the time that is left to act on an alert; {span} is such as "21 h"
    return warning(gettext("{span} left").format(span=show_span(left)))


def alert_links(book: Casebook, language: str) -> tuple[AlertLink, ...]:
    """Those that nobody has answered, for the head of a participant's page."""
    study = book.study
    return tuple(
        AlertLink(
            ALERT,
            place_words(book, query.visit, query.form, query.repeat, language),
            query_url(study.id, book.participant, query.id),
        )
        for query in alerts_of(book)
        if query.state == "open"
    )


def alert_url_of(book: Casebook, visit: str, form: str, repeat: int) -> str:
    """The alert about one record, for the list in which it stands; "" where there is none."""
    urls = (
        query_url(book.study.id, book.participant, query.id)
        for query in alerts_of(book)
        if (query.visit, query.form, query.repeat) == (visit, form, repeat)
    )
    return next(urls, "")
