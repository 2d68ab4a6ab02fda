"""Criteria of laboratory values and signals of a liver injury: each participant by hand, limits by scipy, the picture by its places."""

import xml.etree.ElementTree as ET

import pytest
from scipy.stats import binomtest
from tests.spec.labs_study import by_key, labs_report, labs_study, labs_told, result_of, subject
from tests.spec.test_displays import tables_of, texts_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.edish import Dot, EdishWords, render_edish
from trialwright.analysis.displays.model import Figure
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.svg import Titled

pytestmark = pytest.mark.unmeasured

CRITERIA = "marked: {label: Marked values, method: criteria, dataset: ADLB, variables: [CRIT1FL, CRIT2FL], flags: [ONTRTFL], population: full, topic: laboratory}"
LIVER = "liver: {label: Liver, method: liver_signals, dataset: ADLB, flags: [ONTRTFL], population: full, topic: laboratory, options: {transaminases: ALT AST, bilirubin: BILI, alkaline_phosphatase: ALP}}"
STUDY = labs_study(f"{CRITERIA}\n{LIVER}")
# Upper limits: ALT 40, AST 30, ALP 120, bilirubin 20.
PEOPLE = (
    subject(
        "01", W12="alt=120 ast=20 bili=10", W16="alt=20 bili=40.1 alp=60"
    ),  # 3 times, and later more than 2
    subject("02", W12="alt=119 ast=89 bili=50"),  # 2.975 times, and 2.5
    subject("03", W12="alt=20 ast=91 bili=40"),  # 3.03 times, and 2: no more than twice
    subject("04", W12="alt=20 ast=20 bili=9"),
    subject("05", SCR="alt=400 bili=100", W12="alt=30"),  # before the first dose, and no bilirubin after it
    subject("06", SCR="alt=20"),
    subject("07", W12="alt=400 bili=100", dosed=False),
)
LISTING = "Liver: participants in the range of Hy’s law, or with raised transaminases and no bilirubin"


@pytest.fixture(scope="module")
def counted():
    return by_key(result_of(STUDY, PEOPLE, "liver").rows)


def test_each_participant_is_in_one_quadrant(counted):
    found = {statistic: row.participants for (_, _, statistic), row in counted.items()}

    assert found == {
        "n": ("p01", "p02", "p03", "p04"),
        "hys_law": ("p01",),
        "transaminases_alone": ("p03",),
        "bilirubin_alone": ("p02",),
        "neither": ("p04",),
        "raised_without_bilirubin": (),
        "not_assessed": ("p05", "p06"),
    }
    assert len(counted["", "", "hys_law"].events) == 2


def test_peaks_say_what_peaked_and_when():
    points = {(one.participant, one.parameter): one for one in result_of(STUDY, PEOPLE, "liver").points}

    assert {key: (float(one.value), one.day) for key, one in points.items() if key[0] == "p01"} == {
        ("p01", "transaminases=ALT"): (3, 85),
        ("p01", "bilirubin=BILI"): (2.005, 113),
        ("p01", "alkaline_phosphatase=ALP"): (0.5, 113),
    }
    assert ("p03", "transaminases=AST") in points
    assert all(len(one.events) == 1 for one in points.values())


def test_the_listing_has_who_is_in_the_range_of_hys_law():
    told = labs_told(STUDY, PEOPLE)
    document = make_document(told)
    (rows,) = (
        rows
        for table, rows in zip(tables_of(document), texts_of(document, told.dataset), strict=True)
        if table.title == LISTING
    )
    assert rows[1:] == [
        [
            "01",
            "ALT in blood",
            "3.00",
            "85",
            "Bilirubin in blood",
            "2.01",
            "113",
            "ALP in blood",
            "0.50",
            "113",
        ]
    ]


