"""Values of a dataset by analysis visit: against numbers by hand, with the events behind each, and in both languages."""

import statistics
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from tests.spec import derived_study
from tests.spec.analysis_data import ANALYSIS_YAML, make_person, study_files, tell
from tests.spec.labs_study import (
    SCHEDULE,
    by_key,
    labs_report,
    labs_study,
    labs_told,
    person,
    result_of,
    subject,
)
from tests.spec.test_displays import MADE, tables_of, texts_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Figure, Table
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.values import spot_of, spot_text, summaries
from trialwright.analysis.figures import Spot
from trialwright.analysis.page import Person, Report
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.report import make_dataset
from trialwright.analysis.run import run
from trialwright.analysis.wording import problem_text
from trialwright.datasets.frames import frames
from trialwright.study.load import load

LINE = "labs: {label: Laboratory by visit, method: summary_by_visit, dataset: ADLB, parameters: [ALT, BILI], flags: [ANL01FL], population: full, topic: laboratory}"
SCORES = "scores: {label: Scores by visit, method: summary_by_visit, dataset: ADSCORE, parameters: [SCORE], variables: [AVAL, CHG, PCHG], flags: [ANL01FL], population: full, options: {figure: mean}}"
STUDY = labs_study(f"{LINE}\n{SCORES}")
PEOPLE = (
    subject("01", SCR="alt=30 total=20", W0="alt=20 total=10", W12="alt=24 bili=7.5 total=4"),
    subject("02", SCR="alt=31", W12="alt=60", UNS_1=(80, "alt=99"), W16="alt=12"),
    subject("03", W0="total=8", W12="alt=33 bili=12.2 total=1"),
    subject("04", SCR="alt=40 total=12", W12="alt=45 total=0"),
    subject("05", SCR="alt=500", W0="alt=500", dosed=False),
)
# What stands for week 12: of 02 the value on day 85 and not that on day 80; 05 had no dose and is in no set.
ALT_AT_BASELINE = {"p01": 20, "p02": 31, "p04": 40}
ALT_AT_WEEK_12 = {"p01": 24, "p02": 60, "p03": 33, "p04": 45}


@pytest.fixture(scope="module")
def rows():
    return by_key(result_of(STUDY, PEOPLE, "labs").rows)


def test_values_are_described_as_by_hand(rows):
    values = sorted(ALT_AT_WEEK_12.values())  # 24 33 45 60
    expected = {
        "n": 4,
        "mean": 40.5,
        "sd": statistics.stdev(values),
        "median": 39,
        "q1": 28.5,
        "q3": 52.5,
        "min": 24,
        "max": 60,
    }
    assert {name: rows["ALT", "W12", name].value for name in expected} == pytest.approx(expected)
    assert rows["ALT", "baseline", "mean"].value == pytest.approx(91 / 3)


def test_a_change_is_of_those_who_have_both(rows):
    changes = [ALT_AT_WEEK_12[one] - base for one, base in ALT_AT_BASELINE.items()]  # 4 29 5
    assert rows["ALT", "W12", "chg.n"].participants == tuple(ALT_AT_BASELINE)
    assert rows["ALT", "W12", "chg.median"].value == 5
    assert rows["ALT", "W12", "chg.mean"].value == pytest.approx(statistics.mean(changes))
    assert ("ALT", "baseline", "chg.n") not in rows


def test_a_visit_for_which_the_form_is_not_planned_has_no_row_unless_the_plan_asks_for_it():
    """A value of an unscheduled visit on day 110 lies in the window of week 16, at which no laboratory is planned."""
    schedule = SCHEDULE.replace("labs:    x   x  x   x ", "labs:    x   x  x   . ")
    people = (subject("01", SCR="alt=30", W12="alt=24", UNS_1=(110, "alt=99")),)

    def visits(line: str) -> set[str]:
        study = labs_study(line, schedule=schedule)
        return {visit for _, visit, _ in by_key(result_of(study, people, "labs").rows)}

    assert visits(LINE) == {"baseline", "W12"}
    assert visits(LINE.replace("flags:", "visits: [W12, W16], flags:")) == {"W12", "W16"}


