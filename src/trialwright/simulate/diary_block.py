"""How virtual participants keep their diaries: the `diary` part of a rehearsal block as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trialwright.simulate.draws import Draw


@dataclass(frozen=True, slots=True)
class SeverityView:
    """How a form sees the severity: min(1, s ** power * factor * exp(N(0, log_sd))); 0 stays 0."""

    power: float = 1.0
    log_sd: float = 0.0
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class KeeperKind:
    """answers: the chance to answer an occasion at first; loses_per_week: how much of it is lost with each week."""

    id: str
    share: float
    answers: float
    loses_per_week: float


@dataclass(frozen=True, slots=True)
class DiaryFormPlan:
    """per_100_days: how often a form is filled that is asked whenever the participant has something to say. tells_of:
    the chance that it is filled on the day of such a row, by its log and template."""

    items: Mapping[str, Draw]
    severity: SeverityView
    per_100_days: float
    tells_of: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spell:
    """Days that come over a participant now and then: without the internet, or without a thought of the diary."""

    per_100_days: float
    days: Draw


@dataclass(frozen=True, slots=True)
class Late:
    """An occasion that is answered so many minutes after its window."""

    chance: float
    minutes: Draw


@dataclass(frozen=True, slots=True)
class Correcting:
    """An entry that is put right so many minutes later."""

    chance: float
    minutes: Draw
    reason: str


@dataclass(frozen=True, slots=True)
class ClockOff:
    """A phone whose clock is wrong by so many seconds."""

    chance: float
    seconds: Draw


@dataclass(frozen=True, slots=True)
class SecondPhone:
    """chance: to join with two phones. used: of the second one; twice: that both are used for one occasion."""

    chance: float
    used: float
    twice: float


@dataclass(frozen=True, slots=True)
class LostPhone:
    """A phone that is lost with all that it had not sent; the site is told some days later, and invites another."""

    per_100_days: float
    told_after_days: Draw
    reason: str


@dataclass(frozen=True, slots=True)
class Telephone:
    """What the site writes down when it calls somebody who has been silent for more than so many days."""

    after_days: int
    chance: float
    reason: str


@dataclass(frozen=True, slots=True)
class DiaryPlan:
    """by: the role that invites, calls and revokes. keeps: the chance to keep a diary at all. spread: of the chance to
    answer between persons, on the scale of log odds. after_leaving: the chance to answer for whoever has left.
    never_sent: chance of an entry to be lost on its phone; damaged: to be sent with an answer that cannot be read.
    """

    by: str
    keeps: float
    joins_after_days: Draw
    kinds: tuple[KeeperKind, ...]
    spread: float
    after_leaving: float
    minutes_after_opening: Draw
    late: Late
    offline: Spell
    pauses: Spell
    corrected: Correcting
    never_sent: float
    damaged: float
    clock_off: ClockOff
    second_phone: SecondPhone
    lost_phone: LostPhone
    telephone: Telephone
    forms: Mapping[str, DiaryFormPlan]

    @property
    def numbers(self) -> Iterator[Draw]:
        """Draws of no form, each a number."""
        yield from (self.joins_after_days, self.minutes_after_opening, self.late.minutes, self.offline.days)
        yield from (self.pauses.days, self.corrected.minutes, self.clock_off.seconds)
        yield self.lost_phone.told_after_days