UNFOLLOWED = [
    # on treatment, place
    ("alt=120", "raised_without_bilirubin"),  # 3 times
    ("alt=119 ast=20", "not_assessed"),
    ("alt=20 ast=300", "raised_without_bilirubin"),
    ("alt=120 bili=10", "transaminases_alone"),
    ("bili=100", "not_assessed"),
]


@pytest.mark.parametrize(("seen", "place"), UNFOLLOWED)
def test_raised_transaminases_without_bilirubin_are_counted_and_listed(seen, place):
    person = subject("01", W12=seen)
    found = by_key(result_of(STUDY, (person,), "liver").rows)
    told = labs_told(STUDY, (person,))
    document = make_document(told)
    shown = dict(
        zip((one.title for one in tables_of(document)), texts_of(document, told.dataset), strict=True)
    )
    is_signal = place == "raised_without_bilirubin"

    assert found["", "", place].participants == ("p01",)
    assert sum(row.value for (_, _, name), row in found.items() if name != "n") == 1
    assert found["", "", "n"].value == ("bili" in seen and "alt" in seen)
    assert [row[0] for row in shown[LISTING][1:]] == (["01"] if is_signal else ["Nobody"])
    assert shown["Liver"][0][0] == "Peak"
    assert ["Transaminases raised, bilirubin not known", str(int(is_signal))] in shown["Liver"]


def test_a_peak_of_nothing_is_named_beside_the_picture():
    people = (*PEOPLE, subject("08", W12="alt=20 ast=20 bili=0"), subject("09", W12="alt=0 bili=9"))
    figures = [one for one in make_document(labs_told(STUDY, people)).displays() if isinstance(one, Figure)]
    (figure,) = (one for one in figures if one.title == "Liver: peaks")

    assert "A peak of 0 has no place on a logarithmic axis; not in the picture: 08, 09." in figure.notes
    assert len(figure.results) == 8


def test_without_a_signal_the_listing_says_nobody():
    told = labs_told(STUDY, PEOPLE[3:4])
    document = make_document(told)
    (table,) = (one for one in tables_of(document) if one.title.startswith("Liver: participants"))

    assert table.rows[0][0] == "Nobody"


def test_the_figure_has_a_mark_for_each_and_names_the_signals():
    figures = [one for one in make_document(labs_told(STUDY, PEOPLE)).displays() if isinstance(one, Figure)]
    (figure,) = (one for one in figures if one.title == "Liver: peaks")
    root = ET.fromstring(str(figure.drawing))
    texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]

    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 3
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polygon"))) == 1
    assert "01" in texts
    assert "02" not in texts
    assert figure.alt.startswith(
        "Hy’s law range: 1; Transaminases alone raised: 1; Bilirubin alone raised: 1"
    )
    assert len(figure.results) == 8


def test_without_any_pair_of_peaks_there_is_no_figure():
    document = make_document(labs_told(STUDY, PEOPLE[4:6]))

    assert not [one for one in document.displays() if one.title == "Liver: peaks"]


def test_distances_on_the_axes_are_those_of_logarithms():
    words = EdishWords(Titled("f", "t", "d"), "x", "y", ("a", "b", "c", "d"))
    root = ET.fromstring(str(render_edish(words, (Dot(0.1, 1), Dot(1, 1), Dot(10, 1)), (3, 2))))
    low, middle, high = (float(one.attrib["cx"]) for one in root.iter("{http://www.w3.org/2000/svg}circle"))

    assert middle - low == pytest.approx(high - middle, abs=0.2)
    with pytest.raises(ValueError, match="above 0"):
        render_edish(words, (Dot(0, 1),), (3, 2))


# ---------------------------------------------------------------- criteria


