"""Section 9.7: every method of the plan in words, with what the plan sets for it; and what the writer is asked for."""

from dataclasses import replace

import pytest
from tests.spec.study_folders import REFERENCE, SECOND, study_of
from tests.spec.test_display_word_pages import NOTHING

from trialwright.analysis.displays.cover import cover
from trialwright.analysis.displays.methods import method_blocks
from trialwright.analysis.displays.told import Told, baseline_note, rows_note
from trialwright.analysis.displays.words import METHOD_WORDS, SECTION_WORDS, SPONSOR_WORDS
from trialwright.analysis.registered import METHODS
from trialwright.cli.report_data import translation

STUDY = study_of(REFERENCE)
SHOWN_ONLY = {"flow", "listing", "narratives", "profiles", "swimmer"}  # they compute nothing


def lines_of(language: str = "en") -> tuple[str, ...]:
    _, items = method_blocks(Told(STUDY, NOTHING, translation(language), language))
    return items.texts


def test_every_method_that_computes_is_told() -> None:
    assert set(METHOD_WORDS) == set(METHODS) - SHOWN_ONLY


SAID = [
    ("Mixed model for repeated measures (MMRM)", ("REML", "Satterthwaite", "95 %")),
    ("Multiple imputation", ("Rubin's rules", "50 imputed sets, seed 6374979", "score + 0.5")),
    ("Tipping point", ("0 %, 2 %, 4 %", "100 %", "Reference of the lower limit: 50 %")),
    ("Times to an event", ("Kaplan and Meier", "NPMLE", "Greenwood", "95 %")),
    ("Proportions of participants", ("Clopper-Pearson", "one-sided exact test against 50 %", "against 60 %")),
]


@pytest.mark.parametrize(("begun", "parts"), SAID)
def test_a_method_is_told_with_what_the_plan_sets(begun: str, parts: tuple[str, ...]) -> None:
    (line,) = (one for one in lines_of() if one.startswith(begun))

    for part in parts:
        assert part in line, line


def test_each_method_is_told_once_in_either_language() -> None:
    used = {one.method for one in STUDY.analyses.values()} - SHOWN_ONLY

    assert len(lines_of()) == len(lines_of("zh-Hans")) == len(used)
    assert any("多重填补" in one and "50个填补数据集" in one for one in lines_of("zh-Hans"))


@pytest.mark.parametrize("number", [one for one in SECTION_WORDS if one[:3] in ("10.", "11.", "12.")])
def test_the_writer_is_asked_for_what_ich_e3_asks_for(number: str) -> None:
    assert len(SPONSOR_WORDS[number].split()) > 10


def test_rows_are_named_in_words_and_their_code_stands_in_brackets() -> None:
    told = Told(STUDY, NOTHING)

    assert rows_note(told, STUDY.analyses["lab_shift"]).endswith(
        "On Treatment Record Flag (ADLB; ONTRTFL = Y)."
    )
    assert "those with: The value that stands for its visit; Week 16 (ADPASI; ANL01FL = Y)." in (
        rows_note(
            told, next(one for one in STUDY.analyses.values() if one.method == "waterfall" and one.visits)
        )
    )
    assert rows_note(told, STUDY.analyses["lab_listing"]).startswith("Rows: all of ")


def test_a_placebo_is_no_investigational_product() -> None:
    facts, _ = cover(Told(study_of(SECOND), NOTHING))
    told = dict(facts.pairs)

    assert (
        told["Investigational product"].startswith("Halcyomab (")
        and "Placebo" not in told["Investigational product"]
    )
    assert told["Comparator"].startswith("Placebo (")


def test_a_baseline_without_visits_of_its_own_is_said_so() -> None:
    analysis = next(one for one in STUDY.analyses.values() if one.method == "summary_by_visit")

    assert baseline_note(Told(replace(STUDY, baseline_visits=()), NOTHING), analysis) == (
        "Baseline: the last value dated before the first dose.",
    )
