"""Rows of the logs: what happened to a virtual participant between two visits."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from trialwright.ledger.commands import Typed
from trialwright.simulate.block import RowPlan
from trialwright.simulate.draws import draw_text
from trialwright.simulate.filling import Answers, Where, fill, situation
from trialwright.simulate.person import Happening, Person, Situation
from trialwright.simulate.saving import days, put, save
from trialwright.simulate.steps import Walk
from trialwright.study.model import Form

GATE = "gate"


def poisson(who: Person, mean: float) -> int:
    """Knuth's product of uniforms; means here are far below 10."""
    limit, count, product = math.exp(-mean), 0, who.rng.random()
    while product > limit:
        count, product = count + 1, product * who.rng.random()
    return count


def happenings(who: Person, visit_id: str, epoch: str | None, since: date | None) -> list[Happening]:
    """What happened since the last visit (or, for rows by chance, ever), with what comes along with it."""
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
                if who.rng.random() < chance and who.holds(row.when, visit_id):
                    found.append(Happening(row, day))
            rate = row.per_100_years.get(epoch or "", 0.0)
            if rate and since is not None and since < day:
                length = (day - since).days
                count = poisson(who, rate * length / 36525)
                drawn = [since + timedelta(days=who.rng.randint(1, length)) for _ in range(count)]
                found += next_of(who, row, drawn)
    if who.failure is not None and visit_id in (who.failure.at or visit_id,):
        found += [
            Happening(named(who, log, name), day)
            for log, name in who.failure.rows.items()
            if (log, f"failure:{name}") not in who.rows_done
        ]
        who.rows_done |= {(log, f"failure:{name}") for log, name in who.failure.rows.items()}
    return found + [other for one in found for other in company(who, one)]


def next_of(who: Person, row: RowPlan, days: list[date]) -> list[Happening]:
    """The first of these days at most, and none while the same of before lasts: nobody has one cold twice at once."""
    told = who.told_until.get((row.form, row.id), date.min)
    on = day_of(who, row, min(days)) if days else None
    return [] if on is None or on <= told else [Happening(row, on)]


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
        yield one
        yield from company(who, one)


def named(who: Person, log: str, name: str) -> RowPlan:
    """The template of that name; KeyError names what is missing."""
    return {row.id: row for row in who.block.logs[log]}[name]


def company(who: Person, one: Happening) -> Iterator[Happening]:
    for log, name in one.row.with_rows:
        yield Happening(named(who, log, name), one.day, one.until, one.is_apart)


def keep_log(who: Person, form: Form, where: Where, found: list[Happening]) -> Walk:
    """Answers the gate, closes rows that have ended, and enters the new rows of one log at one visit."""
    yield from close_rows(who, form, where)
    who.to_tell += asked_for(who, form, where)
    mine = [one for one in (*found, *who.to_tell) if one.row.form == form.id]
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
    """A row whose end lies ahead is entered as ongoing now and closed at a later visit."""
    end = answers.get("end")
    if not isinstance(end, Typed) or end.raw <= who.now.date().isoformat():
        return answers
    known = {item: answer for item, answer in answers.items() if item != "end"}
    known["ongoing"] = Typed("true")
    closing = {"ongoing": "false", "end": end.raw}
    for item, draw in row.while_open.items():
        was = answers.get(item)
        text = draw_text(draw, around)
        if isinstance(was, Typed) and text is not None:
            known[item] = Typed(text)
            closing[item] = was.raw
    who.open_rows[where.record, row.form, where.repeat] = closing
    return known


def close_rows(who: Person, form: Form, where: Where) -> Walk:
    today = who.now.date().isoformat()
    due: Mapping[tuple[str, str, int], Mapping[str, str]] = {
        key: texts for key, texts in who.open_rows.items() if key[1] == form.id and texts["end"] <= today
    }
    for key, texts in due.items():
        del who.open_rows[key]
        answers = {item: Typed(text) for item, text in texts.items()}
        with who.drawing_apart(key in who.apart):
            yield from put(who, form, key, answers, who.block.queries.corrected_text)
