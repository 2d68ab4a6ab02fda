"""Which value stands for an analysis visit: by study day, closest to the target, then earlier, item by item."""

from datetime import date, timedelta

import polars as pl
import pytest

from trialwright.datasets.analysis_visits import derive_analysis_visits
from trialwright.expr.tables import Tables
from trialwright.study.model import Visit

FIRST = date(2026, 3, 2)


VISITS = {
    visit.id: visit
    for visit in (
        Visit("W0", "Week 0", "", day=1, is_anchor=True),
        Visit("W12", "Week 12", "", day=85, analysis_days=(79, 99)),
        Visit("W16", "Week 16", "", day=113, analysis_days=(100, 126)),
        Visit("W34", "Week 34", "", day=239, analysis_days=(177, 302)),
        Visit("W52", "Week 52", "", day=365, analysis_days=(303, 379)),
        Visit("UNS", "Unscheduled", "", is_any_day=True, repeats=True),
    )
}


def day_to_date(day):
    return FIRST + timedelta(days=day - 1 if day > 0 else day)


def make_tables(**rows):
    """rows: visit key (`_` for `#`) -> (study day or None, value or None)."""
    keyed = [(key.replace("_", "#"), day, value) for key, (day, value) in rows.items()]
    order = sorted(range(len(keyed)), key=lambda index: (keyed[index][1] or 0, index))
    keys = {
        "participant": ["p"] * len(keyed),
        "visit": [key for key, _, _ in keyed],
        "repeat": [0] * len(keyed),
        "is_record": [True] * len(keyed),
    }
    held = pl.DataFrame(
        {
            **keys,
            "date__lo": [None if day is None else day_to_date(day) for _, day, _ in keyed],
            "date__state": ["reason" if day is None else "known" for _, day, _ in keyed],
        },
        schema_overrides={"date__lo": pl.Date},
    )
    score = pl.DataFrame(
        {
            **keys,
            "total": [value for _, _, value in keyed],
            "total__state": ["reason" if value is None else "known" for _, _, value in keyed],
            "total__reason": ["not_done" if value is None else None for _, _, value in keyed],
            "total__event": list(range(10, 10 + len(keyed))),
        },
        schema_overrides={"total": pl.Int64, "total__reason": pl.String},
    )
    visits = pl.DataFrame(
        {
            "participant": keys["participant"],
            "visit": [keyed[i][0] for i in order],
            "order": list(range(len(order))),
        }
    )
    gates = pl.DataFrame(schema={"participant": pl.String, "form": pl.String, "gate": pl.Boolean})
    return Tables(pl.DataFrame({"participant": ["p"]}), visits, {"visit": held, "score": score}, gates)


def windowed(**rows):
    first = pl.DataFrame({"participant": ["p"], "first": [FIRST]})
    return derive_analysis_visits(VISITS, make_tables(**rows), ["score"], first)


def values(result):
    rows = result.tables.forms["score"].select("visit", "total").iter_rows()
    return dict(rows)


@pytest.mark.parametrize(
    ("title", "rows", "expected"),
    [
        ("as collected", {"W12": (85, 5), "W16": (113, 2)}, {"W12": 5, "W16": 2}),
        ("first day of the window", {"W16": (100, 2)}, {"W16": 2}),
        ("last day of the window", {"W16": (126, 2)}, {"W16": 2}),
        ("a day after it, in none", {"W16": (127, 2)}, {"W16#seen": 2}),
        ("a late week 12 is a week 16", {"W12": (100, 5)}, {"W16": 5, "W12#seen": 5}),
        ("day 99 is the earlier visit's", {"W16": (99, 2)}, {"W12": 2, "W16#seen": 2}),
        (
            "closest to the target",
            {"W16": (120, 2), "UNS_1": (115, 7)},
            {"W16": 7, "W16#seen": 2, "UNS#1": 7},
        ),
        (
            "equally close: the earlier",
            {"W16": (115, 2), "UNS_1": (111, 7)},
            {"W16": 7, "W16#seen": 2, "UNS#1": 7},
        ),
        ("same day: the one first in order", {"W16": (113, 2), "UNS_1": (113, 7)}, {"W16": 2, "UNS#1": 7}),
        ("a closer visit without a value", {"W16": (113, None), "UNS_1": (120, 7)}, {"W16": 7, "UNS#1": 7}),
        (
            "unscheduled fills a missed visit",
            {"W16": (None, None), "UNS_1": (120, 7)},
            {"W16": 7, "UNS#1": 7},
        ),
        ("missed stays missing", {"W16": (None, None)}, {"W16": None}),
        ("a value without a date fills nothing", {"W16": (None, 2)}, {}),
        ("outside all windows", {"UNS_1": (150, 7)}, {"UNS#1": 7}),
        ("baseline is no analysis visit", {"W0": (1, 20), "W16": (113, 2)}, {"W0": 20, "W16": 2}),
    ],
)
def test_chosen_values(title, rows, expected):
    assert values(windowed(**rows)) == expected, title


def test_the_source_of_a_value_is_known():
    result = windowed(W16=(120, 2), UNS_1=(115, 7))

    assert result.sources["p", "score", "total", "W16"] == "UNS#1"
    chosen = result.tables.forms["score"].filter(pl.col("visit") == "W16")
    assert chosen["total__event"].to_list() == [11]


def test_a_visit_that_was_not_held_gets_the_date_of_what_fills_it():
    result = windowed(W16=(None, None), UNS_1=(120, 7))

    held = result.tables.forms["visit"].filter(pl.col("visit") == "W16")
    assert held["date__lo"].to_list() == [day_to_date(120)]
    assert result.moved["p", "W16"] == "UNS#1"
    assert result.tables.visits["visit"].to_list().count("W16") == 1


def test_a_displaced_record_keeps_its_day():
    result = windowed(W34=(310, 9), W52=(365, 1))

    assert values(result) == {"W34#seen": 9, "W52": 1}
    assert ("p", "W34#seen") in result.moved
    assert sorted(result.tables.visits["order"].to_list()) == [0, 1, 2]


def test_values_without_a_date_are_named():
    assert windowed(W16=(None, 2)).undated == (("p", "W16", "score"),)


def test_without_windows_nothing_changes():
    plain = {"W1": Visit("W1", "Week 1", "", day=8)}
    tables = make_tables(W1=(8, 1))
    first = pl.DataFrame({"participant": ["p"], "first": [FIRST]})
    assert derive_analysis_visits(plain, tables, ["score"], first).tables is tables
    assert derive_analysis_visits(VISITS, tables, [], first).tables is tables


def test_each_item_takes_its_own_nearest_record():
    tables = make_tables(W16=(113, 2), UNS_1=(115, 7))
    score = tables.forms["score"].with_columns(
        area=pl.Series([None, 3], dtype=pl.Int64),
        area__state=pl.Series(["not_entered", "known"]),
        area__event=pl.Series([None, 30], dtype=pl.Int64),
    )
    both = Tables(tables.participants, tables.visits, {**tables.forms, "score": score}, tables.gates)
    first = pl.DataFrame({"participant": ["p"], "first": [FIRST]})

    result = derive_analysis_visits(VISITS, both, ["score"], first)

    row = result.tables.forms["score"].filter(pl.col("visit") == "W16").row(0, named=True)
    assert (row["total"], row["area"], row["area__event"]) == (2, 3, 30)
    assert result.sources["p", "score", "area", "W16"] == "UNS#1"
