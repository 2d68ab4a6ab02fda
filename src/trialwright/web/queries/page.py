"""The contexts of the pages about queries."""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Query
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.links import form_url, home_url, queries_url
from trialwright.web.marks import Mark
from trialwright.web.paging import ONLY, Paging
from trialwright.web.queries.lines import QueryLine, place_words, query_lines
from trialwright.web.show import show_datum

PAGE: Final = 25  # participants, each with all their queries


@dataclass(frozen=True, slots=True)
class Filter:
    url: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class QueriesPage:
    filters: tuple[Filter, ...]
    rows: tuple[QueryLine, ...]
    empty: str
    paging: Paging
    home_url: str


@dataclass(frozen=True, slots=True)
class QueryPage:
    code: str
    participant_url: str
    form_url: str
    place: str
    mark: Mark
    item: str
    value: str
    now: str
    text: str
    answer: str
    may_answer: bool
    may_close: bool
    command_id: str
    typed: str


@dataclass(frozen=True, slots=True)
class ItemChoice:
    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AskPage:
    code: str
    form_url: str
    place: str
    items: tuple[ItemChoice, ...]
    item: str
    typed: str
    command_id: str
    query: str


def states() -> dict[str, str]:
    return {"open": gettext("Open"), "answered": gettext("Answered"), "closed": gettext("Closed")}


def queries_page(
    study_id: str, rows: tuple[QueryLine, ...], state: str, paging: Paging = ONLY
) -> QueriesPage:
    empty = {
        "open": gettext("No query is open."),
        "answered": gettext("No answered query is waiting to be closed."),
        "closed": gettext("No query was closed yet."),
    }
    return QueriesPage(
        filters=tuple(
            Filter(queries_url(study_id, state=each), label, each == state)
            for each, label in states().items()
        ),
        rows=rows,
        empty=empty[state],
        paging=paging,
        home_url=home_url(study_id),
    )


def ask_page(opened: Opened, *, item: str, typed: str) -> AskPage:
    """opened: the record that is asked about, without the items that are hidden from the role."""
    study, place = opened.book.study, opened.place
    return AskPage(
        code=opened.book.code,
        form_url=form_url(study.id, place),
        place=place_words(study, *place.key, opened.language),
        items=tuple(
            ItemChoice(one.id, one.full_label, _stored(opened, one.id))
            for one in layout_of(study, place.form, opened.language).every()
            if one.id not in opened.hidden_here
        ),
        item=item,
        typed=typed,
        command_id=str(uuid4()),
        query=f"q-{uuid4()}",
    )


def _stored(opened: Opened, item: str) -> str:
    entry = opened.record.items.get(item) if opened.record else None
    datum = entry.datum if entry else None
    return show_datum(opened.book.study, opened.form.items[item], datum, opened.language)


def query_page(
    book: Casebook, query: Query, language: str, *, may_answer: bool, may_close: bool, typed: str = ""
) -> QueryPage:
    line = query_lines(book, [query], language)[0]
    record = book.records.get((query.visit, query.form, query.repeat))
    entry = record.items.get(query.item) if record else None
    item = book.study.forms[query.form].items.get(query.item)
    return QueryPage(
        code=book.code,
        participant_url=line.participant_url,
        form_url=line.form_url,
        place=line.place,
        mark=line.mark,
        item=line.label,
        value=line.value or "–",
        now=show_datum(book.study, item, entry.datum if entry else None, language) if item else "–",
        text=line.text,
        answer=query.answer,
        may_answer=may_answer and query.state == "open",
        may_close=may_close and query.state != "closed",
        command_id=str(uuid4()),
        typed=typed,
    )
