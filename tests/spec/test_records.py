"""Rows of datasets as they are: in the results, in their files, in listings and in the facts of narratives."""

import csv
import io
import json
from dataclasses import replace

import pytest
from tests.spec.analysis_data import TWO_ARMS, make_study, tell
from tests.spec.events_data import EVENT_DATASETS, Row, event_study, run_with_rows, with_rows

from trialwright.analysis.ard import ResultsDataset
from trialwright.analysis.ard_files import (
    read_results_json,
    write_records_csv,
    write_results_json,
)
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Figure, Items, Paragraph, Table, ToWrite
from trialwright.analysis.displays.told import Told
from trialwright.analysis.displays.variables import answer_label
from trialwright.analysis.displays.words import SPONSOR_WORDS
from trialwright.analysis.plan_check import check_analyses
from trialwright.cli.report_data import translation

PLAN = """
analyses:
  all: {label: Events, method: listing, topic: adverse events, dataset: ADAE, population: full, variables: [AETERM, ORGAN, ASTDT, ASTDY, AESER, ACTION]}
  serious: {label: Serious events, method: listing, topic: serious events, dataset: ADAE, population: full, flags: [AESER], variables: [AETERM, GRADE]}
  stories:
    label: Narratives
    method: narratives
    topic: serious events
    dataset: ADAE
    population: full
    flags: [AESER]
    options: {term: AETERM, start: ASTDT, day: ASTDY, end: ASTDT, grade: GRADE, action: ACTION}
  deviations: {label: Deviations, method: listing, topic: deviations, dataset: ADDV, population: full, variables: [DVTERM, VISIT, ASTDT]}
"""
STUDY = event_study(PLAN)
PLANNED = make_study()
PEOPLE = (
    (
        tell("02", "26.0"),
        (Row("Fall", 20, grade="3", serious=True, action="stopped"), Row("Cold", 4, "nose")),
    ),
    (
        tell("01", "9.0"),
        (
            Row("=1+1", -2, serious=True),
            Row("Faint", "2026-04", grade="2", serious=True, action="none"),
        ),
    ),
    (tell("03", "9.0"), ()),
    (tell("04", "9.0", dosed=False), (Row("Cold", 3, serious=True),)),
)


@pytest.fixture(scope="module")
def dataset() -> ResultsDataset:
    return run_with_rows(STUDY, PEOPLE)[1]


@pytest.fixture(scope="module")
def document(dataset: ResultsDataset) -> Document:
    return make_document(Told(STUDY, dataset))


def test_a_record_holds_what_stands_in_its_row(dataset: ResultsDataset) -> None:
    found = {one.id: one.values for one in dataset.records_of("all")}

    assert found == {
        "all/p01#1": (("AETERM", "=1+1"), ("ASTDT", "2026-02-28"), ("ASTDY", "-1"), ("AESER", "Y")),
        "all/p01#2": (
            ("AETERM", "Faint"),
            ("ASTDT", "2026-04-01"),
            ("ASTDTF", "D"),
            ("AESER", "Y"),
            ("ACTION", "none"),
        ),
        "all/p02#1": (
            *(("AETERM", "Fall"), ("ASTDT", "2026-03-21"), ("ASTDY", "20"), ("AESER", "Y")),
            ("ACTION", "DRUG WITHDRAWN"),
        ),
        "all/p02#2": (
            *(("AETERM", "Cold"), ("ORGAN", "nose"), ("ASTDT", "2026-03-05"), ("ASTDY", "4")),
            ("AESER", "N"),
        ),
    }


def test_a_record_names_the_events_of_its_row(dataset: ResultsDataset) -> None:
    book, _ = with_rows(STUDY, *PEOPLE[0])
    entered = book.records["", "event", 2].items["term"].sequence
    (cold,) = (one for one in dataset.records_of("all") if one.text("AETERM") == "Cold")

    assert cold.events == (f"p02:{entered}",)
    assert cold.text("GRADE") == ""


