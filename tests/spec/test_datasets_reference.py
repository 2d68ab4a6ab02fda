"""The reference study's datasets, of virtual participants: they hold to the standard and agree with the analyses."""

from functools import cache

import polars as pl
import pytest
from tests.spec.test_datasets_derive import check_standard
from tests.spec.test_simulate import run as rehearsed
from tests.spec.test_simulate import study

from trialwright.analysis.run import run
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Datasets
from trialwright.datasets.frames import frames
from trialwright.expr.tables import Tables
from trialwright.simulate.run import Plan

pytestmark = pytest.mark.unmeasured


@cache
def made() -> tuple[Tables, Datasets]:
    """Of participants with whom so much happened that no dataset is empty."""
    door, _ = rehearsed(Plan(9, 5))
    tables = frames(study(), door.books.values())
    return tables, derive_datasets(study(), tables)


def test_every_dataset_holds_to_the_standard() -> None:
    _, datasets = made()
    assert list(datasets) == list(study().datasets) and len(datasets) == 15
    for name, one in datasets.items():
        events = one.frame["SRC"].explode().drop_nulls()
        assert events.len() > 0, name
        if name != "ADDIARY":  # it has no analysis visits
            check_standard(one)


@pytest.mark.parametrize(
    ("dataset", "parameter", "analysis"),
    [("ADPASI", "PASI90", "primary"), ("ADPASI", "PASI100", "clearance"), ("ADPGA", "PGA01", "pga")],
)
def test_responders_are_those_of_the_analysis(dataset: str, parameter: str, analysis: str) -> None:
    tables, datasets = made()
    results = run(study(), tables, rehearsal=True)
    wanted = next(one for made in results.analyses for one in made.counted if one.id == analysis)
    rows = datasets[dataset].frame.filter(PARAMCD=parameter, AVISIT="Week 16", ANL02FL="Y")
    assert dict(zip(rows["SRCSTRM"], rows["AVALC"] == "Y", strict=True)) == {
        one.participant: one.kind == "event" for one in wanted.outcomes
    }


def test_the_baseline_is_that_of_the_rules() -> None:
    _, datasets = made()
    frame = datasets["ADPASI"].frame
    value, base = pl.col("AVAL"), pl.col("BASE")
    for parameter, least in (("PASI75", 0.75), ("PASI90", 0.9)):
        told = frame.filter(PARAMCD=parameter).filter(pl.col("DTYPE").is_null())
        totals = frame.filter(PARAMCD="PASITOT").select(
            "SUBJID", "ADT", "VISIT", value.alias("total"), "BASE"
        )
        both = told.drop("BASE").join(totals, on=["SUBJID", "ADT", "VISIT"])
        assert both.height == told.height > 0
        is_met = (base - pl.col("total")).round(6) >= (least * base).round(6)
        assert both.filter(is_met != (pl.col("AVALC") == "Y")).is_empty()
