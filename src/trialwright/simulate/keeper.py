"""One virtual participant as the keeper of a diary: the phones, how reliably they are used, what is to be done when.

All chance is of a stream of its own, so that with or without a diary the same happens at the visits.
"""

import heapq
import math
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from trialwright.ledger.commands import EnterDiary
from trialwright.ledger.diary_calendar import Closing, closing, spans
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.diary import Span
from trialwright.simulate.diary_block import DiaryPlan, KeeperKind, Spell
from trialwright.simulate.draws import Draw, draw_number
from trialwright.simulate.overlay import Overlay
from trialwright.simulate.person import Person, Situation
from trialwright.simulate.steps import Act, Invite, Join, Reply, Send, Step, Wait, Walk
from trialwright.simulate.tally import Adherence
from trialwright.study.builtin import VISIT_FORM

LONGEST_DAYS = 400.0  # a draw of more days, or of fewer than none, is cut

NEW = ""  # the chain of an entry that corrects none, and has no id yet
Asked = tuple[str, str, date]  # an occasion: form, visit, day
Task = tuple[datetime, int, Callable[[], Walk]]
Asking = Generator[Step, Reply | None, Reply]


@dataclass(slots=True)
class Phone:
    """queue: entries that were not sent yet. spans: what is asked, as the phone was told when it last sent."""

    id: str
    clock_off_seconds: int
    number: int = 0
    queue: list[EnterDiary] = field(default_factory=list)
    spans: tuple[Span, ...] = ()
    offline_until: datetime | None = None
    is_closed: bool = False
    is_lost: bool = False

    def is_offline(self, now: datetime) -> bool:
        return self.offline_until is not None and now < self.offline_until


@dataclass(frozen=True, slots=True)
class Known:
    """When the diary is asked, and whether it has closed, at a sequence of the casebook."""

    sequence: int
    spans: tuple[Span, ...]
    closing: Closing


@dataclass(slots=True)
class Keeper:
    """now: true time, in the zone of the site. odds: how much better or worse than their kind they answer."""

    who: Person
    plan: DiaryPlan
    rng: random.Random
    kind: KeeperKind
    odds: float
    now: datetime
    tally: Adherence
    phones: list[Phone] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    planned: set[Asked] = field(default_factory=set)
    answered: set[Asked] = field(default_factory=set)
    paused_until: date | None = None
    joined_on: date | None = None
    answered_on: date | None = None
    called_on: date | None = None
    closed_on: date | None = None
    serial: int = 0
    known: Known = Known(-1, (), Closing(False, None))
    telling: str = ""  # the template of the row of which an entry tells
    told: set[str] = field(default_factory=set)  # the entries that tell of a row

    def next_id(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def chance(self, of: float) -> bool:
        return self.rng.random() < of


def keeper_of(who: Person, rng: random.Random) -> Keeper | None:
    """None for somebody who will keep no diary."""
    plan = who.block.diary
    if plan is None or who.study.diary is None or rng.random() >= plan.keeps:
        return None
    kind = rng.choices(plan.kinds, [kind.share for kind in plan.kinds])[0]
    odds = rng.gauss(0, plan.spread)
    return Keeper(who, plan, rng, kind, odds, who.now, who.tally.diary.of_kind(kind.id))


# ------------------------------------------------------------------ time


def later(keeper: Keeper, at: datetime, task: Callable[[], Walk]) -> None:
    """Puts a task on the keeper's list; what lies behind is done next."""
    keeper.serial += 1
    heapq.heappush(keeper.tasks, (max(at, keeper.now), keeper.serial, task))


def work(keeper: Keeper) -> Walk:
    """Does one task after the other, each at its time."""
    while keeper.tasks:
        due, _, task = heapq.heappop(keeper.tasks)
        if due > keeper.now:
            yield Wait(due)
            keeper.now = due
        yield from task()


def at_clock(keeper: Keeper, day: date, minutes: float) -> datetime:
    """So many minutes after midnight of a day, by the clock on the wall."""
    return datetime.combine(day, time(), keeper.who.zone) + timedelta(minutes=minutes)


def drawn(keeper: Keeper, draw: Draw) -> float:
    """The number of a draw that is of no form."""
    who = keeper.who
    overlay = Overlay(CasebookReader(who.book), who.study, VISIT_FORM, "", 0)
    around = Situation(who, overlay, "", "", keeper.now.date(), "site", chance=keeper.rng)
    return draw_number(draw, around)


def drawn_days(keeper: Keeper, draw: Draw) -> timedelta:
    return timedelta(days=min(max(drawn(keeper, draw), 0.0), LONGEST_DAYS))


def drawn_minutes(keeper: Keeper, draw: Draw) -> float:
    return min(max(drawn(keeper, draw), 0.0), LONGEST_DAYS * 1440)


def begins(keeper: Keeper, spell: Spell) -> bool:
    """Whether such days begin today."""
    return keeper.chance(spell.per_100_days / 100)


# ------------------------------------------------------------------ asking the door


def ask(keeper: Keeper, step: Act | Invite | Join | Send) -> Asking:
    """What is refused is a finding of the rehearsal. The calendar is not asked anew because of an entry."""
    who, before = keeper.who, keeper.who.book
    reply = yield step
    if reply is None:
        raise RuntimeError("a walk was resumed without the reply to its command")
    who.book = reply.book
    if isinstance(step, Send) and keeper.known.sequence == before.sequence:
        keeper.known = replace(keeper.known, sequence=reply.book.sequence)
    who.tally.refusals += [(f"{who.book.code} / diary", found) for found in reply.problems]
    return reply


def known(keeper: Keeper) -> Known:
    """What the casebook says of the diary now."""
    book = keeper.who.book
    if keeper.known.sequence != book.sequence:
        keeper.known = Known(book.sequence, spans(book), closing(book))
    return keeper.known


# ------------------------------------------------------------------ how reliably


def has_left(keeper: Keeper, day: date) -> bool:
    """Whether the participant had withdrawn or was lost by then."""
    who = keeper.who
    is_leaver = who.dropout is not None and who.dropout.stops_study
    return is_leaver and who.stopped_on is not None and day >= who.stopped_on


def answers_chance(keeper: Keeper, day: date) -> float:
    """The chance to answer an occasion of that day: it falls slowly, and is almost none for whoever has left."""
    weeks = (day - (keeper.joined_on or day)).days / 7
    usual = min(max(keeper.kind.answers - keeper.kind.loses_per_week * weeks, 0.0), 1.0)
    if has_left(keeper, day):
        usual = min(usual, keeper.plan.after_leaving)
    if not 0 < usual < 1:
        return usual
    return 1 / (1 + math.exp(-(math.log(usual / (1 - usual)) + keeper.odds)))