def test_how_many_records_of_how_many_people_are_results(dataset: ResultsDataset) -> None:
    found = {name: dataset.by_id[f"serious:{name}"].value for name in ("people", "participants", "records")}

    assert found == {"people": 3, "participants": 2, "records": 3}
    assert dataset.by_id["serious:participants"].participants == ("p01", "p02")


# ---------------------------------------------------------------- files


def test_records_read_back_from_the_results(dataset: ResultsDataset) -> None:
    written = write_results_json(dataset)

    assert dataset.records
    assert read_results_json(written) == dataset
    assert [one["id"] for one in json.loads(written)["records"]] == [one.id for one in dataset.records]


def test_records_have_a_file_with_a_line_for_each_value(dataset: ResultsDataset) -> None:
    lines = list(csv.DictReader(io.StringIO(write_records_csv(dataset).decode("utf-8-sig"))))
    values = [(one.id, name, text) for one in dataset.records for name, text in one.values]

    assert [(line["id"], line["variable"], line["value"].removeprefix("'")) for line in lines] == values
    assert {line["value"] for line in lines if line["value"].endswith("1+1")} == {"'=1+1"}


def test_two_records_of_one_id_are_refused(dataset: ResultsDataset) -> None:
    with pytest.raises(ValueError, match="more than one result has the id all/p01#1"):
        replace(dataset, records=(*dataset.records, dataset.records_of("all")[0]))


def test_a_report_of_what_reads_back_is_the_same(dataset: ResultsDataset, document: Document) -> None:
    again = make_document(Told(STUDY, read_results_json(write_results_json(dataset))))

    assert again == document


# ---------------------------------------------------------------- listings


def listing_of(document: Document, title: str) -> Table:
    (table,) = (one for one in document.displays() if one.title == title)
    assert isinstance(table, Table)
    assert table.kind == "listing"
    return table


def test_a_listing_has_a_line_for_each_record_by_participant(document: Document) -> None:
    table = listing_of(document, "Events")

    assert table.number.startswith("16.2.7.")
    assert table.head == ("Participant", "Term", "Organ", "Start", "Day", "Serious", "Action")
    assert table.rows == (
        ("01", "=1+1", "–", "2026-02-28", "-1", "Yes", "–"),
        ("01", "Faint", "–", "2026-04", "–", "Yes", "Nothing done"),
        ("02", "Fall", "–", "2026-03-21", "20", "Yes", "Drug stopped"),
        ("02", "Cold", "Nose and throat", "2026-03-05", "4", "No", "–"),
    )
    assert "4 records of 2 participants." in table.notes


def test_serious_events_are_listed_with_the_displays_of_safety(document: Document) -> None:
    table = listing_of(document, "Serious events")

    assert table.number == "14.3.2.1"
    assert [row[1:] for row in table.rows] == [("=1+1", "–"), ("Faint", "Middling"), ("Fall", "Heavy")]


def test_displays_of_safety_are_numbered_within_the_sections_of_the_guideline(document: Document) -> None:
    """Source: ICH E3 (1995), section 14.3. A section without a display keeps its place and says so."""
    sections = {one.number: one for one in document.sections if one.number.startswith("14.3")}

    assert [one.title for one in sections.values()][:5] == [
        "Safety data",
        "Displays of adverse events",
        "Listings of deaths, other serious and significant adverse events",
        "Narratives of deaths, other serious and certain other significant adverse events",
        "Abnormal laboratory value listing (each patient)",
    ]
    assert sections["14.3"].blocks == ()
    assert sections["14.3.3"].blocks == (Paragraph("The narratives stand in the text, in section 12.3."),)
    unnamed = Paragraph("The study definition names no analysis for this section.")
    assert sections["14.3.4"].blocks == (unnamed,)
    of_events = next(one for one in document.sections if one.number == "12.3")
    assert of_events.blocks[0] == Paragraph("Results: Listing 14.3.2.1 Serious events.")


def test_every_number_of_a_display_begins_with_that_of_its_section(document: Document) -> None:
    for section in document.sections:
        shown = [one.number for one in section.blocks if isinstance(one, Table | Figure)]
        outer = (
            section.number if section.number.startswith(("14", "16")) else section.number.partition(".")[0]
        )
        assert [one.rpartition(".")[0] for one in shown] == [outer] * len(shown)


