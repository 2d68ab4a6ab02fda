"""What stands in the study report as the headline of an endpoint, and what is told beside it."""

import re
from dataclasses import replace

import pytest
from tests.spec.analysis_data import TWO_ARMS, make_study, tell
from tests.spec.test_analysis_run import PEOPLE
from tests.spec.test_displays import reported, tables_of, told_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Document, Figure, Number, Table
from trialwright.analysis.report import write_report
from trialwright.study.model import Study

STUDY = make_study()


def changed(**analyses: dict[str, object]) -> Study:
    """The small study, fields of some of its analyses changed."""
    found = {name: replace(one, **analyses.get(name, {})) for name, one in STUDY.analyses.items()}
    return replace(STUDY, analyses=found)


def table_of(document: Document, title: str) -> Table:
    (found,) = (one for one in tables_of(document) if one.title == title and one.kind == "table")
    return found


def results_in(table: Table) -> set[str]:
    return {one for row in table.rows for cell in row if isinstance(cell, Number) for one in cell.results}


# ---------------------------------------------------------------- the missing counted in several ways


@pytest.fixture(scope="module")
def several() -> Study:
    return changed(primary={"missing_as": ("non-response", "left out")})


def test_a_headline_stays_one_where_the_missing_are_counted_in_several_ways(several):
    told = told_of(*PEOPLE, study=several)
    roles = {one.estimate: one.role for one in told.dataset.of("primary") if one.estimate}

    assert roles == {
        "primary": "headline",
        "primary.left_out": "variant",
        "primary.beside_1": "variant",
        "primary.beside_2": "variant",
    }
    assert told.dataset.by_id["primary:p_value"].value == pytest.approx(99 / 128)
    assert "primary.left_out:p_value" not in told.dataset.by_id


def test_whoever_counts_in_such_a_headline_is_listed(several):
    told = told_of(*PEOPLE, study=several)
    (listing,) = (one for one in tables_of(make_document(told)) if one.number == "16.2.6.1")

    assert [row[0] for row in listing.rows] == [
        told.code(one.participant) for one in told.dataset.contributions if one.estimate == "primary"
    ]
    assert len(listing.rows) > 5


def test_such_a_headline_has_a_full_mark_in_the_forest(several):
    document = make_document(told_of(*PEOPLE, study=several))
    (forest,) = (one for one in document.displays() if one.title == "Score 90 response: all estimates")

    assert str(forest.drawing).count('font-weight="600"') == 1


def test_a_test_is_named_only_where_its_p_value_stands():
    """Nobody is counted in it yet, so there is no p value and nothing to explain."""
    document = make_document(told_of(study=STUDY))
    notes = table_of(document, "Score 90 response").notes

    assert not [one for one in notes if "exact test" in one]


# ---------------------------------------------------------------- which analysis it is


def reversed_study() -> Study:
    """A sensitivity analysis and one of a part of the population stand before the primary analysis."""
    primary = STUDY.analyses["primary"]
    before = {
        "wide": replace(primary, id="wide", label="Wide", level=0.8, sensitivity_of="primary", options={}),
        "part": replace(primary, id="part", label="Part", population="responders", options={}),
    }
    return replace(STUDY, analyses={**before, **STUDY.analyses})


def refused_study() -> Study:
    study = reversed_study()
    primary = replace(study.analyses["primary"], interval_method="wald")
    return replace(study, analyses={**study.analyses, "primary": primary})


def test_no_analysis_listed_before_the_primary_becomes_the_headline():
    document = make_document(told_of(*PEOPLE, study=reversed_study()))
    first = table_of(document, "Headline results").rows[0]

    assert first[:2] == ("Primary", "Score 90 at week 16")
    assert first[2].results == ("primary:responders", "primary:n", "primary:undecided")
    assert table_of(document, "Score 90 response").rows[0][1].results == (
        "primary:responders",
        "primary:n",
        "primary:undecided",
    )
    (forest,) = (one for one in document.displays() if one.title == "Score 90 response: all estimates")
    assert str(forest.drawing).count('font-weight="600"') == 1


