"""Rows of the logs: what happened to a virtual participant between two visits."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from trialwright.ledger.commands import Typed
from trialwright.simulate.block import RowPlan
from trialwright.simulate.draws import draw_text
from trialwright.simulate.filling import Answers, Where, fill, situation
from trialwright.simulate.person import Happening, OpenRow, Person, Situation
from trialwright.simulate.saving import days, put, save
from trialwright.simulate.steps import Walk
from trialwright.study.model import Form
from trialwright.values.dates import partial_date_span

GATE = "gate"


DAYS_IN_100_YEARS = 36525
Template = tuple[str, str]  # its log and its name


def until_next(who: Person, row: RowPlan) -> float:
    """How long until the next row of a template by rate, in times of the mean distance; by chance of its own."""
    key = (row.form, row.id)
    if key not in who.awaited:
        who.awaited[key] = who.chance_of(f"logs.{row.form}.{row.id}").expovariate(1.0)
    return who.awaited[key]


def first_by_rate(who: Person, row: RowPlan, epoch: str | None, since: date, until: date) -> date | None:
    """The first day after `since`, to `until`, on which it happens by its rate; asking changes nothing."""
    left, length = until_next(who, row), max((until - since).days, 0)
    per_day = row.per_100_years.get(epoch or "", 0.0) / DAYS_IN_100_YEARS
    if left >= per_day * length:
        return None
    return since + timedelta(days=min(int(left / per_day) + 1, length))


def by_rate(who: Person, row: RowPlan, epoch: str | None, since: date, until: date) -> list[Happening]:
    """What happened of one template between two visits: the first at most, and the next is awaited from now on."""
    on = first_by_rate(who, row, epoch, since, until)
    if on is None:
        per_day = row.per_100_years.get(epoch or "", 0.0) / DAYS_IN_100_YEARS
        who.awaited[row.form, row.id] -= per_day * max((until - since).days, 0)
        return []
    del who.awaited[row.form, row.id]
    return next_of(who, row, on)


def happens_on(who: Person, template: Template, day: date) -> bool:
    """Whether something happens that day of which the next visit will tell, as far as it is known before that visit."""
    row = named(who, *template)
    if who.last_visit is None or who.last_visit_id is None:
        return False
    epoch = who.study.visits[who.last_visit_id].epoch
    on = first_by_rate(who, row, epoch, who.last_visit, day)
    return on == day and not is_lasting(who, row, day)


def happenings(who: Person, visit_id: str, epoch: str | None, since: date | None) -> list[Happening]:
    """What happened since the last visit (or, for rows by chance, ever), with what comes along with it.

    Without what lasts still: only what is told as something new may end the treatment.
    """
    day = who.last_visit or who.now.date()
    found: list[Happening] = []
    for form, rows in who.block.logs.items():
        only = who.failure.only_rows.get(form) if who.failure else None
        for row in rows:
            if only is not None and row.id not in only:
                continue
            if (row.chance is not None or only) and (form, row.id) not in who.rows_done:
                who.rows_done.add((form, row.id))
                chance = 1.0 if only or row.chance is None else row.chance
                if who.rng.random() < chance and may_happen(who, row):
                    found.append(Happening(row, day))
            if row.per_100_years and since is not None:
                found += by_rate(who, row, epoch, since, day)
    if who.failure is not None and visit_id in (who.failure.at or visit_id,):
        for log, name in who.failure.rows.items():
            row, done = named(who, log, name), (log, f"failure:{name}")
            if done not in who.rows_done and may_happen(who, row):
                found.append(Happening(row, day))
                who.rows_done.add(done)
    found += [other for one in found for other in company(who, one)]
    return [one for one in found if not is_lasting(who, one.row, one.day)]


def next_of(who: Person, row: RowPlan, day: date) -> list[Happening]:
    """None while the same of before lasts: nobody has one cold twice at once."""
    on = day_of(who, row, day)
    if on is None or is_lasting(who, row, on) or not may_happen(who, row):
        return []
    return [Happening(row, on)]


def may_happen(who: Person, row: RowPlan) -> bool:
    """Whether its rule is yes by what is known when it is asked at the visit that tells of it."""
    return who.holds(row.when, who.last_visit_id)


def is_lasting(who: Person, row: RowPlan, day: date) -> bool:
    """Whether the same of before, as far as it was told, is not over yet."""
    return day <= who.told_until.get((row.form, row.id), date.min)


def day_of(who: Person, row: RowPlan, day: date) -> date | None:
    """The day itself, or so long after the last dose before it; None where that needs a dose and none was given."""
    if row.days_after_dose is None:
        return day
    doses = [dose for dose in who.doses if dose <= day]
    if not doses:
        return None
    with who.drawing_apart():
        return min(max(doses) + timedelta(days=round(days(who, row.days_after_dose))), day)


def rows_with(
    who: Person, rows: Iterable[tuple[str, str]], day: date, until: date | None = None
) -> Iterator[Happening]:
    """What comes of something that is not a row itself, with what comes along with that."""
    for log, name in rows:
        one = Happening(named(who, log, name), day, until, is_apart=True)
        if may_happen(who, one.row):
            yield one
            yield from company(who, one)


def named(who: Person, log: str, name: str) -> RowPlan:
    """The template of that name; KeyError names what is missing."""
    return {row.id: row for row in who.block.logs[log]}[name]


def company(who: Person, one: Happening) -> Iterator[Happening]:
    for log, name in one.row.with_rows:
        row = named(who, log, name)
        if may_happen(who, row):
            yield Happening(row, one.day, one.until, one.is_apart)


def keep_log(who: Person, form: Form, where: Where, found: list[Happening]) -> Walk:
    """Answers the gate, closes rows that have ended, and enters the new rows of one log at one visit."""
    yield from close_rows(who, form, where)
    who.to_tell += asked_for(who, form, where)
    mine = [one for one in (*found, *who.to_tell) if one.row.form == form.id]
    mine = [one for one in mine if not is_lasting(who, one.row, one.day)]
    who.to_tell = [one for one in who.to_tell if one.row.form != form.id]
    has_rows = any(key[1] == form.id and key[2] > 0 for key in who.book.records)
    if form.gate is not None:
        gate_where = Where(where.key, where.visit_id, where.contact, where.key)
        answer = "true" if mine or has_rows else "false"
        yield from put(who, form, (gate_where.record, form.id, 0), {GATE: Typed(answer)})
    for one in mine:
        with who.drawing_apart(one.is_apart):
            yield from enter_row(who, form, where, one)


def asked_for(who: Person, form: Form, where: Where) -> list[Happening]:
    """Rows that follow from what was just told elsewhere; each once."""
    day = who.last_visit or who.now.date()
    found: list[Happening] = []
    for row in who.block.logs.get(form.id, ()):
        if (
            row.whenever is None
            or (form.id, row.id) in who.rows_done
            or not who.holds(row.whenever, where.key)
        ):
            continue
        who.rows_done.add((form.id, row.id))
        found += rows_with(who, ((form.id, row.id),), day)
    return found


def enter_row(who: Person, form: Form, where: Where, one: Happening) -> Walk:
    record = "" if form.records == "many" else where.key
    taken = [key[2] for key in who.book.records if key[:2] == (record, form.id)]
    row_where = Where(where.key, where.visit_id, where.contact, record, max(taken, default=0) + 1)
    around = situation(who, form, row_where)
    around.row_day, around.row_end = one.day, one.until
    answers = fill(who, form, around, one.row.items)
    end = answers.get("end")
    if isinstance(end, Typed) and len(end.raw) == len("2000-01-01"):
        who.told_until[form.id, one.row.id] = date.fromisoformat(end.raw)
    if one.is_apart:
        who.apart.add((record, form.id, row_where.repeat))
    yield from save(who, form, row_where, as_known_today(who, around, row_where, answers, one.row))
    who.tally.counts[f"rows of {form.id}"] += 1


def as_known_today(who: Person, around: Situation, where: Where, answers: Answers, row: RowPlan) -> Answers:
    """A row whose end lies ahead, or is not seen yet, is entered as ongoing now and closed at a later visit."""
    end, today = answers.get("end"), who.now.date()
    if not isinstance(end, Typed):
        return answers
    is_seen = who.holds(row.open_until, where.key)
    if end.raw <= today.isoformat() and is_seen:
        return answers
    if not is_seen:
        who.told_until[row.form, row.id] = date.max
    known = {item: answer for item, answer in answers.items() if item != "end"}
    known["ongoing"] = Typed("true")
    closing = {"ongoing": "false", "end": end.raw}
    for item, draw in row.while_open.items():
        was = answers.get(item)
        text = draw_text(draw, around)
        if isinstance(was, Typed) and text is not None:
            known[item] = Typed(text)
            closing[item] = was.raw
    is_unseen = end.raw <= today.isoformat()
    who.open_rows[where.record, row.form, where.repeat] = OpenRow(row, closing, is_unseen)
    return known


def close_rows(who: Person, form: Form, where: Where) -> Walk:
    """Those that are over. What should have been over by a look, and was not, ends on the day it is seen to be."""
    today = who.now.date()
    for key, one in [(key, one) for key, one in who.open_rows.items() if key[1] == form.id]:
        if one.texts["end"] > today.isoformat():
            continue
        if not who.holds(one.row.open_until, where.key):
            who.open_rows[key] = replace(one, is_unseen=True)
            continue
        del who.open_rows[key]
        texts = {**one.texts, "end": today.isoformat()} if one.is_unseen else one.texts
        if one.row.open_until is not None:
            who.told_until[one.row.form, one.row.id] = min(today, partial_date_span(texts["end"])[1])
        answers = {item: Typed(text) for item, text in texts.items()}
        with who.drawing_apart(key in who.apart):
            yield from put(who, form, key, answers, who.block.queries.corrected_text)
