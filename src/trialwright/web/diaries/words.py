"""What pages say of entries of a diary: marks, where they came from, what is unusual about them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from trialwright.ledger.casebook import DiaryEntry
from trialwright.ledger.decide_diary import KEPT_ASIDE
from trialwright.ledger.diary_adherence import Outcome, Tally
from trialwright.ledger.diary_entries import HOLES_TOLD
from trialwright.ledger.diary_odd import Oddity
from trialwright.ledger.events import DiarySource
from trialwright.study.model import Form
from trialwright.web.marks import Mark
from trialwright.web.show import show_date, show_span

OUTCOMES: Final[Mapping[Outcome, Mark]] = MappingProxyType(
    {
        "done": Mark("tick", "ok", gettext_lazy("In time")),
        "early": Mark("outline", "warn", gettext_lazy("Before the window")),
        "late": Mark("clock", "warn", gettext_lazy("Late")),
        "missed": Mark("dash", "bad", gettext_lazy("Missed")),
        "open": Mark("ring", "mute", gettext_lazy("Not yet")),
        "aside": Mark("lock", "lock", gettext_lazy("Kept aside")),
    }
)
STANDS: Final = Mark("tick", "ok", gettext_lazy("Stands"))
REPLACED: Final = Mark("struck", "mute", gettext_lazy("Corrected since"))
SECOND: Final = Mark("question", "warn", gettext_lazy("Second entry, does not stand"))
RELEASED: Final = Mark("onward", "info", gettext_lazy("Released"))

SOURCES: Final[Mapping[DiarySource, str | Promise]] = MappingProxyType(
    {
        "phone": gettext_lazy("On the phone"),
        "telephone": gettext_lazy("Told by telephone"),
        "paper": gettext_lazy("From paper"),
    }
)
FLAGS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "late": gettext_lazy("after the window"),
        "early": gettext_lazy("before the window"),
        "clock": gettext_lazy("the phone’s clock was not right"),
        "no_occasion": gettext_lazy("on a day that is not asked"),
        "closed": gettext_lazy("after the participant had ended"),
        "unreadable": gettext_lazy("some of it could not be read"),
        "old_definition": gettext_lazy("asked by a version that is too old"),
        "no_reason": gettext_lazy("a correction without a reason"),
        "incomplete": gettext_lazy("a question that was asked has no answer"),
        "same_number": gettext_lazy("another entry of the phone has the same number"),
        "no_original": gettext_lazy("corrects an entry that is not there"),
        "rule_failed": gettext_lazy("a rule of the study failed at it"),
    }
)
_CLOCK_FROM: Final = 60  # seconds; less is not worth a word


def flag_words(entry: DiaryEntry, odd: Sequence[Oddity] = ()) -> tuple[str, ...]:
    """odd: what the other entries tell of it."""
    return (*(_flag(entry, flag) for flag in entry.flags), *(str(FLAGS[one]) for one in odd))


def _flag(entry: DiaryEntry, flag: str) -> str:
    off = timedelta(seconds=abs(entry.clock_off_seconds))
    if flag != "clock" or off.total_seconds() < _CLOCK_FROM:
        return str(FLAGS[flag])
    words = (
        gettext("the phone’s clock was {span} ahead")
        if entry.clock_off_seconds > 0
        else gettext("the phone’s clock was {span} behind")
    )
    return words.format(span=show_span(off))


def aside_words(entry: DiaryEntry) -> str:
    """Why it is kept aside; a reason that tells of what is hidden from who looks is not among its flags."""
    words = "; ".join(str(FLAGS[flag]) for flag in entry.flags if flag in KEPT_ASIDE)
    return words or gettext("for a reason that is not shown to you")


def entered_words(entry: DiaryEntry) -> tuple[str, str]:
    """When it was answered by the clock of the device, and its offset from UTC: ("4 Mar 2026 21:03", "+08:00")."""
    at = datetime.fromisoformat(entry.entered)
    return f"{show_date(at.date())} {at:%H:%M}", f"UTC{at.strftime('%z')[:3]}:{at.strftime('%z')[3:5]}"


def delay_words(entry: DiaryEntry) -> str:
    """How long it was on its way."""
    span = received_at(entry) - datetime.fromisoformat(entry.entered)
    # Translators: how long after it was answered an entry of the diary arrived
    return (
        gettext("at once")
        if span < timedelta(minutes=2)
        else gettext("{span} later").format(span=show_span(span))
    )


def received_at(entry: DiaryEntry) -> datetime:
    return datetime.fromisoformat(entry.received).astimezone(UTC)


def day_words(entry: DiaryEntry) -> str:
    return show_date(date.fromisoformat(entry.day))


def number_words(numbers: Iterable[int]) -> str:
    """ "4, 5, 9–12": three or more in a row as a range."""
    runs: list[list[int]] = []
    for _, run in groupby(enumerate(sorted(numbers)), key=lambda one: one[1] - one[0]):
        found = [number for _, number in run]
        runs += [found] if len(found) > 2 else [[number] for number in found]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def hole_words(numbers: Sequence[int]) -> str:
    """What of a phone has not arrived; "" where nothing is missing."""
    if not numbers:
        return ""
    if len(numbers) >= HOLES_TOLD:  # no more are looked for: a phone may say a number far too high
        words = gettext("{count} entries of this phone or more have not arrived, from number {first} on.")
        return words.format(count=HOLES_TOLD, first=min(numbers))
    words = ngettext(
        "Entry {numbers} of this phone has not arrived.",
        "Entries {numbers} of this phone have not arrived.",
        len(numbers),
    )
    return words.format(numbers=number_words(numbers))


def tally_words(form: Form, tally: Tally) -> str:
    """Answered 87 of 104 days (84 %), 2 more before the window."""
    if tally.share is None:
        return gettext("Nothing was due yet.")
    is_daily = form.ask is not None and form.ask.kind == "day"
    words = (
        ngettext(
            "Answered {answered} of {asked} day ({percent} %)",
            "Answered {answered} of {asked} days ({percent} %)",
            tally.asked,
        )
        if is_daily
        else ngettext(
            "Answered {answered} of {asked} time ({percent} %)",
            "Answered {answered} of {asked} times ({percent} %)",
            tally.asked,
        )
    )
    said = words.format(answered=tally.answered, asked=tally.asked, percent=round(100 * tally.share))
    if not tally.early:
        return said
    # Translators: after "Answered 87 of 104 days (84 %)"
    return gettext("{answered}, {count} more before the window").format(answered=said, count=tally.early)
