"""Saving a record as a site does: with mistakes now and then, and with answers to the queries that come back."""

import heapq
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from trialwright.ledger.casebook import Casebook, Query, RecordKey
from trialwright.ledger.commands import AnswerQuery, CloseQuery, Command, SaveForm, Typed
from trialwright.simulate.block import Mistake
from trialwright.simulate.draws import Draw, draw_number
from trialwright.simulate.filling import Answers, Where, situation
from trialwright.simulate.mistakes import distort, mistake_for
from trialwright.simulate.person import Person, Wrong
from trialwright.simulate.steps import Act, Reply, Step, Wait, Walk
from trialwright.study.model import Form
from trialwright.values.datum import Missing

Asking = Generator[Step, Reply | None, Reply]


def later(who: Person, days: float, task: Callable[[], Walk]) -> None:
    """Puts a task on the person's list, so many days from now, within the site's hours."""
    who.serial += 1
    heapq.heappush(who.tasks, (who.now + timedelta(days=max(days, 0)), who.serial, task))


def advance(who: Person, until: datetime) -> Walk:
    """Does every task that is due before, then waits."""
    while who.tasks and who.tasks[0][0] <= until:
        due, _, task = heapq.heappop(who.tasks)
        yield from wait(who, due)
        yield from task()
    yield from wait(who, until)


def wait(who: Person, until: datetime) -> Walk:
    if until > who.now:
        yield Wait(until)
        who.now = until


def ask(who: Person, command: Command, role: str) -> Asking:
    reply = yield Act(command, role, who.now)
    if reply is None:
        raise RuntimeError("a walk was resumed without the reply to its command")
    who.book = reply.book
    return reply


def role_for(who: Person, form: Form) -> str:
    by_area = who.block.entered_by.get(form.area, who.block.entered_by["forms"])
    return who.block.entered_by_form.get(form.id, by_area)


def save(who: Person, form: Form, where: Where, answers: Answers) -> Walk:
    """Saves one record; a mistake may creep in, and then the queries about it are answered."""
    key: RecordKey = (where.record, form.id, where.repeat)
    mistake = mistake_for(who, form, where, answers)
    wrong = distort(mistake, form, answers) if mistake else None
    if mistake is None or wrong is None:
        yield from put(who, form, key, answers)
        return
    count = who.tally.mistake(mistake.id)
    count.made += 1
    before = who.book
    command = replace(save_command(who, form, key, wrong), confirmed={})  # nobody compared it with the source
    reply = yield from ask(who, command, role_for(who, form))
    if reply.problems:
        count.refused += 1
        yield from put(who, form, key, answers)
        return
    right = {item: raw_of(answers.get(item)) for item, answer in wrong.items() if answer != answers.get(item)}
    who.wrong[key] = Wrong(mistake, right)
    who.tally.counts["forms saved"] += 1
    look_at_queries(who, before)


def raw_of(answer: Typed | Missing | None) -> str:
    """What is to be typed to put it right; an empty text takes a value back."""
    return answer.raw if isinstance(answer, Typed) else ""


def put(who: Person, form: Form, key: RecordKey, answers: Answers, reason: str | None = None) -> Walk:
    """Saves what is right. A refusal is a finding of the rehearsal."""
    before = who.book
    reply = yield from ask(who, save_command(who, form, key, answers, reason), role_for(who, form))
    who.tally.counts["forms saved"] += not reply.problems
    where = f"{who.book.code} / {key[0]} / {form.id}"
    who.tally.refusals += [(where, found) for found in reply.problems]
    look_at_queries(who, before)


def save_command(
    who: Person, form: Form, key: RecordKey, answers: Answers, reason: str | None = None
) -> SaveForm:
    record = who.book.records.get(key)
    confirmed: Mapping[str, str] = {}
    if key not in who.wrong and who.rng.random() < who.block.queries.at_once:
        about = {check.about_item for check in form.checks}
        confirmed = {item: who.block.queries.confirmed_text for item in answers if item in about}
    return SaveForm(
        who.next_id(),
        who.book.participant,
        key[0],
        form.id,
        key[2],
        answers,
        record.sequence if record else 0,
        reason,
        confirmed,
    )


