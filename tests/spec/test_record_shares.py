"""How much of what was due each participant did, described over participants."""

import statistics

import pytest
from tests.spec.analysis_data import TWO_ARMS, tell
from tests.spec.events_data import Row, event_study, run_with_rows

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.told import Told
from trialwright.analysis.plan_check import check_analyses
from trialwright.cli.report_data import translation

PLAN = """
analyses:
  done:
    label: Done
    method: record_shares
    topic: compliance
    dataset: ADAE
    population: full
    variables: [AESER]
    options: {by: ORGAN, at_least: 0.5}
"""
PEOPLE = (
    (tell("01", "9.0"), tuple(Row("A", 5, "skin", serious=is_done) for is_done in (True, True, False))),
    (tell("02", "9.0"), (Row("A", 5, "skin", serious=True), Row("A", 6, "gut"), Row("B", 7, "gut"))),
    (tell("03", "9.0"), (Row("A", 5, "gut", serious=True), Row("B", 7, serious=True))),
    (tell("04", "9.0"), ()),
    (tell("05", "9.0", dosed=False), (Row("A", 5, "gut"),)),
)
EVENTS = event_study(PLAN)


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    return run_with_rows(EVENTS, PEOPLE)[1]


def test_each_participant_has_a_share_and_these_are_described(dataset: ResultsDataset) -> None:
    shares = [2 / 3, 1 / 3, 1.0]
    found = {
        name: dataset.by_id[f"done/AESER:{name}"].value
        for name in ("n", "mean", "sd", "median", "min", "max")
    }

    assert found == pytest.approx(
        {
            "n": 3,
            "mean": statistics.fmean(shares),
            "sd": statistics.stdev(shares),
            "median": 2 / 3,
            "min": 1 / 3,
            "max": 1.0,
        }
    )
    assert (dataset.by_id["done/AESER:done"].value, dataset.by_id["done/AESER:due"].value) == (5, 8)


WITHIN = [
    # of which organ, done, due, who has at least half, of whom nothing was due
    ("skin", 3, 4, "01 02", "03 04"),
    ("gut", 1, 3, "03", "01 04"),
]


@pytest.mark.parametrize(("organ", "done", "due", "enough", "without"), WITHIN)
def test_shares_within_the_parts(
    dataset: ResultsDataset, organ: str, done: int, due: int, enough: str, without: str
) -> None:
    def found(name: str):
        return dataset.by_id[f"done/AESER={organ}:{name}"]

    assert (found("done").value, found("due").value) == (done, due)
    assert found("enough").participants == tuple(f"p{code}" for code in enough.split())
    assert found("missing").participants == tuple(f"p{code}" for code in without.split())


def test_of_nobody_there_is_no_share() -> None:
    _, dataset = run_with_rows(EVENTS, PEOPLE[3:4])

    assert dataset.by_id["done/AESER:mean"].lacking == "nobody"
    assert dataset.by_id["done/AESER:missing"].value == 1


def shown(dataset: ResultsDataset, document: Document) -> list[list[str]]:
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.title == "Done")
    assert table.number.startswith("14.1.")
    return [[show(cell, dataset, document.words) for cell in row] for row in table.rows]


def test_the_table_shows_percent(dataset: ResultsDataset) -> None:
    rows = shown(dataset, make_document(Told(EVENTS, dataset)))

    assert rows[:10] == [
        ["Participants", "4"],
        ["All that was due", ""],
        ["– n", "3"],
        ["– Mean (standard deviation)", "66.7 (33.33) %"],
        ["– Median", "66.7 %"],
        ["– Quartiles", "33.3 – 100.0 %"],
        ["– Minimum and maximum", "33.3 – 100.0 %"],
        ["– Participants with at least 50 %", "2 (66.7 %)"],
        ["– Done, of all that was due", "5 (62.5 %)"],
        ["– Participants of whom nothing was due", "1"],
    ]
    assert rows[10] == ["Gut", ""]


def test_arms_stand_side_by_side_and_chinese_is_chinese() -> None:
    study = event_study(PLAN, arms=TWO_ARMS, model="Parallel")
    people = (
        (tell("01", "9.0", arm="A"), (Row("A", 5, serious=True),)),
        (tell("02", "9.0", arm="B"), (Row("A", 5),)),
    )
    _, dataset = run_with_rows(study, people)
    rows = shown(dataset, make_document(Told(study, dataset, translation("zh-Hans"), "zh-Hans")))

    assert rows[0] == ["受试者", "1", "1"]
    assert ["– 中位数", "100.0 %", "0.0 %"] in rows


MISTAKES = [
    ("dataset: ADSL, variables: [REASON]", "reads a dataset of class OCCDS"),
    ("dataset: ADAE, variables: [AETERM]", "wants one variable that is Y or N; AETERM is none"),
    (
        "dataset: ADAE, variables: [AESER, TREATFL]",
        "wants one variable that is Y or N; AESER, TREATFL is none",
    ),
    (
        "dataset: ADAE, variables: [AESER], options: {at_least: 80}",
        "is a proportion above 0 and at most 1, like 0.8, not “80”",
    ),
    ("dataset: ADAE, variables: [AESER], options: {by: PLACE}", "names “PLACE”, which is none of"),
]


@pytest.mark.parametrize(("keys", "said"), MISTAKES)
def test_what_it_cannot_do_is_said_before_there_are_data(keys: str, said: str) -> None:
    study = event_study(f"\nanalyses: {{a: {{label: A, method: record_shares, population: full, {keys}}}}}\n")

    (problem,) = check_analyses(study)["a"]
    assert said in problem.text


def test_all_that_was_due_may_be_asked_for() -> None:
    study = event_study(PLAN.replace("at_least: 0.5", "at_least: 1"))
    _, dataset = run_with_rows(
        study, ((tell("01", "9.0"), (Row("A", 5, serious=True),)), (tell("02", "9.0"), (Row("A", 5),)))
    )
    enough = [one for one in dataset.of("done") if one.statistic == "enough" and not one.category]

    assert [one.participants for one in enough] == [("p01",)]
