"""Profiles: each day and value as it was entered, one picture a participant, and nothing of anybody else in it."""

import xml.etree.ElementTree as ET

import pytest
from tests.spec.labs_study import DATASETS, labs_report, labs_study, labs_told, subject

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.profile_picture import Part, Span, Strip, fitted, render_profile
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.svg import Titled, text_width

LINE = "page: {label: Profile, method: profiles, dataset: ADSCORE, parameters: [SCORE], population: full, options: {doses: ADDOSE ASTDT, events: ADEVENT TERM ASTDT AENDT, laboratory: ADLB}}"
STUDY = labs_study(LINE)
PEOPLE = (
    subject(
        "01",
        ("Rash <b>", 12, 20),
        ("Cough", 30, None),
        ("Pollen", -200, -150),
        SCR="total=20 alt=20",
        W0="total=9",
        W12="total=2 alt=99 ast=5",
        W16="alt=9",
    ),
    subject("02", W0="total=5"),
    subject("03", ("Fever", 3, 4), dosed=False, W0="total=7"),
)
SVG = "{http://www.w3.org/2000/svg}"


def figures_of(people=PEOPLE, language="en", study=STUDY):
    displays = make_document(labs_told(study, people, language)).displays()
    return {one.title: one for one in displays if one.title.startswith("Profile")}


def test_a_profile_has_what_was_entered_by_study_day():
    figures = figures_of()

    assert list(figures) == ["Profile: 01", "Profile: 02"]
    assert figures["Profile: 01"].alt == (
        "Total score: 20 (-10), 9 (1), 2 (85); Doses: 1 85; "
        "Adverse events: Pollen -200 – -150, Rash <b> 12 – 20, Cough 30 – ?; "
        "Values out of range: ALT in blood H 85 L 113, AST in blood L 85"
    )
    assert figures["Profile: 02"].alt == "Total score: 5 (1); Doses: 1"


def test_every_point_is_of_its_participant_and_has_its_event():
    report = labs_report(STUDY, PEOPLE)
    (result,) = report.results.analyses

    for point in result.points:
        assert len(point.events) >= 1
        assert all(one.startswith(f"{point.participant}:") for one in point.events)
    assert {point.participant for point in result.points} == {"p01", "p02"}
    results = figures_of()["Profile: 02"].results
    assert results
    assert all(one.startswith("page/") and "/p02:" in one for one in results)


def test_the_picture_is_well_formed_and_shows_what_began_before_it():
    root = ET.fromstring(str(figures_of()["Profile: 01"].drawing))
    texts = [one.text for one in root.iter(f"{SVG}text")]
    bars = [one for one in root.iter(f"{SVG}rect") if "x" in one.attrib]
    arrows = list(root.iter(f"{SVG}polygon"))

    assert "Rash <b>" in texts
    assert texts.count("H") == 1
    assert texts.count("L") == 2
    assert len(bars) == 3
    assert len(arrows) == 1  # one began before
    assert texts.count("?") == 1  # of one the end is not known
    assert all(float(one.attrib["x"]) >= 220 for one in bars)


def test_only_what_is_recorded_as_ongoing_goes_on():
    """GOESFL is Y of the cough alone."""
    datasets = DATASETS + '      GOESFL: {label: Goes On, rule: term == "Cough", flag: true}\n'
    study = labs_study(LINE.replace("ASTDT AENDT", "ASTDT AENDT GOESFL"), datasets)
    figure = figures_of((subject("01", ("Cough", 30, None), ("Cold", 40, None), W0="total=9"),), study=study)[
        "Profile: 01"
    ]
    root = ET.fromstring(str(figure.drawing))

    assert "Adverse events: Cough 30 –, Cold 40 – ?" in figure.alt
    assert len(list(root.iter(f"{SVG}polygon"))) == 1
    assert [one.text for one in root.iter(f"{SVG}text")].count("?") == 1


def test_it_is_said_in_chinese():
    figure = figures_of(language="zh-Hans")["Profile: 01"]

    assert "不良事件" in figure.alt
    assert "超出正常值界限的数值" in figure.alt


@pytest.mark.parametrize(("letters", "is_cut"), [(10, False), (33, False), (50, False), (90, True)])
def test_the_column_of_names_is_as_wide_as_the_longest(letters, is_cut):
    """Up to a width at which the picture would be names alone."""
    strip = Strip("n" * letters, (Span(1, 9),))
    root = ET.fromstring(str(render_profile(Titled("f", "t", "d"), (), (Part("Events", (strip,)),), "Day")))
    named = next(one for one in root.iter(f"{SVG}text") if str(one.text).startswith("nn"))
    (bar,) = (one for one in root.iter(f"{SVG}rect") if "x" in one.attrib)

    assert str(named.text).endswith("…") == is_cut
    assert float(named.attrib["x"]) + text_width(str(named.text), 11) <= float(bar.attrib["x"])
    right = max(float(one.attrib["x"]) + text_width(str(one.text), 11) / 2 for one in root.iter(f"{SVG}text"))
    assert right <= float(root.attrib["width"])


def test_a_long_name_is_cut():
    assert fitted("Upper respiratory tract infection", 60, 11) == "Upper re…"
    assert fitted("Rash", 60, 11) == "Rash"


REFUSED = [
    (LINE.replace("ADEVENT TERM ASTDT AENDT", "ADEVENT TERM"), "span-not-read"),
    (LINE.replace("ADEVENT TERM", "ADEVENTS TERM"), "span-not-read"),
    (LINE.replace("AENDT", "AENDY"), "unknown-variable"),
    (LINE.replace("AENDT", "AENDT GOESFL"), "unknown-variable"),
    (LINE.replace("ADEVENT TERM ASTDT AENDT", "ADSL SITEID TRTSDT ENDDT"), "dataset-of-another-class"),
    (LINE.replace("ADDOSE ASTDT", "ADDOSE"), "mark-not-read"),
    (LINE.replace("laboratory: ADLB", "laboratory: ADLAB"), "mark-not-read"),
    (LINE.replace("laboratory: ADLB", "laboratory: ADSCORE"), "dataset-without"),
    (LINE.replace("dataset: ADSCORE, parameters: [SCORE]", "dataset: ADLB, parameters: [WORD]"), "parameter-no-number"),
    (LINE.replace("dataset: ADSCORE, parameters: [SCORE]", "dataset: ADDOSE"), "dataset-of-another-class"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code"), REFUSED)
@pytest.mark.unmeasured
def test_what_cannot_be_shown_is_refused(line, code):
    assert [one.code for one in check_analyses(labs_study(line))["page"]] == [code]


def test_a_start_that_is_no_date_is_said():
    study = labs_study(LINE.replace("TERM ASTDT", "ASTDT TERM"))
    problems = labs_report(study, PEOPLE).results.problems

    assert [one.code for one in problems if one.severity == "error"] == ["variable-no-date"]
    assert figures_of(study=study) == {}
