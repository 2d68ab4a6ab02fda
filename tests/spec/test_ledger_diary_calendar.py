"""When a participant's diary is asked: from visits that were held to visits that are planned, and not after the end."""

from dataclasses import replace
from datetime import date

import pytest
from tests.spec.builders import moment, rule, typed
from tests.spec.diary_study import DIARY_FORMS, STUDY, Phones, diary_study, entry

from trialwright.ledger.diary_calendar import closing, spans
from trialwright.schedule.diary import Span
from trialwright.study import model as m

DAY, WEEK, DOSE, REPORT = DIARY_FORMS


def begin(study: m.Study = STUDY) -> Phones:
    return Phones(study=study, at=moment(date(2026, 12, 1)))


def told(walk: Phones) -> list[str]:
    return [_words(span) for span in spans(walk.book)]


def _words(span: Span) -> str:
    parts = (span.form, span.visit, span.first.isoformat(), span.last.isoformat() if span.last else "open")
    return " ".join(part for part in parts if part) + f" every {span.every_days}"


def test_nothing_is_asked_before_the_first_visit_was_held() -> None:
    walk = begin().screen()
    assert isinstance(walk, Phones)
    assert told(walk) == []
    walk.save("SCR", "visit", typed(date="!not_done"))
    assert told(walk) == []


def test_an_end_that_is_not_known_is_open() -> None:
    walk = begin()
    walk.screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    assert told(walk) == ["diary_day 2026-02-20 open every 1"]


def test_spans_end_with_the_window_of_a_visit_and_once_it_was_held_with_it() -> None:
    walk = begin()
    walk.dosed()
    assert told(walk) == [
        "diary_day 2026-02-20 2026-04-02 every 1",
        "diary_week 2026-03-02 2026-06-29 every 7",
        "diary_dose W0 2026-03-03 2026-03-03 every 1",
    ]
    walk.saved("W4", "visit", date="2026-03-28")
    walk.save("W16", "visit", typed(date="!not_done"))
    walk.saved("W2", "visit", date="2026-03-16")
    walk.saved("W2", "dose", given="yes", date="2026-03-16", amount="80", kit="K1")
    assert told(walk) == [
        "diary_day 2026-02-20 2026-03-28 every 1",
        "diary_week 2026-03-02 2026-06-29 every 7",
        "diary_dose W0 2026-03-03 2026-03-03 every 1",
        "diary_dose W2 2026-03-17 2026-03-17 every 1",
    ]


def test_nothing_is_asked_after_the_end() -> None:
    walk = begin()
    walk.dosed()
    for visit, day in (("W16", "2026-06-20"), ("W34", "2026-10-26")):
        walk.saved(visit, "visit", date=day)
    weekly = replace(WEEK, ask=m.Ask("week", "W0", "W40", opens=480, closes=1439))
    late = replace(DOSE, ask=replace(DOSE.ask or m.Ask("after"), days=300))
    walk.book = replace(walk.book, study=diary_study(forms_of_diary=(DAY, weekly, late, REPORT)))
    assert told(walk) == [
        "diary_day 2026-02-20 2026-04-02 every 1",
        "diary_week 2026-03-02 2026-10-26 every 7",
    ]


def test_a_last_visit_that_is_none_leaves_it_open() -> None:
    walk = begin()
    walk.dosed()
    always = replace(DAY, ask=m.Ask("day", "SCR", "", opens=1080, closes=2160))
    walk.book = replace(walk.book, study=diary_study(forms_of_diary=(always,)))
    assert told(walk) == ["diary_day 2026-02-20 open every 1"]


def test_a_diary_closes_for_who_is_not_taken_into_the_study() -> None:
    walk = begin()
    walk.screening()
    walk.join(at=moment(date(2026, 2, 20)))
    walk.decide_eligibility("SCR", "not_eligible")
    found = closing(walk.book)
    assert (found.is_closed, found.last) == (True, date(2026, 2, 20))
    assert told(walk) == ["diary_day 2026-02-20 2026-02-20 every 1"]


@pytest.mark.requirement("F39")
@pytest.mark.parametrize("day", ["2026-02-20", "2026-12-24"])
def test_an_end_without_a_day_keeps_all_aside(day: str) -> None:
    """Whether it was before or after, nobody can tell."""
    study = diary_study(lifecycle=replace(STUDY.lifecycle, ended=rule("consent.signed")))
    walk = begin(study)
    walk.screen()
    walk.saved("SCR", "visit", date="2026-02-20")
    walk.join()
    walk.saved("", "consent", signed="yes")
    assert closing(walk.book).last is None
    assert told(walk) == []
    walk.entered(entry("e1", day))
    assert walk.book.entries["e1"].flags == ("closed",)
