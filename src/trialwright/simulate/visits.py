"""One visit of a virtual participant: the date, the forms in the order of the schedule, the decisions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from trialwright.ledger.commands import DecideEligibility, EnrolParticipant, Typed
from trialwright.ledger.criteria import criteria_at
from trialwright.ledger.events import Decision
from trialwright.schedule.visits import visit_of
from trialwright.simulate.block import FormPlan
from trialwright.simulate.excursions import depart
from trialwright.simulate.filling import MISSING, Answers, Where, fill, situation
from trialwright.simulate.logs import happenings, keep_log
from trialwright.simulate.person import Happening, Person
from trialwright.simulate.saving import advance, ask, days, put, save, wait
from trialwright.simulate.steps import Walk
from trialwright.study.model import Form
from trialwright.values.datum import Missing

LAST = {"eligibility": 1, "drug": 2}  # decided after the assessments, dosed after the decision


def hold(who: Person, key: str, day: date) -> Walk:
    """The whole visit. Nothing is entered before the day it is known on."""
    visit = who.study.visits[visit_of(key)]
    since, epoch = who.last_visit, epoch_of(who, who.last_visit_id)
    first, last = who.block.clock.visits_between
    start = datetime.combine(day, time(), who.zone) + timedelta(minutes=who.rng.randint(first, last))
    delay = 0 if decides_at(who, visit.id) else days(who, who.block.clock.days_to_entry)
    yield from advance(who, start + timedelta(days=int(delay)))
    who.last_visit, who.last_visit_id = day, visit.id
    where = Where(key, visit.id, visit.contact, key)
    about = who.study.forms["visit"]
    yield from save(who, about, where, visit_answers(about, day, visit.contact))
    who.tally.counts["visits held"] += 1
    found = happenings(who, visit.id, epoch, since)
    for form in forms_in_order(who, visit.id):
        low, high = who.block.clock.minutes_between_forms
        yield from wait(who, who.now + timedelta(minutes=who.rng.randint(low, high)))
        if LAST.get(form.area, 0) == 2 and decides_at(who, visit.id) and visit.id not in who.decided:
            yield from decide(who, visit.id)
        if who.left:
            return
        yield from fill_form(who, form, where, found)
    if decides_at(who, visit.id) and visit.id not in who.decided:
        yield from decide(who, visit.id)
    follow_rows(who, found)
    who.was_told = False


def epoch_of(who: Person, visit_id: str | None) -> str | None:
    return who.study.visits[visit_id].epoch if visit_id else None


def visit_answers(form: Form, day: date, contact: str) -> Answers:
    answers = {"date": Typed(day.isoformat()), "contact": Typed(contact)}
    return {item: answer for item, answer in answers.items() if item in form.items}


def forms_in_order(who: Person, visit_id: str) -> list[Form]:
    """As in the matrix; where eligibility is decided, the decision follows the assessments and the dose the decision."""
    forms = [who.study.forms[form] for form in who.study.forms_at(visit_id) if form != "visit"]
    return sorted(forms, key=lambda form: LAST.get(form.area, 0)) if decides_at(who, visit_id) else forms


def decides_at(who: Person, visit_id: str) -> bool:
    return any(visit_id in criterion.decided_at for criterion in who.study.criteria.values())


def fill_form(who: Person, form: Form, where: Where, found: list[Happening]) -> Walk:
    """One form of the matrix column, if it is asked of this participant now."""
    plan = who.block.forms.get(form.id, FormPlan())
    if not wanted(who, form, where, plan):
        return
    if form.records in ("many", "many_visit"):
        yield from keep_log(who, form, where, found)
        return
    record = "" if form.records == "participant" else where.key
    where = Where(where.key, where.visit_id, where.contact, record)
    around = situation(who, form, where)
    answers = fill(who, form, around, {})
    if who.rng.random() < plan.missed:
        answers = all_missing(form, answers, plan.missed_reason)
    else:
        answers = depart(who, form, around, answers)
    if not answers:
        return
    yield from save(who, form, where, answers)
    note_dose(who, form, answers)


def wanted(who: Person, form: Form, where: Where, plan: FormPlan) -> bool:
    is_forced = any(key[0] == form.id for key in who.forced)
    if form.records == "participant" and ("", form.id, 0) in who.book.records:
        return False
    if not who.holds(form.when, where.key):
        return False
    if is_forced:
        return True
    if plan.fill is not None:
        return who.holds(plan.fill, where.key)
    cell = who.study.activities[form.id, where.visit_id]
    return cell == "x" or who.rng.random() < who.block.visits.optional_forms


def all_missing(form: Form, answers: Answers, reason: str) -> Answers:
    return {item: Missing(MISSING[reason]) for item in answers if not form.items[item].is_optional}


def note_dose(who: Person, form: Form, answers: Mapping[str, Typed | Missing]) -> None:
    """The course of disease follows the doses that were really given."""
    course = who.block.course
    if form.id != course.dose_form:
        return
    given, day, amount = (
        answers.get(item) for item in (course.dose_given, course.dose_date, course.dose_amount)
    )
    if not isinstance(given, Typed) or given.raw != "true" or not isinstance(day, Typed):
        who.tally.counts["doses not given"] += 1
        return
    try:
        on = date.fromisoformat(day.raw)
        mg = float(amount.raw) if isinstance(amount, Typed) else 0.0
    except ValueError:
        return  # such a save was refused, and the tally says so
    who.first_dose = who.first_dose or on
    who.doses.append(on)
    who.course.add_dose((on - who.first_dose).days, mg)
    who.tally.counts["doses given"] += 1


def decide(who: Person, visit_id: str) -> Walk:
    """Eligible when every criterion allows it, not eligible when one forbids it, left open when one cannot tell."""
    who.decided.add(visit_id)
    statuses = criteria_at(who.book, visit_id)
    failed = sorted(status.criterion.id for status in statuses if status.status == "not_met")
    if not failed and any(status.status == "unknown" for status in statuses):
        who.left = True
        who.tally.counts["left open at screening"] += 1
        open_ones = ", ".join(status.criterion.id for status in statuses if status.status == "unknown")
        who.tally.unexpected.append(f"{who.book.code}: {visit_id} cannot be decided: {open_ones}")
        return
    decision: Decision = "not_eligible" if failed else "eligible"
    command = DecideEligibility(who.next_id(), who.book.participant, visit_id, decision)
    reply = yield from ask(who, command, who.block.acts["decide"])
    who.tally.refusals += [(f"{who.book.code} / {visit_id}", found) for found in reply.problems]
    if failed:
        who.left = True
        note_failure(who, failed)
    elif visit_id == last_decision(who):
        yield from enrol(who)


def note_failure(who: Person, failed: list[str]) -> None:
    who.tally.counts["not eligible"] += 1
    for criterion in failed:
        who.tally.failures[criterion] += 1
    planned = who.failure.criteria if who.failure else frozenset[str]()
    if planned and not planned & set(failed):
        who.tally.unexpected.append(
            f"{who.book.code}: meant to fail {', '.join(sorted(planned))}, failed {', '.join(failed)}"
        )


def last_decision(who: Person) -> str:
    order = list(who.study.visits)
    return max((visit for one in who.study.criteria.values() for visit in one.decided_at), key=order.index)


def enrol(who: Person) -> Walk:
    """The door fills in the arm: the one, or the next of the site's list."""
    command = EnrolParticipant(who.next_id(), who.book.participant, "")
    reply = yield from ask(who, command, who.block.acts["enrol"])
    if who.book.arm is not None and len(who.study.arms) > 1:
        who.course = who.course_of(who.book.arm)
    who.tally.refusals += [(f"{who.book.code} / enrolment", found) for found in reply.problems]
    who.tally.counts["enrolled"] += not reply.problems
    if reply.problems:
        who.left = True


def follow_rows(who: Person, found: list[Happening]) -> None:
    """Some happenings end the treatment or the study."""
    for one in found:
        if one.row.then and who.dropout is None and who.rng.random() < one.row.then_chance:
            dropout = who.block.dropouts[one.row.then]
            who.dropout = dropout if who.holds(dropout.when, who.last_visit_id) else None


def miss(who: Person, key: str, on: date, reason: str) -> Walk:
    """A visit that did not take place: its date is missing, with the reason."""
    start = datetime.combine(on, time(9), who.zone)
    yield from advance(who, start)
    about = who.study.forms["visit"]
    yield from put(who, about, (key, "visit", 0), {"date": Missing(MISSING[reason])})
    who.tally.counts["visits missed"] += 1
    visit = who.study.visits[visit_of(key)]
    who.missed_on = on
    for form in forms_in_order(who, visit.id):
        plan = who.block.forms.get(form.id, FormPlan())
        if form.records == "participant" and plan.fill is not None:
            yield from fill_form(who, form, Where(key, visit.id, visit.contact, key), [])
    who.missed_on = None
