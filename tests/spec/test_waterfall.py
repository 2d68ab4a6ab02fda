"""A waterfall: whose bar is where, which value it is of, and which events stand behind it."""

import xml.etree.ElementTree as ET

import pytest
from tests.spec.labs_study import SCHEDULE, labs_report, labs_study, labs_told, result_of, subject

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.plan_check import check_analyses

pytestmark = pytest.mark.unmeasured

AT = "fall: {label: Fall, method: waterfall, dataset: ADSCORE, parameters: [SCORE], flags: [ANL01FL], visits: [W16], population: full, options: {lines: -50}}"
BEST = AT.replace("visits: [W16], ", "").replace("lines: -50", "best: lowest")
PEOPLE = (
    subject("01", W0="total=10", W12="total=1", W16="total=4"),  # -60; at best -90, at week 12
    subject("03", W0="total=10", W16="total=15"),  # +50
    subject("02", W0="total=20", W12="total=8", W16="total=8"),  # -60, first at week 12
    subject("04", W0="total=10", W12="total=9"),
    subject("05", W16="total=3"),  # no baseline
    subject("06", W0="total=10", W16="total=10"),  # 0
    subject("07", W0="total=10", W16="total=1", dosed=False),
)
SVG = "{http://www.w3.org/2000/svg}"


def figure_of(line, people=PEOPLE, language="en"):
    document = make_document(labs_told(labs_study(line), people, language))
    return next((one for one in document.displays() if one.title == "Fall"), None)


@pytest.mark.parametrize(
    ("line", "bars"),
    [
        (AT, "03: 50.0; 06: 0.0; 01: -60.0; 02: -60.0"),
        (BEST, "03: 50.0; 06: 0.0; 04: -10.0; 02: -60.0; 01: -90.0"),
        (BEST.replace("lowest", "highest"), "03: 50.0; 06: 0.0; 04: -10.0; 01: -60.0; 02: -60.0"),
        (
            AT.replace("visits", "variables: [CHG], visits"),
            "03: 5.0; 06: 0.0; 01: -6.0; 02: -12.0",
        ),
    ],
)
def test_bars_go_from_the_highest_to_the_lowest_and_equals_by_code(line, bars):
    assert figure_of(line).alt == bars
    assert figure_of(line, tuple(reversed(PEOPLE))).alt == bars


def test_a_bar_is_of_the_first_of_equal_values():
    points = {one.participant: one for one in result_of(labs_study(BEST), PEOPLE, "fall").points}

    assert (points["p02"].visit, points["p02"].day) == ("W12", 85)
    assert len(points["p02"].events) == 2  # the value and the baseline


def test_every_bar_is_drawn_on_its_side_of_0():
    root = ET.fromstring(str(figure_of(AT).drawing))
    bars = [one for one in root.iter(f"{SVG}rect") if "x" in one.attrib]
    tops = [float(one.attrib["y"]) for one in bars]
    (zero,) = (
        float(one.attrib["y1"]) for one in root.iter(f"{SVG}line") if one.attrib["stroke-width"] == "1.2" and "stroke-dasharray" not in one.attrib
    )  # fmt: skip
    assert len(bars) == 4
    assert tops[0] < zero
    assert tops[1:] == pytest.approx([zero] * 3, abs=0.1)
    height = float(bars[0].attrib["height"]) / 50
    assert float(bars[2].attrib["height"]) == pytest.approx(60 * height, abs=0.2)


def test_who_has_no_value_is_named():
    (note,) = (one for one in figure_of(AT).notes if "one bar a participant" in one)

    assert note == "Total score, Week 16: one bar a participant (n = 4). Without a value: 04, 05."
    assert "（n = 4）。无数值者：04、05。" in "".join(figure_of(AT, language="zh-Hans").notes)


def test_where_nobody_has_a_value_there_is_no_figure():
    assert figure_of(AT, PEOPLE[4:5]) is None


def test_a_value_before_the_baseline_is_no_best_value():
    """The screening has days of its own in the analysis, and a lower value than any after the baseline."""
    schedule = SCHEDULE.replace(
        "SCR: {label: Screening, day: -28..-1}",
        "SCR: {label: Screening, day: -28..-1, analysis_days: -28..-1}",
    )
    people = (
        subject("01", SCR="total=1", W0="total=10", W12="total=5"),
        subject("02", SCR="total=1", W0="total=10"),
    )
    (point,) = result_of(labs_study(BEST, schedule=schedule), people, "fall").points

    assert (point.participant, point.visit, point.value) == ("p01", "W12", -50)


REFUSED = [
    (AT.replace("options: {lines: -50}", "options: {best: lowest}"), "visit-or-best"),
    (AT.replace("visits: [W16], ", ""), "visit-or-best"),
    (AT.replace("[W16]", "[W12, W16]"), "visit-or-best"),
    (AT.replace("lines: -50", "lines: low"), "word-not-read"),
    (BEST.replace("lowest", "least"), "word-not-read"),
    (AT.replace("visits", "variables: [AVAL], visits"), "word-not-read"),
    (AT.replace("visits", "variables: [CHG, PCHG], visits"), "only-one"),
    (AT.replace("ANL01FL", "ABLFL"), "several-values"),
]


@pytest.mark.parametrize(("line", "code"), REFUSED)
def test_what_has_no_single_bar_is_refused(line, code):
    study = labs_study(line)

    assert [one.code for one in check_analyses(study)["fall"]] == [code]
    assert labs_report(study, PEOPLE).results.analyses == ()