def test_of_a_refused_primary_it_is_said_that_it_was_not_analysed():
    document = make_document(told_of(*PEOPLE, study=refused_study()))
    first = table_of(document, "Headline results").rows[0]

    said = "Score 90 at week 16 – not analysed: No interval is called “wald”; there are"
    assert first[0] == "Primary"
    assert first[1].startswith(said)
    assert set(first[2:]) == {"–"}
    table = table_of(document, "Score 90 response")
    assert table.rows[0][0].startswith(said)
    assert {"wide:n", "part:n"} <= results_in(table)
    assert not [one for one in tables_of(document) if one.number == "16.2.6.1" and "Outcome" in one.head]


def test_an_endpoint_of_which_nothing_could_be_analysed_is_not_passed_over():
    document = make_document(told_of(*PEOPLE, study=changed(clear={"interval_method": "wald"})))

    assert "not analysed" in table_of(document, "Headline results").rows[1][1]
    assert "not analysed" in table_of(document, "Score 100 response").rows[0][0]


def index_of(study: Study) -> str:
    return write_report(reported(*PEOPLE, study=study))["index.html"].decode()


def test_the_pages_show_the_same_headline_large():
    card = index_of(reversed_study()).split('id="endpoint-score_90_w16"')[1]
    (large, *_) = re.findall(r'<a href="([^"]+)" class="number large"', card)

    assert large == "analysis/primary.html#primary"


def test_the_pages_say_that_a_refused_primary_was_not_analysed():
    card = index_of(refused_study()).split('id="endpoint-score_90_w16"')[1].split("</section>")[0]

    assert "Score 90 at week 16: not analysed: No interval is called “wald”" in card
    assert "number large" not in card
    assert "analysis/wide.html" in card


# ---------------------------------------------------------------- what the rows are told apart by


def forest_of(document: Document) -> Figure:
    (found,) = (one for one in document.displays() if one.title == "Score 90 response: all estimates")
    return found


def test_each_row_names_its_interval_where_there_are_several():
    document = make_document(told_of(*PEOPLE, study=reversed_study()))
    table = table_of(document, "Score 90 response")

    column = table.head.index("Interval by")
    told = {row[1].results[0].split(":")[0]: row[column] for row in table.rows}
    assert told["primary"] == "Clopper-Pearson, 95 %"
    assert told["wide"] == "Clopper-Pearson, 80 %"
    wanted = {"Interval: Clopper-Pearson, 95 %.", "Interval: Clopper-Pearson, 80 %."}
    assert wanted <= set(table.notes)
    assert wanted <= set(forest_of(document).notes)
    assert "Wide (Clopper-Pearson, 80 %): " in forest_of(document).alt


def test_the_headlines_say_how_each_interval_was_made():
    table = table_of(make_document(told_of(*PEOPLE)), "Headline results")

    assert [row[-1] for row in table.rows][:2] == ["Clopper-Pearson, 95 %", "Wilson, 90 %"]
    assert {"Interval: Clopper-Pearson, 95 %.", "Interval: Wilson, 90 %."} <= set(table.notes)


def test_one_way_for_all_is_told_once():
    document = make_document(told_of(*PEOPLE))
    table = table_of(document, "Score 90 response")

    assert "Interval by" not in table.head
    assert [one for one in table.notes if one.startswith("Interval")] == ["Interval: Clopper-Pearson, 95 %."]
    assert "95 %" not in forest_of(document).alt


def test_the_notes_tell_of_every_population_and_estimand_of_the_rows():
    primary = STUDY.analyses["primary"]
    part = replace(primary, id="part", label="Part", population="responders", options={})
    lenient = replace(STUDY.estimands["primary"], id="lenient", intercurrent={}, missing="left out")
    other = replace(primary, id="other", label="Lenient", estimand="lenient", options={})
    study = replace(
        STUDY,
        analyses={**STUDY.analyses, "part": part, "other": other},
        estimands={**STUDY.estimands, "lenient": lenient},
    )
    notes = table_of(make_document(told_of(*PEOPLE, study=study)), "Score 90 response").notes

    assert sum(one.startswith("Full set (n = 7)") for one in notes) == 1
    assert sum(one.startswith("Week-16 responders (n = ") for one in notes) == 1
    strict = "Score 90 at week 16; Part: Intercurrent events: Stopped for harm or lack of effect: composite"
    assert sum(one.startswith(strict) for one in notes) == 1
    assert "Lenient: Intercurrent events: –. Missing left out." in notes


