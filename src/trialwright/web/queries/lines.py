"""Queries as lines of a list, in the words of the page's language."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Query, RecordKey
from trialwright.ledger.diary_entries import first_told, occasion_words
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.store.acts import Acts
from trialwright.study.builtin import ask_of
from trialwright.study.model import Study
from trialwright.values.datum import Datum, Value
from trialwright.values.stored import datum_from_json
from trialwright.web.calendar import visit_label
from trialwright.web.forms.posted import Place
from trialwright.web.links import form_url, log_url, participant_url, query_url
from trialwright.web.marks import ALERT, QUERIES, Mark
from trialwright.web.queries.numbers import numbers_of
from trialwright.web.show import show_ago, show_datum, show_iso, show_local

_NO_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at queries, and when. readable: areas of forms that they may read; acts: who opened them and when,
    where the page tells it."""

    language: str
    readable: frozenset[str] = frozenset()
    may_answer: bool = False
    acts: Acts = field(default_factory=dict)
    now: datetime = _NO_TIME


@dataclass(frozen=True, slots=True)
class QueryLine:
    """numbers: the values that the check looked at, as they are now; age: since it was opened."""

    mark: Mark
    code: str
    participant_url: str
    place: str
    form_url: str
    label: str
    text: str
    value: str
    answer: str
    url: str
    may_answer: bool
    state: str
    numbers: str
    age: str


def query_lines(reader: CasebookReader, queries: Iterable[Query], looking: Looking) -> tuple[QueryLine, ...]:
    return tuple(_line(reader, query, looking) for query in queries)


def _line(reader: CasebookReader, query: Query, looking: Looking) -> QueryLine:
    book, study, language = reader.book, reader.book.study, looking.language
    is_settled = query.state == "closed"  # its values may be others by now
    return QueryLine(
        mark=mark_of(query),
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        place=place_words(book, query.visit, query.form, query.repeat, language),
        form_url=form_url_of(book, query.visit, query.form, query.repeat),
        label=item_label(study, query.form, query.item, language),
        text=question_of(study, query, language),
        value=value_words(book, query, language),
        answer=query.answer,
        url=query_url(study.id, book.participant, query.id),
        may_answer=looking.may_answer and query.state == "open",
        state=query.state,
        numbers="" if is_settled else numbers_of(reader, query, language, readable=looking.readable),
        age=age_of(book, query, looking),
    )


def mark_of(query: Query) -> Mark:
    return ALERT if query.level == "alert" and query.state == "open" else QUERIES[query.state]


def age_of(book: Casebook, query: Query, looking: Looking) -> str:
    """How long ago it was opened: "5 days ago"; "" for a closed one, and where the page does not tell it."""
    act = looking.acts.get((book.participant, query.opened))
    return show_ago(looking.now - act.utc) if act is not None and query.state != "closed" else ""


def value_words(book: Casebook, query: Query, language: str) -> str:
    """The value that was asked about; "" where there was none."""
    blank = query.value in ("", "{}")
    return "" if blank else stored_words(book.study, query.form, query.item, query.value, language)


def form_url_of(book: Casebook, visit: str, form: str, repeat: int) -> str:
    """The page of a record; of a gate the list below it."""
    records = book.study.forms[form].records
    if repeat == 0 and records in ("many", "many_visit"):
        return log_url(book.study.id, book.participant, visit, form)
    return form_url(book.study.id, Place(book.participant, visit, form, repeat))


def place_words(book: Casebook, visit: str, form: str, repeat: int, language: str) -> str:
    """Week 16 · Vital signs; a row carries its number, an entry of the diary its day."""
    study = book.study
    parts = [visit_label(study, visit, language)] if visit else []
    parts.append(study.say(study.forms[form].label, language))
    if repeat:
        parts[-1] += f" {row_words(book, (visit, form, repeat))}"
    return " · ".join(parts)


def row_words(book: Casebook, key: RecordKey) -> str:
    """What tells one record of a form from others: its number; of the diary its day, or the time of a report."""
    ask = book.study.forms[key[1]].ask
    if ask is None:
        return str(key[2])
    if ask.kind == "whenever":
        told = first_told(one for one in book.entries.values() if one.key == key).get(key)
        return show_local(told, book.study.sites[book.site].timezone) if told else ""
    return show_iso(occasion_words(book, key))


def item_label(study: Study, form: str, item: str, language: str) -> str:
    found = study.forms[form].items.get(item)
    if found is None:
        return study.say(study.forms[form].gate or "", language) if item == GATE else item
    return study.say(found.label, language)


def question_of(study: Study, query: Query, language: str) -> str:
    """What a person wrote, or what the check asks."""
    if query.text:
        return query.text
    return study.say(ask_of(study, query.check) or query.check, language)


def stored_words(study: Study, form: str, item: str, text: str, language: str) -> str:
    """A stored datum in words; it may be JSON, or plain text of older events."""
    found = study.forms[form].items.get(item)
    datum = _datum(text)
    if found is None and isinstance(datum, Value):
        return {"true": gettext("Yes"), "false": gettext("No")}.get(datum.text, datum.text)
    if found is None or not text:
        return text
    return show_datum(study, found, datum, language)


def _datum(text: str) -> Datum | None:
    return datum_from_json(text) if text.startswith("{") else None
