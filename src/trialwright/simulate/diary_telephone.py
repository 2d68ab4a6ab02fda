"""The site calls a participant who has been silent, and writes down what is told by telephone."""

from datetime import datetime
from functools import partial

from trialwright.ledger.commands import EnterDiary
from trialwright.ledger.diary_entries import repeat_of
from trialwright.schedule.diary import occasions, window
from trialwright.simulate.diary_answers import answers_to
from trialwright.simulate.diary_queries import look_at_queries
from trialwright.simulate.keeper import NEW, Asked, Keeper, ask, at_clock, has_left, known, later
from trialwright.simulate.steps import Act, Walk

CALLED_AT = 10 * 60  # minutes after midnight


def call_the_silent(keeper: Keeper) -> None:
    """Whether or not anybody answers the telephone, the site waits as long again before the next call."""
    days = (keeper.joined_on, keeper.answered_on, keeper.called_on)
    today = keeper.now.date()
    since = max((day for day in days if day is not None), default=today)
    if (today - since).days <= keeper.plan.telephone.after_days or known(keeper).closing.is_closed:
        return
    keeper.called_on = today
    chance = keeper.plan.telephone.chance
    if keeper.chance(chance * keeper.plan.after_leaving if has_left(keeper, today) else chance):
        later(keeper, at_clock(keeper, today, CALLED_AT), partial(tell, keeper))


def tell(keeper: Keeper) -> Walk:
    """What the diary asks at this moment, and what was not answered yet."""
    for asked in _open_now(keeper, keeper.now):
        if not known(keeper).closing.is_closed:
            yield from _told(keeper, asked)


def _open_now(keeper: Keeper, now: datetime) -> list[Asked]:
    found: list[Asked] = []
    wall, today = now.replace(tzinfo=None), now.date()
    for span in known(keeper).spans:
        about = keeper.who.study.forms[span.form].ask
        assert about is not None
        for one in occasions(span, until=today)[-2:]:
            opens, closes = window(one.day, about.opens, about.closes)
            asked = (one.form, one.visit, one.day)
            if opens <= wall <= closes and asked not in keeper.answered:
                found.append(asked)
    return found


def _told(keeper: Keeper, asked: Asked) -> Walk:
    form, visit, day = asked
    who, before = keeper.who, keeper.who.book
    about = who.study.forms[form]
    assert about.ask is not None
    repeat = repeat_of(about.ask, day, NEW)
    answers = answers_to(keeper, about, visit, day, repeat=repeat)
    if not answers:
        return
    command = EnterDiary(
        command_id=keeper.next_id(),
        participant=who.book.participant,
        form=form,
        visit=visit,
        day=day.isoformat(),
        items=answers,
        entered=keeper.now,
        source="telephone",
        definition=who.study.hash,
        reason=keeper.plan.telephone.reason,
    )
    yield from ask(keeper, Act(command, keeper.plan.by, keeper.now))
    keeper.answered.add(asked)
    keeper.answered_on = keeper.now.date()
    who.tally.diary.counts["told by telephone"] += 1
    look_at_queries(keeper, before)
