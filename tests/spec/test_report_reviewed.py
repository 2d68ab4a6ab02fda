"""Decisions of the data review in the report: classes of deviations, and who was put into an analysis set or out of it."""

from dataclasses import replace

import pytest
from tests.spec.analysis_data import ANALYSIS_YAML, study_files, tell
from tests.spec.derived_study import CHECKS, DATASETS
from tests.spec.reviewed import books_of, classed, decided, reviewed
from tests.spec.test_displays import MADE

from trialwright.analysis.ard_files import read_results_json, write_results_json
from trialwright.analysis.compare_results import differences
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Paragraph, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.told import Told
from trialwright.analysis.page import Person, Report
from trialwright.analysis.report import make_dataset, write_report
from trialwright.analysis.run import run
from trialwright.analysis.trace_text import label_of_statistic
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames
from trialwright.study.load import load
from trialwright.study.model import Study

pytestmark = pytest.mark.unmeasured

PLAN = (
    ANALYSIS_YAML
    + """\
  deviations: {label: Deviations, method: occurrences, topic: deviations, dataset: ADDV, population: full, variables: [DVCLASS, DVTERM]}
  deviation_listing: {label: Deviations listed, method: listing, topic: deviations, dataset: ADDV, population: full, variables: [DVTERM, DVCLASS, VISIT]}
"""
)


def made_study() -> Study:
    files = {**study_files(analysis=PLAN), "checks.yaml": CHECKS.encode(), "datasets.yaml": DATASETS.encode()}
    study = load(files, {}).study
    assert study is not None
    return study


STUDY = made_study()
HIGH = tell("01", "10.0", W16="21.0")  # twice: at screening and at week 16


def people(*, is_classed: bool = True) -> tuple[Person, ...]:
    acts = (classed("high", "W16", "important"),) if is_classed else ()
    return (
        reviewed(STUDY, HIGH, *acts),
        reviewed(STUDY, tell("02", "10.0", W16="0.5"), classed("high", "SCR", "not_important")),
        reviewed(STUDY, tell("03", "10.0", W16="0.5"), decided("full", False, "Took <something> else")),
        reviewed(
            STUDY, tell("04", "10.0"), decided("responders", True), decided("responders", None, "Mistaken")
        ),
    )


def report_of(*found: Person, language: str = "en") -> Report:
    books = books_of(found)
    results = run(STUDY, frames(STUDY, books.values()), rehearsal=True, books=books)
    records = {one.book.participant: one for one in found}
    return Report(STUDY, results, records, MADE, language, translation(language), {"nurse1": "Anna Bai"})


def rows_of(told: Told, title: str) -> list[list[str]]:
    document = make_document(told)
    (table,) = (one for one in document.displays() if isinstance(one, Table) and one.title == title)
    return [[show(cell, told.dataset, document.words) for cell in row] for row in table.rows]


def told_of(*found: Person, language: str = "en") -> Told:
    return Told(STUDY, make_dataset(report_of(*found, language=language)), translation(language), language)


# ------------------------------------------------------------------ classes


def test_deviations_are_counted_by_class_and_what_nobody_decided_on_is_among_them() -> None:
    """Participant 03 is in no set, and is not counted; 04 has one at screening of which nobody decided."""
    rows = rows_of(told_of(*people()), "Deviations")
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("At least one", "3 (100 %)", "4"),
        ("Important", "1 (33.3 %)", "1"),
        ("– Very high.", "1 (33.3 %)", "1"),
        ("Not important", "1 (33.3 %)", "1"),
        ("– Very high.", "1 (33.3 %)", "1"),
        ("Not decided", "2 (66.7 %)", "2"),
        ("– Very high.", "2 (66.7 %)", "2"),
    ]


def test_the_listing_says_the_class_of_each() -> None:
    rows = rows_of(told_of(*people()), "Deviations listed")
    assert rows == [
        ["01", "Very high.", "Not decided", "Screening"],
        ["01", "Very high.", "Important", "Week 16"],
        ["02", "Very high.", "Not important", "Screening"],
        ["04", "Very high.", "Not decided", "Screening"],
    ]


def test_the_chinese_report_says_it_in_chinese() -> None:
    told = told_of(*people(), language="zh-Hans")
    assert [row[0] for row in rows_of(told, "Deviations")][1::2] == ["重要", "不重要", "未决定"]
    assert {row[2] for row in rows_of(told, "Deviations listed")} == {"重要", "不重要", "未决定"}
    assert [row[2] for row in rows_of(told, "关于分析集的决定")] == ["排除", "纳入", "撤回：按规则判定"]


def test_a_traced_number_is_called_by_its_class() -> None:
    report = report_of(*people())
    dataset = make_dataset(report)
    labels = {label_of_statistic(report, one) for one in dataset.of("deviations")}
    assert {"Class (DVCLASS) – Not decided", "Deviation (DVTERM) – Not decided – Very high."} <= {*labels}, (
        labels
    )


def test_open_deviations_are_a_warning_that_says_how_many_and_whose() -> None:
    (found,) = (one for one in report_of(*people()).results.problems if one.code == "deviations-not-classed")
    assert found.severity == "warning"
    assert "3 of 5, of 3 participants (01, 03, 04)" in found.text
    assert "Data review" in found.text


def test_once_all_are_decided_nothing_is_said() -> None:
    acts = classed("high", "W16", "important"), classed("high", "SCR", "important")
    results = report_of(reviewed(STUDY, HIGH, *acts)).results
    assert not [one for one in results.problems if one.code == "deviations-not-classed"]


