"""Edit checks: a check that fires opens a query, once a record; one that no longer fires closes it. A check never
stops a save, and one that cannot be evaluated raises: it is never taken as passed."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.affected import Change, touched
from trialwright.ledger.casebook import Casebook, Query, RecordKey
from trialwright.ledger.compiled import ROWS, Dependent, compiled
from trialwright.ledger.events import Draft, QueryAnswered, QueryClosed, QueryOpened
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.study.model import Check
from trialwright.values.stored import datum_to_json

QUERY_PREFIX: Final = "check-"  # of the ids of queries that checks open; people's queries have others

Notes = Mapping[tuple[RecordKey, str], str]
NO_NOTES: Final[Notes] = MappingProxyType({})
_Asked = dict[tuple[str, RecordKey], Query]


def check_drafts(reader: CasebookReader, changes: tuple[Change, ...], confirmed: Notes) -> Iterator[Draft]:
    """The queries that the changes open, answer or close.

    reader: of the casebook with the changes in it, whose next event is the first of these drafts.
    confirmed: notes "value is right" by record and item; such a note answers the query at once.
    """
    index = compiled(reader.book.study)
    asked = _asked(reader.book, index.of_diary)
    following = reader.book.sequence
    for dependent, key in touched(index.checks, changes, reader):
        assert dependent.check is not None
        if dependent.check.id in index.of_diary:  # asked of each entry, see diary_checks
            continue
        query = asked.get((dependent.check.id, key))
        note = confirmed.get((key, dependent.check.about_item), "")
        for draft in _of_check(reader, dependent, key, (query, note, f"{QUERY_PREFIX}{following + 1}")):
            following += 1
            yield draft
    yield from _of_lost_records(reader.book, changes, asked)


def _asked(book: Casebook, of_diary: frozenset[str]) -> _Asked:
    """The latest query of each check and record, but for those of the diary's own."""
    return {
        (query.check, (query.visit, query.form, query.repeat)): query
        for query in book.queries.values()
        if query.check and query.check not in of_diary
    }


def _of_check(
    reader: CasebookReader, dependent: Dependent, key: RecordKey, known: tuple[Query | None, str, str]
) -> Iterator[Draft]:
    assert dependent.check is not None
    query, note, query_id = known
    value = _current(reader.book, key, dependent.check.about_item)
    answer = evaluate(dependent.node, reader, Place(key[0] or None, dependent.form, key[2])).value
    is_active = query is not None and query.state != "closed"
    if answer is True:
        if query is None or is_asked_again(query, value):
            yield opened(dependent.check, key, query_id, value)
            query = None
        if note and (query is None or query.state == "open"):
            yield Draft(QueryAnswered(query_id if query is None else query.id), {"text": note})
    elif query is not None and is_active and (answer is False or value == "{}"):
        yield Draft(QueryClosed(query.id, by_change=True), originator="derivation")


def is_asked_again(query: Query, value: str) -> bool:
    """A query that a person closed stays closed while the value is the one that they looked at."""
    return query.state == "closed" and (query.by_change or query.value != value)


def opened(check: Check, key: RecordKey, query_id: str, value: str) -> Draft:
    body = QueryOpened(query_id, *key, item=check.about_item, check=check.id, level=check.level)
    return Draft(body, {"value": value}, originator="derivation")


def _current(book: Casebook, key: RecordKey, item: str) -> str:
    entry = book.records[key].items.get(item)
    return datum_to_json(entry.datum if entry is not None else None)


def _of_lost_records(book: Casebook, changes: tuple[Change, ...], asked: _Asked) -> Iterator[Draft]:
    """A record that was removed or emptied takes the queries of its checks with it."""
    lost = {
        key
        for change in changes
        if change.item == ROWS
        and not holds_data(book.records.get(key := (change.visit, change.form, change.repeat)))
    }
    for (_, key), query in asked.items():
        if key in lost and query.state != "closed":
            yield Draft(QueryClosed(query.id, by_change=True), originator="derivation")
