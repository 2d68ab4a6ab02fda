"""Queries that people write, answer and close; and the redaction of a value."""

from collections.abc import Iterator

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.checks import QUERY_PREFIX
from trialwright.ledger.commands import About, Actor, AnswerQuery, CloseQuery, OpenQuery, RedactValue
from trialwright.ledger.course import Course, Decided, follow, refused
from trialwright.ledger.events import Draft, QueryAnswered, QueryClosed, QueryOpened, ValueRedacted
from trialwright.ledger.messages import problem
from trialwright.ledger.queries import Move, check_move, check_text
from trialwright.ledger.reader import GATE, CasebookReader
from trialwright.ledger.records import holds_data, place_of
from trialwright.ledger.rights import Letter, may_enter, require, require_enter
from trialwright.ledger.visible import hidden_from, is_hidden, visible
from trialwright.values.problem import Problem
from trialwright.values.stored import datum_to_json
from trialwright.values.words import words_of


def decide_open_query(book: Casebook, command: OpenQuery, *, by: Actor) -> Decided:
    """A query about an item of a record that stands."""
    form = book.study.forms.get(command.form)
    if form is None:
        return refused(problem("no-such-form", command.form, form=command.form))
    require(book.study, by, form.area, "q", book.site)
    problems = _check_query(book, command, by=by)
    if (command.form, command.item) in hidden_from(book, actor=by).items:
        problems = (
            problem("item-hidden", place_of(command.visit, command.form, command.repeat, command.item)),
        )
    if problems:
        return refused(*problems)
    key = (command.visit, command.form, command.repeat)
    entry = book.records[key].items.get(command.item)
    body = QueryOpened(command.query, *key, item=command.item, check="", level="query")
    value = datum_to_json(entry.datum if entry is not None else None)
    return Decided((Draft(body, {"text": words_of(command.text), "value": value}),))


def _check_query(book: Casebook, command: OpenQuery, *, by: Actor) -> tuple[Problem, ...]:
    key = (command.visit, command.form, command.repeat)
    where = place_of(*key, command.item)
    items = book.study.forms[command.form].items
    problems = list(check_text(command.text, where))
    if not command.query or command.query in book.queries or command.query.startswith(QUERY_PREFIX):
        problems.append(problem("query-id-taken", where, query=command.query))
    if not holds_data(visible(book, actor=by).records.get(key)):
        problems.append(problem("no-such-record", where))
    if command.item not in items and command.item != GATE:
        problems.append(problem("no-such-item", where, item=command.item))
    return tuple(problems)


def decide_answer_query(book: Casebook, command: AnswerQuery, *, by: Actor) -> Decided:
    return _move(book, command.query, command.text, ("answer", "a"), by=by)


def decide_close_query(book: Casebook, command: CloseQuery, *, by: Actor) -> Decided:
    return _move(book, command.query, command.text, ("close", "q"), by=by)


def _move(book: Casebook, query_id: str, text: str, move: tuple[Move, Letter], *, by: Actor) -> Decided:
    """A stale move, on a query that others have moved since, is a conflict."""
    query = visible(book, actor=by).queries.get(query_id)
    if query is None:
        return refused(problem("no-such-query", query_id, query=query_id))
    form = book.study.forms.get(query.form)
    may_change = form is not None and may_enter(book.study, by, form, book.site)
    if move[0] == "close" or not may_change:  # who may change may answer
        require(book.study, by, form.area if form is not None else "forms", move[1], book.site)
    stale = check_move(query, move[0])
    if stale:
        return refused(*stale, conflict=True)
    if move[0] == "close" and not words_of(text):  # an answer that satisfies is closed without words
        return Decided((Draft(QueryClosed(query_id, by_change=False)),))
    problems = check_text(text, query_id)
    if problems:
        return refused(*problems)
    body = QueryAnswered(query_id) if move[0] == "answer" else QueryClosed(query_id, by_change=False)
    return Decided((Draft(body, {"text": words_of(text)}),))


def decide_redact(book: Casebook, command: RedactValue, *, by: Actor) -> Decided:
    """Empties one value of the log, or one reason: personal data entered by mistake. ICH E6(R3) 4.2.2(b)

    Its copies go with it.
    """
    require(book.study, by, "identity", "w", book.site)
    problems = check_text(command.reason, "reason")
    if command.about is None:
        problems += (problem("no-such-value", "reason", sequence=command.sequence, key=command.key),)
    else:
        problems += _check_redaction(book, command, command.about, by=by)
    if problems:
        return refused(*problems)
    reason = words_of(command.reason)
    course = Course(CasebookReader(book), book, [])
    for sequence, key in ((command.sequence, command.key), *_copies(book, command)):
        course.add(Draft(ValueRedacted(sequence, key), reason=reason))
    keys = [key for key, record in book.records.items() if course.book.records[key] is not record]
    return follow(course, keys)


def _check_redaction(book: Casebook, command: RedactValue, about: About, *, by: Actor) -> tuple[Problem, ...]:
    """What may not be emptied: the arm, without which nobody could be analysed; what tells of something that the
    person does not see; and a value that is computed, for it goes with what it is computed from. Raises Denied where
    the person may not write the form that it tells of."""
    if command.key == "arm" and command.sequence == book.enrolled:
        return (problem("arm-not-redacted", "reason"),)
    if is_hidden(about, hidden_from(book, actor=by)):
        return (problem("item-hidden", "reason", item=command.key),)
    for name in sorted({form for form, _ in about.items}):
        form = book.study.forms.get(name)
        if form is not None:
            require_enter(book.study, by, form, book.site)
        else:
            require(book.study, by, "forms", "w", book.site)
    for record in book.records.values():
        entry = record.items.get(command.key)
        if entry is not None and entry.sequence == command.sequence and entry.is_derived:
            return (problem("item-derived", "reason", item=command.key),)
    return ()


def _copies(book: Casebook, command: RedactValue) -> Iterator[tuple[int, str]]:
    """What still stands in a derived item because another value says the same stays there."""
    is_current = _stands(book, command.sequence, command.key)
    for sequence, key in command.copies:
        if is_current or not _stands(book, sequence, key):
            yield sequence, key


def _stands(book: Casebook, sequence: int, key: str) -> bool:
    """Whether that value is the current one of an item."""
    entries = (record.items.get(key) for record in book.records.values())
    return any(entry is not None and entry.sequence == sequence for entry in entries)
