"""One virtual participant while walking: what is known of the person, and what a draw may look at."""

import math
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from fractions import Fraction
from functools import lru_cache

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, RecordKey
from trialwright.ledger.reader import CasebookReader
from trialwright.simulate.block import DropOut, Mistake, Rehearsal, RowPlan, ScreeningFailure
from trialwright.simulate.course import Course
from trialwright.simulate.draws import Draw
from trialwright.simulate.overlay import Overlay, text_of_value
from trialwright.simulate.steps import Walk
from trialwright.simulate.stock import Stock
from trialwright.simulate.tally import Tally
from trialwright.study.model import Study
from trialwright.values.datum import Value

Task = tuple[datetime, int, Callable[[], Walk]]


@dataclass(slots=True)
class Wrong:
    """A mistake that stands in a record, with what should stand there."""

    mistake: Mistake
    right: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """A row to be entered, and the day it happened on.

    until: where something else says when it is over. is_apart: by chance of its own, as what it comes of.
    """

    row: RowPlan
    day: date
    until: date | None = None
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row that was entered as ongoing, and what is entered when it is over.

    is_unseen: its end had come at a look, and it was not over; it ends on the day on which it is seen to be.
    """

    row: RowPlan
    texts: Mapping[str, str]
    is_unseen: bool = False


@dataclass(slots=True)
class Person:
    """Changed only by its own walk. now: the site's clock."""

    study: Study
    block: Rehearsal
    rng: random.Random
    site: str
    zone: tzinfo
    stock: Stock
    tally: Tally
    book: Casebook
    now: datetime
    course: Course
    failure: ScreeningFailure | None
    course_of: Callable[[str], Course]  # by arm
    seed: str = ""  # of the streams of chance beside `rng`
    chances: dict[str, random.Random] = field(default_factory=dict)
    wanders: dict[str, tuple[date, float]] = field(default_factory=dict)  # where each value stood, and when
    owns: dict[str, float] = field(default_factory=dict)  # by the name that draws share
    to_tell: list[Happening] = field(default_factory=list)  # at the next look at their log
    excursions: dict[str, date] = field(default_factory=dict)  # which were begun, and until when they last
    apart: set[RecordKey] = field(default_factory=set)  # rows of those happenings
    doses: list[date] = field(default_factory=list)  # those given
    first_dose: date | None = None
    last_visit: date | None = None
    last_visit_id: str | None = None
    missed_on: date | None = None  # the day on which a visit is written down as missed
    decided: set[str] = field(default_factory=set)
    treatment_stopped: bool = False
    left: bool = False
    is_over: bool = False  # nothing is left to do at the site
    dropout: DropOut | None = None
    stopped_on: date | None = None  # the day of the drop-out
    forced: dict[tuple[str, str], Draw] = field(default_factory=dict)
    wrong: dict[RecordKey, Wrong] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    kept: dict[str, str | float] = field(default_factory=dict)
    rows_done: set[tuple[str, str]] = field(default_factory=set)
    told_until: dict[tuple[str, str], date] = field(default_factory=dict)  # by log and template
    open_rows: dict[RecordKey, OpenRow] = field(default_factory=dict)
    awaited: dict[tuple[str, str], float] = field(default_factory=dict)  # until the next, in 1/rate
    was_told: bool = False  # by the diary, since the last visit, of what the logs will tell
    handled: set[str] = field(default_factory=set)
    serial: int = 0

    def next_id(self) -> str:
        """An opaque id of 32 hexadecimal digits."""
        return f"{self.rng.getrandbits(128):032x}"

    def chance_of(self, name: str) -> random.Random:
        """A stream of chance for one purpose: however much is drawn of it, everything else stays as it was."""
        if name not in self.chances:
            self.chances[name] = random.Random(f"{self.seed}:{name}")
        return self.chances[name]

    @contextmanager
    def drawing_apart(self, is_apart: bool = True) -> Iterator[None]:
        """What is done meanwhile is drawn from a stream of its own."""
        usual = self.rng
        if is_apart:
            self.rng = self.chance_of("rows")
        try:
            yield
        finally:
            self.rng = usual

    def last_act(self) -> date | None:
        """The last day on which anything was heard of them: at a visit, or in what was taken of their diary."""
        told = (
            date.fromisoformat(max(entry.day, entry.entered[:10]))
            for entry in self.book.entries.values()
            if not entry.is_kept_aside
        )
        return max((day for day in (self.last_visit, *told) if day is not None), default=None)

    def severity_on(self, day: date) -> float:
        """0 to 1; before the first dose the baseline."""
        return self.course.severity((day - self.first_dose).days if self.first_dose else 0)

    def holds(self, rule: Rule | None, visit: str | None) -> bool:
        """Whether the rule is surely yes at the visit; no rule holds always."""
        if rule is None:
            return True
        return evaluate(rule.node, CasebookReader(self.book), Place(visit)).value is True


