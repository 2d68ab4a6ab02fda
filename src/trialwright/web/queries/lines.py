"""Queries as lines of a list, in the words of the page's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.reader import GATE
from trialwright.study.model import Study
from trialwright.values.datum import Datum
from trialwright.values.stored import datum_from_json
from trialwright.web.calendar import visit_label
from trialwright.web.forms.posted import Place
from trialwright.web.links import form_url, log_url, participant_url, query_url
from trialwright.web.marks import QUERIES, Mark
from trialwright.web.show import show_datum


@dataclass(frozen=True, slots=True)
class QueryLine:
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


def query_lines(
    book: Casebook, queries: Iterable[Query], language: str, *, may_answer: bool = False
) -> tuple[QueryLine, ...]:
    return tuple(_line(book, query, language, may_answer) for query in queries)


def _line(book: Casebook, query: Query, language: str, may_answer: bool) -> QueryLine:
    study = book.study
    return QueryLine(
        mark=QUERIES[query.state],
        code=book.code,
        participant_url=participant_url(study.id, book.participant),
        place=place_words(study, query.visit, query.form, query.repeat, language),
        form_url=form_url_of(book, query.visit, query.form, query.repeat),
        label=item_label(study, query.form, query.item, language),
        text=question_of(study, query, language),
        value=stored_words(study, query.form, query.item, query.value, language),
        answer=query.answer,
        url=query_url(study.id, book.participant, query.id),
        may_answer=may_answer and query.state == "open",
        state=query.state,
    )


def form_url_of(book: Casebook, visit: str, form: str, repeat: int) -> str:
    """The page of a record; of a gate the list below it."""
    records = book.study.forms[form].records
    if repeat == 0 and records in ("many", "many_visit"):
        return log_url(book.study.id, book.participant, visit, form)
    return form_url(book.study.id, Place(book.participant, visit, form, repeat))


def place_words(study: Study, visit: str, form: str, repeat: int, language: str) -> str:
    """Week 16 · Vital signs; a row carries its number."""
    parts = [visit_label(study, visit, language)] if visit else []
    parts.append(study.say(study.forms[form].label, language) + (f" {repeat}" if repeat else ""))
    return " · ".join(parts)


def item_label(study: Study, form: str, item: str, language: str) -> str:
    found = study.forms[form].items.get(item)
    if found is None:
        return study.say(study.forms[form].gate or "", language) if item == GATE else item
    return study.say(found.label, language)


def question_of(study: Study, query: Query, language: str) -> str:
    """What a person wrote, or what the check asks."""
    if query.text:
        return query.text
    ask = next((check.ask for check in study.checks_about() if check.id == query.check), query.check)
    return study.say(ask, language)


def stored_words(study: Study, form: str, item: str, text: str, language: str) -> str:
    """A stored datum in words; it may be JSON, or plain text of older events."""
    found = study.forms[form].items.get(item)
    if found is None or not text:
        return text
    return show_datum(study, found, _datum(text), language)


def _datum(text: str) -> Datum | None:
    return datum_from_json(text) if text.startswith("{") else None
