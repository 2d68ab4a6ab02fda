"""Queries about what a diary says at one occasion: the form's own checks, two entries for one occasion, and what a
phone sent before it was asked.

What was reported is not overlooked because its correction came first: a check asks each entry that counts, and whether
its query is there and open depends on the set of them, not on the order in which they came.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.affected import changes_of
from trialwright.ledger.apply_diary import record_of_diary
from trialwright.ledger.casebook import Casebook, DiaryEntry, Entry, Query, RecordKey
from trialwright.ledger.checks import QUERY_PREFIX, is_asked_again, opened
from trialwright.ledger.derive import derive
from trialwright.ledger.diary_entries import Group, groups_at
from trialwright.ledger.events import Draft, QueryClosed, QueryOpened
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.records import holds_data
from trialwright.study.builtin import BEFORE_ASKED, TWO_ENTRIES
from trialwright.study.model import Check, Form
from trialwright.values.stored import datum_to_json


def diary_drafts(reader: CasebookReader, key: RecordKey) -> Iterator[Draft]:
    """The queries that an occasion opens or closes. reader: of the casebook with all that is derived in it."""
    form = reader.book.study.forms.get(key[1])
    if form is None or form.ask is None:
        return
    groups = groups_at(reader.book.entries, key)
    for asked in _built_in(form, groups):
        yield from _of_built_in(reader.book, key, asked)
    occasion = _Occasion(reader, form, key, groups)
    for check in form.checks:
        yield from _of_check(occasion, check)


def _query_id(key: RecordKey, check: str) -> str:
    """The same whichever entry came first."""
    visit, form, repeat = key
    return QUERY_PREFIX + sha256(f"{visit}/{form}/{repeat}/{check}".encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked without a rule. name: of the query; item: that it stands at, from whoever is blinded to which it is
    hidden; latest: event of the latest entry that makes it be asked."""

    check: str
    name: str
    item: str
    latest: int


def _built_in(form: Form, groups: tuple[Group, ...]) -> Iterator[_Asked]:
    """Of what only blinded questions tell there is a query of its own, at such a question."""
    plain = tuple(group for group in groups if not all(_is_blinded(form, entry) for entry in group.entries))
    firsts = {group.root: min(entry.sequence for entry in group.entries) for group in groups}
    if len(plain) > 1:
        yield _asked(form, TWO_ENTRIES, [firsts[group.root] for group in plain])
    if len(groups) > max(1, len(plain)):
        yield _asked(form, TWO_ENTRIES, list(firsts.values()), is_blinded=True)
    # Who types at the site before the window opens is told so then.
    early = [entry for group in groups for entry in group.entries if entry.is_early and entry.device]
    for is_blinded in (False, True):
        found = [entry.sequence for entry in early if _is_blinded(form, entry) is is_blinded]
        if found:
            yield _asked(form, BEFORE_ASKED, found, is_blinded=is_blinded)


def _asked(form: Form, check: str, sequences: list[int], *, is_blinded: bool = False) -> _Asked:
    items = [item.id for item in form.items.values() if (item.blinded_until is not None) is is_blinded]
    item = items[0] if items else next(iter(form.items))
    return _Asked(check, f"{check}/blinded" if is_blinded else check, item, max(sequences))


def _is_blinded(form: Form, entry: DiaryEntry) -> bool:
    """Whether it answers nothing but what is blinded for a time."""
    told = (form.items.get(item) for item in (*entry.items, *entry.emptied))
    known = [item for item in told if item is not None]
    return bool(known) and all(item.blinded_until is not None for item in known)


def _of_built_in(book: Casebook, key: RecordKey, asked: _Asked) -> Iterator[Draft]:
    """All entries are kept; asked once, and again where a further one came after it was closed."""
    query_id = _query_id(key, asked.name)
    query = book.queries.get(query_id)
    if query is None or (query.state == "closed" and asked.latest > query.sequence):
        body = QueryOpened(query_id, *key, item=asked.item, check=asked.check, level="query")
        yield Draft(body, {"value": "{}"}, originator="derivation")


@dataclass(frozen=True, slots=True)
class _Occasion:
    reader: CasebookReader
    form: Form
    key: RecordKey
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a check says of one entry: True where it fires, None where it cannot be told; and the datum it is about."""

    answer: bool | None
    value: str


def _of_check(occasion: _Occasion, check: Check) -> Iterator[Draft]:
    query_id = _query_id(occasion.key, check.id)
    query = occasion.reader.book.queries.get(query_id)
    now = [_said(occasion, check, group.standing) for group in occasion.groups]
    fired = next((said for said in now if said.answer is True), None)
    was = fired if fired is not None else _ever(occasion, check, query)
    if was is None:
        return
    open_now = next((said for said in now if said.answer is None and said.value != "{}"), None)
    wanted = fired if fired is not None else open_now
    if wanted is not None and (query is None or is_asked_again(query, wanted.value)):
        yield opened(check, occasion.key, query_id, wanted.value)
    elif wanted is None:
        if query is None:
            yield opened(check, occasion.key, query_id, was.value)
        if query is None or query.state != "closed":
            yield Draft(QueryClosed(query_id, by_change=True), originator="derivation")


def _ever(occasion: _Occasion, check: Check, query: Query | None) -> _Said | None:
    """What fired the check at any time: its query tells, or an entry that another has taken the place of."""
    if query is not None:
        return _Said(True, query.value)
    replaced = (
        entry for group in occasion.groups for entry in group.entries if entry.id != group.standing.id
    )
    said = (_said(occasion, check, entry) for entry in replaced)
    return next((one for one in said if one.answer is True), None)


def _said(occasion: _Occasion, check: Check, entry: DiaryEntry) -> _Said:
    visit, form, repeat = occasion.key
    reader = _reader_with(occasion, entry)
    item = reader.book.records[occasion.key].items.get(check.about_item)
    answer = (
        evaluate(check.when.node, reader, Place(visit or None, form, repeat)).value
        if holds_data(reader.book.records[occasion.key])
        else False
    )
    return _Said(
        answer if isinstance(answer, bool) else None,
        datum_to_json(item.datum if item is not None else None),
    )


def _reader_with(occasion: _Occasion, entry: DiaryEntry) -> CasebookReader:
    """A reader of the casebook in which that entry stands."""
    is_standing = entry.id == occasion.groups[0].standing.id
    return occasion.reader if is_standing else reader_with_entry(occasion.reader, entry)


def reader_with_entry(reader: CasebookReader, entry: DiaryEntry) -> CasebookReader:
    """A reader of the casebook in which the entry stands at its occasion, with what the form derives of it."""
    key = entry.key
    book = replace(
        reader.book, records={name: one for name, one in reader.book.records.items() if name != key}
    )
    record = record_of_diary({}, {entry.id: replace(entry, is_released=True)}, key, book.sequence)
    assert record is not None
    with_entry = replace(book, records={**book.records, key: record})
    before = CasebookReader(book, like=reader, changed={key[1]})
    after = CasebookReader(with_entry, like=reader, changed={key[1]})
    derived = derive(before, after, changes_of(book, with_entry, [key])).get(key, {})
    items = {
        **record.items,
        **{
            item: Entry(datum, book.sequence, is_derived=True)
            for item, datum in derived.items()
            if datum is not None
        },
    }
    full = replace(book, records={**book.records, key: replace(record, items=items)})
    return CasebookReader(full, like=reader, changed={key[1]})