def test_a_change_of_nobody_has_its_n_alone(rows):
    assert {
        statistic for parameter, visit, statistic in rows if parameter == "BILI" and "chg" in statistic
    } == {"chg.n"}
    assert rows["BILI", "W12", "chg.n"].value == 0


def test_percent_changes_are_of_the_baseline():
    rows = by_key(result_of(STUDY, PEOPLE, "scores").rows)

    # 10 -> 4, 8 -> 1, 12 -> 0
    assert rows["SCORE", "W12", "pchg.min"].value == -100
    assert rows["SCORE", "W12", "pchg.max"].value == -60
    assert rows["SCORE", "W12", "pchg.median"].value == -87.5


def test_behind_each_number_stand_the_events_of_its_rows(rows):
    """The events are found by what was saved, and not by the dataset."""

    def saved_at(visit: str) -> set[str]:
        return {
            f"{one.book.participant}:{event.sequence}"
            for one in (person(STUDY, told) for told in PEOPLE)
            for event in one.events
            if getattr(event.body, "form", "") == "labs" and event.body.visit == visit
        }

    assert set(rows["ALT", "W12", "mean"].events) == saved_at("W12")
    both = set(rows["ALT", "W12", "chg.mean"].events)
    assert {one for one in both if one in saved_at("W12")} == {
        one for one in saved_at("W12") if not one.startswith("p03")
    }
    assert len(both - saved_at("W12")) == 3  # of each of the three, the baseline


def test_each_value_stands_for_itself():
    points = {
        (one.participant, one.visit): one
        for one in result_of(STUDY, PEOPLE, "labs").points
        if one.parameter == "ALT"
    }

    assert {who: points[who, "W12"].value for who in ALT_AT_WEEK_12} == ALT_AT_WEEK_12
    assert all(one.events and one.day is not None for one in points.values())
    assert points["p02", "W12"].day == 85


def test_order_of_participants_changes_nothing():
    one, other = (labs_told(STUDY, people).dataset for people in (PEOPLE, tuple(reversed(PEOPLE))))

    assert one.of("labs") == other.of("labs") != ()


# ---------------------------------------------------------------- display


@pytest.fixture(scope="module")
def told():
    return labs_told(STUDY, PEOPLE)


def test_the_table_has_decimals_beyond_those_collected(told):
    document = make_document(told)
    both = zip(tables_of(document), texts_of(document, told.dataset), strict=True)
    shown = {table.title: rows for table, rows in both if table.kind == "table"}

    assert shown["ALT in blood: mean, standard deviation and quartiles over time"] == [
        ["Visit", "Variable", "n", "Mean", "Standard deviation", "Median", "Lower quartile", "Upper quartile", "Minimum", "Maximum"],
        ["Baseline", "Value", "3", "30.3", "10.02", "31.0", "20.0", "40.0", "20", "40"],
        ["Week 12", "Value", "4", "40.5", "15.59", "39.0", "28.5", "52.5", "24", "60"],
        ["Week 12", "Change from baseline", "3", "12.7", "14.15", "5.0", "4.0", "29.0", "4", "29"],
        ["Week 16", "Value", "1", "12.0", "–", "12.0", "12.0", "12.0", "12", "12"],
        ["Week 16", "Change from baseline", "1", "-19.0", "–", "-19.0", "-19.0", "-19.0", "-19", "-19"],
    ]  # fmt: skip


def test_it_stands_in_the_section_of_its_topic(told):
    sections = {one.number: one for one in make_document(told).sections}

    assert "ALT in blood: mean, standard deviation and quartiles over time" in [
        one.title for one in sections["14.3.6"].blocks
    ]
    assert "Total score: mean, standard deviation and quartiles over time" in [
        one.title for one in sections["14.2"].blocks
    ]


