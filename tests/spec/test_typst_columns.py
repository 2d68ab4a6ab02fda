"""Widths of the columns of tables in the PDF: no word is wider than its column, no table wider than its page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.analysis.displays.model import Table
from trialwright.analysis.displays.typst_columns import (
    BOLD,
    FLIPPED,
    INSET,
    PAGE,
    SIZE,
    SMALLEST,
    least_width,
    line_length,
    setting_of,
)
from trialwright.analysis.displays.typst_source import numeric_columns

WORDS = st.text(alphabet="ab Z9-\u7b2c", max_size=40)
TABLES = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.lists(WORDS, min_size=count, max_size=count),
        st.lists(st.lists(WORDS, min_size=count, max_size=count), max_size=4),
    )
)


@given(TABLES)
@pytest.mark.unmeasured
def test_no_table_is_wider_than_its_page_and_no_word_wider_than_its_column(
    table: tuple[list[str], list[list[str]]],
) -> None:
    head, rows = table
    setting = setting_of(head, rows)
    room = FLIPPED if setting.is_flipped else PAGE
    least = [least_width(head, rows, at, setting.size) for at in range(len(head))]

    assert sum(setting.widths) <= room + 1e-6
    if setting.widths and sum(least) <= room:
        assert all(width >= need - 1e-6 for width, need in zip(setting.widths, least, strict=True))


def test_a_table_that_its_page_holds_has_the_room_that_it_asks_for() -> None:
    setting = setting_of(("Visit", "n", "Mean"), [("Week 16", "50", "1.25")])

    assert (setting.size, setting.widths, setting.is_flipped) == (SIZE, (), False)


def test_long_texts_of_few_columns_share_the_page() -> None:
    setting = setting_of(("Rule", "When"), [("a rule of many words " * 9, "always " * 9)])

    assert not setting.is_flipped
    assert sum(setting.widths) == pytest.approx(PAGE)
    assert setting.widths[0] > setting.widths[1]


def test_a_head_stands_in_two_lines_before_texts_do() -> None:
    head = ("Variable", *("Standard deviation" for _ in range(6)))
    setting = setting_of(head, [("Change from baseline, in percent", *("1.25" for _ in range(6)))])

    whole = line_length("Change from baseline, in percent", setting.size) + INSET
    assert setting.widths[0] == pytest.approx(whole)
    assert setting.widths[1] < line_length("Standard deviation", setting.size) * BOLD


def test_many_columns_of_text_lie_on_their_side_unless_there_is_one_row() -> None:
    head, row = ["Some words"] * 12, ["of a longer text"] * 12

    assert setting_of(head, [row, row]).is_flipped
    assert not setting_of(head, [row]).is_flipped


def test_what_no_page_holds_is_made_to_fit() -> None:
    setting = setting_of(["x" * 60] * 12, [["y"] * 12] * 2)

    assert (setting.size, setting.is_flipped) == (SMALLEST, True)
    assert sum(setting.widths) == pytest.approx(FLIPPED)


def test_numbers_of_a_listing_stand_at_the_right_and_short_words_at_the_left() -> None:
    rows = (("01", "22.4", "Yes", "\u2013", "x"), ("02", "-3", "No", "1.5 %", "(x)"))
    table = Table("16.2.4.1", "A", ("Participant", "BMI", "Given", "Share", "W0"), rows, (), "listing")

    assert numeric_columns(table) == {1, 3, 4}
