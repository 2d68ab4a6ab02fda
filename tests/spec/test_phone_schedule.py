"""The phone's calendar: occasions, windows, and what a day is. The arithmetic is that of `schedule.diary`."""

import pytest
from tests.spec.phone_v8 import Phone
from tests.spec.test_schedule_diary import SECTIONS, Row

DAILY = {"opens": 1080, "closes": 2160, "kind": "day"}
FORMS = {"day": DAILY, "week": {"opens": 480, "closes": 2880, "kind": "week"}}


@pytest.fixture(scope="module")
def phone() -> Phone:
    return Phone(["schedule"])


def span(form: str = "day", first: str = "2028-02-24", last: str | None = None, every: int = 1) -> object:
    return {"form": form, "visit": "", "first": first, "last": last, "every_days": every}


@pytest.mark.parametrize("row", SECTIONS["occasions"], ids=lambda row: " ".join(row[0]))
def test_occasions_are_those_of_the_table(phone: Phone, row: Row) -> None:
    (first, last, every, until), answers = row
    told = span(first=first, last=None if last == "-" else last, every=int(every))

    found = phone.json("schedule.occasions(span, until).map((one) => one.day)", span=told, until=until)

    assert found == [day for day in answers[0].split() if day != "-"]


@pytest.mark.parametrize("row", SECTIONS["windows"], ids=lambda row: " ".join(row[0]))
def test_windows_are_those_of_the_table(phone: Phone, row: Row) -> None:
    (day, opens, closes), answers = row

    found = phone.json("schedule.windowOf(day, a, b)", day=day, a=int(opens), b=int(closes))

    assert found == answers


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2028-02-24T17:59", "planned"),
        ("2028-02-24T18:00", "open"),
        ("2028-02-25T11:59", "open"),
        ("2028-02-25T12:00", "missed"),
    ],
)
def test_an_occasion_is_open_from_its_first_minute_to_before_its_last(
    phone: Phone, now: str, state: str
) -> None:
    expression = """schedule.stateOf({form: "day", visit: "", day: "2028-02-24"},
        {forms, done: new Set(), waiting: new Set()}, now)"""

    assert phone.json(expression, forms=FORMS, now=now) == state


CALENDAR = """({spans, forms, done: new Set(done), waiting: new Set(waiting)})"""


def ask(phone: Phone, name: str, now: str, **given: object) -> object:
    values = {"spans": [span()], "done": [], "waiting": [], **given}
    return phone.json(f"schedule.{name}({CALENDAR}, now)", forms=FORMS, now=now, **values)


def test_the_strip_shows_seven_days_with_the_most_urgent_state(phone: Phone) -> None:
    found = ask(
        phone,
        "strip",
        "2028-02-28T19:00",
        spans=[span(), span("week", "2028-02-28", every=7)],
        done=["day||2028-02-24"],
        waiting=["day||2028-02-25"],
    )

    assert isinstance(found, list)
    assert [(one["day"][-2:], one["state"]) for one in found] == [
        ("22", "none"),
        ("23", "none"),
        ("24", "done"),
        ("25", "waiting"),
        ("26", "missed"),
        ("27", "missed"),
        ("28", "open"),
    ]


def test_yesterdays_entry_is_open_until_noon_and_comes_before_todays(phone: Phone) -> None:
    spans = [span(), span("week", "2028-02-27", every=7)]

    found = ask(phone, "openNow", "2028-02-28T09:00", spans=spans)

    assert isinstance(found, list)
    assert [(one["form"], one["day"], one["closes"]) for one in found] == [
        ("day", "2028-02-27", "2028-02-28T12:00"),
        ("week", "2028-02-27", "2028-02-29T00:00"),
    ]


def test_what_is_answered_is_open_no_more(phone: Phone) -> None:
    assert ask(phone, "openNow", "2028-02-24T19:00", done=["day||2028-02-24"]) == []
    assert ask(phone, "openNow", "2028-02-24T19:00", waiting=["day||2028-02-24"]) == []


def test_the_next_entry_is_the_first_that_opens(phone: Phone) -> None:
    found = ask(phone, "nextOne", "2028-02-24T19:00")

    assert found == {"form": "day", "visit": "", "day": "2028-02-25", "opens": "2028-02-25T18:00"}


def test_after_the_last_day_nothing_is_next(phone: Phone) -> None:
    assert ask(phone, "nextOne", "2028-03-05T19:00", spans=[span(last="2028-03-04")]) is None


def test_a_missed_day_may_be_told_for_six_days_the_latest_first(phone: Phone) -> None:
    found = ask(phone, "missed", "2028-03-02T13:00", done=["day||2028-02-28"])

    assert isinstance(found, list)
    assert [one["day"] for one in found] == [
        "2028-03-01", "2028-02-29", "2028-02-27", "2028-02-26", "2028-02-25"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "+00:00"), (-480, "+08:00"), (300, "-05:00"), (-345, "+05:45")],
)
def test_a_time_is_told_with_the_offset_of_its_zone(phone: Phone, minutes: int, said: str) -> None:
    clock = """({getFullYear: () => 2026, getMonth: () => 10, getDate: () => 1, getHours: () => 8,
        getMinutes: () => 5, getSeconds: () => 9, getTimezoneOffset: () => minutes})"""

    assert phone.json(f"schedule.withOffset({clock})", minutes=minutes) == f"2026-11-01T08:05:09{said}"


def test_days_are_said_as_each_language_says_them(phone: Phone) -> None:
    said = "[schedule.sayDay(one, day), schedule.sayDate(one, day), schedule.sayWeekday(one, day)]"

    assert phone.json(said, one="en", day="2026-11-01") == ["Sunday 1 November", "1 Nov 2026", "Sun"]
    assert phone.json(said, one="zh-Hans", day="2026-11-01") == ["11月1日星期日", "2026年11月1日", "周日"]


@pytest.mark.parametrize(
    ("language", "east", "said"),
    [
        ("en", 480, "1 Nov 2026 19:05"),
        ("zh-Hans", 480, "2026年11月1日 19:05"),
        ("en", 0, "1 Nov 2026 19:05 (UTC+08:00)"),
        ("zh-Hans", -420, "2026年11月1日 19:05 (UTC+08:00)"),
    ],
)
def test_a_moment_is_said_as_the_clock_showed_it_where_it_was_entered(
    phone: Phone, language: str, east: int, said: str
) -> None:
    zone = "const zone = Date.prototype.getTimezoneOffset; Date.prototype.getTimezoneOffset = () => -east;"
    back = "Date.prototype.getTimezoneOffset = zone;"
    say = 'schedule.sayMoment(language, "2026-11-01T19:05:09+08:00")'
    found = phone.json(
        f"(() => {{ {zone} const said = {say}; {back} return said; }})()", language=language, east=east
    )

    assert found == said


def test_a_moment_that_is_told_in_utc_is_said_so(phone: Phone) -> None:
    assert phone.json('schedule.sayMoment("en", "2026-11-01T19:05:09Z")') == "1 Nov 2026 19:05"