def test_the_figure_has_the_mean_and_each_participant(told):
    (figure,) = (
        one
        for one in make_document(told).displays()
        if isinstance(one, Figure) and one.title == "Total score: mean and standard deviation over time"
    )
    root = ET.fromstring(str(figure.drawing))

    # Of 01, 03 and 04 a line each, and the mean; 02 has no score.
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 4
    assert figure.alt == "Baseline: 10.00 (2.000), n = 3; Week 12: 1.67 (2.082), n = 3"
    assert any("Mean and standard deviation of the observed values" in note for note in figure.notes)


def test_the_bar_of_a_mean_is_a_standard_deviation_to_each_side(told):
    """Of 10, 8 and 12: mean 10, standard deviation 2. Of one participant the bar has no length."""
    at = value_summaries_of(told, "scores", "SCORE")

    assert spot_of(1, at["baseline"], "mean") == Spot(1, 10, 8, 12)
    alone = value_summaries_of(labs_told(STUDY, PEOPLE[:1]), "scores", "SCORE")
    assert spot_of(1, alone["baseline"], "mean") == Spot(1, 10, 10, 10)
    assert spot_text(told, alone["baseline"], "mean", 1) == "10.00 (–), n = 1"


def course_of_scores(study):
    told = labs_told(study, PEOPLE)
    return next(
        one for one in make_document(told).displays() if "mean and standard deviation over" in one.title
    )


def test_no_bar_goes_below_the_scale_and_the_figure_says_so():
    """Of week 12 the mean is 1.67 and the standard deviation 2.08; a score of at least 0 cannot be -0.41."""
    total = STUDY.forms["score"].items["total"]
    form = replace(
        STUDY.forms["score"], items={**STUDY.forms["score"].items, "total": replace(total, low=None)}
    )
    ended, free = (
        course_of_scores(one) for one in (STUDY, replace(STUDY, forms={**STUDY.forms, "score": form}))
    )
    said = "Bars end at 0, the least value that can be entered."

    assert total.low == 0
    assert (said in ended.notes, said in free.notes) == (True, False)
    assert ("-" in texts_in(ended), "-" in texts_in(free)) == (False, True)
    assert ended.alt == free.alt


def texts_in(figure):
    return "".join(
        one.text for one in ET.fromstring(str(figure.drawing)).iter("{http://www.w3.org/2000/svg}text")
    )


def test_a_table_of_changes_says_what_the_baseline_is(told):
    said = "Baseline: the last value dated before the first dose, or on its day at Week 0, Screening."
    tables = [one for one in tables_of(make_document(told)) if one.title.endswith("quartiles over time")]
    changed = [one for one in tables if any("hange" in str(row[1]) for row in one.rows)]

    assert changed
    assert [note for one in changed for note in one.notes if note.startswith("Baseline:")] == [said] * len(
        changed
    )


def value_summaries_of(told, analysis, parameter):
    return summaries(told, STUDY.analyses[analysis], parameter, "")


def test_it_is_said_in_chinese():
    told = labs_told(STUDY, PEOPLE, "zh-Hans")
    tables = texts_of(make_document(told), told.dataset)
    rows = next(rows for rows in tables if len(rows) > 1 and rows[1][0] == "基线")

    assert rows[0][:5] == ["访视", "变量", "n", "均值", "标准差"]
    assert rows[3][1] == "较基线的变化"


def test_where_nobody_has_a_value_the_table_stands_and_says_so():
    told = labs_told(STUDY, (subject("01"),))
    document = make_document(told)
    both = zip(tables_of(document), texts_of(document, told.dataset), strict=True)
    shown = {table.title: rows for table, rows in both if table.kind == "table"}

    assert shown["ALT in blood: mean, standard deviation and quartiles over time"][1][0] == "No values"


def test_percent_changes_have_a_decimal_in_their_extremes():
    """Of 9 to 2 and 7 to 5: -77.8 % and -28.6 %, of integers."""
    people = (subject("01", W0="total=9", W12="total=2"), subject("02", W0="total=7", W12="total=5"))
    told = labs_told(STUDY, people)
    document = make_document(told)
    both = zip(tables_of(document), texts_of(document, told.dataset), strict=True)
    (rows,) = (
        rows
        for table, rows in both
        if table.title == "Total score: mean, standard deviation and quartiles over time"
        and table.kind == "table"
    )

    assert rows[4][1:3] == ["Percentage change from baseline", "2"]
    assert rows[4][-2:] == ["-77.8", "-28.6"]


