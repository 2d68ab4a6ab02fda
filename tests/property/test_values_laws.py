"""Laws of values: what is stored comes back, and nothing typed makes the reader fall over."""

import json
from fractions import Fraction
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.values.datum import ItemType, Missing, MissingReason, Value
from trialwright.values.numbers import number_text, parse_number, round_half_away
from trialwright.values.parse import ItemSpec, parse
from trialwright.values.problem import Problem
from trialwright.values.stored import datum_from_json, datum_to_json

types: st.SearchStrategy[ItemType] = st.sampled_from(get_args(ItemType))
entries = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.,-+e/:TZ年月日 ", max_size=20),
    st.decimals(allow_nan=True).map(str),
    st.dates().map(str),
    st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M}+08:00"),
)


@settings(max_examples=200, deadline=None)
@given(types, entries)
def test_whatever_is_typed_is_a_value_or_a_problem(type_: ItemType, entry: str) -> None:
    spec = ItemSpec(type_, length=30, decimals=2)
    found = parse(spec, entry)
    if isinstance(found, Problem):
        assert found.text
    else:
        assert found.raw in (None, entry)
        assert parse(spec, found.text) == Value(found.text), "a stored text is stored as it is"


@settings(max_examples=200, deadline=None)
@given(st.fractions(), st.integers(0, 6))
def test_a_number_comes_back_from_its_text(value: Fraction, decimals: int) -> None:
    rounded = round_half_away(value, decimals)
    assert abs(rounded - value) * 2 * 10**decimals <= 1
    text = number_text(value, decimals)
    assert "e" not in text.lower()
    if len(text) < 20:
        assert parse_number(text) == rounded
        assert number_text(rounded) == text


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.none(),
        st.sampled_from(get_args(MissingReason)).map(Missing),
        st.builds(Value, st.text(), st.none() | st.text(), st.none() | st.text()),
    )
)
def test_a_datum_comes_back_from_its_stored_form(datum: Value | Missing | None) -> None:
    assert datum_from_json(datum_to_json(datum)) == datum


@settings(max_examples=500, deadline=None)
@given(st.text() | st.text('ab"\\{}:,\n\x00\x1fv', max_size=12))
def test_a_stored_form_is_read_as_a_parser_of_json_reads_it(inside: str) -> None:
    text = f'{{"v":"{inside}"}}'
    try:
        parts = json.loads(text)
    except ValueError:
        parts = None
    if isinstance(parts, dict) and parts.keys() == {"v"} and isinstance(parts["v"], str):
        assert datum_from_json(text) == Value(parts["v"])
        return
    try:
        datum = datum_from_json(text)
    except ValueError:
        return
    assert parts is not None
    assert datum == Value(parts["v"], parts.get("raw"), parts.get("unit"))
