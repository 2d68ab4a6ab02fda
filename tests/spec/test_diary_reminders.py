"""Who is reminded of the diary and when, and whose diary is silent. Hours are those of the participant's wall clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.spec.builders import INVESTIGATOR, moment
from tests.spec.diary_study import DAY, DIARY, STUDY, Phones, diary_study, entry, with_diary

from trialwright.ledger import commands as c
from trialwright.ledger import diary_reminders
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_calendar import spans
from trialwright.ledger.diary_reminders import (
    Reminded,
    Silence,
    Wish,
    is_inside,
    may_put_off,
    open_occasions,
    reminder_due,
    silence_of,
)
from trialwright.schedule.diary import Occasion, window
from trialwright.study import model as m

# Asked of whoever is dosed on 2 March: diary_day each day 18:00 to noon; diary_week on 2, 9 ... March 08:00 to 23:59;
# diary_dose on 3 March 08:00 to noon of the 4th.
EVENING = 20 * 60


def at(text: str) -> datetime:
    """ "03-02 20:00" of 2026."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}")


def told(text: str) -> Reminded:
    """ "03-02 20:00 day 03-02, week 03-02": when, and of what."""
    when, names = text[:11], text[12:].split(", ")
    found = (name.split(" ") for name in names)
    return Reminded(
        frozenset(
            Occasion(f"diary_{form}", "W0" if form == "dose" else "", date.fromisoformat(f"2026-{day}"))
            for form, day in found
        ),
        at(when),
    )


def words(book: Casebook, now: str, wish: Wish, before: list[str]) -> str:
    reminder = reminder_due(book, at(now), wish, [told(one) for one in before])
    if reminder is None:
        return ""
    forms = " ".join(f"{one.form[6:]} {one.day:%m-%d}" for one in reminder.occasions)
    return f"{forms} -> {reminder.closes:%m-%d %H:%M}"


@pytest.fixture(scope="module")
def dosed() -> Phones:
    return with_diary()


REMINDERS = """
    now         | wish  | put off     | before                                          || reminder
    03-05 17:59 | 20:00 |             |                                                 ||
    03-05 19:59 | 20:00 |             |                                                 ||
    03-05 20:00 | 20:00 |             |                                                 || day 03-05 -> 03-06 12:00
    03-06 09:00 | 20:00 |             |                                                 || day 03-05 -> 03-06 12:00
    03-06 12:00 | 20:00 |             |                                                 ||
    03-05 20:05 | 20:00 |             | 03-05 20:00 day 03-05                           ||
    03-05 20:05 | 20:00 |             | 03-04 20:00 day 03-04                           || day 03-05 -> 03-06 12:00
    03-06 07:59 | 08:00 |             |                                                 ||
    03-06 08:00 | 08:00 |             |                                                 || day 03-05 -> 03-06 12:00
    03-05 18:00 | 13:00 |             |                                                 || day 03-05 -> 03-06 12:00
    03-02 20:00 | 20:00 |             |                                                 || day 03-02 week 03-02 -> 03-02 23:59
    03-03 10:00 | 09:00 |             | 03-02 09:00 week 03-02                          || day 03-02 dose 03-03 -> 03-03 12:00
    03-05 20:29 | 20:00 | 03-05 20:30 | 03-05 20:00 day 03-05                           ||
    03-05 20:30 | 20:00 | 03-05 20:30 | 03-05 20:00 day 03-05                           || day 03-05 -> 03-06 12:00
    03-05 20:35 | 20:00 | 03-05 20:30 | 03-05 20:00 day 03-05; 03-05 20:30 day 03-05    ||
    03-05 20:30 | 21:00 | 03-05 20:30 |                                                 || day 03-05 -> 03-06 12:00
    03-06 20:00 | 20:00 | 03-05 20:30 | 03-05 20:30 day 03-05                           || day 03-06 -> 03-07 12:00
    03-05 22:00 | 20:00 | 03-05 22:00 | 03-05 20:00 day 03-05; 03-05 21:00 day 03-05; 03-05 21:30 day 03-05 ||
    03-06 02:00 | 20:00 |             |                                                 ||
    03-05 22:30 | 20:00 |             |                                                 ||
    03-05 22:30 | 22:30 |             |                                                 || day 03-05 -> 03-06 12:00
    03-06 07:00 | 22:30 |             |                                                 || day 03-05 -> 03-06 12:00
"""


