"""The way of one virtual participant through the trial, from screening to the last contact."""

import math
from datetime import date, datetime, time, timedelta

from trialwright.ledger.calendar import calendar
from trialwright.ledger.commands import ScreenParticipant
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import last_day
from trialwright.schedule.visits import PlannedVisit, visit_of
from trialwright.simulate.block import DropOut
from trialwright.simulate.draws import draw_text
from trialwright.simulate.filling import Where, fill, situation
from trialwright.simulate.logs import rows_with
from trialwright.simulate.person import Person
from trialwright.simulate.saving import advance, ask, days, save
from trialwright.simulate.steps import Wait, Walk
from trialwright.simulate.visits import hold, miss


def walk(who: Person) -> Walk:
    """Ends when the participant has left, or no visit is left to come."""
    yield Wait(who.now)
    reply = yield from ask(
        who, ScreenParticipant(who.next_id(), who.book.participant, who.site, ""), who.block.acts["screen"]
    )
    if reply.problems:
        who.tally.refusals += [("screening", found) for found in reply.problems]
        who.is_over = True
        return
    who.tally.counts["screened"] += 1
    yield from screening(who)
    while not who.left:
        planned = next_visit(who)
        if planned is None:
            break
        yield from toward(who, planned)
    yield from advance(who, who.now + timedelta(days=365))
    who.is_over = True


def screening(who: Person) -> Walk:
    """The visits before and at the first dose; each at its drawn distance."""
    before = [visit for visit in who.study.visits.values() if (visit.day_last or 0) < 0]
    anchor = next(visit for visit in who.study.visits.values() if visit.is_anchor)
    day = working_day(who, who.now.date() + whole(days(who, who.block.recruitment.days_to_first_visit)))
    for visit in before:
        yield from hold(who, visit.id, day)
        who.handled.add(visit.id)
        if who.left:
            return
    if before:
        day = working_day(who, day + whole(days(who, who.block.recruitment.days_to_enrolment)))
    yield from hold(who, anchor.id, day)
    who.handled.add(anchor.id)
    if who.first_dose is None:
        undosed = who.block.recruitment.undosed
        if undosed is not None and not who.left:
            yield from stop(who, who.block.dropouts[undosed], day)
        who.left = True


def whole(number: float) -> timedelta:
    return timedelta(days=round(number))


def working_day(who: Person, day: date) -> date:
    """The day, or the Monday after a week-end."""
    if who.block.visits.working_days and day.weekday() >= 5:
        return day + timedelta(days=7 - day.weekday())
    return day


# ------------------------------------------------------------------ the next visit


def next_visit(who: Person) -> PlannedVisit | None:
    """The earliest visit to come, as the calendar of the casebook says today; none for whom the study has ended."""
    if last_day(CasebookReader(who.book)) is not None:
        return None
    today = who.now.date()
    waiting = [
        planned
        for planned in calendar(who.book, today)
        if planned.window.target is not None and is_to_come(who, planned)
    ]
    return min(waiting, key=lambda planned: planned.window.target or date.max, default=None)


def is_to_come(who: Person, planned: PlannedVisit) -> bool:
    visit = who.study.visits[planned.visit]
    if planned.key in who.handled or planned.state not in ("planned", "due", "late"):
        return False
    if who.treatment_stopped and (who.block.course.dose_form, visit.id) in who.study.activities:
        return False
    if planned.condition is None:
        # what is unknown now may be known when the visit is near; only then the habit decides
        return visit.if_unknown == "plan" or who.block.visits.holds_asked or not is_near(who, planned)
    return planned.condition


def is_near(who: Person, planned: PlannedVisit) -> bool:
    first = planned.window.first
    return first is not None and who.now.date() >= first


def toward(who: Person, planned: PlannedVisit) -> Walk:
    """Goes to the next visit; on the way something may end it."""
    day = drawn_day(who, planned)
    since = who.last_visit or day
    ended = drop_out(who, since, day)
    if ended is not None:
        dropout, on = ended
        who.to_tell += rows_with(who, dropout.with_rows, on)
        yield from stop(who, dropout, on)
        return
    if planned.condition is None and not is_near(who, planned):
        yield from advance(who, local(who, planned.window.first or day))
        if not still_to_come(who, planned.key):
            who.handled.add(planned.key)
            return
    who.handled.add(planned.key)
    if is_missed(who, planned.visit):
        around = situation(who, who.study.forms["visit"], Where("", "", "site", ""))
        reason = draw_text(who.block.visits.missed_reason, around) or "not_done"
        yield from miss(who, planned.key, (planned.window.last or day) + timedelta(days=1), reason)
        return
    yield from hold(who, planned.key, day)
    yield from unscheduled(who)
    if who.dropout is not None and not who.treatment_stopped:
        yield from stop(who, who.dropout, who.last_visit or day)


