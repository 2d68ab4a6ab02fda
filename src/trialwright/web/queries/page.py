"""The contexts of the pages about queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.utils.translation import gettext

from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.events import Sealed
from trialwright.ledger.reader import CasebookReader
from trialwright.web.diaries.entries import Line as EntryLine
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.links import form_url, home_url, queries_url
from trialwright.web.marks import Mark
from trialwright.web.paging import ONLY, Paging
from trialwright.web.queries.alerts import LEVEL, deadline_of
from trialwright.web.queries.lines import Looking, QueryLine, place_words, query_lines
from trialwright.web.queries.numbers import numbers_of
from trialwright.web.queries.thread import ThreadLine, thread_of
from trialwright.web.show import show_datum

PAGE: Final = 25  # participants, each with all their queries


@dataclass(frozen=True, slots=True)
class Filter:
    """count: how many there are, "" where that is not counted."""

    url: str
    label: str
    is_current: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class QueriesPage:
    filters: tuple[Filter, ...]
    rows: tuple[QueryLine, ...]
    levels: tuple[Filter, ...]
    empty: str
    paging: Paging
    home_url: str


@dataclass(frozen=True, slots=True)
class QueryPage:
    """numbers: the values that the check looked at when it opened the query; numbers_now: the same now, where they
    are others. lines: what was asked, answered and closed. entries: of the diary, at the occasion that is asked about."""

    code: str
    participant_url: str
    form_url: str
    place: str
    mark: Mark
    age: str
    deadline: Mark | None
    item: str
    value: str
    now: str
    numbers: str
    numbers_now: str
    lines: tuple[ThreadLine, ...]
    entries: tuple[EntryLine, ...]
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for. counts: by state, of those that the person sees; None for one participant's."""

    state: str = "open"
    level: str = ""
    participant: str = ""
    counts: Mapping[str, int] | None = None

    @property
    def query(self) -> dict[str, str]:
        """As it stands in addresses."""
        words = {"state": self.state, "level": self.level, "participant": self.participant}
        return {name: text for name, text in words.items() if text}


def states() -> dict[str, str]:
    return {"open": gettext("Open"), "answered": gettext("Answered"), "closed": gettext("Closed")}


def queries_page(
    study_id: str, rows: tuple[QueryLine, ...], wanted: Asked, paging: Paging = ONLY
) -> QueriesPage:
    empty = {
        "open": gettext("No query is open."),
        "answered": gettext("No answered query is waiting to be closed."),
        "closed": gettext("No query was closed yet."),
    }
    return QueriesPage(
        filters=tuple(
            Filter(
                queries_url(study_id, **wanted.query | {"state": each}),
                label,
                each == wanted.state,
                str(wanted.counts.get(each, 0)) if wanted.counts is not None else "",
            )
            for each, label in states().items()
        ),
        rows=rows,
        levels=_levels(study_id, wanted),
        empty=empty[wanted.state],
        paging=paging,
        home_url=home_url(study_id),
    )


def _levels(study_id: str, wanted: Asked) -> tuple[Filter, ...]:
    """All of them, or alerts alone."""
    rest = {name: text for name, text in wanted.query.items() if name != "level"}
    return (
        Filter(queries_url(study_id, **rest), gettext("All"), not wanted.level),
        Filter(queries_url(study_id, **rest, level=LEVEL), gettext("Alerts only"), bool(wanted.level)),
    )


def ask_page(opened: Opened, *, item: str, typed: str) -> AskPage:
    """opened: the record that is asked about, without the items that are hidden from the role."""
    study, place = opened.book.study, opened.place
    return AskPage(
        code=opened.book.code,
        form_url=form_url(study.id, place),
        place=place_words(opened.book, *place.key, opened.language),
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


@dataclass(frozen=True, slots=True)
class Told:
    """One query with its past. was: the casebook when it was opened, as far as the person may see it; events: of the
    participant; names: of the people in them; entries: of the diary, at the occasion asked about."""

    query: Query
    was: Casebook
    events: tuple[Sealed, ...]
    names: Mapping[str, str]
    entries: tuple[EntryLine, ...] = ()


def query_page(
    reader: CasebookReader,
    told: Told,
    looking: Looking,
    *,
    may_close: bool,
    typed: str = "",
) -> QueryPage:
    book, query, language = reader.book, told.query, looking.language
    line = query_lines(reader, [query], looking)[0]
    then = numbers_of(CasebookReader(told.was), query, language, readable=looking.readable)
    record = book.records.get((query.visit, query.form, query.repeat))
    entry = record.items.get(query.item) if record else None
    item = book.study.forms[query.form].items.get(query.item)
    return QueryPage(
        code=book.code,
        participant_url=line.participant_url,
        form_url=line.form_url,
        place=line.place,
        mark=line.mark,
        age=line.age,
        deadline=deadline_of(
            book.study, query, looking.acts[book.participant, query.opened].utc, looking.now
        ),
        item=line.label,
        value=line.value or "–",
        now=show_datum(book.study, item, entry.datum if entry else None, language) if item else "–",
        numbers=then,
        numbers_now=line.numbers if line.numbers != then else "",
        lines=thread_of(book, query, told.events, told.names, language),
        entries=told.entries,
        may_answer=line.may_answer,
        may_close=may_close and query.state != "closed",
        command_id=str(uuid4()),
        typed=typed,
    )
