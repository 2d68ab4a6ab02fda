"""The program that simulates the estimators, with fewer trials: unbiased where they should be, and the page is its own."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

TOOL = Path(__file__).parents[2] / "tools" / "simulated_methods.py"


@cache
def tool():
    spec = importlib.util.spec_from_file_location("simulated_methods", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def rows_by_way(rows):
    return {(row.what, row.way): row for row in rows}


def test_imputation_is_unbiased_at_random_and_complete_cases_are_not():
    program = tool()
    rows = rows_by_way(program.imputation_rows(program.COURSES[0], 60, np.random.default_rng(1)))

    what = "mean of log(score + 0.5)"
    imputed = rows[what, "imputed, Rubin with Barnard-Rubin df"]
    complete = rows[what, "complete cases only"]
    assert abs(imputed.bias) < 4 * imputed.error
    assert imputed.coverage > 0.87
    assert complete.bias < -6 * complete.error
    shares = rows["responders", "imputed, Wilson"]
    assert abs(shares.bias) < 4 * shares.error + 0.005
    assert rows["responders", "complete cases only"].bias > 0.02
    assert rows["responders", "missing = non-responder"].bias < -0.02


def test_npmle_is_unbiased_where_losses_are_at_random_and_the_other_ways_are_not():
    program = tool()
    rows = rows_by_way(
        row for kind in program.LOSSES for row in program.relapse_rows(kind, 250, np.random.default_rng(2))
    )

    for kind in program.LOSSES[:3]:
        found = rows[kind.what, "NPMLE"]
        assert abs(found.bias) < 4 * found.error, kind.what
        assert found.coverage > 0.9
    lost = "15 % lost at random"
    assert rows[lost, "lost = not relapsed"].bias < -0.08
    assert rows[lost, "lost = relapsed"].bias > 0.01
    hidden = program.LOSSES[3].what
    assert rows[hidden, "NPMLE"].bias < -0.03


def test_the_four_ways_are_those_that_were_found_before():
    """By another program, of 1,000 trials: .759 .865 .881 .861, and where 25 % of relapsers never come back .568 .826 .881 .809."""
    program = tool()
    earlier = {
        program.LOSSES[1]: [0.759, 0.865, 0.881, 0.861],
        program.LOSSES[3]: [0.568, 0.826, 0.881, 0.809],
    }
    for kind, told in earlier.items():
        rows = program.relapse_rows(kind, 500, np.random.default_rng(3))
        errors = [row.error for row in rows]
        assert np.abs((np.array([row.mean for row in rows]) - told) / errors).max() < 4.5 * np.sqrt(1.5)


@pytest.mark.parametrize(
    ("relapse", "lost", "skips", "hides", "known"),
    [
        (34, "", False, False, (16, 34)),
        (52, "", False, False, (34, 52)),
        (99, "", False, False, (52, np.inf)),
        (34, "", True, False, (16, 52)),
        (52, "", True, False, (16, 52)),
        (99, "", True, False, (52, np.inf)),
        (34, "early", False, False, (16, np.inf)),
        (34, "late", False, False, (16, 34)),
        (34, "late", True, False, (16, np.inf)),
        (52, "late", False, False, (34, np.inf)),
        (34, "", False, True, (16, np.inf)),
        (52, "", False, True, (34, np.inf)),
        (99, "late", False, True, (34, np.inf)),
    ],
)
def test_what_is_known_of_a_responder(relapse, lost, skips, hides, known):
    assert tool().interval_of(relapse, lost, skips, hides) == known


def test_chances_add_up():
    program = tool()
    for kind in program.LOSSES:
        assert program.chances(kind).sum() == pytest.approx(1)


def without_numbers(page):
    return re.sub(r"[+-]?\d[\d.]*", "#", page)


def test_the_page_is_the_one_that_the_program_writes(monkeypatch):
    """All but the numbers; those are its run with more trials."""
    program = tool()
    monkeypatch.setattr(program, "TRUTH", 10)
    assert without_numbers(program.page(4, 1)) == without_numbers(program.PAGE.read_text("utf-8"))
    told = program.PAGE.read_text("utf-8")
    assert f"{program.TRIALS} trials for each row" in told
    assert f"from the seed {program.SEED}." in told