def rows(table: str) -> list[list[str]]:
    lines = [line for line in table.strip().splitlines()[1:] if line.strip()]
    return [[cell.strip() for cell in line.replace("||", "|").split("|")] for line in lines]


@pytest.mark.parametrize(("now", "hour", "off", "before", "expected"), rows(REMINDERS))
def test_reminder_of_a_moment(
    dosed: Phones, now: str, hour: str, off: str, before: str, expected: str
) -> None:
    wish = Wish(minutes(hour), at(off) if off else None)

    assert words(dosed.book, now, wish, [one for one in before.split("; ") if one]) == expected


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def test_what_is_answered_is_not_reminded_of() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-05", at="2026-03-05 19:00"))

    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == ""
    assert open_occasions(walk.book, at("03-05 20:00")) == ()


def test_what_was_told_before_the_window_is_still_asked_in_it_and_reminded_of() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-05", at="2026-03-05 12:30", source="telephone", reason="called"))
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == "day 03-05 -> 03-06 12:00"

    walk.entered(entry("e2", "2026-03-05", at="2026-03-05 20:10"))
    assert words(walk.book, "03-05 20:20", Wish(EVENING), []) == ""


def test_an_entry_about_a_day_to_come_is_no_answer_and_ends_no_silence() -> None:
    """Of a phone whose clock is nine days ahead."""
    walk = with_diary()
    ahead = entry("e1", "2026-03-14", at="2026-03-14 19:00", clock_off_seconds=9 * 86_400)
    walk.entered(ahead, c.Moment(at("03-05 19:00").replace(tzinfo=UTC), date(2026, 3, 5), ahead.entered))

    assert walk.book.entries["e1"].counts
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == "day 03-05 -> 03-06 12:00"
    assert words(walk.book, "03-14 20:00", Wish(EVENING), []) == "day 03-14 -> 03-15 12:00"
    silence = silence_of(walk.book, date(2026, 3, 12))
    assert silence is not None
    assert silence.last is None


def test_an_entry_that_is_kept_aside_is_no_answer() -> None:
    walk = with_diary()
    walk.enter(entry("e1", "2026-03-05", {"itch": "many"}, at="2026-03-05 19:00"))

    assert walk.book.entries["e1"].is_kept_aside
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == "day 03-05 -> 03-06 12:00"


def test_nobody_is_reminded_without_a_phone() -> None:
    walk = Phones(at=moment(date(2026, 3, 2)))
    walk.dosed()
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == ""

    walk.join()
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) != ""

    walk.done(c.RevokeDevice(walk.id(), "p1", "phone1", "Lost."), by=INVESTIGATOR)
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == ""

    walk.join("phone2")
    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) != ""


def test_nobody_is_reminded_who_has_ended() -> None:
    walk = with_diary()
    walk.at = moment(date(2026, 11, 1))
    walk.saved("W34", "visit", date="2026-03-05", contact="site")

    assert words(walk.book, "03-05 20:00", Wish(EVENING), []) == ""


def test_a_study_without_diary_reminds_nobody(dosed: Phones) -> None:
    book = replace(dosed.book, study=diary_study(diary=None))

    assert reminder_due(book, at("03-05 20:00"), Wish(EVENING), []) is None
    assert silence_of(book, date(2026, 6, 1)) is None


PUT_OFF = """
    now         | until       || may
    03-05 20:00 | 03-05 20:30 || yes
    03-05 20:00 | 03-05 20:00 ||
    03-05 20:00 | 03-05 19:00 ||
    03-06 11:29 | 03-06 11:59 || yes
    03-06 11:30 | 03-06 12:00 ||
    03-06 13:00 | 03-06 13:30 ||
    03-02 23:20 | 03-02 23:50 || yes
    03-02 23:20 | 03-03 00:20 ||
"""


@pytest.mark.parametrize(("now", "until", "expected"), rows(PUT_OFF))
def test_a_reminder_is_put_off_inside_every_open_window(
    dosed: Phones, now: str, until: str, expected: str
) -> None:
    assert may_put_off(dosed.book, at(now), at(until)) is bool(expected)


@pytest.mark.parametrize(
    ("hour", "inside"),
    [("18:00", True), ("20:00", True), ("11:59", True), ("12:00", False), ("17:59", False), ("00:00", True)],
)
def test_hours_inside_a_window(hour: str, inside: bool) -> None:
    only_day = replace(
        STUDY, forms={name: form for name, form in STUDY.forms.items() if name != "diary_week"}
    )

    assert is_inside(Casebook(only_day, "p1"), minutes(hour)) is inside