def test_deviations_are_listed(document: Document) -> None:
    assert listing_of(document, "Deviations").rows == (("02", "Very high.", "Week 0", "2026-03-02"),)
    assert listing_of(document, "Deviations").number == "16.2.2.1"


def test_visits_are_called_by_their_labels(dataset: ResultsDataset) -> None:
    told = Told(STUDY, dataset)

    assert answer_label(told, "ADEX", "AVISIT", "W0") == "Week 0"
    assert answer_label(told, "ADV", "AVISIT", "Baseline") == "Baseline"


def test_estimands_are_called_by_their_endpoints_and_told_apart(dataset: ResultsDataset) -> None:
    told = Told(PLANNED, dataset)
    again = replace(PLANNED, estimands={**PLANNED.estimands, "again": PLANNED.estimands["primary"]})

    assert answer_label(told, "ADICE", "ESTIMD", "primary") == "Score 90 response"
    assert answer_label(Told(again, dataset), "ADICE", "ESTIMD", "again") == "Score 90 response (again)"
    assert answer_label(told, "ADICE", "ESTIMD", "gone") == "gone"


def test_a_listing_of_nothing_says_so() -> None:
    document = make_document(Told(STUDY, run_with_rows(STUDY, PEOPLE[2:3])[1]))

    assert listing_of(document, "Serious events").rows == (("No records", "", ""),)
    assert "0 records of 0 participants." in listing_of(document, "Serious events").notes


def test_a_listing_of_a_study_with_arms_names_them() -> None:
    study = event_study(PLAN, arms=TWO_ARMS, model="Parallel")
    people = ((tell("01", "9.0", arm="B"), (Row("Fall", 20, serious=True),)),)
    document = make_document(Told(study, run_with_rows(study, people)[1]))

    assert listing_of(document, "Serious events").head[:2] == ("Participant", "Arm")
    assert listing_of(document, "Serious events").rows == (("01", "Arm B", "Fall", "–"),)


def test_a_listing_in_chinese_has_chinese_words_for_what_the_program_says(dataset: ResultsDataset) -> None:
    document = make_document(Told(STUDY, dataset, translation("zh-Hans"), "zh-Hans"))
    table = listing_of(document, "Deviations")

    assert table.head == ("受试者", "偏离", "访视", "开始日期")
    assert "2名受试者的4条记录。" in listing_of(document, "Events").notes


def test_what_a_rule_gives_by_the_name_of_a_value_is_listed_as_it_is() -> None:
    """In a log of events no BASE is a number in the unit of a parameter."""
    datasets = EVENT_DATASETS.replace(
        "      ORGAN:", "      BASE: {label: In Other Words, rule: term}\n      ORGAN:", 1
    )
    study = event_study(
        PLAN.replace("variables: [AETERM, ORGAN,", "variables: [BASE, ORGAN,"), datasets=datasets
    )
    document = make_document(Told(study, run_with_rows(study, PEOPLE)[1]))

    assert [row[1] for row in listing_of(document, "Events").rows] == ["=1+1", "Faint", "Fall", "Cold"]


# ---------------------------------------------------------------- narratives


def section_of(document: Document, number: str = "12.3"):
    return next(one for one in document.sections if one.number == number)


def test_a_narrative_says_what_is_recorded_of_each_event(document: Document) -> None:
    facts = [one.texts for one in section_of(document).blocks if isinstance(one, Items)]

    assert facts == [
        (
            "“=1+1” began before the first dose, on study day -1. Last day: 2026-02-28. Grade: not known. "
            "Action: not known.",
            "“Faint” began in 2026-04; the day is not known. It ended in 2026-04; the day is not known. "
            "Grade: Middling. Action: Nothing done.",
        ),
        ("“Fall” began on study day 20. Last day: 2026-03-21. Grade: Heavy. Action: Drug stopped.",),
    ]


