"""What the page of progress tells of safety: to whom, of which endpoints, over which arms."""

from dataclasses import replace
from datetime import date

from tests.spec.analysis_data import ANALYSIS_YAML, TWO_ARMS, make_person, make_study, tell

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.commands import Actor
from trialwright.ledger.visible import visible
from trialwright.study.model import Study
from trialwright.web.progress.results import results_to_date, safety_analyses, safety_to_date

TODAY = date(2028, 1, 1)
AREAS = frozenset({"forms"})
SAFETY = ANALYSIS_YAML.replace(
    "{label: Stopped early, estimand", "{label: Stopped early, topic: serious events, estimand"
)
PEOPLE = (
    tell("01", "10.0", arm="A", W16="1.0"),
    tell("02", "10.0", arm="B", stopped=("harm", 60)),
    tell("03", "10.0", arm="B", W16="0.0"),
)


def two_arms(analysis: str = SAFETY) -> tuple[Study, tuple[Casebook, ...]]:
    study = make_study(arms=TWO_ARMS, analysis=analysis)
    study = replace(study, design=replace(study.design, blinded=("coordinator",)))
    return study, tuple(make_person(study, told)[0] for told in PEOPLE)


def counts(study: Study, books: tuple[Casebook, ...]) -> list[tuple[str, str, int, int]]:
    found = safety_to_date(study, books, AREAS, TODAY)
    return [(one.label, one.arm, one.responders, one.n) for one in found]


def test_all_arms_are_one_and_a_blinded_role_is_told_the_same() -> None:
    study, books = two_arms()
    nurse = Actor("n", "coordinator", "")
    seen = tuple(visible(book, actor=nurse) for book in books)

    assert [book.arm for book in seen] == [None, None, None]
    assert counts(study, books) == [("Stopped early", "", 1, 3)]
    assert counts(study, seen) == [("Stopped early", "", 1, 3)]


def test_who_may_not_read_the_forms_is_not_told_what_stands_in_them() -> None:
    study, books = two_arms()

    assert safety_to_date(study, books, frozenset({"adverse_events"}), TODAY) == ()


def test_what_is_told_by_the_forms_of_efficacy_is_a_result_whatever_it_is_called() -> None:
    """A score of 0 under a safety topic is still a look at the score."""
    study, books = two_arms(
        SAFETY.replace(
            "{label: Score 100 at week 16,", "{label: Score 100 at week 16, topic: adverse events,"
        )
    )

    assert [*safety_analyses(study)] == ["stop"]
    results = {(one.label, one.arm): (one.responders, one.n) for one in results_to_date(study, books, TODAY)}
    assert results["Score 100 at week 16", "B"] == (1, 2)
    assert results["Score 90 at week 16", "A"] == (1, 1)
    assert not any(label == "Stopped early" for label, _ in results)


def test_two_analyses_of_one_endpoint_are_not_added_up() -> None:
    twice = SAFETY.replace(
        "analyses:\n",
        "analyses:\n  again: {label: Stopped early, topic: adverse events, estimand: stop, method: one_proportion}\n",
    )
    study, books = two_arms(twice)

    assert counts(study, books) == [("Stopped early", "", 1, 3)] * 2
