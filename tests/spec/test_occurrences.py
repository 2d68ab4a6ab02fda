"""Counted records: participants, records and rates are those of the rows, by hand and by SciPy's own distributions."""

from math import log

import pytest
from scipy.stats import beta, chi2
from tests.spec.analysis_data import TWO_ARMS, day, tell
from tests.spec.events_data import EVENT_DATASETS, Row, event_files, event_study, run_with_rows, with_rows

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.ard_files import read_results_json, write_results_json
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Figure, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.told import Told
from trialwright.analysis.plan_check import check_analyses
from trialwright.cli.report_data import translation
from trialwright.study.load import load

PLAN = """
analyses:
  over:
    label: Overview
    method: occurrence_overview
    topic: adverse events
    dataset: ADAE
    population: full
    flags: [TREATFL]
    variables: [AESER, ORGAN]
    options: {worst: GRADE, start: ASTDT, from: TRTSDT, to: TRTEDT, days_after: 30, until: EOSDT}
  terms:
    label: By organ and term
    method: occurrences
    topic: adverse events
    dataset: ADAE
    population: full
    flags: [TREATFL]
    variables: [ORGAN, AETERM]
  deviations: {label: Deviations, method: occurrences, topic: deviations, dataset: ADDV, population: full, variables: [DVTERM]}
"""
STUDY = event_study(PLAN)
# Doses at day 1, and nobody has a second: at risk to day 31, the end of the study, or the data cut.
PEOPLE = (
    (
        tell("01", "26.0", W16="1.0", ended=120),
        (
            Row("Itch: arms/legs", 5, "skin", "1"),
            Row("Itch: arms/legs", 20, "skin", "3"),
            Row("Cold", 8, "nose", "2"),
            Row("Before", -3, "gut", "3"),
        ),
    ),
    (tell("02", "12.5", ended=11), (Row("Cold", 10, "nose", "1", serious=True), Row("Rash", 11, "skin"))),
    (tell("03", "7.5"), (Row("Dizzy", 31),)),
    (tell("04", "9.0"), ()),
    (tell("05", "30.0", dosed=False), (Row("Cold", 3, "nose", "1"),)),
)
N = 4


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    return run_with_rows(STUDY, PEOPLE)[1]


@pytest.fixture(scope="module")
def document(dataset: ResultsDataset) -> Document:
    return make_document(Told(STUDY, dataset))


COUNTS = [
    # line, participants, records
    ("over", "01 02 03", 6),
    ("over/AESER", "02", 1),
    ("over/ORGAN=skin", "01 02", 3),
    ("over/ORGAN=gut", "", 0),
    ("over/ORGAN=nose", "01 02", 2),
    ("over/ORGAN=", "03", 1),
    ("over/GRADE=1", "02", 1),
    ("over/GRADE=2", "", 0),
    ("over/GRADE=3", "01", 1),
    ("over/GRADE=", "03", 1),
    ("terms", "01 02 03", 6),
    ("terms/ORGAN=skin", "01 02", 3),
    ("terms/AETERM=skin>Itch%3A%20arms%2Flegs", "01", 2),
    ("terms/AETERM=skin>Rash", "02", 1),
    ("terms/ORGAN=nose", "01 02", 2),
    ("terms/AETERM=nose>Cold", "01 02", 2),
    ("terms/ORGAN=", "03", 1),
    ("terms/AETERM=>Dizzy", "03", 1),
    ("deviations", "01", 1),
    ("deviations/DVTERM=Very%20high.", "01", 1),
]


@pytest.mark.parametrize(("line", "who", "records"), COUNTS)
def test_each_participant_counts_once_in_a_line_and_each_record(
    dataset: ResultsDataset, line: str, who: str, records: int
) -> None:
    participants, events = dataset.by_id[f"{line}:participants"], dataset.by_id[f"{line}:events"]

    assert participants.participants == tuple(f"p{code}" for code in who.split())
    assert (participants.value, events.value) == (len(who.split()), records)