def test_a_criterion_counts_who_met_it_at_least_once_of_those_with_an_answer():
    rows = result_of(STUDY, PEOPLE, "marked").rows
    found = {(row.parameter, row.statistic): row for row in rows}

    assert found["AST", "responders"].participants == ("p03",)  # 91 of 30; 120 of 40 is not above 3 times
    assert found["ALT", "responders"].value == 0
    assert found["ALT", "n"].participants == ("p01", "p02", "p03", "p04", "p05")
    assert found["BILI", "responders"].participants == ("p01", "p02")
    assert found["BILI", "not_assessed"].participants == ("p05", "p06")
    assert len(found["BILI", "responders"].events) == 2
    assert len(found["BILI", "n"].events) == 5


@pytest.mark.parametrize(("parameter", "met", "n"), [("AST", 1, 4), ("BILI", 2, 4)])
def test_limits_are_exact(parameter, met, n):
    found = {
        row.statistic: row.value
        for row in result_of(STUDY, PEOPLE, "marked").rows
        if row.parameter == parameter
    }
    expected = binomtest(met, n).proportion_ci(0.95, "exact")

    assert (found["responders"], found["n"]) == (met, n)
    assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))


def test_where_nobody_met_it_the_limits_are_two_sided_as_everywhere():
    """Of 0 of 5 the probability of none is 2.5 % at the limit: (1 - p)^5 = 0.025."""
    found = {row.statistic: row for row in result_of(STUDY, PEOPLE, "marked").rows if row.parameter == "ALT"}
    high = found["high"]

    assert (found["low"].value, high.value) == (0, pytest.approx(1 - 0.025 ** (1 / 5)))
    assert (high.method, high.level, len(high.participants)) == ("clopper_pearson", 0.95, 5)


@pytest.mark.parametrize(
    ("people", "is_noted"),
    [(PEOPLE, True), (PEOPLE[1:2], True), ((subject("08", W12="alt=121 ast=91 bili=41"),), False)],
)
def test_that_the_limit_of_nobody_is_two_sided_is_noted_where_there_is_one(people, is_noted):
    document = make_document(labs_told(STUDY, people))
    (table,) = (one for one in tables_of(document) if one.title == "Marked values")
    note = "Where nobody is counted, the upper limit too is that of the two-sided interval of 95 %; as a one-sided limit its level is 97.5 %."

    assert (note in table.notes) == is_noted


def test_criteria_stand_with_their_limits():
    told = labs_told(STUDY, PEOPLE)
    document = make_document(told)
    shown = dict(
        zip((one.title for one in tables_of(document)), texts_of(document, told.dataset), strict=True)
    )

    assert shown["Marked values"][1:] == [
        ["ALT in blood", "Above 3 times the upper limit", "0/5", "0.0 %", "0.0 – 52.2 %", "1"],
        ["AST in blood", "Above 3 times the upper limit", "1/4", "25.0 %", "0.6 – 80.6 %", "2"],
        ["Bilirubin in blood", "Above twice the upper limit", "2/4", "50.0 %", "6.8 – 93.2 %", "2"],
    ]


def test_of_nobody_there_is_no_proportion():
    dataset = labs_told(STUDY, PEOPLE[5:6]).dataset

    assert dataset.by_id["marked.ALT.CRIT1:proportion"].lacking == "nobody"
    assert dataset.by_id["marked.ALT.CRIT1:n"].value == 0


REFUSED = [
    (CRITERIA.replace("CRIT2FL", "ANRIND"), ["word-not-read"]),
    (CRITERIA.replace("variables:", "parameters: [ALP], variables:"), ["parameter-without-criterion"]),
    (LIVER.replace("bilirubin: BILI, ", ""), ["option-missing"]),
    (LIVER.replace("ALT AST", "ALT WORD"), ["parameter-without-limits"]),
    (LIVER.replace("ADLB", "ADSCORE").replace("ONTRTFL", "ANL01FL"), ["dataset-without", *["parameter-without-limits"] * 4]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "codes"), REFUSED)
def test_what_cannot_be_asked_is_refused(line, codes):
    study = labs_study(line)
    (found,) = check_analyses(study).values()

    assert [one.code for one in found] == codes
    assert labs_report(study, PEOPLE).results.analyses == ()