def test_the_notes_tell_how_an_analysis_itself_counts_the_missing():
    strict = replace(
        STUDY.analyses["primary"], id="strict", label="Strict", missing_as=("left out",), options={}
    )
    study = replace(STUDY, analyses={**STUDY.analyses, "strict": strict})
    notes = table_of(make_document(told_of(*PEOPLE, study=study)), "Score 90 response").notes

    (own,) = (one for one in notes if one.startswith("Strict: "))
    assert own.endswith(". Missing left out.")
    (first,) = (one for one in notes if one.startswith("Score 90 at week 16: Intercurrent"))
    assert first.endswith(". Missing counted as non-response.")


def test_analyses_called_alike_stand_in_table_and_forest_both():
    primary = STUDY.analyses["primary"]
    alike = {
        "part": replace(primary, id="part", population="responders", options={}),
        "again": replace(primary, id="again", options={}, sensitivity_of="primary"),
    }
    document = make_document(told_of(*PEOPLE, study=replace(STUDY, analyses={**STUDY.analyses, **alike})))
    labels = [row[0] for row in table_of(document, "Score 90 response").rows]

    assert any(one.startswith("Score 90 at week 16 – Week-16 responders") for one in labels)
    assert "Score 90 at week 16 – Full set – primary" in labels
    assert "Score 90 at week 16 – Full set – again" in labels
    assert len(set(labels)) == len(labels) == 5
    assert all(f"{label}: " in forest_of(document).alt for label in labels)
    assert {"part:proportion", "again:proportion"} <= set(forest_of(document).results)


def test_how_outcomes_came_about_is_told_of_each_arm():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    people = (tell("01", "10", arm="A", W16="0"), tell("02", "10", arm="B", W12="4", W16="5"))
    notes = table_of(make_document(told_of(*people, study=study)), "Score 90 response").notes

    assert "Arm A: Response: 1 observed." in notes
    assert "Arm B: No response: 1 observed." in notes


# ---------------------------------------------------------------- courses


def test_the_tests_of_a_course_have_a_column():
    document = make_document(told_of(*PEOPLE, study=changed(responses={"options": {"against": "0.5"}})))
    table = table_of(document, "Responses over time: Score 90")

    assert table.head[-1] == "One-sided p"
    assert [row[-1].results for row in table.rows][:1] == [("responses.score_90.W12:p_value",)]
    assert sum("exact test against 50 %" in one for one in table.notes) == 1


def test_a_course_without_a_test_has_no_such_column():
    table = table_of(make_document(told_of(*PEOPLE)), "Responses over time: Score 90")

    assert table.head[-1] == "Interval"
    assert not [one for one in table.notes if "exact test" in one]


def test_a_course_of_which_nobody_has_a_value_says_so():
    document = make_document(told_of(tell("01", "10", dosed=False)))
    shown = [one for one in document.displays() if one.title.startswith("Total score")]

    assert [one.rows for one in shown] == [(("No values", *[""] * 6),), (("No values",),)]
    assert [one.number.rpartition(".")[0] for one in shown] == ["14.2", "16.2.6"]


def test_a_course_that_was_refused_has_no_display():
    document = make_document(told_of(*PEOPLE, study=changed(course={"options": {"against": "0.5"}})))

    assert not [one for one in document.displays() if one.title.startswith("Total score")]


def test_an_arm_in_which_nobody_has_a_value_says_so():
    study = make_study(arms=TWO_ARMS, model="Parallel")
    document = make_document(told_of(tell("01", "10", arm="A", W16="0"), study=study))

    assert (
        table_of(document, "Total score: median, quartiles and extremes over time – Arm B").rows[0][0]
        == "No values"
    )
    assert (
        table_of(document, "Total score: median, quartiles and extremes over time – Arm A").rows[0][0]
        == "Baseline"
    )
