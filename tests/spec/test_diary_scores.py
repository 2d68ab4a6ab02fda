"""The weekly scores of a diary: of the entries of one study week, and of no others."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from tests.spec.builders import rule
from tests.spec.diary_study import DIARY, Phones, diary_study, entry, with_diary

from trialwright.datasets.frames import frames
from trialwright.datasets.steps import TakeScores, TakeValues
from trialwright.datasets.take import take_values
from trialwright.datasets.weeks import take_scores
from trialwright.datasets.work import Work, empty_frame, make_cut
from trialwright.ledger.diary_scores import diary_days, weekly_scores
from trialwright.study import model as m

SCORES = (
    m.DiaryScore("itch_week", "Itch of the week", rule("mean(diary_day.itch, at_least=4)")),
    m.DiaryScore("words_week", "Reports of the week", rule("count(diary_report)")),
    m.DiaryScore("sore_week", "Sore days", rule("count(diary_dose, where=sore)")),
    m.DiaryScore("range", "Between", rule("mean(diary_day.itch, at_least=1) - demography.age")),
)
STUDY = diary_study(diary=replace(DIARY, scores=SCORES))


def walk_with(*itch: str, first: date = date(2026, 3, 2)) -> Phones:
    """Dosed on 2 March 2026, study day 1; one entry a day from `first`, none where "" stands."""
    walk = Phones(study=STUDY, at=with_diary().at)
    walk.dosed()
    walk.join()
    for at, value in enumerate(itch):
        if value:
            day = (first + timedelta(days=at)).isoformat()
            walk.entered(entry(f"e{at}", day, {"itch": value}, number=at + 1))
    return walk


def values(walk: Phones, score: str = "itch_week") -> dict[int, Fraction | None]:
    return {week.number: week.scores[score].value for week in weekly_scores(walk.book)}


def test_each_week_has_the_mean_of_its_own_days() -> None:
    walk = walk_with(*["4"] * 7, *["8", "6", "8", "6"])

    assert values(walk) == {1: Fraction(4), 2: Fraction(7)}
    assert [week.first for week in weekly_scores(walk.book)] == [date(2026, 3, 2), date(2026, 3, 9)]


def test_a_week_with_too_few_entries_has_none_and_a_week_without_any_stands_between() -> None:
    walk = walk_with("4", "4", "4", *[""] * 11, *["2"] * 4)

    assert values(walk) == {1: None, 2: None, 3: Fraction(2)}


def test_week_0_is_the_seven_days_before_the_first_dose() -> None:
    walk = walk_with(*["5"] * 7, "1", first=date(2026, 2, 23))

    assert values(walk) == {0: Fraction(5), 1: None}


def test_a_day_that_is_years_off_makes_no_table_of_years() -> None:
    walk = walk_with(*["4"] * 4)
    walk.entered(entry("far", "2199-12-31", {"itch": "9"}, number=5))
    walk.entered(
        entry(
            "old",
            "1970-01-01",
            {"words": "It hurts."},
            number=6,
            form="diary_report",
            clock_off_seconds=-(10**9),
        )
    )

    assert {"far": "no_occasion", "old": "clock"}.items() <= {
        name: next(flag for flag in kept.flags if flag in ("no_occasion", "clock"))
        for name, kept in walk.book.entries.items()
        if kept.flags
    }.items()
    assert values(walk) == {1: Fraction(4)}


def test_without_a_day_to_trust_there_are_no_weeks() -> None:
    walk = walk_with()
    walk.entered(entry("far", "2199-12-31", {"itch": "9"}, number=1))

    assert weekly_scores(walk.book) == ()


def test_the_days_that_a_score_looked_at_are_told() -> None:
    walk = walk_with("3", "5")

    read = weekly_scores(walk.book)[0].scores["itch_week"].read
    assert read == ((date(2026, 3, 2), Fraction(3)), (date(2026, 3, 3), Fraction(5)))


def test_a_report_counts_in_the_week_of_its_day() -> None:
    walk = walk_with("4")
    told = entry("r1", "2026-03-10", {"words": "It hurts."}, number=2, form="diary_report")
    walk.entered(told)

    assert values(walk, "words_week") == {1: Fraction(0), 2: Fraction(1)}
    assert weekly_scores(walk.book)[1].scores["words_week"].read == ()


def test_answers_that_are_no_numbers_are_not_told_as_such() -> None:
    walk = walk_with("4")
    walk.entered(entry("d1", "2026-03-03", {"sore": "yes"}, number=2, form="diary_dose", visit="W0"))

    assert values(walk, "sore_week") == {1: Fraction(1)}
    assert weekly_scores(walk.book)[0].scores["sore_week"].read == ()


def test_a_score_knows_nothing_but_the_diary() -> None:
    """Else it would tell what a form of the site says to people who may not see that."""
    walk = walk_with("3", "5")
    assert "age" in walk.book.records["", "demography", 0].items
    score = weekly_scores(walk.book)[0].scores["range"]

    assert score.value is None
    assert score.read == ((date(2026, 3, 2), Fraction(3)), (date(2026, 3, 3), Fraction(5)))


def test_what_is_missing_for_a_reason_is_no_number() -> None:
    walk = walk_with("4")
    walk.entered(entry("e9", "2026-03-03", {"itch": "!refused"}, number=2))

    assert weekly_scores(walk.book)[0].scores["itch_week"].read == ((date(2026, 3, 2), Fraction(4)),)


def test_there_is_no_week_before_the_first_dose_or_without_a_diary() -> None:
    walk = Phones(study=STUDY)
    walk.screening()
    walk.join()
    walk.entered(entry("e1", "2026-03-02"))

    assert weekly_scores(walk.book) == ()
    assert weekly_scores(walk_with().book) == ()
    assert weekly_scores(replace(walk_with("4").book, study=replace(STUDY, diary=None))) == ()


def test_an_entry_kept_aside_has_no_day() -> None:
    walk = walk_with("4")
    walk.entered(entry("e9", "2026-03-04", {"itch": "a lot"}, number=2))

    assert list(diary_days(walk.book).values()) == [date(2026, 3, 2)]


def of_datasets(walk: Phones, last_day: date | None) -> tuple[list[int], list[date]]:
    """The weeks and the days that the analysis datasets have of the itch."""
    study = walk.book.study
    assert study.diary is not None
    cut = make_cut(study, frames(study, [walk.book]), last_day)
    nothing = Work(empty_frame(), study.vocabulary)
    once = replace(study.diary.scores[0], rule=rule("mean(diary_day.itch, at_least=1)"))
    week = m.Parameter("WEEK", "Week", "", score="itch_week")
    weeks = take_scores(TakeScores(week, once), nothing, cut).frame
    itch = m.Parameter("ITCH", "Itch", "", item="diary_day.itch")
    days = take_values(TakeValues(itch, None, None), nothing, cut).frame
    return weeks["ATPTN"].to_list(), days["ADT"].to_list()


def test_datasets_have_no_week_of_a_day_that_cannot_be_trusted_nor_a_day_to_come() -> None:
    walk = walk_with(*["4"] * 4)
    walk.entered(entry("far", "2199-12-31", {"itch": "9"}, number=5))
    for number in range(4):  # a phone whose clock is nine days ahead
        day = date(2026, 3, 11 + number)
        told = f"{day} 19:00"
        walk.entered(entry(f"a{number}", str(day), {"itch": "2"}, number=6 + number, at=told))

    assert of_datasets(walk, None)[0] == list(values(walk)) == [1, 2]
    weeks, days = of_datasets(walk, date(2026, 3, 6))
    assert weeks == [1]
    assert days == [date(2026, 3, day) for day in (2, 3, 4, 5)]
