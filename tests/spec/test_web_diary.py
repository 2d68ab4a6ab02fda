"""What pages say and draw of a diary, made without HTTP."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils.translation import override
from tests.spec.diary_study import DAY, DOSE, STUDY, entry, with_diary

from trialwright.ledger.casebook import DiaryEntry
from trialwright.ledger.diary_adherence import Tally
from trialwright.ledger.reader import CasebookReader
from trialwright.web.diaries import drawing
from trialwright.web.diaries.entries import entry_lines_at
from trialwright.web.diaries.invite import qr_picture
from trialwright.web.diaries.looking import Log, Looking
from trialwright.web.diaries.picture import Panel, draw_panels
from trialwright.web.diaries.sheet import Sheet, in_all, sheet_page
from trialwright.web.diaries.words import (
    OUTCOMES,
    REPLACED,
    SECOND,
    STANDS,
    delay_words,
    entered_words,
    flag_words,
    hole_words,
    number_words,
    tally_words,
)
from trialwright.web.participants.diary import waiting_words
from trialwright.web.participants.seen import Seen

BODY = Path(__file__).parents[2] / "src/trialwright/diary/static/diary/body.js"
FIRST = date(2026, 3, 2)
KEY = ("", "diary_day", 20260302)


def told(**more: object) -> DiaryEntry:
    walk = with_diary()
    walk.entered(entry("e1"))
    return replace(walk.book.entries["e1"], **more)  # type: ignore[arg-type]  # tests name the fields of an entry


# ------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((4,), "4"), ((5, 4), "4, 5"), ((1, 4, 5, 6, 9, 10), "1, 4–6, 9, 10"), ((1, 2, 3, 4), "1–4")],
)
def test_numbers_in_a_row_are_told_as_a_range(numbers: Sequence[int], words: str) -> None:
    assert number_words(numbers) == words


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((), ""),
        ((4,), "Entry 4 of this phone has not arrived."),
        ((4, 5), "Entries 4, 5 of this phone have not arrived."),
        (range(2, 1001), "Entries 2–1000 of this phone have not arrived."),
        (range(2, 1002), "1000 entries of this phone or more have not arrived, from number 2 on."),
    ],
)
def test_what_has_not_arrived_is_a_sentence(numbers: Sequence[int], words: str) -> None:
    assert hole_words(numbers) == words


@pytest.mark.parametrize(
    ("answered", "asked", "words"),
    [
        (0, 0, "Nothing was due yet."),
        (1, 1, "Answered 1 of 1 day (100\xa0%)"),
        (87, 104, "Answered 87 of 104 days (84\xa0%)"),
    ],
)
def test_the_share_of_days_is_told_with_both_numbers(answered: int, asked: int, words: str) -> None:
    assert tally_words(DAY, Tally(answered, asked)) == words


def test_what_came_before_its_window_is_told_beside_the_share() -> None:
    assert tally_words(DAY, Tally(3, 4, 1)) == "Answered 3 of 4 days (75\xa0%), 1 more before the window"


def test_what_is_not_asked_every_day_is_counted_in_times() -> None:
    assert tally_words(DOSE, Tally(1, 2)) == "Answered 1 of 2 times (50\xa0%)"
    with override("zh-hans"):
        assert tally_words(DOSE, Tally(1, 2)) == "2 次中填写了 1 次（50%）"


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (0, "the phone’s clock was not right"),
        (59, "the phone’s clock was not right"),
        (7260, "the phone’s clock was 2 h ahead"),
        (-600, "the phone’s clock was 10 min behind"),
    ],
)
def test_a_clock_that_is_off_says_by_how_much_and_which_way(off: int, words: str) -> None:
    assert flag_words(told(own_flags=("clock",), clock_off_seconds=off)) == (words,)


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (3, "1 entry has not arrived"),
        (1001, "999 entries have not arrived"),
        (2**31 - 1, "1000 entries or more have not arrived"),
    ],
)
def test_how_many_have_not_arrived_is_said_as_far_as_it_is_known(highest: int, words: str) -> None:
    walk = with_diary()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", "2026-03-03", number=highest))
    now = datetime(2026, 3, 3, tzinfo=UTC)
    assert waiting_words(Seen(CasebookReader(walk.book), now.date(), now, "en", frozenset())) == (words,)


def test_what_the_other_entries_tell_stands_in_the_line_of_an_entry() -> None:
    walk = with_diary()
    walk.entered(entry("e1"))
    walk.entered(entry("e2", root="e9", corrects="e9", reason="misread"))
    log = Log({}, {}, {}, {}, {})
    looking = Looking(CasebookReader(walk.book), "en", datetime(2026, 3, 3, tzinfo=UTC), lambda: log)
    first, second = (
        line.flags
        for name in ("e1", "e2")
        for line in entry_lines_at(looking, KEY)
        if line.anchor == f"entry-{name}"
    )
    assert first == ("another entry of the phone has the same number",)
    assert second == ("corrects an entry that is not there", *first)


@pytest.mark.parametrize(
    ("received", "words"),
    [
        ("2026-03-02T13:01:59.000000Z", "at once"),
        ("2026-03-02T13:02:00.000000Z", "2 min later"),
        ("2026-03-05T13:00:00.000000Z", "3 days later"),
        ("2026-03-02T12:00:00.000000Z", "at once"),  # a clock that was ahead
    ],
)
def test_how_long_an_entry_was_on_its_way(received: str, words: str) -> None:
    assert delay_words(told(received=received)) == words


def test_when_an_entry_was_answered_is_told_by_the_clock_of_its_device() -> None:
    assert entered_words(told(entered="2026-03-02T21:00:00-03:30")) == ("2 Mar 2026 21:00", "UTC-03:30")


def test_no_two_outcomes_and_no_two_states_share_a_shape() -> None:
    for family in (tuple(OUTCOMES.values()), (STANDS, REPLACED, SECOND, OUTCOMES["aside"])):
        assert len({mark.shape for mark in family}) == len(family)
        assert len({str(mark.label) for mark in family}) == len(family)


# ------------------------------------------------------------------ the picture of scores


def panel(*line: Fraction | None, dots: Sequence[int] = ()) -> Panel:
    weeks = tuple((date(2026, 3, 5 + 7 * at), value) for at, value in enumerate(line))
    return Panel(
        "Score",
        tuple((date(2026, 3, 2 + at), Fraction(one)) for at, one in enumerate(dots)),
        weeks,
        "Score: all",
    )


def test_a_week_without_a_score_is_a_gap_in_the_line() -> None:
    picture = draw_panels([panel(Fraction(4), None, Fraction(2), Fraction(3))], FIRST)

    assert picture is not None
    path = picture.panels[0].path
    assert [step[0] for step in path.split(" ") if step[0] in "ML"] == ["M", "M", "L"]
    assert len(picture.panels[0].knots) == 3


def test_panels_share_their_days_and_the_highest_value_lies_inside() -> None:
    picture = draw_panels([panel(Fraction(4), dots=(9, 0)), panel(Fraction(70))], FIRST)

    assert picture is not None
    one, other = picture.panels
    assert one.knots[0].x == other.knots[0].x
    assert one.dots[0].y >= one.title.y
    assert one.levels[-1].text == "10"
    assert one.dots[1].y == one.levels[0].y
    assert other.title.y > one.levels[0].y
    assert picture.words == "Score: all. Score: all"


def test_there_is_no_picture_of_nothing_and_weeks_that_have_no_room_are_left_out() -> None:
    assert draw_panels([], FIRST) is None
    long = draw_panels(
        [panel(*[Fraction(1)] * 4), Panel("", (), ((date(2027, 3, 2), Fraction(1)),), "")], FIRST
    )
    assert long is not None
    places = [week.x for week in long.weeks]
    assert min(after - before for before, after in pairwise(places)) >= 25


# ------------------------------------------------------------------ drawings


DRAWN = '{"body":1,"area":"raster-1","strokes":[["b",5,[20,40,30,40]],["d",3,[1,1,9,9]],["e",3,[25,40]]]}'


def test_a_drawing_is_shown_stroke_by_stroke_in_units_of_the_body() -> None:
    shown = drawing.drawing_picture(DRAWN)

    assert '<path class="ink line" stroke-width="10" d="M10 20 L15 20"/>' in shown
    assert shown.count('<circle class="ink"') == 2
    assert '<circle class="rub" cx="12.5" cy="20" r="3"/>' in shown
    assert 'aria-label="A drawing of 3 strokes"' in shown


@pytest.mark.parametrize(
    "text", ["", "<script>", "[]", '{"strokes":[["b","x",[1]]]}', '{"strokes":[1]}', '{"body":1}']
)
def test_what_is_no_drawing_is_said_and_not_drawn(text: str) -> None:
    assert drawing.drawing_picture(text) == "A drawing that cannot be shown"


def test_no_text_of_a_drawing_gets_into_the_page() -> None:
    shown = drawing.drawing_picture('{"strokes":[["\\"><script>",5,[2,2]]]}')

    assert "script" not in shown


@pytest.mark.skipif(not BODY.exists(), reason="the phone's app is not in this tree")
def test_the_body_is_the_one_of_the_phone() -> None:
    script = BODY.read_text("utf-8")

    def constant(name: str) -> str:
        found = re.search(rf'const {name} = "?([^";]+)"?;', script)
        assert found, name
        return found[1]

    assert [constant(name) for name in ("HEAD", "TRUNK", "ARM", "LEG")] == [
        drawing.HEAD,
        drawing.TRUNK,
        drawing.ARM,
        drawing.LEG,
    ]
    numbers = {
        "WIDTH": drawing.WIDTH,
        "HEIGHT": drawing.HEIGHT,
        "BACK_AT": drawing.BACK_AT,
        "CELLS": drawing.CELLS,
    }
    assert {name: int(constant(name)) for name in numbers} == numbers


# ------------------------------------------------------------------ paper and invitations


def test_a_sheet_has_a_line_a_day_for_what_is_asked_daily_and_none_for_what_is_computed() -> None:
    forms = tuple(form for form in STUDY.forms.values() if form.ask is not None)
    page = sheet_page(Sheet(STUDY, forms, FIRST, "01-001"), back_url="/", back_label="Back")

    daily, weekly, dose, report = page.blocks
    assert daily.days[0] == "2026-03-02"
    assert len(daily.days) == 7
    assert [question.kind for question in daily.questions] == ["numbers", "blank", "numbers"]
    assert daily.questions[1].condition is not None
    assert [one.texts[0][1] for one in daily.questions[0].choices][:2] == ["0", "1"]
    assert (weekly.days, dose.days, report.days) == ((), (), ())
    assert [question.kind for question in dose.questions] == ["choices", "numbers"]
    assert dose.questions[1].condition is not None
    assert dose.questions[1].condition.texts == (("en", "Only if “Sore” is answered with yes"),)
    assert page.last == "2026-03-08"


def test_a_text_that_is_the_same_in_all_languages_stands_once() -> None:
    study = replace(STUDY, languages=("en", "zh-Hans"))

    assert in_all(study, lambda language: language).texts == (("en", "en"), ("zh-Hans", "zh-Hans"))
    assert in_all(study, lambda _: "10").texts == (("en", "10"),)


def test_the_picture_of_an_invitation_has_neither_the_text_nor_a_style() -> None:
    shown = qr_picture("https://trial.example/diary/#join=abcdefgh")

    assert shown.startswith("<svg viewBox=")
    assert "join" not in shown
    assert "style" not in shown