def test_there_are_no_other_lines(dataset: ResultsDataset) -> None:
    found = {one.id.removesuffix(":events") for one in dataset.statistics if one.statistic == "events"}

    assert found == {line for line, _, _ in COUNTS}


def test_a_line_names_the_events_of_its_rows(dataset: ResultsDataset) -> None:
    book, _ = with_rows(STUDY, *PEOPLE[1])
    cold, rash = (book.records["", "event", number].items["term"].sequence for number in (1, 2))

    assert dataset.by_id["over/AESER:participants"].events == (f"p02:{cold}",)
    assert dataset.by_id["terms/AETERM=skin>Rash:events"].events == (f"p02:{rash}",)


def test_limits_are_exact(dataset: ResultsDataset) -> None:
    low, high = (dataset.by_id[f"over/ORGAN=skin:{one}"].value for one in ("low", "high"))

    assert low == pytest.approx(beta.ppf(0.025, 2, N - 2 + 1), abs=1e-9)
    assert high == pytest.approx(beta.ppf(0.975, 2 + 1, N - 2), abs=1e-9)


def test_where_nobody_had_one_the_limits_are_two_sided_as_everywhere(dataset: ResultsDataset) -> None:
    high = dataset.by_id["over/ORGAN=gut:high"]

    assert dataset.by_id["over/ORGAN=gut:low"].value == 0
    assert high.value == pytest.approx(1 - 0.025 ** (1 / N), abs=1e-9)
    assert high.level == 0.95


# Days at risk, both ends counted: 01 and 04 to 30 days after the dose of day 1; 02 to the end of the study at day 11.
DAYS = {
    "over": 5 + 10 + 31 + 31,
    "over/AESER": 31 + 10 + 31 + 31,
    "over/ORGAN=nose": 8 + 10 + 31 + 31,
    "over/ORGAN=gut": 31 + 11 + 31 + 31,
}


@pytest.mark.parametrize(("line", "days"), DAYS.items())
def test_each_is_at_risk_until_the_first(dataset: ResultsDataset, line: str, days: int) -> None:
    assert dataset.by_id[f"{line}:years"].value == pytest.approx(days / 365.25)


def test_rates_are_per_100_years_with_exact_limits(dataset: ResultsDataset) -> None:
    years = DAYS["over"] / 365.25
    found = {one: dataset.by_id[f"over:{one}"].value for one in ("rate", "rate_low", "rate_high")}

    assert found["rate"] == pytest.approx(300 / years)
    assert found["rate_low"] == pytest.approx(100 * chi2.ppf(0.025, 2 * 3) / 2 / years)
    assert found["rate_high"] == pytest.approx(100 * chi2.ppf(0.975, 2 * 3 + 2) / 2 / years)


def test_a_rate_of_nobody_has_two_sided_limits(dataset: ResultsDataset) -> None:
    years = DAYS["over/ORGAN=gut"] / 365.25

    assert dataset.by_id["over/ORGAN=gut:rate"].value == 0
    assert dataset.by_id["over/ORGAN=gut:rate_low"].value == 0
    assert dataset.by_id["over/ORGAN=gut:rate_high"].value == pytest.approx(-100 * log(0.025) / years)


# At risk from day 1 to day 31, or to the end of the study: the days of records, that of the first in the time, and how
# many are outside.
OUTSIDE = [
    ((), None, None, 0),
    ((31,), None, 31, 0),
    ((32,), None, None, 1),
    ((5, 40), None, 5, 1),
    ((40, 50), None, None, 2),
    ((1,), None, 1, 0),
    ((-3,), None, None, 1),
    ((-3, 7), None, 7, 1),
    ((11,), 11, 11, 0),
    ((12,), 11, None, 1),
]


