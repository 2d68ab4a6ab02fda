"""Markup is escaped, pictures are well-formed and the same each time, and read without eyes."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from trialwright.analysis.figures import (
    BOTTOM,
    HEIGHT,
    FlowPart,
    Series,
    Spot,
    Words,
    render_course,
    render_flow,
    render_proportions,
)
from trialwright.analysis.markup import Markup, element, join, table
from trialwright.analysis.svg import (
    SHAPES,
    Scale,
    Titled,
    mark,
    nice_ticks,
    number,
    split_words,
    text_width,
    wrap,
)

VISITS = ((1, "W0"), (15, "W2"), (29, "W4"), (113, "W16"))
SPOTS = (Spot(1, 10.0, 8.0, 12.0), Spot(15, 4.0, 3.0, 6.0), Spot(113, 0.0, 0.0, 1.0))
WORDS = Words(Titled("f", "Score <over> time", "Week 16: 0"), "Visit", "Score")
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_text_is_escaped_and_markup_is_not():
    assert str(join("<b>", Markup("<i>"), 3)) == "&lt;b&gt;<i>3"
    assert (
        str(element("a", "x", href='"><script>', class_="n", data_x=None))
        == '<a href="&quot;&gt;&lt;script&gt;" class="n">x</a>'
    )
    assert str(element("br")) == "<br>"
    assert str(join("a\x00b")) == "a\ufffdb"


def test_a_table_has_a_caption_and_heads():
    whole = str(table(("A", "B"), (("x", "1"),), "Numbers"))

    assert "<caption>Numbers</caption>" in whole
    assert '<th scope="row">x</th>' in whole
    assert 'tabindex="0"' in whole


def test_a_table_of_cards_says_in_each_cell_what_it_is():
    rows = (("01", "Response", 3),)

    cards = str(table(("Participant", "Outcome", "n"), rows, "People", class_="cards"))

    assert '<td data-l="Outcome">Response</td><td data-l="n">3</td>' in cards
    assert "data-l" not in str(table(("Participant", "Outcome", "n"), rows, "People"))


BELOW = [
    (4, -8, (-10, -7.5, -5, -2.5, 0, 2.5, 5)),
    (0, -5, (-5, -4, -3, -2, -1, 0)),
    (-1, -2, (-2, -1.5, -1, -0.5, 0)),
]


@pytest.mark.parametrize(("high", "low", "expected"), BELOW)
def test_ticks_cover_what_is_below_0_and_have_0(high, low, expected):
    assert nice_ticks(high, low) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("high", "expected"),
    [(0, (0, 1)), (1, (0, 0.2, 0.4, 0.6, 0.8, 1)), (23.4, (0, 5, 10, 15, 20, 25)), (0.3, (0, 0.1, 0.2, 0.3))],
)
def test_ticks_are_round_and_cover(high, expected):
    assert nice_ticks(high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (1.25, "1.2"), (-0.01, "0"), (-2.5, "-2.5"), (100.04, "100")]
)
def test_coordinates_are_short(value, text):
    assert number(value) == text


def test_chinese_wraps_anywhere_and_latin_between_words():
    assert wrap("甲乙丙丁戊己", 40, 20) == ("甲乙", "丙丁", "戊己")
    assert wrap("one two three", 60, 14) == ("one two", "three")
    assert wrap("", 60, 14) == ("",)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("mean of  scores ", ("mean ", "of  ", "scores ")),
        (" mean", ("mean",)),
        (" 均值 of", ("均", "值 ", "of")),
        ("", ()),
    ],
)
def test_a_word_keeps_the_blanks_after_it(text, pieces):
    assert split_words(text) == pieces


def test_every_mark_can_be_drawn():
    for shape in SHAPES:
        assert str(mark(shape, 5, 5, "#000")).startswith("<")


def test_scale_maps_ends():
    scale = Scale(0, 10, 100, 0)
    assert (scale.at(0), scale.at(10), scale.at(5)) == (100, 0, 50)


@pytest.mark.parametrize(
    "picture",
    [
        render_course(WORDS, (Series("Median", SPOTS),), (((1, 9.0), (15, 3.0)), ((1, 11.0),)), VISITS),
        render_course(WORDS, (), (), VISITS),
        render_proportions(
            WORDS, tuple(Series(f"Term {i}", (Spot(15, 0.5, 0.4, 0.6),)) for i in range(7)), VISITS
        ),
        render_flow(
            Titled("flow", "受试者流程", "筛选 63"),
            (
                FlowPart("筛选（n = 63）", (), False),
                FlowPart("Not eligible (n = 13)", ("Infection " * 12, "低分 (n = 6)"), True),
                FlowPart("Dosed (n = 50)", ("All doses",), False),
            ),
        ),
    ],
)
def test_pictures_are_well_formed_and_named(picture):
    root = ET.fromstring(str(picture))

    assert root.tag == f"{NAMESPACE}svg"
    assert root.attrib["role"] == "img"
    named = root.attrib["aria-labelledby"].split()
    assert [root[0].attrib["id"], root[1].attrib["id"]] == named
    assert root[0].text
    assert root[1].text


def test_values_below_0_stand_above_the_ground():
    spots = (Spot(1, 0.0, 0.0, 0.0), Spot(15, -5.0, -8.0, -2.0))
    picture = ET.fromstring(
        str(render_course(WORDS, (Series("Median", spots),), (((1, 0.0), (15, -9.0)),), VISITS))
    )
    lines = [one.attrib["points"] for one in picture.iter(f"{NAMESPACE}polyline")]
    heights = [float(point.split(",")[1]) for points in lines for point in points.split()]

    assert "-10" in [one.text for one in picture.iter(f"{NAMESPACE}text")]
    assert heights
    assert max(heights) < HEIGHT - BOTTOM


def names_at(visits):
    """Of each name under the axis where it stands: its middle, and its row from above."""
    root = ET.fromstring(str(render_course(WORDS, (), (), visits)))
    found = {
        one.text: (float(one.attrib["x"]), float(one.attrib["y"])) for one in root.iter(f"{NAMESPACE}text")
    }
    heights = sorted({y for text, (_, y) in found.items() if text in dict(visits).values()})
    return {text: (x, heights.index(y)) for text, (x, y) in found.items() if text in dict(visits).values()}


def test_a_label_that_would_touch_the_one_before_stands_in_a_lower_row():
    """The visit of week 2 in a trial of a year, beside the baseline."""
    weeks = (2, 4, 6, 8, 10, 12, 16, 34, 52)
    names = names_at(((1, "Baseline"), *((week * 7 + 1, f"W{week}") for week in weeks)))

    assert list(names) == ["Baseline", *(f"W{week}" for week in weeks)]
    assert [names[one][1] for one in ("Baseline", "W2", "W4", "W52")] == [0, 1, 0, 0]
    for row in (0, 1):
        own = sorted((x, text) for text, (x, at) in names.items() if at == row)
        for (x, text), (after, other) in pairwise(own):
            assert x + text_width(text, 12) / 2 < after - text_width(other, 12) / 2


def test_a_label_for_which_no_row_has_room_is_left_out():
    close = tuple((day, f"Visit {day}") for day in range(1, 60))
    names = names_at(close)

    assert [names[f"Visit {day}"][1] for day in (1, 2)] == [0, 1]
    assert "Visit 3" not in names


def test_flow_boxes_hold_all_their_lines():
    root = ET.fromstring(
        str(render_flow(Titled("f", "t", "d"), (FlowPart("A", ("one", "two", "three"), True),)))
    )
    box = root.findall(f".//{NAMESPACE}rect")[1]
    texts = root.findall(f".//{NAMESPACE}text")

    bottom = float(box.attrib["y"]) + float(box.attrib["height"])
    assert len(texts) == 4
    assert all(float(text.attrib["y"]) < bottom for text in texts)
