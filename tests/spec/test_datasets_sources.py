"""Lists of the events behind rows, put together."""

import polars as pl
import pytest

from trialwright.datasets.sources import EVENTS, union


def lists(*rows: list[int] | None) -> pl.Series:
    return pl.Series("SRC", rows, dtype=EVENTS)


def test_each_event_stands_once_and_in_order_in_its_row() -> None:
    put_together = union(4, [lists([7, 3], None, [], [5]), lists([3, 9], [2], None, None)])
    assert put_together.to_list() == [[3, 7, 9], [2], [], [5]]


def test_of_no_lists_every_row_has_no_event() -> None:
    assert union(2, []).to_list() == [[], []]


def test_lists_of_other_rows_are_refused() -> None:
    """Else the events of one row would stand behind another."""
    with pytest.raises(ValueError, match=r"lists of \[2, 1\] rows are no lists of 2"):
        union(2, [lists([1], [2]), lists([3])])
