"""How a diary was kept as a dataset: a row for each entry that was wanted, with what became of it."""

from datetime import date, datetime

import polars as pl
import pytest
from tests.spec.analysis_data import study_files
from tests.spec.derived_study import DATASETS, lines
from tests.spec.diary_study import diary_study, entry, with_diary

from trialwright.cli.report_data import translation
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.frames import frames
from trialwright.datasets.script import script_of
from trialwright.ledger.diary_adherence import adherence
from trialwright.study import model as m
from trialwright.study.load import load

SUBJECT = m.Dataset("ADSL", "Subject level", "ADSL", "")
DIARY = m.Dataset("ADDIC", "Diary", "OCCDS", "", made_from="diary")
STUDY = diary_study(datasets={"ADSL": SUBJECT, "ADDIC": DIARY})


def rows_to(last_day: date | None, study: m.Study = STUDY) -> pl.DataFrame:
    """Answered on 2 March, late on the 3rd, told by telephone before the evening of the 4th; the first dose on the 2nd."""
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    walk.entered(entry("e2", "2026-03-03", number=2, at="2026-03-04 13:00"))
    walk.entered(entry("e3", "2026-03-04", at="2026-03-04 14:30", source="telephone", reason="told"))
    tables = frames(study, [walk.book])
    return derive_datasets(study, tables, last_day)["ADDIC"].frame


def test_an_entry_has_a_row_once_its_time_is_over() -> None:
    rows = rows_to(date(2026, 3, 5))
    of_days = rows.filter(DIFORM="diary_day")

    assert lines(of_days.tail(4), "ASTDT", "ASTDY", "OUTCOME", "DONE") == [
        "2026-03-01 | -1 | missed | N",
        "2026-03-02 | 1 | done | Y",
        "2026-03-03 | 2 | late | Y",
        "2026-03-04 | 3 | early | N",
    ]
    assert of_days["ASTDT"].to_list()[0] == date(2026, 2, 20)
    assert of_days.height == 13


# The entry after the dose of 2 March may be given until noon of 4 March, that of the week on its own day.
OVER = [(date(2026, 3, 3), 0, 1), (date(2026, 3, 4), 1, 1), (date(2026, 3, 9), 1, 2)]


@pytest.mark.parametrize(("last_day", "after_dose", "of_weeks"), OVER)
def test_what_may_still_be_answered_is_not_missed(last_day: date, after_dose: int, of_weeks: int) -> None:
    rows = rows_to(last_day)

    assert rows.filter(DIFORM="diary_dose").height == after_dose
    assert rows.filter(DIFORM="diary_week").height == of_weeks


def test_an_answer_counts_when_its_time_is_over_as_a_missed_one_does() -> None:
    """Else what is answered at once would be of a total that what is not answered yet is not in."""
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-04"))
    tables = frames(STUDY, [walk.book])
    found = (
        derive_datasets(STUDY, tables, last)["ADDIC"].frame for last in (date(2026, 3, 4), date(2026, 3, 5))
    )
    of_day = [lines(rows.filter(DIFORM="diary_day", ASTDT=date(2026, 3, 4)), "OUTCOME") for rows in found]

    assert of_day == [[], ["done"]]


def test_what_is_asked_whenever_one_likes_is_never_due() -> None:
    assert set(rows_to(None)["DIFORM"]) == {"diary_day", "diary_week", "diary_dose"}


def test_a_row_names_the_event_of_its_entry() -> None:
    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    derived = derive_datasets(STUDY, frames(STUDY, [walk.book]), date(2026, 3, 4))["ADDIC"].frame
    row = derived.filter(DIFORM="diary_day", ASTDT=date(2026, 3, 2)).row(0, named=True)

    assert row["SRC"] == [walk.book.entries["e1"].sequence]
    assert derived.filter(OUTCOME="missed")["SRC"].list.len().sum() == 0


def test_the_rows_are_what_the_pages_of_the_diary_say() -> None:

    walk = with_diary()
    walk.entered(entry("e1", "2026-03-02"))
    kept = adherence(walk.book, datetime.fromisoformat("2026-03-12T00:00"))
    over = {(one.occasion.form, one.occasion.day, one.outcome) for one in kept if one.outcome != "open"}
    found = derive_datasets(STUDY, frames(STUDY, [walk.book]), date(2026, 3, 11))["ADDIC"].frame

    assert set(found.select("DIFORM", "ASTDT", "OUTCOME").iter_rows()) == over


def test_nothing_is_gathered_for_a_study_that_makes_no_dataset_of_its_diary() -> None:
    study = diary_study()

    assert frames(study, [with_diary().book]).occasions.height == 0


def test_the_script_says_it_in_both_languages() -> None:
    english = script_of(STUDY, DIARY)
    chinese = script_of(STUDY, DIARY, "zh-Hans", translation("zh-Hans"))

    assert english[2].startswith("1. Take one row for each entry that the diary wanted")
    assert "日记" in chinese[2]


def test_a_study_without_a_diary_has_no_dataset_of_it() -> None:
    datasets = DATASETS.replace("made_from: deviations", "made_from: diary")
    found = load({**study_files(), "datasets.yaml": datasets.encode()}, {}).problems

    (problem,) = (one for one in found if one.code == "made-from-no-diary")
    assert problem.text == "The study has no diary of which a dataset could be made."