@pytest.mark.parametrize(
    ("flag", "said"), [("ANL01FL", "Observed values;"), ("ANL02FL", "Values as the flags")]
)
@pytest.mark.unmeasured
def test_only_values_without_imputed_ones_are_called_observed(flag, said):
    """Of 02 no value of week 16 is there, and one that says no is imputed."""
    line = f"  chosen: {{label: Chosen, method: summary_by_visit, dataset: ADSCORE, parameters: [SCORE90], variables: [AVAL], flags: [{flag}], visits: [W16], population: full, options: {{figure: mean}}}}\n"
    files = {
        **study_files(analysis=ANALYSIS_YAML + line),
        "datasets.yaml": derived_study.DATASETS.encode(),
        "checks.yaml": derived_study.CHECKS.encode(),
    }
    study = load(files, {}).study
    people = [Person(*make_person(study, one)) for one in (tell("01", "10.0", W16="1.0"), tell("02", "10.0"))]
    books = {one.book.participant: one.book for one in people}
    results = run(study, frames(study, books.values()), rehearsal=True, books=books)
    dataset = make_dataset(Report(study, results, dict(zip(books, people, strict=True)), MADE))
    shown = [
        one
        for one in make_document(Told(study, dataset)).displays()
        if "Score 90" in one.title and any("chosen" in note for note in one.notes)
    ]

    assert [
        any(note.startswith(said) for note in one.notes)
        for one in shown
        if isinstance(one, Table) and one.kind == "table"
    ] == [True]
    (figure,) = (one for one in shown if isinstance(one, Figure))
    assert any("of the observed values" in note for note in figure.notes) is (flag == "ANL01FL")
    methods = {one.method for one in dataset.of("chosen") if one.statistic == "mean"}
    assert methods == {"observed" if flag == "ANL01FL" else "described"}


# ---------------------------------------------------------------- what is refused

REFUSED = [
    (LINE.replace(", flags: [ANL01FL]", ""), "several-values"),
    (LINE.replace("[ALT, BILI]", "[ALT, WORD]"), "parameter-no-number"),
    (LINE.replace("topic: laboratory", "variables: [BASE]"), "word-not-read"),
    (LINE.replace("topic: laboratory", "options: {figure: mode}"), "word-not-read"),
    (LINE.replace("topic: laboratory", "options: {decimals: many}"), "word-not-read"),
    (LINE.replace("ADLB, parameters: [ALT, BILI]", "ADDOSE").replace("flags: [ANL01FL], ", ""), "dataset-of-another-class"),
    ("course: {label: Course, method: by_visit, of: [score.note], population: full}", "item-no-number"),
    ("course: {label: Course, method: by_visit, of: [dose.given], population: full}", "item-no-number"),
    ("course: {label: Course, method: proportion_by_visit, of: [score.total], population: full}", "item-no-truth"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code"), REFUSED)
@pytest.mark.unmeasured
def test_what_cannot_be_summarised_is_refused_before_there_are_data(line, code):
    study = labs_study(line)
    (found,) = (found for name, found in check_analyses(study).items())

    assert [one.code for one in found] == [code]
    report = labs_report(study, PEOPLE)
    assert report.results.analyses == ()
    assert code in [one.code for one in report.results.problems]


def test_a_refusal_is_said_in_both_languages():
    told = labs_told(labs_study(REFUSED[-3][0]), PEOPLE, "zh-Hans")
    (found,) = (one for one in told.dataset.problems if one.code == "item-no-number")

    assert found.text.startswith("The method by_visit summarises numbers, and “score.note” has none")
    assert problem_text(told, found).startswith("方法 by_visit 汇总数值，而“score.note”在访视时没有数值")
