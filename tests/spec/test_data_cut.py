"""Data cuts over several time zones: a day is whole at each site, and over when it is over at every one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.spec.analysis_data import make_study

from trialwright.cli.data_cut import Cut, read_cut, said_of_span, typed_again, words_of

ONE = make_study()
EAST = ONE.sites["S01"]  # Asia/Shanghai, 8 hours ahead all the year
WEST = replace(EAST, id="S02", timezone="America/Chicago")  # 5 hours behind in summer, 6 in winter
BOTH = replace(ONE, sites={"S01": EAST, "S02": WEST})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year, month, day, hour ... in their order


def test_a_day_ends_at_each_site_in_its_own_calendar() -> None:
    cut = read_cut("2026-05-01", BOTH)

    assert cut.moments == {
        "S01": utc(2026, 5, 1, 15, 59, 59, 999_999),
        "S02": utc(2026, 5, 2, 4, 59, 59, 999_999),
    }
    assert cut.last_day == date(2026, 5, 1)


def test_a_day_on_which_the_clocks_change_is_whole() -> None:
    assert read_cut("2026-03-08", BOTH).moments["S02"] == utc(2026, 3, 9, 4, 59, 59, 999_999)
    assert read_cut("2026-11-01", BOTH).moments["S02"] == utc(2026, 11, 2, 5, 59, 59, 999_999)


@pytest.mark.parametrize(
    ("text", "moment", "last_day"),
    [
        ("2026-05-01T00:00:00", utc(2026, 5, 1), date(2026, 4, 29)),  # 30 April goes on in Chicago
        ("2026-05-01T05:00:00Z", utc(2026, 5, 1, 5), date(2026, 4, 30)),
        ("2026-05-01T04:59:59Z", utc(2026, 5, 1, 4, 59, 59), date(2026, 4, 30)),
        ("2026-05-01T04:59:58Z", utc(2026, 5, 1, 4, 59, 58), date(2026, 4, 29)),
        ("2026-05-01T08:00:00+08:00", utc(2026, 5, 1), date(2026, 4, 29)),
        ("2026-05-01 08:00", utc(2026, 5, 1, 8), date(2026, 4, 30)),
    ],
)
def test_a_time_is_the_same_moment_at_every_site(text: str, moment: datetime, last_day: date) -> None:
    cut = read_cut(text, BOTH)

    assert set(cut.moments.values()) == {moment}
    assert cut.last_day == last_day


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert read_cut("2026-05-01T00:00:00+08:00", ONE).last_day == date(2026, 4, 30)
    assert read_cut("2026-05-01", ONE).last_day == date(2026, 5, 1)


FIRST, LAST = (
    "2026-02-20T08:00:00.000000Z",
    "2026-06-22T08:00:00.250000Z",
)  # 22 June in Chicago and in Shanghai
SPAN = "the data go from 2026-02-20T08:00:00Z to 2026-06-22T08:00:00.25Z."


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("0001-01-01", "before the first event"),
        ("0001-01-02", "before the first event"),
        ("2026-02-19", "before the first event"),
        ("2026-02-20", ""),
        ("2026-02-20T07:59:59Z", "before the first event"),
        ("2026-02-20T08:00:00Z", ""),
        ("2026-06-22", ""),
        ("2026-06-23", "after the last event"),
        ("2026-06-22T08:00:00.25Z", ""),
        ("2026-06-22T08:00:01Z", "after the last event"),
        ("2026-06-22T16:00:01+08:00", "after the last event"),
        ("9999-12-30", "after the last event"),
    ],
)
def test_a_cut_beside_the_data_is_said_with_where_they_lie(text: str, side: str) -> None:
    said = said_of_span(text, read_cut(text, BOTH), BOTH, FIRST, LAST)

    assert said == (f"--as-of {text} is {side}: {SPAN}" if side else "")


def test_a_cut_of_no_data_is_said() -> None:
    cut = read_cut("2026-05-01", ONE)

    assert said_of_span("2026-05-01", cut, ONE, "", "") == "--as-of 2026-05-01: the data have no event yet."


# The last events of a site in Shanghai and of one in Chicago, against the end of 21 June: 15:59 UTC, and 04:59 UTC of the
# 22nd.
@pytest.mark.parametrize(
    ("east", "west", "typed"),
    [
        ("2026-06-21T09:00:00Z", "2026-06-22T04:00:00Z", "2026-06-21"),
        ("2026-06-21T16:00:00Z", "2026-06-22T05:00:00Z", "2026-06-22T05:00:00Z"),  # the 22nd at both
        ("2026-06-22T09:00:00Z", "2026-06-22T08:00:00.5Z", "2026-06-22T09:00:00Z"),
    ],
)
def test_a_cut_that_was_made_is_told_as_it_is_typed(east: str, west: str, typed: str) -> None:
    made = Cut({"S01": datetime.fromisoformat(east), "S02": datetime.fromisoformat(west)}, date(2026, 6, 21))

    assert typed_again(made, BOTH) == typed
    assert words_of(made, BOTH) == f"the cut --as-of {typed}"
    again = read_cut(typed, BOTH)
    assert again.last_day == made.last_day
    assert all(again.moments[site] >= moment for site, moment in made.moments.items())


@pytest.mark.parametrize("west", ["2026-06-20T20:00:00Z", "2026-06-22T04:59:58Z"])
def test_a_cut_that_no_moment_is_sure_to_be_is_not_typed(west: str) -> None:
    # It is the 22nd in Shanghai, and the 21st goes on in Chicago, where more may be entered until it is over.
    east = utc(2026, 6, 21, 16)
    made = Cut({"S01": east, "S02": datetime.fromisoformat(west)}, date(2026, 6, 21))

    assert not typed_again(made, BOTH)
    assert words_of(made, BOTH) == "a cut that cannot be typed as one day or moment"


def test_a_cut_without_any_event_cannot_be_typed() -> None:
    assert not typed_again(Cut({}, None), ONE)
    assert words_of(Cut({}, None), ONE) == "a cut without any event"