# ------------------------------------------------------------------ silence


SILENCE = """
    today | entries       || days
    02-20 |               ||
    02-23 |               ||
    02-24 |               || 4
    03-05 | 03-02         ||
    03-06 | 03-02         || 4
    03-06 | 03-02 report  || 4
    03-06 | 03-05 report  ||
    03-10 | 03-02, 03-07  ||
    03-11 | 03-02, 03-07  || 4
    03-11 | 03-07, 03-02  || 4
"""


@pytest.mark.parametrize(("today", "entries", "expected"), rows(SILENCE))
def test_silence_of_a_day(today: str, entries: str, expected: str) -> None:
    walk, days = with_diary(), []
    for number, one in enumerate(filter(None, entries.split(", ")), 1):
        day, _, form = one.partition(" ")
        days.append(day)
        more: dict[str, object] = {"items": {"words": "It hurts."}, "form": "diary_report"} if form else {}
        walk.entered(entry(f"e{number}", f"2026-{day}", number=number, **more))  # type: ignore[arg-type]  # tests name fields of an entry

    found = silence_of(walk.book, date.fromisoformat(f"2026-{today}"))

    last = date.fromisoformat(f"2026-{max(days)}") if days else None
    assert found == (Silence(int(expected), last) if expected else None)


def test_a_diary_that_was_not_asked_for_is_not_silent() -> None:
    """Once a week is rarer than the days of silence that are allowed."""
    weekly = replace(DAY, id="diary_week", ask=m.Ask("week", "SCR", "W4", opens=480, closes=1439))
    whenever = replace(DAY, ask=m.Ask("whenever"))
    study = replace(
        STUDY, forms={**STUDY.forms, "diary_week": weekly, "diary_day": whenever}, checks=(), hash="weekly"
    )
    walk = Phones(study, at=moment(date(2026, 3, 2)))
    walk.screening()

    assert silence_of(walk.book, date(2026, 2, 20)) is None
    assert silence_of(walk.book, date(2026, 2, 24)) == Silence(4, None)


def test_a_rest_of_the_diary_is_not_silence() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    done = max(span.last for span in spans(walk.book) if span.last is not None)

    assert silence_of(walk.book, done) is not None
    assert silence_of(walk.book, done + timedelta(days=1)) is None


def test_silence_is_not_watched_without_days_or_after_the_end() -> None:
    unwatched = Phones(diary_study(diary=replace(DIARY, silent_days=0)), at=moment(date(2026, 3, 2)))
    unwatched.dosed()
    assert silence_of(unwatched.book, date(2026, 3, 20)) is None

    ended = with_diary()
    ended.at = moment(date(2026, 11, 1))
    ended.saved("W34", "visit", date="2026-03-10", contact="site")
    assert silence_of(ended.book, date(2026, 3, 20)) is None


def test_nobody_is_silent_before_the_diary_begins() -> None:
    walk = Phones(at=moment(date(2026, 3, 2)))
    walk.screen()

    assert silence_of(walk.book, date(2026, 3, 20)) is None


def test_reminders_count_for_their_own_day_alone(dosed: Phones) -> None:
    """Three of yesterday leave today's."""
    before = [f"03-04 {hour}:00 day 03-04" for hour in (20, 21, 22)]

    assert words(dosed.book, "03-05 20:00", Wish(EVENING), before) == "day 03-05 -> 03-06 12:00"


# ------------------------------------------------------------------ cost


def test_a_year_of_a_diary_is_not_gone_through_for_one_evening(
    dosed: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows that are looked at for what is open, and for who is silent: as many after a year as after two weeks."""
    assert DAY.ask is not None
    endless = replace(DAY, ask=replace(DAY.ask, last_visit=""))
    book = replace(dosed.book, study=diary_study(forms_of_diary=(endless,)))
    looked: list[date] = []
    monkeypatch.setattr(
        diary_reminders,
        "window",
        lambda day, *hours: looked.append(day) or window(day, *hours),
    )

    def looked_at(evening: datetime) -> int:
        looked.clear()
        assert [one.day for one in open_occasions(book, evening)] == [evening.date()]
        return len(looked)

    assert looked_at(at("03-18 20:00")) == looked_at(at("03-18 20:00") + timedelta(days=7 * 52)) <= 6
    looked.clear()
    assert silence_of(book, date(2027, 3, 1)) == Silence(374, None)
    assert len(looked) == 1
