"""The days, windows and study weeks of the diary, by the table that the phone is held to as well."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from trialwright.schedule.days import study_day
from trialwright.schedule.diary import Occasion, Span, occasions, study_week, window

TABLE: Final = Path(__file__).parent / "diary" / "occasions.txt"
Row = tuple[list[str], list[str]]


def sections() -> dict[str, list[Row]]:
    """The rows of each section: cells asked, cells answered."""
    found: dict[str, list[Row]] = {}
    rows: list[Row] = []
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("["):
            rows = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            asked, _, answered = line.partition("||")
            rows.append((_cells(asked), _cells(answered)))
    return found


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


def _day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def _sure(text: str) -> date:
    return date.fromisoformat(text)


SECTIONS = sections()


def test_the_table_has_the_sections_that_its_readers_know() -> None:
    assert {name: len(rows) > 10 for name, rows in SECTIONS.items()} == {
        "occasions": True,
        "windows": True,
        "study weeks": True,
    }


@pytest.mark.parametrize("row", SECTIONS["occasions"], ids=lambda row: " ".join(row[0]))
def test_occasions(row: Row) -> None:
    (first, last, every, until), (days,) = row
    span = Span("itch", "W2", _sure(first), _day(last), int(every))
    wanted = () if days == "-" else tuple(map(_sure, days.split()))
    assert occasions(span, until=_sure(until)) == tuple(Occasion("itch", "W2", day) for day in wanted)


@pytest.mark.parametrize("row", SECTIONS["occasions"], ids=lambda row: " ".join(row[0]))
def test_occasions_since_a_day_are_those_of_all_that_are_not_before_it(row: Row) -> None:
    (first, last, every, until), _ = row
    span = Span("itch", "W2", _sure(first), _day(last), int(every))
    whole = occasions(span, until=_sure(until))
    for days in range(-9, 40):
        since = span.first + timedelta(days=days)
        wanted = tuple(one for one in whole if one.day >= since)
        assert occasions(span, until=_sure(until), since=since) == wanted


@pytest.mark.parametrize("row", SECTIONS["windows"], ids=lambda row: " ".join(row[0]))
def test_windows(row: Row) -> None:
    (day, opens, closes), wanted = row
    ends = window(_sure(day), int(opens), int(closes))
    assert [end.isoformat(timespec="minutes") for end in ends] == wanted
    assert all(end.tzinfo is None for end in ends)


@pytest.mark.parametrize("row", SECTIONS["study weeks"], ids=lambda row: " ".join(row[0]))
def test_study_weeks(row: Row) -> None:
    (day, first_dose), (week,) = row
    assert study_week(_sure(day), _sure(first_dose)) == int(week)


def test_every_study_week_has_seven_days_and_day_1_begins_week_1() -> None:
    first_dose = date(2028, 2, 29)
    days = [first_dose + timedelta(days=number) for number in range(-28, 28)]
    by_week: dict[int, list[int]] = {}
    for day in days:
        by_week.setdefault(study_week(day, first_dose), []).append(study_day(day, first_dose))
    assert {week: len(found) for week, found in by_week.items()} == dict.fromkeys(range(-3, 5), 7)
    assert by_week[0] == [-7, -6, -5, -4, -3, -2, -1]
    assert by_week[1] == [1, 2, 3, 4, 5, 6, 7]
