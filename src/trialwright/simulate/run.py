"""A rehearsal: many virtual participants at once, each act at its time, until enough are enrolled and all have left."""

import heapq
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import assert_never

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor, Moment
from trialwright.simulate.block import CoursePlan, Rehearsal, ScreeningFailure
from trialwright.simulate.course import Course, IndirectCourse, IndirectResponse, PlateauCourse
from trialwright.simulate.draws import Draw, draw_number
from trialwright.simulate.keeper import keeper_of
from trialwright.simulate.keeping import keep
from trialwright.simulate.person import Person
from trialwright.simulate.steps import Act, Door, Invite, Join, Reply, Send, Wait, Walk
from trialwright.simulate.stock import Stock
from trialwright.simulate.tally import Tally
from trialwright.simulate.walk import walk, working_day
from trialwright.study.model import Study

# Who are screened at most: so many, and so many for each who is to be enrolled.
LEAST_SCREENED = 50
SCREENED_EACH = 20

AT_ONCE_DAYS = 0.01  # the shortest half-life: chance may draw one of nothing, or less


@dataclass(frozen=True, slots=True)
class Plan:
    """participants: how many are to be enrolled, None as the study says. until: nothing happens after this day."""

    seed: int
    participants: int | None = None
    until: date | None = None
    organisation: str = "Rehearsal"


@dataclass(slots=True)
class Drawing:
    """What a draw may look at before anybody is screened: nothing but chance."""

    rng: random.Random
    person: dict[str, str | float] = field(default_factory=dict)

    def wandered(self, path: str, days: float) -> float:
        return 0.0

    def own(self, name: str) -> float:
        return 0.0

    def severity(self) -> float:
        return 0.0

    def relative_severity(self) -> float:
        return 0.0

    def day_named(self, name: str) -> date | None:
        return None

    def answer(self, rule: str) -> str | None:
        return None

    def text_of(self, item: str) -> str | None:
        return None

    def planned_dose(self) -> None:
        return None

    def next_kit(self, product: str) -> str | None:
        return None

    def lot_of(self, item: str) -> str | None:
        return None

    def visit_fact(self, name: str) -> str:
        return ""

    def account_of(self, role: str) -> str:
        return role


