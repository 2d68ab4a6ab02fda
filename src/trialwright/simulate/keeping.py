"""The way of one diary: invited, joined, kept day by day with all that happens to phones, until it is closed."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, date, timedelta
from functools import partial

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import EnterDiary, InviteDevice, RevokeDevice, Typed
from trialwright.ledger.diary_entries import repeat_of
from trialwright.schedule.diary import Span, window
from trialwright.simulate.diary_answers import answers_to, put_right
from trialwright.simulate.diary_queries import look_at_queries
from trialwright.simulate.diary_telephone import call_the_silent
from trialwright.simulate.filling import Answers
from trialwright.simulate.keeper import (
    NEW,
    Asked,
    Keeper,
    Phone,
    answers_chance,
    ask,
    at_clock,
    begins,
    drawn,
    drawn_days,
    drawn_minutes,
    has_left,
    known,
    later,
    work,
)
from trialwright.simulate.logs import happens_on
from trialwright.simulate.steps import Act, Invite, Join, Reply, Send, Step, Walk
from trialwright.study.model import Ask

APP = "rehearsal"
INVITED_AT = 17 * 60  # minutes after midnight: when the day's visits are over
INVITED_FOR = timedelta(hours=48)
AWAKE = (8 * 60, 22 * 60)  # when something comes to mind that is asked at no time
CLOSED_DAYS = 14  # for so long a phone may not know that the diary has closed


def keep(keeper: Keeper) -> Walk:
    """Ends when the diary is closed, or the participant has gone."""
    later(keeper, at_clock(keeper, keeper.now.date(), INVITED_AT), partial(await_diary, keeper))
    yield from work(keeper)


# ------------------------------------------------------------------ joining


def await_diary(keeper: Keeper) -> Walk:
    """Each afternoon, until the diary is asked of the participant: then the site invites."""
    if keeper.who.is_over or known(keeper).closing.is_closed:
        return
    if not known(keeper).spans:
        tomorrow = at_clock(keeper, keeper.now.date() + timedelta(days=1), INVITED_AT)
        later(keeper, tomorrow, partial(await_diary, keeper))
        return
    keeper.tally.people += 1
    yield from invite(keeper)


def invite(keeper: Keeper) -> Walk:
    """With a code that lasts two days; whoever takes longer is invited again."""
    wait = drawn_days(keeper, keeper.plan.joins_after_days) + timedelta(minutes=keeper.rng.randint(5, 60))
    code = yield from _invited(keeper)
    if code:
        later(keeper, keeper.now + wait, partial(join, keeper, code, wait < INVITED_FOR))


def _invited(keeper: Keeper) -> Generator[Step, Reply | None, str]:
    if known(keeper).closing.is_closed:
        return ""
    expires = (keeper.now + INVITED_FOR).astimezone(UTC)
    command = InviteDevice(keeper.next_id(), keeper.who.book.participant, keeper.next_id(), expires)
    reply = yield from ask(keeper, Invite(command, keeper.plan.by, keeper.now))
    return reply.word


def join(keeper: Keeper, code: str, is_in_time: bool) -> Walk:
    if not is_in_time:
        code = yield from _invited(keeper)
    if not code:
        return
    step = Join(keeper.next_id(), keeper.who.book.participant, code, keeper.next_id(), keeper.now)
    reply = yield from ask(keeper, step)
    off = keeper.plan.clock_off
    seconds = round(drawn(keeper, off.seconds)) if keeper.chance(off.chance) else 0
    phone = Phone(reply.word, seconds, spans=known(keeper).spans)
    keeper.phones.append(phone)
    keeper.who.tally.diary.counts["phones joined"] += 1
    if keeper.joined_on is None:
        keeper.joined_on = keeper.now.date()
        # One after the other: a new code ends the one before it.
        if keeper.chance(keeper.plan.second_phone.chance):
            yield from invite(keeper)
        yield from live(keeper)
    plan_answers(keeper, phone)


# ------------------------------------------------------------------ day by day


def live(keeper: Keeper) -> Walk:
    """One day, just after midnight: what comes over the participant, and when they will answer what."""
    if is_finished(keeper):
        return
    today = keeper.now.date()
    if begins(keeper, keeper.plan.pauses) and not is_pausing(keeper, today):
        keeper.paused_until = today + drawn_days(keeper, keeper.plan.pauses.days)
    for phone in usable(keeper):
        go_offline(keeper, phone)
        if keeper.chance(keeper.plan.lost_phone.per_100_days / 100):
            lose(keeper, phone)
    call_the_silent(keeper)
    plan_reports(keeper, today)
    for phone in usable(keeper):
        plan_answers(keeper, phone)
    later(keeper, at_clock(keeper, today + timedelta(days=1), 1), partial(live, keeper))
    yield from ()


def is_finished(keeper: Keeper) -> bool:
    """Whether nobody is asked any more. A phone that did not send for long does not know yet."""
    today = keeper.now.date()
    if known(keeper).closing.is_closed and keeper.closed_on is None:
        keeper.closed_on = today
    has_closed = keeper.closed_on is not None and (today - keeper.closed_on).days > CLOSED_DAYS
    are_told = bool(keeper.phones) and all(phone.is_closed or phone.is_lost for phone in keeper.phones)
    return keeper.who.is_over or has_closed or (are_told and keeper.closed_on is not None)


def is_pausing(keeper: Keeper, day: date) -> bool:
    return keeper.paused_until is not None and day < keeper.paused_until


def usable(keeper: Keeper) -> list[Phone]:
    return [phone for phone in keeper.phones if not phone.is_lost and not phone.is_closed]


def go_offline(keeper: Keeper, phone: Phone) -> None:
    if begins(keeper, keeper.plan.offline) and not phone.is_offline(keeper.now):
        phone.offline_until = keeper.now + drawn_days(keeper, keeper.plan.offline.days)
        minutes = keeper.rng.randint(*AWAKE)
        later(keeper, phone.offline_until + timedelta(minutes=minutes), partial(send, keeper, phone))


def plan_reports(keeper: Keeper, today: date) -> None:
    """What is asked at no time is told now and then, and when something happens of which the logs will tell."""
    if has_left(keeper, today) and not keeper.chance(keeper.plan.after_leaving):
        return
    for name, plan in keeper.plan.forms.items():
        rows = [
            row[1]
            for row, chance in plan.tells_of.items()
            if happens_on(keeper.who, row, today) and keeper.chance(chance)
        ]
        if plan.per_100_days and keeper.chance(plan.per_100_days / 100):
            rows.append("")
        for row in rows:
            at = at_clock(keeper, today, keeper.rng.randint(*AWAKE))
            if at > keeper.now:
                later(keeper, at, partial(report, keeper, (name, "", today), row))


def report(keeper: Keeper, asked: Asked, row: str) -> Walk:
    """row: the template of what happened; "" for what no log tells of."""
    keeper.telling = row
    yield from answer(keeper, asked)
    keeper.telling = ""


def plan_answers(keeper: Keeper, phone: Phone) -> None:
    """When the participant answers what the phone asks today, and still of yesterday; each is planned once."""
    today = keeper.now.date()
    for span in phone.spans:
        for day in (today - timedelta(days=1), today):
            asked = (span.form, span.visit, day)
            if asked not in keeper.planned and is_due(span, day):
                plan_answer(keeper, asked)


def is_due(span: Span, day: date) -> bool:
    is_inside = span.first <= day and (span.last is None or day <= span.last)
    return is_inside and (day - span.first).days % span.every_days == 0


def plan_answer(keeper: Keeper, asked: Asked) -> None:
    about = ask_of(keeper, asked[0])
    opens, closes = (at.replace(tzinfo=keeper.who.zone) for at in window(asked[2], about.opens, about.closes))
    if keeper.now > closes:
        return
    keeper.planned.add(asked)
    if is_pausing(keeper, asked[2]) or not keeper.chance(answers_chance(keeper, asked[2])):
        keeper.tally.asked += 1
        return
    at = opens + timedelta(minutes=drawn_minutes(keeper, keeper.plan.minutes_after_opening))
    if not keeper.now < at < closes:
        begin = max(opens, keeper.now)
        at = begin + (closes - begin) * keeper.rng.random()
    if keeper.chance(keeper.plan.late.chance):
        at = closes + timedelta(minutes=drawn_minutes(keeper, keeper.plan.late.minutes))
    later(keeper, at, partial(answer, keeper, asked))


def ask_of(keeper: Keeper, form: str) -> Ask:
    about = keeper.who.study.forms[form].ask
    assert about is not None
    return about


# ------------------------------------------------------------------ answering


def answer(keeper: Keeper, asked: Asked) -> Walk:
    """One occasion, with one of the phones; now and then with both."""
    is_planned = ask_of(keeper, asked[0]).kind != "whenever"
    phones = usable(keeper)
    keeper.tally.asked += is_planned
    if not phones:
        return
    habit = keeper.plan.second_phone
    first, *others = reversed(phones) if len(phones) > 1 and keeper.chance(habit.used) else phones
    keeper.tally.answered += is_planned
    keeper.answered.add(asked)
    yield from enter(keeper, first, asked)
    if others and is_planned and keeper.chance(habit.twice):
        later(keeper, keeper.now + timedelta(minutes=30), partial(enter, keeper, others[0], asked))


def enter(keeper: Keeper, phone: Phone, asked: Asked) -> Walk:
    form, visit, day = asked
    repeat = repeat_of(ask_of(keeper, form), day, NEW)
    answers = answers_to(keeper, keeper.who.study.forms[form], visit, day, repeat=repeat)
    if phone.is_lost or not answers:
        return
    entry = entry_of(keeper, phone, asked, answers)
    if keeper.telling:
        keeper.told.add(entry.command_id)
    habit = keeper.plan.corrected
    is_correctable = (
        ask_of(keeper, form).kind != "whenever"
    )  # there a second report takes no place of a first
    if is_correctable and keeper.chance(habit.chance):
        at = keeper.now + timedelta(minutes=drawn_minutes(keeper, habit.minutes))
        later(keeper, at, partial(correct, keeper, phone, entry))
    yield from put(keeper, phone, entry)


def entry_of(keeper: Keeper, phone: Phone, asked: Asked, answers: Answers) -> EnterDiary:
    phone.number += 1
    form, visit, day = asked
    return EnterDiary(
        command_id=keeper.next_id(),
        participant=keeper.who.book.participant,
        form=form,
        visit=visit,
        day=day.isoformat(),
        items=answers,
        entered=keeper.now + timedelta(seconds=phone.clock_off_seconds),
        device=phone.id,
        number=phone.number,
        app=APP,
        definition=keeper.who.study.hash,
    )


def correct(keeper: Keeper, phone: Phone, wrong: EnterDiary) -> Walk:
    """The participant puts one answer right; the first entry stays in the log."""
    if phone.is_lost or phone.is_closed:
        return
    asked = (wrong.form, wrong.visit, date.fromisoformat(wrong.day))
    repeat = repeat_of(ask_of(keeper, wrong.form), asked[2], wrong.command_id)
    form = keeper.who.study.forms[wrong.form]
    answers = put_right(keeper, form, wrong.visit, asked[2], repeat=repeat, was=wrong.items)
    if not answers or answers == wrong.items:
        return
    entry = replace(
        entry_of(keeper, phone, asked, answers),
        root=wrong.command_id,
        corrects=wrong.command_id,
        reason=keeper.plan.corrected.reason,
    )
    keeper.who.tally.diary.counts["corrections"] += 1
    yield from put(keeper, phone, entry)


def put(keeper: Keeper, phone: Phone, entry: EnterDiary) -> Walk:
    """Into the phone; and from there to the trial, where there is internet."""
    if keeper.chance(keeper.plan.never_sent):
        keeper.who.tally.diary.counts["lost on the phone"] += 1
        return
    if keeper.chance(keeper.plan.damaged):
        entry = damaged(keeper, entry)
    phone.queue.append(entry)
    if not phone.is_offline(keeper.now):
        yield from send(keeper, phone)


def damaged(keeper: Keeper, entry: EnterDiary) -> EnterDiary:
    """The entry with one answer that is no answer any more, as a fault of the app or of the phone leaves it."""
    texts = {item: answer for item, answer in entry.items.items() if isinstance(answer, Typed)}
    if not texts:
        return entry
    item = keeper.rng.choice(sorted(texts))
    return replace(entry, items={**entry.items, item: Typed(f"{texts[item].raw}\N{REPLACEMENT CHARACTER}")})


def send(keeper: Keeper, phone: Phone) -> Walk:
    """All that waits. The phone is told in return when the diary is asked from now on."""
    if not phone.queue or phone.is_lost:
        return
    entries, before = tuple(phone.queue), keeper.who.book
    phone.queue.clear()
    reply = yield from ask(keeper, Send(entries, keeper.now, phone.clock_off_seconds))
    count_sent(keeper, entries, reply.book)
    look_at_queries(keeper, before)
    phone.spans, phone.is_closed = known(keeper).spans, known(keeper).closing.is_closed
    plan_answers(keeper, phone)


def count_sent(keeper: Keeper, entries: tuple[EnterDiary, ...], book: Casebook) -> None:
    counts = keeper.who.tally.diary.counts
    counts["entries"] += len(entries)
    counts["sent in batches"] += len(entries) if len(entries) > 1 else 0
    told = [book.entries[entry.command_id] for entry in entries if entry.command_id in book.entries]
    counts["kept aside"] += sum(entry.is_kept_aside for entry in told)
    for flag in ("late", "clock"):
        counts[f"flagged {flag}"] += sum(flag in entry.flags for entry in told)
    keeper.answered_on = keeper.now.date()
    keeper.who.was_told = keeper.who.was_told or any(one.command_id in keeper.told for one in entries)


# ------------------------------------------------------------------ a phone is lost


def lose(keeper: Keeper, phone: Phone) -> None:
    """With all that it had not sent."""
    counts = keeper.who.tally.diary.counts
    counts["phones lost"] += 1
    counts["lost on the phone"] += len(phone.queue)
    phone.is_lost = True
    phone.queue.clear()
    told = keeper.now + drawn_days(keeper, keeper.plan.lost_phone.told_after_days) + timedelta(hours=10)
    later(keeper, told, partial(revoke, keeper, phone))


def revoke(keeper: Keeper, phone: Phone) -> Walk:
    command = RevokeDevice(
        keeper.next_id(), keeper.who.book.participant, phone.id, keeper.plan.lost_phone.reason
    )
    yield from ask(keeper, Act(command, keeper.plan.by, keeper.now))
    yield from invite(keeper)