@lru_cache(maxsize=256)
def parsed(text: str) -> Rule:
    rule = parse_rule(text, "rehearsal:1:1")
    if isinstance(rule, Rule):
        return rule
    raise ValueError(rule[0].text)


@dataclass(slots=True)
class Situation:
    """What a draw may look at while one record is being filled."""

    who: Person
    overlay: Overlay
    visit: str
    visit_id: str
    day: date
    contact: str
    row_day: date | None = None
    row_end: date | None = None
    row_id: str = ""  # the template of the row of which an entry of the diary tells
    chance: random.Random | None = None  # of the diary: what happens at visits must not hang on it
    seen_as: float | None = None  # severity as the form sees it, where it sees it otherwise

    @property
    def rng(self) -> random.Random:
        return self.who.rng if self.chance is None else self.chance

    @property
    def person(self) -> dict[str, str | float]:
        return self.who.kept

    def wandered(self, path: str, days: float) -> float:
        """Where a value stands today, in standard deviations from its level: after t days exp(-t / days) of where it
        stood is left, and the rest is new."""
        chance = self.who.chance_of(path)
        before, stood = self.who.wanders.get(path) or (self.day, chance.gauss(0, 1))
        kept = math.exp(-max((self.day - before).days, 0) / days)
        now = stood if kept == 1 else kept * stood + math.sqrt(1 - kept * kept) * chance.gauss(0, 1)
        self.who.wanders[path] = (self.day, now)
        return now

    def own(self, name: str) -> float:
        """How the person differs from others in what bears that name, in standard deviations: by chance of its own."""
        if name not in self.who.owns:
            self.who.owns[name] = self.who.chance_of(f"person_as.{name}").gauss(0, 1)
        return self.who.owns[name]

    def severity(self) -> float:
        return self.who.severity_on(self.day) if self.seen_as is None else self.seen_as

    def relative_severity(self) -> float:
        baseline = self.who.course.severity(0)
        return self.who.severity_on(self.day) / baseline if baseline else 0.0

    def day_named(self, name: str) -> date | None:
        if name == "visit":
            return self.day
        if name == "row":
            return self.row_day or self.day
        if name == "row_end":
            return self.row_end
        if name == "first_dose":
            return self.who.first_dose
        if name == "last_act":
            return self.who.last_act()
        text = self.text_of(name)
        return None if text is None else date.fromisoformat(text + "2000-01-01"[len(text) :])

    def answer(self, rule: str) -> str | None:
        place = Place(self.visit or None, self.overlay.form, self.overlay.repeat)
        return text_of_value(evaluate(parsed(rule).node, self.overlay, place).value)

    def text_of(self, item: str) -> str | None:
        form, dot, name = item.partition(".")
        if form == "visit" and dot:
            return {
                "id": self.visit_id,
                "contact": self.contact,
                "date": self.day.isoformat(),
                "told": "true" if self.who.was_told else "false",
            }[name]
        if item == "row" and item not in self.who.study.forms[self.overlay.form].items:
            return self.row_id or None
        if form == "participant" and dot:
            return self.answer(item)
        if not dot:
            form, name = self.overlay.form, item
        if form == self.overlay.form and name in self.overlay.entries:
            datum = self.overlay.entries[name]
            return datum.text if isinstance(datum, Value) else None
        kind = self.who.study.forms[form].records
        record = self.who.book.records.get(("" if kind == "participant" else self.visit, form, 0))
        entry = record.items.get(name) if record else None
        return entry.datum.text if entry and isinstance(entry.datum, Value) else None

    def planned_dose(self) -> Fraction | None:
        plan = self.who.study.doses
        return plan.amounts.get(self.who.book.arm or "", {}).get(self.visit_id) if plan else None

    def next_kit(self, product: str) -> str | None:
        return self.who.stock.take(self.who.site, product, self.day)

    def lot_of(self, item: str) -> str | None:
        kit = self.text_of(item)
        return self.who.stock.lot_of(kit) if kit else None

    def visit_fact(self, name: str) -> str:
        return self.day.isoformat() if name == "date" else self.contact

    def account_of(self, role: str) -> str:
        return self.who.block.accounts[role].name
