"""Intercurrent events by estimand: each estimand has the denominator of its own population, and none is added to another."""

from tests.spec.analysis_data import TWO_ARMS, study_files, tell
from tests.spec.test_displays import told_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Table
from trialwright.analysis.displays.numbers import show
from trialwright.study.load import load

ADICE = """
datasets:
  ADSL: {label: Subjects, class: ADSL, columns: {TRTSDT: {label: First Dose, rule: first_dose}}}
  ADICE: {label: Intercurrent events, class: OCCDS, made_from: intercurrent_events}
"""
ANALYSIS = """
  between: {label: Between, method: occurrences, topic: disposition, dataset: ADICE, population: full, variables: [ESTIMD, ICETERM]}
"""
PEOPLE = (
    tell("01", "10", W16="0", stopped=("death", 300)),
    tell("02", "10", W16="0"),
    tell("03", "10", W16="9"),
    tell("04", "10", stopped=("harm", 60)),
)


def study_of(**changes: str):
    files = study_files(**changes)
    files["analysis.yaml"] += ANALYSIS.encode()
    loaded = load(files | {"datasets.yaml": ADICE.encode()}, {})
    assert loaded.study is not None, [one.text for one in loaded.problems if one.severity == "error"]
    return loaded.study


def table_of(told) -> tuple[Table, list[list[str]]]:
    document = make_document(told)
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.title == "Between")
    return table, [[show(cell, told.dataset, document.words) for cell in row] for row in table.rows]


def test_each_estimand_has_its_own_denominator_and_there_is_no_total():
    table, rows = table_of(told_of(*PEOPLE, study=study_of()))

    assert [row[:2] + row[3:] for row in rows] == [
        ["Score 90 response – Full set (n = 4)", "2 (50.0 %)", "2"],
        ["– Death", "1 (25.0 %)", "1"],
        ["– Stopped for harm or lack of effect", "1 (25.0 %)", "1"],
        ["Score 100 response – Full set (n = 4)", "2 (50.0 %)", "2"],
        ["– Death", "1 (25.0 %)", "1"],
        ["– Stopped for harm or lack of effect", "1 (25.0 %)", "1"],
        ["Return – Week-16 responders (n = 2)", "1 (50.0 %)", "1"],
        ["– Death", "1 (50.0 %)", "1"],
    ]
    assert any("lines of several estimands are not to be added" in note for note in table.notes)


def test_the_denominator_is_that_of_the_arm():
    people = (tell("01", "10", W16="0", stopped=("death", 300)), tell("02", "10", W16="0", arm="B"))
    told = told_of(*people, study=study_of(arms=TWO_ARMS, model="Parallel"))

    sizes = {
        (one.group, one.category): one.value
        for one in told.dataset.of("between")
        if one.statistic == "people"
    }
    assert sizes == {
        ("A", ()): 1,
        ("B", ()): 1,
        ("A", ("primary",)): 1,
        ("A", ("clear",)): 1,
        ("A", ("back",)): 1,
    }
