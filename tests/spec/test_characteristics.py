"""Characteristics of participants: what is described and counted is what stands in the rows of the dataset, worked out here by
Python's own statistics and by hand."""

import statistics
from fractions import Fraction

import pytest
from tests.spec.analysis_data import TWO_ARMS, make_person, study_files, tell

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.told import Told
from trialwright.analysis.page import Person, Provenance, Report
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.report import make_dataset
from trialwright.analysis.run import run
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames
from trialwright.study.load import load
from trialwright.study.model import Study

MADE = Provenance("2027-03-17T08:00:00.000000Z", "ab" * 32, "0.1.0")
DATASETS = """
datasets:
  ADSL:
    label: Subject level
    class: ADSL
    columns:
      BASESCO: {label: Score at Baseline, rule: baseline(score.total)}
      SIDES: {label: Score in Whole Points, rule: round(BASESCO)}
      WHY: {label: Why Stopped, rule: end.reason, codes: {harm: ADVERSE EVENT}}
      GROUP: {label: Group, rule: '"high" if BASESCO > 9 else "low"'}
      RESPFL: {label: Responders, population: responders, flag: true}
      FASFL: {label: Full Set, population: full}
      TRTSDT: {label: First Dose, rule: first_dose}
      DAYS: {label: Time in the Study, rule: 'days(TRTSDT, end.date)'}
  ADSCORE:
    label: Scores
    class: BDS
    parameters:
      SCORE: {label: Total score, item: score.total}
"""
PLAN = """
populations:
  full: {label: Full set, rule: 'any(dose, where=given)'}
  responders: {label: Responders, rule: 'at(W16, score_90)', within: full}
analyses:
  base: {label: Baseline, method: characteristics, topic: demographics, dataset: ADSL, population: full, VARIABLES}
"""
VARIABLES = "variables: [BASESCO, SIDES, WHY, GROUP, RESPFL, FASFL, DAYS], options: {counted: SIDES}"


def made(variables: str = VARIABLES, arms: str | None = None, datasets: str = DATASETS) -> Study:
    files = study_files(**({"arms": arms, "model": "Parallel"} if arms else {}))
    files["datasets.yaml"] = datasets.encode()
    files["analysis.yaml"] = PLAN.replace("VARIABLES", variables).encode()
    loaded = load(files, {})
    assert loaded.study is not None, [one.text for one in loaded.problems if one.severity == "error"]
    return loaded.study


PEOPLE = (
    tell("01", "10.0", W16="1.0", ended=120),
    tell("02", "12.5", W16="9.0", stopped=("harm", 115)),
    tell("03", "7.5", stopped=("moved", 40)),
    tell("04", "9.0", W16="0.5"),
    tell("05", "30.0", dosed=False),
)


def dataset_of(*people, study: Study | None = None) -> ResultsDataset:
    study = study or made()
    records = {
        book.participant: Person(book, events) for book, events in (make_person(study, one) for one in people)
    }
    books = {name: person.book for name, person in records.items()}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books)
    return make_dataset(Report(study, results, records, MADE))


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    return dataset_of(*PEOPLE)


def document_of(dataset: ResultsDataset, study: Study, language: str = "en") -> Document:
    return make_document(Told(study, dataset, translation(language), language))


def shown_table(dataset: ResultsDataset, study: Study, language: str = "en") -> list[list[str]]:
    document = document_of(dataset, study, language)
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.number == "14.1.4")
    return [[show(cell, dataset, document.words) for cell in row] for row in table.rows]


def test_values_are_described(dataset: ResultsDataset) -> None:
    values = [10.0, 12.5, 7.5, 9.0]  # of the four with a dose
    lower, upper = (7.5 + 9.0) / 2, (10.0 + 12.5) / 2  # of an even number, each half's own median
    expected = {
        "n": 4,
        "mean": statistics.fmean(values),
        "sd": statistics.stdev(values),
        "median": statistics.median(values),
        "q1": lower,
        "q3": upper,
        "min": 7.5,
        "max": 12.5,
    }
    for name, value in expected.items():
        one = dataset.by_id[f"base/BASESCO:{name}"]
        assert one.value == pytest.approx(value), name
        assert one.participants == ("p01", "p02", "p03", "p04")