def still_to_come(who: Person, key: str) -> bool:
    """Whether a visit is still planned today, now that it is near."""
    return any(one.key == key and is_to_come(who, one) for one in calendar(who.book, who.now.date()))


def local(who: Person, day: date) -> datetime:
    return datetime.combine(day, time(8), who.zone)


def drawn_day(who: Person, planned: PlannedVisit) -> date:
    habits = who.block.visits
    off = days(who, habits.days_off)
    if who.rng.random() < habits.late_chance:
        off = days(who, habits.late_days)
    target = planned.window.target or who.now.date()
    earliest = (who.last_visit or target) + timedelta(days=1)
    return working_day(who, max(target + whole(off), earliest, who.now.date()))


def is_missed(who: Person, visit_id: str) -> bool:
    habits = who.block.visits
    chance = habits.missed_at.get(visit_id, habits.missed_chance)
    return visit_id not in habits.never_missed and who.rng.random() < chance


def unscheduled(who: Person) -> Walk:
    """A visit between, when the last one gives a reason for it."""
    habit = who.block.visits.unscheduled
    if habit is None or who.left or who.last_visit is None:
        return
    held = sum(1 for key in who.book.records if key[1] == "visit" and visit_of(key[0]) == habit.visit)
    if held >= habit.most or not who.holds(habit.when, who.last_visit_id) or who.rng.random() >= habit.chance:
        return
    day = working_day(who, who.last_visit + whole(days(who, habit.days)))
    key = f"{habit.visit}#{held + 1}" if who.study.visits[habit.visit].repeats else habit.visit
    yield from hold(who, key, day)


# ------------------------------------------------------------------ leaving


def drop_out(who: Person, since: date, until: date) -> tuple[DropOut, date] | None:
    """Whether something ends the treatment or the study between two visits, by constant hazards."""
    epoch = who.study.visits[who.last_visit_id].epoch if who.last_visit_id else None
    length = max((until - since).days, 0)
    for dropout in who.block.dropouts.values():
        if epoch not in dropout.epochs or (who.treatment_stopped and not dropout.stops_study):
            continue
        happens = who.rng.random() < 1 - math.exp(-dropout.per_year * length / 365.25)
        happens = happens and who.holds(dropout.when, who.last_visit_id)
        if happens and (dropout.stops_study or has_doses_to_come(who)):
            return dropout, since + timedelta(days=who.rng.randint(1, max(length, 1)))
    return None


def has_doses_to_come(who: Person) -> bool:
    """Whether there is a treatment that could be stopped; surely so where nothing is known of doses.

    Not after the only dose of a study: there is nothing then that could be left out.
    """
    form = who.block.course.dose_form
    done = (who.last_visit_id, *who.handled)
    return not form or any(visit not in done for visit in who.study.visits_of(form))


def stop(who: Person, dropout: DropOut, day: date) -> Walk:
    """Fills what the end asks for, at a visit if the definition names one."""
    who.tally.dropouts[dropout.id] += 1
    who.dropout, who.stopped_on = dropout, day
    who.treatment_stopped = True
    who.forced |= dropout.sets
    if dropout.then is not None:
        on = working_day(who, max(day + whole(days(who, dropout.days_to_visit)), who.now.date()))
        yield from hold(who, dropout.then, on)
    if dropout.stops_study:
        on = max(day + whole(days(who, dropout.closed_after_days)), who.now.date())
        yield from advance(who, local(who, on) + timedelta(hours=1))
    for form_id in dict.fromkeys(form for form, _ in dropout.sets):
        yield from close_form(who, form_id)
    who.forced.clear()
    who.left = who.left or dropout.stops_study


def close_form(who: Person, form_id: str) -> Walk:
    """A form of the participant that the end needs and that no visit has filled."""
    form = who.study.forms[form_id]
    if form.records != "participant" or ("", form_id, 0) in who.book.records:
        return
    visit = who.last_visit_id or ""
    where = Where(visit, visit, "site", "")
    answers = fill(who, form, situation(who, form, where), {})
    if answers:
        yield from save(who, form, where, answers)