@pytest.mark.parametrize(("days", "ended", "first", "outside"), OUTSIDE)
@pytest.mark.unmeasured
def test_only_what_began_in_the_time_at_risk_is_an_event_of_the_rate(
    days: tuple[int, ...], ended: int | None, first: int | None, outside: int
) -> None:
    study = event_study(PLAN.replace("flags: [TREATFL]", ""))
    person = tell("01", "9.0") if ended is None else tell("01", "9.0", ended=ended)
    _, dataset = run_with_rows(study, ((person, [Row("Cold", one) for one in days]),))
    years = (first or ended or 31) / 365.25
    notes = next(
        one for one in make_document(Told(study, dataset)).displays() if one.title == "Overview"
    ).notes
    said = f"Records that began outside the time at risk, and are in no rate: {outside}."

    assert dataset.by_id["over:events"].value == len(days)
    assert dataset.by_id["over:years"].value == pytest.approx(years)
    assert dataset.by_id["over:rate"].value == pytest.approx(100 * (first is not None) / years)
    assert (dataset.by_id["over:rate_low"].value == 0) == (first is None)
    assert (said in notes) == bool(outside)
    if outside:
        left = dataset.by_id["over:rate_left_out"]
        assert (left.value, left.participants, len(left.events)) == (outside, ("p01",), outside)


def test_the_time_at_risk_ends_at_the_data_cut() -> None:
    _, dataset = run_with_rows(STUDY, PEOPLE[3:4], cut=day(12))

    assert dataset.by_id["over:years"].value == pytest.approx(12 / 365.25)


def test_a_start_that_is_known_in_part_counts_from_its_first_day() -> None:
    _, dataset = run_with_rows(STUDY, ((tell("01", "9.0"), (Row("Cold", "2026-03"),)),))

    assert (
        dataset.by_id["terms:events"].value == 0
    )  # whether it began after the dose of 2 March cannot be told
    _, dataset = run_with_rows(STUDY, ((tell("01", "9.0"), (Row("Cold", "2026-04"),)),))
    assert dataset.by_id["over:years"].value == pytest.approx(31 / 365.25)


def test_of_whom_no_time_is_known_rates_leave_out_and_say_so() -> None:
    datasets = EVENT_DATASETS.replace(
        "TRTEDT: {label: Last Dose, rule: 'max(dose.date, where=given)'}",
        "TRTEDT: {label: Last Dose, rule: 'end.date'}",
    )
    study = load({**event_files(PLAN), "datasets.yaml": datasets.encode()}, {}).study
    assert study is not None
    results, dataset = run_with_rows(study, PEOPLE[:4])

    (said,) = (one.text for one in results.problems if one.code == "time-at-risk-unknown")
    assert said.endswith("participants: 2 (03, 04).")
    assert dataset.by_id["over:years"].n == 2
    assert dataset.by_id["over:rate"].participants == ("p01", "p02")
    assert dataset.by_id["over:participants"].participants == ("p01", "p02", "p03")


def test_of_an_empty_population_there_is_no_share_and_no_rate() -> None:
    _, dataset = run_with_rows(STUDY, PEOPLE[4:])
    document = make_document(Told(STUDY, dataset))

    assert dataset.by_id["over:participants"].value == 0
    assert not {"over:proportion", "over:high", "over:rate"} & set(dataset.by_id)
    rows = rows_of(dataset, document, "Overview")
    assert rows[0][:4] == ["At least one", "0", "–", "0"]


def test_it_reads_back(dataset: ResultsDataset) -> None:
    assert read_results_json(write_results_json(dataset)) == dataset


# ---------------------------------------------------------------- displays


def rows_of(dataset: ResultsDataset, document: Document, title: str) -> list[list[str]]:
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.title == title)
    return [[show(cell, dataset, document.words) for cell in row] for row in table.rows]


