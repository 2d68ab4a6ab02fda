"""The diary as a calendar file. Dosed on 2 March 2026: a page a day to 1 April, a page a week, one on 3 March."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from tests.spec.builders import moment
from tests.spec.diary_study import Phones, with_diary

from trialwright.ledger.diary_calendar import spans
from trialwright.ledger.diary_reminders import Wish
from trialwright.reminders.calendar_file import calendar_file
from trialwright.reminders.words import reminder_text

NOW = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - by the participant's clock
STAMP = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS_OF_ILLNESS = ("itch", "skin", "dose", "injection", "study", "trial", "TEST-1", "p1", "01-001", "SMALL")


def made(walk: Phones, *, at: int = 20 * 60, language: str = "en", now: datetime = NOW) -> str:
    content = calendar_file(walk.book, Wish(at), language, now=now, stamp=STAMP)
    return content.decode()


def events_of(text: str) -> list[Component]:
    return Calendar.from_ical(text).walk("VEVENT")


@pytest.fixture(scope="module")
def walk() -> Phones:
    return with_diary()


def test_each_form_has_its_days(walk: Phones) -> None:
    day, week, dose = events_of(made(walk))
    last = {span.form: span.last for span in spans(walk.book)}

    assert last["diary_day"] is not None
    assert day["rrule"] == {"FREQ": ["DAILY"], "COUNT": [(last["diary_day"] - date(2026, 3, 2)).days + 1]}
    assert last["diary_week"] is not None
    assert week["rrule"] == {
        "FREQ": ["WEEKLY"],
        "COUNT": [(last["diary_week"] - date(2026, 3, 2)).days // 7 + 1],
    }
    assert "rrule" not in dose
    starts = [event["dtstart"].dt for event in (day, week, dose)]
    assert starts == [NOW.replace(hour=20), NOW.replace(hour=20), NOW.replace(day=3, hour=20)]


def test_it_rings_at_the_hour_by_the_clock_of_the_place(walk: Phones) -> None:
    for event in events_of(made(walk)):
        assert event["dtstart"].dt.tzinfo is None
        (alarm,) = event.walk("VALARM")
        assert alarm["trigger"].dt == timedelta(0)
        assert alarm["action"] == "DISPLAY"
    assert "DTSTART:20260302T200000\r\n" in made(walk)


def test_the_hour_of_a_day_that_is_past_is_not_rung(walk: Phones) -> None:
    late = NOW.replace(hour=20, minute=30)

    day, week, _ = events_of(made(walk, now=late))

    assert day["dtstart"].dt == NOW.replace(day=3, hour=20)
    assert week["dtstart"].dt == NOW.replace(day=9, hour=20)


def test_a_later_file_takes_the_place_of_the_earlier(walk: Phones) -> None:
    first, later = events_of(made(walk)), events_of(made(walk, at=21 * 60, now=NOW.replace(day=3)))

    assert len({str(event["uid"]) for event in first}) == 3
    assert [str(event["uid"]) for event in first] == [str(event["uid"]) for event in later]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_it_says_nothing_of_an_illness_or_a_person(walk: Phones, language: str) -> None:
    text = made(walk, language=language).replace("\r\n ", "")
    words = [line for line in text.lower().splitlines() if not line.startswith("uid:")]

    assert not [word for word in WORDS_OF_ILLNESS for line in words if word.lower() in line]


def test_it_speaks_the_participants_language(walk: Phones) -> None:
    day, week, _ = events_of(made(walk, language="zh-Hans"))
    assert (str(day["summary"]), str(week["summary"])) == ("日记", "日记：每周一页")
    day, week, _ = events_of(made(walk))
    assert (str(day["summary"]), str(week["summary"])) == ("Diary", "Diary: weekly page")


def test_a_diary_without_known_end_rings_for_twelve_weeks() -> None:
    walk = Phones(at=moment(date(2026, 3, 2)))
    walk.screening()
    assert [span.last for span in spans(walk.book)] == [None]

    (day,) = events_of(made(walk))

    assert day["rrule"]["COUNT"] == [85]


def test_after_the_end_nothing_rings() -> None:
    walk = with_diary()
    walk.at = moment(date(2026, 11, 1))
    walk.saved("W34", "visit", date="2026-03-05", contact="site")

    assert events_of(made(walk)) == []


TEXTS = [
    ("2026-03-05 23:59", "en", "Your diary is open until 23:59 today."),
    ("2026-03-06 12:00", "en", "Your diary is open until 12:00 tomorrow."),
    ("2026-03-08 12:00", "en", "Your diary is open until 12:00 on March 8, 2026."),
    ("2026-03-05 23:59", "zh-Hans", "您的日记可填写至今天 23:59。"),
    ("2026-03-06 12:00", "zh-Hans", "您的日记可填写至明天 12:00。"),
    ("2026-03-08 12:00", "zh-Hans", "您的日记可填写至2026年3月8日 12:00。"),
]


@pytest.mark.parametrize(("closes", "language", "text"), TEXTS)
def test_the_words_of_a_reminder(closes: str, language: str, text: str) -> None:
    now = datetime.fromisoformat("2026-03-05 20:00")
    assert reminder_text(datetime.fromisoformat(closes), now, language) == text