def test_checks_that_cannot_be_told_are_a_warning_and_no_deviations() -> None:
    """Without a score before week 16 nobody knows whether that is more than twice the baseline."""
    unknown = reviewed(STUDY, tell("05", "", dosed=False, W16="12.0"))
    problems = report_of(unknown).results.problems
    (found,) = (one for one in problems if one.code == "deviations-not-told")

    assert found.severity == "warning"
    assert "missing: high (1). They are not counted" in found.text
    assert not [one for one in report_of(*people()).results.problems if one.code == "deviations-not-told"]


# ------------------------------------------------------------------ sets


def test_a_rule_that_reads_past_a_decision_is_warned_of() -> None:
    """INFL names FASFL; the responders lie within that set, and no rule names their flag."""
    codes = {"full": ["set-flag-in-rule"], "responders": []}
    for population, wanted in codes.items():
        results = report_of(reviewed(STUDY, HIGH, decided(population, True))).results
        found = [one for one in results.problems if one.code == "set-flag-in-rule"]
        assert [one.code for one in found] == wanted
        assert all(one.severity == "warning" and "INFL in ADDV names FASFL" in one.text for one in found)
    withdrawn = report_of(reviewed(STUDY, HIGH, decided("full", False), decided("full", None))).results
    assert "set-flag-in-rule" not in {one.code for one in withdrawn.problems}


def test_the_report_prints_every_decision_on_a_set() -> None:
    told = told_of(*people())
    time = told.dataset.set_acts[0].utc
    assert time.startswith("2027-")
    rows = rows_of(told, "Decisions on analysis sets")
    assert [row[:5] for row in rows] == [
        ["03", "Full set", "Put out", "In the set", "Took <something> else"],
        ["04", "Week-16 responders", "Put in", "Cannot be told", "A reason"],
        ["04", "Week-16 responders", "Withdrawn: the rule tells", "Cannot be told", "Mistaken"],
    ]
    assert all(row[5] in ("Anna Bai, Study <nurse>", "nurse0, Study <nurse>") for row in rows)


def test_decisions_stand_where_the_report_tells_of_the_data_sets_analysed() -> None:
    document = make_document(told_of(*people()))
    (section,) = (one for one in document.sections if one.number == "11.1")
    (referred,) = (
        one.text for one in section.blocks if isinstance(one, Paragraph) and one.text.startswith("Results")
    )
    assert "Decisions on analysis sets" in referred
    (sets,) = (one for one in document.displays() if isinstance(one, Table) and one.title == "Analysis sets")
    assert "A decision of the data review on a participant goes before the rule." in sets.notes


def test_without_a_decision_the_report_has_no_such_table() -> None:
    document = make_document(told_of(reviewed(STUDY, HIGH)))
    assert "Decisions on analysis sets" not in [one.title for one in document.displays()]
    assert not [note for one in document.displays() for note in one.notes if "data review" in note]


def test_a_redacted_reason_is_said_to_be_redacted() -> None:
    person = people()[2]
    last = person.events[-1]
    emptied = replace(last, values=dict.fromkeys(last.values))
    told = told_of(Person(person.book, (*person.events[:-1], emptied)))
    assert [row[4] for row in rows_of(told, "Decisions on analysis sets")] == ["redacted"]


def test_decisions_are_written_read_and_compared() -> None:
    dataset = make_dataset(report_of(*people()))
    assert read_results_json(write_results_json(dataset)) == dataset
    renamed = replace(dataset, set_acts=tuple(replace(one, author="Anna Cai") for one in dataset.set_acts))
    assert differences(dataset, renamed) == ()
    other = replace(dataset, set_acts=dataset.set_acts[1:])
    (found,) = differences(dataset, other)
    assert (found.of, found.now) == ("set decision", "missing")
    assert "p03 full out in" in found.told


def test_results_of_before_there_were_decisions_are_read() -> None:
    dataset = make_dataset(report_of(reviewed(STUDY, HIGH)))
    content = write_results_json(dataset).replace(b'"set_acts": [],', b"")
    assert b"set_acts" not in content
    assert read_results_json(content) == dataset


def test_a_decision_of_another_kind_is_refused() -> None:
    content = write_results_json(make_dataset(report_of(*people()))).replace(
        b'"decision": "out"', b'"decision": 1'
    )
    with pytest.raises(ValueError, match="decision of a row is 1"):
        read_results_json(content)


# ------------------------------------------------------------------ pages of events


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Deviation classed", "Week 16 · Score · Very high. · important", "A reason")),
        ("zh-Hans", ("方案偏离已分类", "Week 16 · Score · Very high. · 重要", "A reason")),
    ],
)
def test_the_page_of_events_says_the_class_in_words(language: str, said: tuple[str, ...]) -> None:
    page = write_report(report_of(*people(), language=language))["events/p01.html"].decode()
    assert all(one in page for one in said)


def test_the_page_of_events_says_what_was_decided_on_a_set() -> None:
    pages = write_report(report_of(*people()))
    assert "Full set · not in the set" in pages["events/p03.html"].decode()
    assert "Took &lt;something&gt; else" in pages["events/p03.html"].decode()
    fourth = pages["events/p04.html"].decode()
    assert "Week-16 responders · in the set" in fourth
    assert "Week-16 responders · as the rule of the set says" in fourth


def test_what_the_plan_does_not_have_any_more_is_called_by_its_id() -> None:
    acts = decided("gone", True), classed("gone", "W16", "important")
    pages = write_report(report_of(reviewed(STUDY, HIGH, *acts)))
    page = pages["events/p01.html"].decode()
    assert "gone · in the set" in page and "gone · important" in page
    assert not make_dataset(report_of(reviewed(STUDY, HIGH, *acts))).set_acts