def test_the_overview_names_each_line(dataset: ResultsDataset, document: Document) -> None:
    rows = rows_of(dataset, document, "Overview")

    assert [row[:4] for row in rows] == [
        ["At least one", "3 (75.0 %)", "19.4 – 99.4 %", "6"],
        ["Serious", "1 (25.0 %)", "0.6 – 80.6 %", "1"],
        ["Organ", "", "", ""],
        ["– Not recorded", "1 (25.0 %)", "0.6 – 80.6 %", "1"],
        ["– Skin", "2 (50.0 %)", "6.8 – 93.2 %", "3"],
        ["– Gut", "0", "0.0 – 60.2 %", "0"],
        ["– Nose and throat", "2 (50.0 %)", "6.8 – 93.2 %", "2"],
        ["Worst of each participant: Grade", "", "", ""],
        ["– Not recorded", "1 (25.0 %)", "0.6 – 80.6 %", "1"],
        ["– Light", "1 (25.0 %)", "0.6 – 80.6 %", "1"],
        ["– Middling", "0", "0.0 – 60.2 %", "0"],
        ["– Heavy", "1 (25.0 %)", "0.6 – 80.6 %", "1"],
    ]


def test_terms_stand_within_their_class_the_most_frequent_first(
    dataset: ResultsDataset, document: Document
) -> None:
    rows = rows_of(dataset, document, "By organ and term")

    assert [row[0] for row in rows] == [
        "At least one",
        "Skin",
        "– Itch: arms/legs",
        "– Rash",
        "Nose and throat",
        "– Cold",
        "Not recorded",
        "– Dizzy",
    ]


def test_terms_have_a_dot_plot(dataset: ResultsDataset, document: Document) -> None:
    (figure,) = (
        one for one in document.displays() if isinstance(one, Figure) and one.title == "By organ and term"
    )

    assert figure.alt.split("; ")[0] == "Cold: 2 (50.0 %)"
    assert sorted(figure.alt.split("; ")[1:]) == [
        "Dizzy: 1 (25.0 %)",
        "Itch: arms/legs: 1 (25.0 %)",
        "Rash: 1 (25.0 %)",
    ]
    assert set(figure.results) <= set(dataset.by_id)


def test_the_notes_tell_what_is_counted_and_how(document: Document) -> None:
    (table,) = (one for one in document.displays() if one.title == "Overview")

    assert table.notes[1:-1] == (
        "Records with: On Treatment.",
        "Participants: those with at least one record of the line, each once. Records: all records of the line.",
        "Under the worst of each participant a participant stands in one line, with the records that are that worst; milder records of the same participant are in none, so that these lines need not add up to all records.",
        "Interval: Clopper-Pearson, 95 %.",
        "Where nobody is counted, the upper limit too is that of the two-sided interval of 95 %; as a one-sided limit its level is 97.5 %.",
        "Rate: participants with at least one per 100 years at risk, each at risk until the first; "
        "exact Poisson interval, 95 %.",
        "At risk from “First Dose” to 30 days after “Last Dose”, at most to the data cut.",
        "At risk at most to “End of the Study”, where it is known.",
        "The worst of each participant has no rate: it is known only after the time at risk, and its first record ends no such time.",
    )


def test_the_worst_of_each_participant_has_no_rate(dataset: ResultsDataset, document: Document) -> None:
    rows = rows_of(dataset, document, "Overview")
    first = next(at for at, row in enumerate(rows) if row[0].startswith("Worst of"))

    assert {tuple(row[4:]) for row in rows[first + 1 :]} == {("–", "–")}
    assert not {tuple(row[4:]) for row in rows[:first] if row[1]} & {("–", "–")}
    assert not [one for one in dataset.by_id if one.startswith("over/GRADE=") and "rate" in one]


def test_deviations_stand_with_the_people(document: Document) -> None:
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.title == "Deviations")

    assert table.number.startswith("14.1.")


def test_each_arm_has_its_own_table() -> None:
    study = event_study(PLAN, arms=TWO_ARMS, model="Parallel")
    people = (
        (tell("01", "9.0", arm="A"), (Row("Cold", 5),)),
        (tell("02", "9.0", arm="B"), ()),
        (tell("03", "9.0", arm="B"), (Row("Rash", 5),)),
    )
    _, dataset = run_with_rows(study, people)
    document = make_document(Told(study, dataset))

    assert rows_of(dataset, document, "By organ and term – Arm A")[0][1] == "1 (100 %)"
    assert rows_of(dataset, document, "By organ and term – Arm B")[0][1] == "1 (50.0 %)"
    assert [row[0] for row in rows_of(dataset, document, "By organ and term – Arm B")][-1] == "– Rash"


