"""Shifts against the limits of normal: each cell by hand from what was entered, and who lacks a value in a place of their own."""

import itertools

import pytest
from tests.spec.labs_study import DATASETS, by_key, labs_report, labs_study, labs_told, result_of, subject
from tests.spec.test_displays import tables_of, texts_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.plan_check import check_analyses

LINE = "shift: {label: Shifts, method: shift, dataset: ADLB, parameters: [ALT, BILI], flags: [ONTRTFL], population: full, topic: laboratory}"
STUDY = labs_study(LINE)
# Limits of ALT: 10 to 40.
PEOPLE = (
    subject("01", SCR="alt=20", W12="alt=41", W16="alt=20"),  # normal, then high once
    subject("02", SCR="alt=20", W12="alt=9", UNS_1=(90, "alt=99")),  # normal, then low and high
    subject("03", SCR="alt=50", W12="alt=40"),  # high, then on the limit
    subject("04", SCR="alt=5", W0="alt=10"),  # the baseline is on the limit, and nothing after it
    subject("05", W12="alt=10 bili=1"),  # no baseline
    subject("06"),
    subject("07", SCR="alt=99", W12="alt=99", dosed=False),  # in no set
)
HIGH = {
    ("normal", "high"): ("p01", "p02"),
    ("high", "normal"): ("p03",),
    ("normal", "missing"): ("p04",),
    ("missing", "normal"): ("p05",),
    ("missing", "missing"): ("p06",),
}
LOW = {
    ("normal", "normal"): ("p01",),
    ("normal", "low"): ("p02",),
    ("high", "normal"): ("p03",),
    ("normal", "missing"): ("p04",),
    ("missing", "normal"): ("p05",),
    ("missing", "missing"): ("p06",),
}
PLACES = ("low", "normal", "high", "missing")


@pytest.fixture(scope="module")
def rows():
    return by_key(result_of(STUDY, PEOPLE, "shift").rows)


@pytest.mark.parametrize(("side", "expected"), [("high", HIGH), ("low", LOW)])
def test_each_participant_stands_in_one_cell_of_each_side(rows, side, expected):
    found = {
        (base, worst): rows["ALT", "", f"{side}.{base}.{worst}"].participants
        for base, worst in itertools.product(PLACES, PLACES)
    }
    assert {cell: who for cell, who in found.items() if who} == expected


@pytest.mark.parametrize("parameter", ["ALT", "BILI"])
def test_cells_add_up_to_their_totals(rows, parameter):
    for side in ("high", "low"):
        value = {
            (base, worst): rows[parameter, "", f"{side}.{base}.{worst}"].value
            for base, worst in itertools.product((*PLACES, "total"), (*PLACES, "total"))
        }
        for one in PLACES:
            assert sum(value[one, worst] for worst in PLACES) == value[one, "total"]
            assert sum(value[base, one] for base in PLACES) == value["total", one]
        assert value["total", "total"] == 6


def test_percent_are_of_those_with_both(rows):
    assert rows["ALT", "", "high.n"].participants == ("p01", "p02", "p03")
    assert rows["ALT", "", "high.normal.high"].n == 3
    assert rows["BILI", "", "high.n"].value == 0


def test_behind_a_cell_stand_the_baseline_and_the_worst_value(rows):
    """Of 01 two events: the screening and week 12, and not week 16, which was no worse."""
    events = [one for one in rows["ALT", "", "high.normal.high"].events if one.startswith("p01")]

    assert len(events) == 2
    assert len(rows["ALT", "", "high.normal.missing"].events) == 1
    assert rows["ALT", "", "high.missing.missing"].events == ()


def test_the_table_of_a_side():
    told = labs_told(STUDY, PEOPLE)
    document = make_document(told)
    both = zip(tables_of(document), texts_of(document, told.dataset), strict=True)
    shown = {table.title: rows for table, rows in both}

    assert shown["Shifts: worst value towards high"][:6] == [
        ["Parameter", "Baseline", "Low", "Normal", "High", "Missing", "Total"],
        ["ALT in blood", "Low", "0", "0", "0", "0", "0"],
        ["ALT in blood", "Normal", "0", "0", "2 (66.7 %)", "1", "3"],
        ["ALT in blood", "High", "0", "1 (33.3 %)", "0", "0", "1"],
        ["ALT in blood", "Missing", "0", "1", "0", "1", "2"],
        ["ALT in blood", "Total", "0", "2", "2", "2", "6"],
    ]
    assert "Shifts: worst value towards low" in shown


def test_without_parameters_it_is_of_those_that_have_limits():
    study = labs_study(LINE.replace("parameters: [ALT, BILI], ", ""))

    assert {row.parameter for row in result_of(study, PEOPLE, "shift").rows} == {"ALT", "AST", "ALP", "BILI"}


def test_a_value_before_the_baseline_is_no_worst_value():
    """Of 01 the worst value lies before the baseline, of 02 on its day, and of 03 there is no baseline."""
    datasets = DATASETS.replace("rule: ADT > TRTSDT", "rule: known(ADT)")
    people = (
        subject("01", UNS_1=(-20, "alt=99"), SCR="alt=20", W12="alt=30"),
        subject("02", SCR="alt=99", W0="alt=20"),
        subject("03", W12="alt=99"),
    )
    rows = by_key(result_of(labs_study(LINE, datasets), people, "shift").rows)
    placed = {
        (base, worst): rows["ALT", "", f"high.{base}.{worst}"].participants
        for base, worst in itertools.product(PLACES, PLACES)
    }

    assert {cell: who for cell, who in placed.items() if who} == {
        ("normal", "normal"): ("p01",),
        ("normal", "missing"): ("p02",),
        ("missing", "high"): ("p03",),
    }


REFUSED = [
    (LINE.replace("flags: [ONTRTFL], ", ""), ["analysis-without-key"]),
    (LINE.replace("[ALT, BILI]", "[ALT, WORD]"), ["parameter-without-limits"]),
    (LINE.replace("ADLB, parameters: [ALT, BILI]", "ADSCORE").replace("ONTRTFL", "ANL01FL"), ["dataset-without"]),
    (LINE.replace("ADLB, parameters: [ALT, BILI]", "ADDOSE").replace("ONTRTFL", "ASTDT"), ["dataset-of-another-class"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "codes"), REFUSED)
def test_what_has_no_limits_is_refused(line, codes):
    study = labs_study(line)

    assert [one.code for one in check_analyses(study)["shift"]] == codes
    assert labs_report(study, PEOPLE).results.analyses == ()