ANSWERS = [
    # variable, answer, who; of whom nothing is known
    ("WHY", "ADVERSE EVENT", "02"),
    ("WHY", "no_effect", ""),
    ("WHY", "moved", "03"),
    ("WHY", "death", ""),
    ("GROUP", "high", "01 02"),
    ("GROUP", "low", "03 04"),
    ("RESPFL", "Y", "01 04"),
    ("RESPFL", "N", "02 03"),
    ("FASFL", "Y", "01 02 03 04"),
    ("FASFL", "N", ""),
    ("SIDES", "8", "03"),
    ("SIDES", "9", "04"),
    ("SIDES", "10", "01"),
    ("SIDES", "13", "02"),
]


@pytest.mark.parametrize(("variable", "answer", "who"), ANSWERS)
def test_answers_are_counted(dataset: ResultsDataset, variable: str, answer: str, who: str) -> None:
    (one,) = (
        row
        for row in dataset.of("base")
        if (row.parameter, row.category, row.statistic) == (variable, (answer,), "count")
    )

    assert one.participants == tuple(f"p{code}" for code in who.split())
    assert (one.value, one.n) == (len(who.split()), 4)


def test_no_other_answer_is_counted(dataset: ResultsDataset) -> None:
    counted = [(one.parameter, *one.category) for one in dataset.of("base") if one.statistic == "count"]

    assert counted == sorted(((variable, answer) for variable, answer, _ in ANSWERS), key=counted.index)


MISSING = [("BASESCO", ""), ("WHY", "01 04"), ("RESPFL", ""), ("DAYS", "04")]


@pytest.mark.parametrize(("variable", "who"), MISSING)
def test_what_is_missing_is_counted_by_itself(dataset: ResultsDataset, variable: str, who: str) -> None:
    one = dataset.by_id[f"base/{variable}:missing"]

    assert one.participants == tuple(f"p{code}" for code in who.split())


def test_answers_and_the_missing_add_up(dataset: ResultsDataset) -> None:
    for variable in ("WHY", "GROUP", "RESPFL", "FASFL", "SIDES"):
        rows = [one for one in dataset.of("base") if one.parameter == variable]
        parts = [one.value for one in rows if one.statistic in ("count", "missing")]
        assert sum(part for part in parts if part is not None) == dataset.by_id["base:people"].value


def test_a_number_names_the_events_that_its_rule_reads(dataset: ResultsDataset) -> None:
    one = dataset.by_id["base/BASESCO:mean"]
    book, events = make_person(made(), PEOPLE[0])
    score = book.records["W0", "score", 0].items["total"].sequence

    assert f"p01:{score}" in one.events
    assert len([event for event in one.events if event.startswith("p01:")]) == 1
    assert len(events) > 5


def test_the_table_shows_them(dataset: ResultsDataset) -> None:
    rows = shown_table(dataset, made())

    assert rows[:7] == [
        ["Participants", "4"],
        ["Score at Baseline", ""],
        ["– n", "4"],
        ["– Mean (standard deviation)", "9.75 (2.102)"],
        ["– Median", "9.50"],
        ["– Quartiles", "8.25 – 11.25"],
        ["– Minimum and maximum", "7.5 – 12.5"],
    ]
    why = rows.index(["Why Stopped", ""])
    assert rows[why + 1 : why + 6] == [
        ["– Adverse event", "1 (25.0 %)"],
        ["– Lack of effect", "0"],
        ["– Moved away", "1 (25.0 %)"],
        ["– Death", "0"],
        ["– Missing", "2 (50.0 %)"],
    ]
    assert ["Time in the Study, days", ""] in rows


def test_the_words_of_the_program_are_chinese_in_a_chinese_report(dataset: ResultsDataset) -> None:
    rows = shown_table(dataset, made(), "zh-Hans")

    assert rows[0] == ["受试者", "4"]
    assert ["– 均值（标准差）", "9.75 (2.102)"] in rows
    assert ["– 缺失", "2 (50.0 %)"] in rows