def test_the_chinese_report_says_it_in_chinese(dataset: ResultsDataset) -> None:
    document = make_document(Told(STUDY, dataset, translation("zh-Hans"), "zh-Hans"))

    assert rows_of(dataset, document, "Overview")[0][0] == "至少一次"


MISTAKES = [
    ("dataset: ADSL, variables: [REASON]", "reads a dataset of class OCCDS; ADSL is of another"),
    (
        "dataset: ADAE, variables: [AETERM], options: {from: TRTSDT}",
        "tells a time at risk only with to, start",
    ),
    (
        "dataset: ADAE, variables: [AETERM], options: {from: REASON, to: TRTEDT, start: ASTDT}",
        "“from” wants a date; “REASON” is no variable of ADSL that is one",
    ),
    (
        "dataset: ADAE, variables: [AETERM], options: {from: TRTSDT, to: TRTEDT, start: AETERM}",
        "“start” wants a date; “AETERM” is no variable of ADAE that is one",
    ),
    (
        "dataset: ADAE, variables: [AETERM], options: {from: TRTSDT, to: TRTEDT, start: ASTDT, days_after: many}",
        "“days_after” is a number of days, like 84, not “many”",
    ),
    ("dataset: ADAE, variables: [AETERM], options: {worst: GRADE}", "takes no option “worst”"),
]


@pytest.mark.parametrize(("keys", "said"), MISTAKES)
def test_what_it_cannot_do_is_said_before_there_are_data(keys: str, said: str) -> None:
    study = event_study(f"\nanalyses: {{a: {{label: A, method: occurrences, population: full, {keys}}}}}\n")

    (problem,) = check_analyses(study)["a"]
    assert said in problem.text


@pytest.mark.parametrize("dataset", ["ADDV", "ADAE"])
def test_the_day_of_a_record_may_be_one_that_steps_make(dataset: str) -> None:
    keys = f"dataset: {dataset}, variables: [{'DVTERM' if dataset == 'ADDV' else 'AETERM'}], options: {{from: TRTSDT, to: TRTEDT, start: ASTDT}}"
    study = event_study(f"\nanalyses: {{a: {{label: A, method: occurrences, population: full, {keys}}}}}\n")

    assert check_analyses(study)["a"] == ()


@pytest.mark.parametrize("worst", ["AETERM", "AESER", "NONE", "ORGAN"])
def test_the_worst_needs_an_order_and_no_lines_of_its_own(worst: str) -> None:
    keys = f"dataset: ADAE, variables: [ORGAN], options: {{worst: {worst}}}"
    study = event_study(
        f"\nanalyses: {{a: {{label: A, method: occurrence_overview, population: full, {keys}}}}}\n"
    )

    (problem,) = check_analyses(study)["a"]
    assert f"“{worst}” is none" in problem.text


def test_the_order_of_the_people_changes_nothing(dataset: ResultsDataset) -> None:
    _, other = run_with_rows(STUDY, PEOPLE[::-1])

    assert other.statistics == dataset.statistics


@pytest.mark.unmeasured
def test_without_its_class_each_term_counts_whoever_has_it_in_any() -> None:
    """A participant with a term in two classes counts in both, and once where the class is not asked."""
    people = ((tell("01", "9.0"), (Row("Pain", 5, "skin"), Row("Pain", 6, "gut"))),)
    _, nested = run_with_rows(STUDY, people)
    _, flat = run_with_rows(event_study(PLAN.replace("[ORGAN, AETERM]", "[AETERM]")), people)

    assert [nested.by_id[f"terms/AETERM={one}>Pain:participants"].value for one in ("skin", "gut")] == [1, 1]
    assert flat.by_id["terms/AETERM=Pain:participants"].value == 1
    assert flat.by_id["terms/AETERM=Pain:events"].value == 2
