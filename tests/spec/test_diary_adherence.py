"""What became of each occasion of a diary."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.spec.diary_study import Phones, entry, with_diary

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.diary_adherence import Kept, Outcome, Tally, adherence, tally
from trialwright.schedule.diary import Occasion

NOW = datetime.fromisoformat("2026-03-05T09:00")  # the window of 3 March is over, that of the 4th is not


def of_form(book: Casebook, form: str = "diary_day", now: datetime = NOW) -> dict[str, Kept]:
    return {one.occasion.day.isoformat(): one for one in adherence(book, now) if one.occasion.form == form}


def outcomes(book: Casebook, days: Iterable[str], now: datetime = NOW) -> list[Outcome]:
    found = of_form(book, now=now)
    return [found[day].outcome for day in days]


def test_an_occasion_is_open_until_its_window_is_over() -> None:
    book = with_diary().book

    assert outcomes(book, ["2026-03-03", "2026-03-04", "2026-03-05"]) == ["missed", "open", "open"]
    assert outcomes(book, ["2026-03-03"], datetime.fromisoformat("2026-03-04T12:00")) == ["open"]
    assert outcomes(book, ["2026-03-03"], datetime.fromisoformat("2026-03-04T12:01")) == ["missed"]


def test_what_was_answered_in_its_window_is_done_and_after_it_late() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    walk.entered(entry("e2", "2026-03-03", number=2, at="2026-03-04 13:00"))

    assert outcomes(walk.book, ["2026-03-02", "2026-03-03"]) == ["done", "late"]
    found = of_form(walk.book)["2026-03-02"].entry
    assert found is not None
    assert found.id == "e1"


def test_a_correction_of_the_next_day_does_not_make_late_what_came_in_time() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    correction = entry("e2", "2026-03-02", number=2, at="2026-03-03 20:00")
    walk.entered(replace(correction, root="e1", corrects="e1", reason="Typed wrongly."))

    one = of_form(walk.book)["2026-03-02"]
    assert one.outcome == "done"
    assert one.entry is not None
    assert one.entry.id == "e2"


def test_what_was_told_before_its_window_is_early_until_it_is_corrected_in_the_window() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-03", at="2026-03-03 14:30", source="telephone", reason="told"))
    assert outcomes(walk.book, ["2026-03-03"]) == ["early"]

    walk.entered(
        replace(entry("e2", "2026-03-03", at="2026-03-03 21:00"), root="e1", corrects="e1", reason="Now.")
    )
    assert outcomes(walk.book, ["2026-03-03"]) == ["done"]


def test_what_was_told_before_its_window_and_answered_in_it_is_in_time() -> None:
    """By a phone that had not heard of the one."""
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-03", at="2026-03-03 14:30", source="telephone", reason="told"))
    walk.entered(entry("e2", "2026-03-03", at="2026-03-03 21:00"))

    assert outcomes(walk.book, ["2026-03-03"]) == ["done"]


def test_what_is_kept_aside_is_no_answer() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02", {"itch": "a lot"}))

    one = of_form(walk.book)["2026-03-02"]
    assert one.outcome == "aside"
    assert one.entry is not None
    assert one.entry.id == "e1"


def test_nothing_is_asked_before_the_first_day_of_a_form_or_after_today() -> None:
    days = list(of_form(with_diary().book))

    assert days[0] == "2026-02-20"
    assert days[-1] == "2026-03-05"


def test_a_form_that_is_asked_after_a_date_has_one_occasion() -> None:
    assert list(of_form(with_diary().book, "diary_dose")) == ["2026-03-03"]


def test_nobody_is_asked_anything_before_the_first_visit() -> None:
    walk = Phones()
    walk.screen()

    assert adherence(walk.book, NOW) == ()


@pytest.mark.parametrize(
    ("found", "answered", "asked", "early", "share"),
    [
        ((), 0, 0, 0, None),
        (("open",), 0, 0, 0, None),
        (("done", "late", "open"), 2, 2, 0, 1.0),
        (("done", "early"), 1, 2, 1, 0.5),
        (("done", "missed", "aside", "missed"), 1, 4, 0, 0.25),
    ],
)
def test_the_tally_counts_what_was_answered_of_what_was_asked(
    found: tuple[Outcome, ...], answered: int, asked: int, early: int, share: float | None
) -> None:
    counted = tally(Kept(Occasion("f", "", date(2026, 3, 2)), one) for one in found)

    assert counted == Tally(answered, asked, early)
    assert counted.share == share
