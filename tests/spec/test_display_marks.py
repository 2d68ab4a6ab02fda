"""What every form of the report says beside its numbers: stamps, and of whom it cannot be told whether they count."""

import csv
import io
import json
from dataclasses import replace

import pytest
from tests.spec.analysis_data import ANALYSIS_YAML, TWO_ARMS, make_study, tell
from tests.spec.test_displays import MADE, STUDY, reported, tables_of, told_of

from trialwright.analysis.ard_files import read_results_json, write_results_csv, write_results_json
from trialwright.analysis.ars import write_ars
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Number
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.page_html import write_html
from trialwright.analysis.page import stamps
from trialwright.analysis.pages_index import render_index
from trialwright.analysis.report import make_dataset

FINE = ANALYSIS_YAML.replace("against: 0.5}", "against: 0.625}")
BLINDED = replace(STUDY, design=replace(STUDY.design, blinded=("coordinator",)))
STAMPS = ("Draft", "Rehearsal of virtual participants", "Shows what blinded roles must not see")
PART = "  part: {label: In a part, estimand: primary, method: one_proportion, population: responders, interval: {method: clopper_pearson, level: 0.95}}\n"
DECIDED, UNTOLD = tell("01", "10", W12="1", W16="0"), tell("02", "10", W12="4", missed=("W16",))


@pytest.mark.parametrize("study", [STUDY, BLINDED])
def test_pages_and_study_report_have_the_same_stamps(study):
    report = reported(DECIDED, study=study)
    dataset = make_dataset(report)
    document = make_document(told_of(DECIDED, study=study))

    assert document.stamps == (STAMPS if study is BLINDED else STAMPS[:2])
    assert all(f"<li>{one}</li>" in str(stamps(report)) for one in document.stamps)
    assert str(stamps(report)) in write_html(document, dataset).decode()


def test_without_a_stamp_none_is_said():
    report = replace(reported(DECIDED), provenance=replace(MADE, is_draft=False))
    dataset = make_dataset(replace(report, results=replace(report.results, is_rehearsal=False)))

    assert {row["stamps"] for row in lines_of(write_results_csv(dataset))} == {""}
    assert json.loads(write_ars(STUDY, dataset))["description"].endswith("Trialwright 0.1.0")


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_file_of_results_has_the_stamps():
    dataset = make_dataset(reported(DECIDED, study=BLINDED))

    assert {row["stamps"] for row in lines_of(write_results_csv(dataset))} == {"; ".join(STAMPS)}
    assert json.loads(write_ars(BLINDED, dataset))["description"].endswith("; ".join(STAMPS))
    assert read_results_json(write_results_json(dataset)).is_blinded


@pytest.fixture(scope="module")
def part():
    return told_of(DECIDED, UNTOLD, study=make_study(analysis=ANALYSIS_YAML + PART))


def test_of_whom_it_cannot_be_told_stands_with_the_population(part):
    back = next(one for one in tables_of(make_document(part)) if "Analysis back;" in "".join(one.notes))
    (said,) = (note for note in back.notes if note.startswith("Week-16 responders"))

    assert said.startswith("Week-16 responders (n = 1), within “Full set”: ")
    assert said.endswith(" Of 1 it cannot be told: 02.")


def test_the_table_of_sets_counts_of_how_many_it_cannot_be_told(part):
    document = make_document(part)
    sets = next(one for one in tables_of(document) if one.title == "Analysis sets")

    assert sets.head[-1] == "Cannot be told"
    assert [show(row[-1], part.dataset, document.words) for row in sets.rows] == ["–", "1"]
    assert sets.rows[1][-1] == Number("whole", ("populations/responders:untold",))


def test_an_estimate_in_a_part_says_how_many_may_belong_to_it_or_not(part):
    labels = [row[0] for one in tables_of(make_document(part)) for row in one.rows if isinstance(row[0], str)]

    assert "In a part (1 cannot be told)" in labels


CONTROLS = [
    ({}, "One-sided exact test against 62.5 %: p = 0.6250 (uncontrolled; an illustration)."),
    ({"arms": TWO_ARMS, "model": "Parallel"}, "One-sided exact test against 62.5 %: p = 0.6250."),
]


@pytest.mark.parametrize(("design", "said"), CONTROLS)
def test_a_test_names_its_whole_reference_and_is_an_illustration_only_without_a_control(design, said):
    study = make_study(analysis=FINE, **design)
    page = render_index(reported(DECIDED, study=study)).decode()
    document = make_document(told_of(DECIDED, study=study))
    (note,) = (note for one in tables_of(document) for note in one.notes if "one-sided exact test" in note)

    assert said in page
    assert note == f"Score 90 at week 16: {said[0].lower()}{said[1:].replace(': p = 0.6250', '')}"


def test_a_small_p_is_not_said_to_be_0_on_the_pages():
    people = [tell(f"{number:02}", "10", W16="0") for number in range(20)]

    assert "against 50 %: p &lt; 0.0001" in render_index(reported(*people)).decode()
