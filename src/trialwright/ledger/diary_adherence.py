"""How a diary was kept: what became of each occasion on which an entry was wanted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trialwright.ledger.casebook import Casebook, DiaryEntry, RecordKey
from trialwright.ledger.diary_calendar import spans
from trialwright.ledger.diary_entries import Group, groups_at
from trialwright.schedule.diary import Occasion, Span, occasions, window

# done: answered; early: before the window opened; late: after it; aside: what came does not count; open: the window is not over yet.
Outcome = Literal["done", "early", "late", "aside", "missed", "open"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One occasion. entry: the one that stands, or the last that was kept aside; None where nothing came."""

    occasion: Occasion
    outcome: Outcome
    entry: DiaryEntry | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """answered: in the window or after it. asked: occasions whose window is over, or that were answered before it was.
    early: those among them that were answered before they were asked, which is no answer to what was asked."""

    answered: int
    asked: int
    early: int = 0

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None before anything was asked."""
        return self.answered / self.asked if self.asked else None


def adherence(book: Casebook, now: datetime, asked: Sequence[Span] | None = None) -> tuple[Kept, ...]:
    """What became of each occasion up to today, in the order of the forms, then of the days.

    now: on the wall where the participant is, without a zone. asked: the spans of the book, where they are known.
    """
    by_key: defaultdict[RecordKey, dict[str, DiaryEntry]] = defaultdict(dict)
    for entry in book.entries.values():
        by_key[entry.key][entry.id] = entry
    found = (
        one for span in (spans(book) if asked is None else asked) for one in occasions(span, until=now.date())
    )
    return tuple(_kept(book, one, by_key, now) for one in found)


def _kept(
    book: Casebook, occasion: Occasion, by_key: Mapping[RecordKey, Mapping[str, DiaryEntry]], now: datetime
) -> Kept:
    key = key_of(occasion)
    entries = by_key.get(key, {})
    groups = groups_at(entries, key) if entries else ()
    if groups:
        return Kept(occasion, _outcome(groups), groups[0].standing)
    if entries:
        return Kept(occasion, "aside", max(entries.values(), key=lambda one: one.sequence))
    ask = book.study.forms[occasion.form].ask
    assert ask is not None  # a span is of a form that is asked
    _, closes = window(occasion.day, ask.opens, ask.closes)
    return Kept(occasion, "missed" if now > closes else "open")


def _outcome(groups: Sequence[Group]) -> Outcome:
    """By the first that was answered once it was asked: a correction of the next day does not make late what was
    answered in time; one in the window, or an entry of another phone, mends what was answered before it."""
    asked = next((one for group in groups for one in group.entries if one.is_answer), None)
    if asked is None:
        return "early"
    return "late" if "late" in asked.flags else "done"


def key_of(occasion: Occasion) -> RecordKey:
    """Of the record that shows what was answered."""
    day = occasion.day
    return (occasion.visit, occasion.form, (day.year * 100 + day.month) * 100 + day.day)


def tally(kept: Iterable[Kept]) -> Tally:
    outcomes = [one.outcome for one in kept]
    answered, early = outcomes.count("done") + outcomes.count("late"), outcomes.count("early")
    lacking = outcomes.count("missed") + outcomes.count("aside")
    return Tally(answered, answered + early + lacking, early)
