"""Laws of study days, windows and doses, over leap years and over nights in which clocks move."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from tests.spec.builders import STUDY, VISITS

from trialwright.schedule.days import date_of_day, days_outside, study_day
from trialwright.schedule.doses import DoseRecord, plan_doses
from trialwright.schedule.visits import Held, plan_visits, visit_window

DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
DAYS = st.integers(-400, 800).filter(bool)
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
)


@given(DATES, DATES)
def test_a_date_is_its_study_day_and_back(day, first):
    assert date_of_day(study_day(day, first), first) == day
    assert study_day(day, first) != 0


@given(DATES, DAYS)
def test_a_study_day_is_its_date_and_back(first, number):
    assert study_day(date_of_day(number, first), first) == number


@given(DATES, DATES)
def test_the_next_day_is_the_next_study_day_and_zero_is_left_out(day, first):
    today, tomorrow = study_day(day, first), study_day(day + timedelta(days=1), first)
    assert tomorrow == (1 if today == -1 else today + 1)


@given(DATES, DATES, DATES)
def test_days_outside_are_none_inside_and_count_one_a_day_outside(day, one, other):
    first, last = sorted((one, other))
    outside = days_outside(day, first, last)
    assert (outside == 0) == (first <= day <= last)
    if day > last:
        assert days_outside(day + timedelta(days=1), first, last) == outside + 1


@given(DATES)
def test_windows_keep_their_lengths_in_every_year(first):
    for visit in VISITS:
        window = visit_window(visit, first)
        if window.target is not None:
            assert (window.target - window.first).days == visit.window_before_days
            assert (window.last - window.target).days == visit.window_after_days
            assert study_day(window.target, first) == visit.day


@given(DATES, ZONES, st.integers(0, 23), st.integers(0, 59), DAYS)
def test_hours_and_zones_play_no_part(first, zone, hour, minute, number):
    """The calendar day of the site counts, also on the days of 23, 24.5 and 25 hours."""
    moment = datetime(first.year, first.month, first.day, hour, minute, tzinfo=ZoneInfo(zone))
    target = date_of_day(number, moment.date())
    same_hour = (moment + timedelta(days=(target - first).days)).date()  # wall-clock arithmetic
    assert same_hour == target
    assert study_day(target, moment.astimezone(UTC).astimezone(ZoneInfo(zone)).date()) in (
        number,
        number - 1,
        number + 1,
    )


@given(
    DATES,
    st.integers(-40, 400),
    st.dictionaries(st.sampled_from([v.id for v in VISITS]), st.integers(-40, 400)),
)
def test_every_visit_has_one_state_that_agrees_with_its_window(first, today_after, held_after):
    today = first + timedelta(days=today_after)
    held = {key: Held(first + timedelta(days=days)) for key, days in held_after.items() if key != "UNS"}
    planned = plan_visits(STUDY.visits, held, first_dose=first, conditions=lambda _: True, today=today)
    for visit in planned:
        assert (visit.state == "held") == (visit.held is not None)
        if visit.state == "due" and visit.window.first is not None:
            assert visit.window.first <= today <= visit.window.last
        if visit.state == "late":
            assert today > visit.window.last
        if visit.held is not None and visit.window.first is not None:
            assert (visit.days_outside == 0) == (visit.window.first <= visit.held <= visit.window.last)


@given(
    DATES, st.integers(0, 200), st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=3, max_size=3)
)
def test_doses_judged_on_time_lie_inside_the_plan(first, today_after, given_after):
    records = {
        visit: DoseRecord(True, first + timedelta(days=days))
        for visit, days in zip(("W0", "W2", "W4"), given_after, strict=True)
        if days is not None
    }
    plan = STUDY.doses
    today = first + timedelta(days=today_after)
    doses = plan_doses(plan, STUDY.visits, records, arm="A", first_dose=first, today=today)
    assert sum((dose.amount for dose in doses), Fraction(0)) == 320
    given_days = [dose.given for dose in doses if dose.given is not None]
    for dose in doses:
        if dose.given is None:
            assert dose.state in ("planned", "due", "overdue", "missed")
            continue
        before = given_days[: given_days.index(dose.given)]
        if dose.state == "on_time":
            assert abs((dose.given - dose.target).days) <= plan.on_time_days
        if dose.state != "too_soon" and before:
            assert (dose.given - before[-1]).days >= plan.least_days_between
