"""Time on study: each lane and mark by hand from the days that were entered, and who is still in the study."""

import xml.etree.ElementTree as ET

import pytest
from tests.spec.analysis_data import day
from tests.spec.labs_study import DATASETS, labs_files, labs_report, labs_study, labs_told, subject

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.swimmer import LANES
from trialwright.analysis.plan_check import check_analyses
from trialwright.study.load import load

LINE = "lanes: {label: Lanes, method: swimmer, dataset: ADSL, variables: [TRTSDT, ENDDT], population: full, options: {doses: ADDOSE ASTDT, response: ADSCORE LOW ANL01FL, stop: ADSL ENDDT}}"
STUDY = labs_study(LINE)
PEOPLE = (
    subject("01", W0="total=9", W12="total=2", W16="total=1", ended=130),
    subject("02", W0="total=9", W16="total=5"),
    subject("03", W0="total=9", UNS_1=(40, "total=0"), ended=130),  # in no window: not the row that counts
    subject("04", dosed=False, ended=10),
)
SVG = "{http://www.w3.org/2000/svg}"


def points_of(people=PEOPLE, cut=None):
    report = labs_report(STUDY, people, cut)
    (result,) = (one for one in report.results.analyses if one.id == "lanes")
    return {(one.participant, one.parameter): one.day for one in result.points}, result


def test_marks_are_the_study_days_that_were_entered():
    days, result = points_of()

    assert days == {
        ("p01", "doses#1"): 1,
        ("p01", "doses#2"): 85,
        ("p01", "response"): 85,  # the first of two
        ("p01", "stop"): 130,
        ("p01", "ended"): 130,
        ("p02", "doses#1"): 1,
        ("p02", "ongoing"): 1,  # nothing later is marked, and there is no data cut
        ("p03", "doses#1"): 1,
        ("p03", "stop"): 130,
        ("p03", "ended"): 130,
    }
    assert {row.statistic: row.participants for row in result.rows} == {
        "n": ("p01", "p02", "p03"),
        "without": (),
        "end_not_known": (),
    }
    assert all(one.events for one in result.points if one.parameter != "ongoing")


@pytest.mark.parametrize("last", [60, 300])
def test_who_has_not_ended_is_in_the_study_at_the_data_cut(last):
    days, _ = points_of(cut=day(last))

    assert days["p02", "ongoing"] == last


def test_the_longest_lane_stands_first_and_equals_by_code():
    told = labs_told(STUDY, tuple(reversed(PEOPLE)))
    (figure,) = (one for one in make_document(told).displays() if one.title == "Lanes")

    assert figure.alt == (
        "01: to day 130, Dose 1 85, At most 2 points 85, Treatment stopped early 130; "
        "03: to day 130, Dose 1, Treatment stopped early 130; 02: in the study at day 1, Dose 1"
    )
    assert set(figure.results) == {one.id for one in told.dataset.of("lanes") if one.statistic == "value"}


def test_a_mark_stands_over_its_day():
    (figure,) = (one for one in make_document(labs_told(STUDY, PEOPLE)).displays() if one.title == "Lanes")
    root = ET.fromstring(str(figure.drawing))
    lanes = [one for one in root.iter(f"{SVG}rect") if "x" in one.attrib]
    response = next(root.iter(f"{SVG}circle"))  # the second is of the legend
    start, width = (float(lanes[0].attrib[one]) for one in ("x", "width"))

    assert len(lanes) == 3
    assert (float(response.attrib["cx"]) - start) / width == pytest.approx(85 / 130, abs=0.001)


def test_more_lanes_than_one_picture_holds_stand_in_the_next():
    people = tuple(subject(f"{number:03}", ended=100) for number in range(LANES + 3))
    figures = [one for one in make_document(labs_told(STUDY, people)).displays() if one.title == "Lanes"]

    assert [one.alt.count("to day") for one in figures] == [LANES, 3]