class Rehearsing:
    """One run. Walks wait in a heap by the time of their next act, so that the log is in order of time."""

    def __init__(
        self, study: Study, block: Rehearsal, door: Door, zones: Mapping[str, tzinfo], plan: Plan
    ) -> None:
        self.study = study
        self.block = block
        self.door = door
        self.zones = zones
        self.plan = plan
        self.tally = Tally()
        self.stock = Stock(study.stock)
        self.rng = random.Random(f"{plan.seed}:recruitment")
        self.people: list[Person] = []
        self.clock: datetime | None = None
        self.last_act: date | None = None
        self.enrolments: list[date] = []
        self.is_over = False  # whether nobody is awaited any more
        self.target = plan.participants or block.recruitment.enrolled
        self.most_screened = LEAST_SCREENED + SCREENED_EACH * self.target

    def run(self) -> Tally:
        """Gives the counts; whoever took the commands has the data."""
        heap: list[tuple[datetime, bool, int, Walk]] = []  # when, whether of a diary, whose
        arrivals = self.arrivals()
        coming = next(arrivals)
        while heap or self.needs_more():
            if self.needs_more() and (not heap or coming.now <= heap[0][0]):
                when, is_diary, number, going = self.arrived(coming), False, len(self.people), walk(coming)
                self.people.append(coming)
                heap += self.diary_of(coming, number)
                heapq.heapify(heap)
                coming = next(arrivals)
            else:
                when, is_diary, number, going = heapq.heappop(heap)
            if self.plan.until is not None and when.date() > self.plan.until:
                break  # acts come in order of time: nothing earlier is left
            self.clock, enrolled = when, self.tally.counts["enrolled"]
            waiting = self.proceed(going)
            if waiting is not None:
                heapq.heappush(heap, (waiting, is_diary, number, going))
            if self.tally.counts["enrolled"] > enrolled:
                self.enrolments.append(when.date())
        else:
            self.is_over = True
        if len(self.people) == self.most_screened and self.tally.counts["enrolled"] < self.target:
            enrolled = self.tally.counts["enrolled"]
            self.tally.unexpected.append(
                f"Screening ended after {len(self.people)}: {enrolled} were enrolled of {self.target}."
            )
        return self.tally

    def needs_more(self) -> bool:
        """Whether somebody more is to be screened: those being screened may all become eligible.

        A study that lets nobody in would be screened for ever, so there is an end.
        """
        if len(self.people) == self.most_screened:
            return False
        open_ones = sum(1 for person in self.people if person.book.enrolled == 0 and not person.left)
        return self.tally.counts["enrolled"] + open_ones < self.target

    def diary_of(self, person: Person, number: int) -> list[tuple[datetime, bool, int, Walk]]:
        """The walk of a diary, by chance of its own; none where nobody keeps one."""
        keeper = keeper_of(person, random.Random(f"{self.plan.seed}:{number + 1}:diary"))
        return [] if keeper is None else [(person.now, True, number, keep(keeper))]

    def arrived(self, person: Person) -> datetime:
        """Screening that had paused goes on the day after it is wanted again."""
        if self.clock is not None and person.now < self.clock:
            day = working_day(person, self.clock.date() + timedelta(days=1))
            person.now = datetime.combine(day, person.now.timetz())
        return person.now

    def proceed(self, going: Walk) -> datetime | None:
        """Lets one walk act until it waits; None when it has ended."""
        reply: Reply | None = None
        while True:
            try:
                step = going.send(reply)
            except StopIteration:
                return None
            if isinstance(step, Wait):
                return step.until
            reply = self.act(step)

    def act(self, step: Act | Invite | Join | Send) -> Reply:
        self.last_act = step.at.date()
        moment = Moment(step.at.astimezone(UTC), step.at.date(), step.at)
        match step:
            case Send():
                device = step.at + timedelta(seconds=step.clock_off_seconds)
                return self.door.send(step, at=replace(moment, device=device))
            case Join():
                return self.door.join(step, at=moment)
            case Invite():
                return self.door.invite(step.command, by=self.actor(step.role), at=moment)
            case Act():
                return self.door.submit(step.command, by=self.actor(step.role), at=moment)
            case _:
                assert_never(step)

    def actor(self, role: str) -> Actor:
        return Actor(role, role, self.plan.organisation)

    # -------------------------------------------------------------- recruitment

    def arrivals(self) -> Iterator[Person]:
        """One person after the other, at times of a Poisson process in working hours."""
        recruitment = self.block.recruitment
        sites = list(recruitment.sites)
        moment = datetime.combine(recruitment.start, time(8, 30))
        number = 0
        while True:
            number += 1
            site = self.rng.choices(sites, [recruitment.sites[one] for one in sites])[0]
            yield self.person(number, site, moment.replace(tzinfo=self.zones[site]))
            gap = self.rng.expovariate(recruitment.screened_per_week / 7)
            day = moment.date() + timedelta(days=max(math.ceil(gap), 0))
            if self.block.visits.working_days and day.weekday() >= 5:
                day += timedelta(days=7 - day.weekday())
            moment = datetime.combine(day, time(8, self.rng.randint(0, 59)))

    def person(self, number: int, site: str, now: datetime) -> Person:
        rng = random.Random(f"{self.plan.seed}:{number}")
        failure = drawn_failure(self.block, rng)
        drawing = Drawing(rng)
        chosen = failure.baseline if failure and failure.baseline else self.block.course.baseline
        baseline = min(max(draw_number(chosen, drawing), 0.0), 1.0)
        participant = f"{rng.getrandbits(128):032x}"
        first_arm = next(iter(self.study.arms))
        return Person(
            self.study,
            self.block,
            rng,
            site,
            self.zones[site],
            self.stock,
            self.tally,
            Casebook(self.study, participant),
            now,
            drawn_course(self.block.course, baseline, first_arm, drawing),
            failure,
            lambda arm: drawn_course(self.block.course, baseline, arm, drawing),
            f"{self.plan.seed}:{number}",
        )


def drawn_failure(block: Rehearsal, rng: random.Random) -> ScreeningFailure | None:
    """At most one cause, drawn in the order of the definition."""
    return next((failure for failure in block.failures if rng.random() < failure.chance), None)


def drawn_course(plan: CoursePlan, baseline: float, arm: str, drawing: Drawing) -> Course:
    numbers = {name: draw_number(draw, drawing) for name, draw in plan.parameters.items()}
    if plan.model == "plateau":
        return plateau(plan, baseline, arm, numbers, drawing)
    remission = math.inf
    if plan.remission_per_year > 0:
        remission = drawing.rng.expovariate(plan.remission_per_year / 365.25)
    model = IndirectResponse(
        absorption=numbers["ka"],
        clearance=numbers["clearance"],
        central=numbers["central"],
        peripheral=numbers["peripheral"],
        exchange=numbers["exchange"],
        bioavailable=numbers["bioavailable"],
        ic50=numbers["ic50"],
        turnover=numbers["kout"],
        greatest_effect=1 / (1 + math.exp(-numbers["logit_emax"])),
        cut=numbers["cut"],
        remission_day=remission,
    )
    return IndirectCourse(model, baseline)


def plateau(
    plan: CoursePlan, baseline: float, arm: str, numbers: Mapping[str, float], drawing: Drawing
) -> PlateauCourse:
    none = Draw("value", "rehearsal.course.effect", words=("0",))
    return PlateauCourse(
        baseline,
        draw_number(plan.effect.get(arm, none), drawing),
        half_life=max(numbers["half_life_days"], AT_ONCE_DAYS),
        washout=max(numbers["washout_half_life_days"], AT_ONCE_DAYS),
        lasts=round(numbers["dose_lasts_days"]),
        ends=round(numbers["ends"]) if "ends" in numbers else None,
    )