# ------------------------------------------------------------------ queries


def look_at_queries(who: Person, before: Casebook) -> None:
    """Counts the queries that came up, and plans who answers them and when."""
    new = [query for query in who.book.queries.values() if query.id not in before.queries]
    for query in sorted(
        new, key=lambda query: not is_expected(who, query)
    ):  # several checks may see one mistake
        count_query(who, query)
    for query in new:
        who.tally.queries[query.check or "by hand"] += 1
        if query.state == "open":
            later(who, days(who, who.block.queries.answered_after_days), answering(who, query.id))
        elif query.state == "answered":
            later(who, days(who, who.block.queries.closed_after_days), closing(who, query.id))


def is_expected(who: Person, query: Query) -> bool:
    """Whether it is of the very check that is to catch the mistake made there."""
    wrong = who.wrong.get((query.visit, query.form, query.repeat))
    return wrong is not None and query.check == wrong.mistake.caught_by


def count_query(who: Person, query: Query) -> None:
    wrong = who.wrong.get((query.visit, query.form, query.repeat))
    if wrong is None:
        if not who.wrong:  # a query elsewhere may still come from a wrong record of the same person
            who.tally.false_alarms[query.check] += 1
        return
    count = who.tally.mistake(wrong.mistake.id)
    if count.made > count.expected + count.other + count.refused:
        if is_expected(who, query):
            count.expected += 1
        else:
            count.other += 1


def days(who: Person, draw: Draw) -> float:
    form = who.study.forms["visit"]
    return draw_number(draw, situation(who, form, Where("", "", "site", "")))


def answering(who: Person, query_id: str) -> Callable[[], Walk]:
    return lambda: answer(who, query_id)


def closing(who: Person, query_id: str) -> Callable[[], Walk]:
    return lambda: close(who, query_id)


def answer(who: Person, query_id: str) -> Walk:
    """With the right value where a mistake is behind it, else in words."""
    habits = who.block.queries
    query = who.book.queries[query_id]
    if query.state != "open":
        return
    key: RecordKey = (query.visit, query.form, query.repeat)
    wrong = who.wrong.get(key)
    text = habits.confirmed_text
    if wrong is not None:
        chance = habits.corrected if wrong.mistake.corrected is None else wrong.mistake.corrected
        if who.rng.random() < chance:
            del who.wrong[key]
            yield from correct(who, key, wrong.mistake, wrong.right)
            text = habits.corrected_text
    if who.book.queries[query_id].state == "open":
        command = AnswerQuery(who.next_id(), who.book.participant, query_id, text)
        reply = yield from ask(who, command, who.block.acts["answer"])
        who.tally.refusals += [(f"{who.book.code} / {query.form}", found) for found in reply.problems]
    if who.book.queries[query_id].state == "answered" and who.rng.random() >= habits.left_open:
        later(who, days(who, habits.closed_after_days), closing(who, query_id))


def correct(who: Person, key: RecordKey, mistake: Mistake, right: Mapping[str, str]) -> Walk:
    who.tally.mistake(mistake.id).corrected += 1
    form = who.study.forms[key[1]]
    answers = {item: Typed(text) for item, text in right.items()}
    yield from put(who, form, key, answers, who.block.queries.corrected_text)


def close(who: Person, query_id: str) -> Walk:
    query = who.book.queries[query_id]
    if query.state == "answered":
        command = CloseQuery(who.next_id(), who.book.participant, query_id, "")
        reply = yield from ask(who, command, who.block.acts["close"])
        who.tally.refusals += [(f"{who.book.code} / {query.form}", found) for found in reply.problems]
