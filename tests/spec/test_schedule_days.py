from datetime import date

import pytest

from trialwright.schedule.days import date_of_day, days_outside, study_day

FIRST = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2028, 2, 29), 1),
        (date(2028, 2, 28), -1),
        (date(2028, 3, 1), 2),
        (date(2028, 2, 1), -28),
        (date(2029, 2, 27), 365),
        (date(2029, 2, 28), 366),
    ],
)
def test_days_count_from_the_first_dose_without_day_zero(day, number):
    assert study_day(day, FIRST) == number
    assert date_of_day(number, FIRST) == day


def test_there_is_no_day_zero():
    with pytest.raises(ValueError, match="no study day 0"):
        date_of_day(0, FIRST)


@pytest.mark.parametrize(
    ("day", "outside"),
    [
        (date(2026, 3, 9), 1),
        (date(2026, 3, 10), 0),
        (date(2026, 3, 16), 0),
        (date(2026, 3, 17), 1),
        (date(2026, 3, 20), 4),
    ],
)
def test_days_outside_counts_from_the_nearer_end_of_the_window(day, outside):
    assert days_outside(day, date(2026, 3, 10), date(2026, 3, 16)) == outside


def test_an_open_window_has_no_outside():
    assert days_outside(date(2026, 3, 9), None, None) == 0