def test_what_only_a_person_can_write_is_left_to_write_for_each_participant(document: Document) -> None:
    left = [one.text for one in section_of(document).blocks if isinstance(one, ToWrite)]

    assert [text.partition(":")[0] for text in left] == [
        "Narrative of participant 01",
        "Narrative of participant 02",
        SPONSOR_WORDS["12.3"].partition(":")[0],  # of the section, once
    ]


def test_without_a_serious_event_nothing_is_left_to_write() -> None:
    document = make_document(Told(STUDY, run_with_rows(STUDY, PEOPLE[2:3])[1]))
    blocks = section_of(document).blocks

    assert [one.text for one in blocks if isinstance(one, ToWrite | Items)] == [SPONSOR_WORDS["12.3"]]
    assert any(isinstance(one, Paragraph) and "0 records of 0 participants." in one.text for one in blocks)


def test_a_narrative_in_chinese(dataset: ResultsDataset) -> None:
    document = make_document(Told(STUDY, dataset, translation("zh-Hans"), "zh-Hans"))
    facts = [one.texts for one in section_of(document).blocks if isinstance(one, Items)]

    assert facts[1][0].startswith("“Fall”始于研究第20日。")


# What a narrative says of a row whose start is day 20, or known in part, by the options of the plan.
BEGINNINGS = [
    ("term: AETERM", 20, "“Fall”."),  # the plan names no day
    ("term: AETERM, day: ASTDY", 20, "“Fall” began on study day 20."),
    ("term: AETERM, day: ASTDY", "2026-04", "“Fall”."),
    ("term: AETERM, start: ASTDT", 20, "“Fall” began on 2026-03-21."),
    ("term: AETERM, start: ASTDT", "2026-04", "“Fall” began in 2026-04; the day is not known."),
    ("term: AETERM, start: ASTDT", "2026", "“Fall” began in 2026; the day is not known."),
    ("term: AETERM, end: ASTDT", "2026", "“Fall”. It ended in 2026; the day is not known."),
    # Without a first dose there is no study day, though the date is known.
    ("term: AETERM, start: ASTDT, day: NODAY", 20, "“Fall” began on 2026-03-21."),
    # AESER stands for whether it goes on; no end is recorded.
    ("term: AETERM, end: NODAY, ongoing: AESER", 20, "“Fall”. Recorded as ongoing."),
    ("term: AETERM, end: NODAY, ongoing: TREATFL", "2026-03", "“Fall”. The last day is not known."),
    ("term: AETERM, end: NODAY", 20, "“Fall”. The last day is not known."),
]


@pytest.mark.parametrize(("options", "start", "said"), BEGINNINGS)
@pytest.mark.unmeasured
def test_a_narrative_says_no_more_than_is_known(options: str, start: int | str, said: str) -> None:
    """NODAY is a date in which nothing stands."""
    plan = f"\nanalyses: {{a: {{label: A, method: narratives, topic: serious events, dataset: ADAE, population: full, options: {{{options}}}}}}}\n"
    study = event_study(
        plan.replace("NODAY", "EOSDT"), datasets=EVENT_DATASETS.replace("[TRTSDT, REASON]", "[TRTSDT, EOSDT]")
    )
    document = make_document(
        Told(study, run_with_rows(study, ((tell("01", "9.0"), (Row("Fall", start, serious=True),)),))[1])
    )

    assert [one.texts for one in section_of(document).blocks if isinstance(one, Items)] == [(said,)]


MISTAKES = [
    ("method: narratives, dataset: ADAE", "needs the option “term”"),
    ("method: narratives, dataset: ADSL, options: {term: REASON}", "reads a dataset of class OCCDS"),
    ("method: narratives, dataset: ADAE, options: {term: NAME}", "names “NAME”, which is none of"),
    ("method: listing, dataset: ADAE", "needs variables"),
    ("method: listing, dataset: ADAE, variables: [NAME]", "has no variable “NAME”"),
]


@pytest.mark.parametrize(("keys", "said"), MISTAKES)
def test_what_it_cannot_do_is_said_before_there_are_data(keys: str, said: str) -> None:
    study = event_study(f"\nanalyses: {{a: {{label: A, population: full, {keys}}}}}\n")

    (problem,) = check_analyses(study)["a"]
    assert said in problem.text