def test_every_statistic_of_it_is_shown(dataset: ResultsDataset) -> None:
    document = document_of(dataset, made())
    (table,) = (one for one in document.displays() if one.number == "14.1.4")
    shown = {one for row in table.rows for cell in row[1:] if cell for one in cell.results}
    hidden = {one.id for one in dataset.of("base") if one.statistic == "missing" and not one.value}

    assert shown | hidden == {one.id for one in dataset.of("base")}


def test_arms_stand_side_by_side() -> None:
    study = made(arms=TWO_ARMS)
    dataset = dataset_of(
        tell("01", "10.0", arm="A"), tell("02", "12.0", arm="B"), tell("03", "14.0", arm="B"), study=study
    )
    rows = shown_table(dataset, study)

    assert rows[0] == ["Participants", "1", "2"]
    assert rows[3] == ["– Mean (standard deviation)", "–", "13.00 (1.414)"]
    assert dataset.by_id["base/BASESCO/B:mean"].value == Fraction(13)
    assert dataset.by_id["base/BASESCO/A:sd"].lacking == "not_estimable"


def test_of_nobody_there_is_no_mean() -> None:
    dataset = dataset_of(tell("01", "10.0", dosed=False))

    assert dataset.by_id["base/BASESCO:mean"].lacking == "nobody"
    assert dataset.by_id["base/BASESCO:n"].value == 0
    assert shown_table(dataset, made())[0] == ["Participants", "0"]


MISTAKES = [
    ("dataset: ADSCORE, variables: [AVAL]", "reads a dataset of class ADSL; ADSCORE is of another"),
    ("variables: [TRTSDT]", "counts and describes no dates; leave TRTSDT out"),
    ("variables: [BASESCO], options: {counted: OTHER}", "names “OTHER”, which is none of BASESCO"),
    ("variables: [NONE]", "has no variable “NONE”"),
]


@pytest.mark.parametrize(("variables", "said"), MISTAKES)
def test_what_it_cannot_do_is_said_before_there_are_data(variables: str, said: str) -> None:
    plan = variables if "dataset:" in variables else f"dataset: ADSL, {variables}"
    files = study_files()
    files["datasets.yaml"] = DATASETS.encode()
    files["analysis.yaml"] = PLAN.replace("dataset: ADSL, ", "").replace("VARIABLES", plan).encode()
    study = load(files, {}).study
    assert study is not None

    (problem,) = check_analyses(study)["base"]
    assert said in problem.text


SINCE = """
      SINCE: {label: Days to the End, rule: 'days(earliest(end.date), latest(end.date))'}
  ADSCORE:"""
NOTES = {
    "en": (
        "Days to the End: Days from the earliest possible day of the last day to the latest possible day of the last day. Of a date known in part the first day of its month or year counts.",
        "Days to the End: Days from the earliest possible day of the last day to the latest possible day of the last day. Of a date known in part the last day of its month or year counts.",
    ),
    "zh-Hans": (
        "Days to the End：Last day的最早可能日期至Last day的最晚可能日期的天数。日期仅部分已知时，取该月或该年的第一天。",
        "Days to the End：Last day的最早可能日期至Last day的最晚可能日期的天数。日期仅部分已知时，取该月或该年的最后一天。",
    ),
}


@pytest.mark.parametrize("language", NOTES)
def test_what_a_date_known_in_part_does_is_said_under_the_table(language: str) -> None:
    study = made("variables: [SINCE, DAYS]", datasets=DATASETS.replace("\n  ADSCORE:", SINCE))
    document = document_of(dataset_of(tell("01", "9.0", ended=30), study=study), study, language)
    (table,) = (one for one in document.displays() if one.title == "Baseline")

    assert tuple(one for one in table.notes if one.startswith("Days to the End")) == NOTES[language]
    assert not [one for one in table.notes if one.startswith("Time in the Study")]
