"""What was said about a query: who opened, answered and closed it, when, and in which words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.events import QueryAnswered, QueryClosed, QueryOpened, Sealed
from trialwright.ledger.rights import PARTICIPANT
from trialwright.web.queries.lines import question_of
from trialwright.web.show import show_local
from trialwright.web.who import person_words, role_words


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """when: on the clock of the site; who: with the role in which they acted."""

    what: str
    when: str
    who: str
    text: str


def thread_of(
    book: Casebook, query: Query, events: Iterable[Sealed], names: Mapping[str, str], language: str
) -> tuple[ThreadLine, ...]:
    """names: display names by account id."""
    return tuple(
        ThreadLine(
            what=_what(event),
            when=show_local(
                datetime.fromisoformat(event.envelope.server_utc), book.study.sites[book.site].timezone
            ),
            who=_who(book, event, names, language),
            text=_text(book, query, event, language),
        )
        for event in events
        if isinstance(event.body, QueryOpened | QueryAnswered | QueryClosed) and event.body.query == query.id
    )


def _what(event: Sealed) -> str:
    match event.body:
        case QueryOpened():
            return gettext("Opened")
        case QueryAnswered():
            return gettext("Answered")
        case _:
            return gettext("Closed")


def _who(book: Casebook, event: Sealed, names: Mapping[str, str], language: str) -> str:
    """What nobody did by hand names whose entry brought it about."""
    actor, role = event.envelope.actor, event.envelope.role
    person = person_words(names, actor, role)
    if role == PARTICIPANT or role in book.study.roles:
        person = f"{person} · {role_words(book.study, role, language)}"
    if event.originator != "derivation":
        return person
    # Translators: a query that an edit check opened or closed; {person} entered the value
    return gettext("edit check, after an entry by {person}").format(person=person)


def _text(book: Casebook, query: Query, event: Sealed, language: str) -> str:
    body = event.body
    if isinstance(body, QueryOpened):
        return question_of(book.study, query, language)
    if isinstance(body, QueryClosed) and body.by_change:
        return gettext("What the check looks for is no longer there.")
    if "text" in event.values and event.values["text"] is None:
        return gettext("Redacted")
    return event.values.get("text") or ""
