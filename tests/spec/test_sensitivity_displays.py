"""All sensitivity analyses in one plan: laws of their results and displays, and that the datasets decide as they do."""

import json
import os
from functools import cache
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from tests.spec.analysis_data import make_person
from tests.spec.sensitivity_study import run_on, shown, study_with
from tests.spec.test_displays import by_hand, numbers_in, standing
from tests.spec.test_event_times import PLAN as WAIT
from tests.spec.test_mixed_model import PLAN as MEANS
from tests.spec.test_sensitivity import PEOPLE
from tests.spec.test_sensitivity import PLAN as FILLED

from trialwright.analysis.ard_files import read_results_json, render_number, write_results_json
from trialwright.analysis.ars import write_ars
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Figure, Number, Table
from trialwright.analysis.displays.numbers import show
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.frames import frames

PLAN = f"{WAIT}{FILLED}{MEANS}"
OWN = ("wait", "filled", "tipped", "means")


@cache
def made():
    study = study_with(PLAN)
    return study, run_on(study, *PEOPLE)[1]


def document_of(language: str = "en"):
    return make_document(shown(*made(), language))


def test_the_whole_plan_has_results():
    assert all(made()[1].of(one) for one in OWN)
    assert any(one.statistic == "mean" for one in made()[1].of("means"))


def test_results_read_back_as_they_were_written():
    dataset = made()[1]

    assert read_results_json(write_results_json(dataset)) == dataset


def test_the_same_displays_come_of_results_that_were_read_back():
    study, dataset = made()
    again = make_document(shown(study, read_results_json(write_results_json(dataset))))

    assert again == document_of()


def test_every_shown_number_is_that_of_its_result():
    document, dataset, shown_numbers = document_of(), made()[1], 0
    for table in (one for one in document.displays() if isinstance(one, Table)):
        for cell in (cell for row in table.rows for cell in row if isinstance(cell, Number)):
            values = [dataset.by_id[one].value for one in cell.results]
            if None in values:
                continue
            found = numbers_in(show(cell, dataset, document.words))
            assert found == [by_hand(render_number(one), cell) for one in standing(cell, values)], cell
            shown_numbers += 1
    assert shown_numbers > 200


def test_every_efficacy_display_says_of_whom_from_what_and_that_nothing_is_controlled():
    document = document_of()
    own = [
        one
        for one in document.displays()
        if one.notes and any(f"Analysis {name};" in one.notes[-1] for name in OWN)
    ]

    assert len(own) == 2 + 1 + 3 + 2
    for one in own:
        assert "No control group: the effect cannot be separated from natural remission." in one.notes
        assert any("(n = " in note for note in one.notes), one.title


def test_every_figure_has_a_text_for_those_who_do_not_see_it_and_names_known_results():
    dataset = made()[1]
    for language in ("en", "zh-Hans"):
        figures = [one for one in document_of(language).displays() if isinstance(one, Figure)]
        assert all(one.alt and "<desc" in str(one.drawing) for one in figures)
        assert all(set(one.results) <= set(dataset.by_id) for one in figures)


def test_a_count_has_as_many_participants():
    counts = ("n", "imputed", "by_event", "not_imputed", "at_risk", "events", "censored", "subjects")
    for one in made()[1].statistics:
        # Whom the steps of a tipping point are of stands with the arm, once.
        is_step = one.estimate.startswith(("tipped.k_", "tipped.delta_")) and not one.role
        if one.analysis in OWN and one.statistic in counts and not is_step:
            assert len(one.participants) == one.value, one.id


def test_the_dataset_imputes_for_the_same_people():
    """Of who is missing at week 16 ADSCORE says so in its rows of type NRI; who failed by an event has its name there."""
    study, dataset = made()
    books = [make_person(study, one)[0] for one in PEOPLE]
    frame = derive_datasets(study, frames(study, books))["ADSCORE"].frame
    rows = frame.filter(PARAMCD="SCORE90", AVISIT="Week 16", DTYPE="NRI")
    is_missing = pl.col("IMPREAS") == "No value for this visit"
    missing = set(rows.filter(is_missing)["SRCSTRM"])
    failed = set(rows.filter(~is_missing)["SRCSTRM"])

    def who(statistic: str) -> set[str]:
        return set(dataset.by_id[f"filled:{statistic}"].participants)

    assert who("imputed") | who("not_imputed") == missing
    assert who("by_event") == failed


@pytest.mark.skipif("TRIALWRIGHT_TEST_DATA" not in os.environ, reason="needs TRIALWRIGHT_TEST_DATA")
def test_the_results_hold_to_the_analysis_results_standard():
    schema = Path(os.environ["TRIALWRIGHT_TEST_DATA"], "cdisc/ars/project/jsonschema/ars_ldm.schema.json")
    jsonschema.validate(json.loads(write_ars(*made())), json.loads(schema.read_text("utf-8")))