def test_it_is_said_in_chinese():
    (figure,) = (
        one for one in make_document(labs_told(STUDY, PEOPLE, "zh-Hans")).displays() if one.title == "Lanes"
    )
    assert "02：第 1 天仍在研究中" in figure.alt
    assert "每条泳道" in "".join(figure.notes)


def test_who_left_on_an_unknown_day_has_no_arrow_and_is_named():
    """02 left: when is not recorded, and the last that is known is the dose of week 12."""
    files = labs_files(LINE)
    files["study.yaml"] = files["study.yaml"].replace(b"ended: known(end.date)", b"ended: known(end.stopped)")
    study = load(files, {}).study
    people = (subject("01", W12="total=2", ended=130), subject("02", W12="total=9", ended=0), subject("03"))
    told = labs_told(study, people)
    (figure,) = (one for one in make_document(told).displays() if one.title == "Lanes")

    assert "02: last mark on day 85, the last day is not known" in figure.alt
    assert "03: in the study at day 1" in figure.alt
    arrows = list(ET.fromstring(str(figure.drawing)).iter(f"{SVG}polygon"))
    assert len(arrows) == 1  # of 03
    assert "Left the study on a day that is not known, and drawn to the last mark: 02." in figure.notes


REFUSED = [
    (LINE.replace("[TRTSDT, ENDDT]", "[TRTSDT]"), "first-and-last-day"),
    (LINE.replace("ADDOSE ASTDT", "ADDOSE"), "mark-not-read"),
    (LINE.replace("ADDOSE ASTDT", "ADDOZE ASTDT"), "mark-not-read"),
    (LINE.replace("ADDOSE ASTDT", "ADDOSE ADT"), "unknown-variable"),
    (LINE.replace("ADSCORE LOW ANL01FL", "ADSCORE HIGH"), "unknown-parameter"),
    (LINE.replace("LOW ANL01FL", "LOW ANL09FL"), "unknown-variable"),
    (LINE.replace("ADSCORE LOW ANL01FL", "ADSCORE SCORE"), "mark-no-truth"),
    (LINE.replace("ADSCORE LOW ANL01FL", "ADLB WORD"), "mark-no-truth"),
    (LINE.replace("dataset: ADSL, variables: [TRTSDT, ENDDT]", "dataset: ADSCORE, variables: [ADT, ADT]"), "dataset-of-another-class"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code"), REFUSED)
@pytest.mark.unmeasured
def test_what_cannot_be_marked_is_refused(line, code):
    study = labs_study(line)

    assert [one.code for one in check_analyses(study)["lanes"]] == [code]


@pytest.mark.parametrize(
    "mark", ["event: ADDV ASTDT", "stop: ADEVENT AENDT AENDTF", "response: ADLB CRIT ABLFL"]
)
def test_variables_that_steps_make_can_be_named(mark):
    """ADDV is made of deviations; of ADEVENT the flag of a date; CRIT is no parameter, but ABLFL is a variable."""
    datasets = DATASETS + "  ADDV: {label: Deviations, class: OCCDS, made_from: deviations}\n"
    files = {
        **labs_files(
            LINE.replace("stop: ADSL ENDDT", mark).replace(
                "response: ADSCORE LOW ANL01FL, response", "response"
            )
        )
    }
    files |= {
        "datasets.yaml": datasets.encode(),
        "checks.yaml": b"high: {about: score.total, when: total > 25, ask: High., level: deviation}\n",
    }
    problems = check_analyses(load(files, {}).study)["lanes"]

    assert [one.code for one in problems] == (["unknown-parameter"] if "CRIT" in mark else [])


def test_a_variable_that_is_no_date_gives_no_picture_and_is_said():
    study = labs_study(LINE.replace("[TRTSDT, ENDDT]", "[TRTSDT, USUBJID]"))
    report = labs_report(study, PEOPLE)

    assert [one.code for one in report.results.problems if one.severity == "error"] == ["variable-no-date"]
    assert not [one for one in make_document(labs_told(study, PEOPLE)).displays() if one.title == "Lanes"]
