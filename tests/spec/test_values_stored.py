"""The stored form of a datum, and the days of a partial date."""

from datetime import date

import pytest

from trialwright.values.dates import moment_of, partial_date_span
from trialwright.values.datum import Datum, Missing, Value
from trialwright.values.stored import canonical_json, datum_from_json, datum_to_json


@pytest.mark.parametrize(
    ("datum", "text"),
    [
        (Value("5.4"), '{"v":"5.4"}'),
        (Value("68", "150", "lb"), '{"raw":"150","unit":"lb","v":"68"}'),
        (Value("王", " 王"), '{"raw":" 王","v":"王"}'),
        (Missing("refused"), '{"m":"refused"}'),
        (None, "{}"),
    ],
)
def test_a_datum_comes_back_from_its_stored_form(datum: Datum | None, text: str) -> None:
    assert datum_to_json(datum) == text
    assert datum_from_json(text) == datum


@pytest.mark.parametrize("text", ["[]", '{"v":5}', '{"m":"lazy"}', '{"v":"5","x":"y"}', '{"raw":"5"}'])
def test_any_other_shape_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a stored datum"):
        datum_from_json(text)


def test_canonical_json_sorts_keys_and_holds_no_float() -> None:
    assert canonical_json({"b": [1, None, True], "a": {"ö": "x"}}) == '{"a":{"ö":"x"},"b":[1,null,true]}'
    with pytest.raises(TypeError, match="float"):
        canonical_json({"a": [{"b": 0.5}]})  # type: ignore[dict-item, list-item]  # what the types forbid


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-03-14", date(2026, 3, 14), date(2026, 3, 14)),
    ],
)
def test_a_partial_date_spans_the_days_it_allows(text: str, low: date, high: date) -> None:
    assert partial_date_span(text) == (low, high)


def test_a_moment_is_the_same_everywhere() -> None:
    assert moment_of("2026-03-14T08:30+08:00") == moment_of("2026-03-14T00:30+00:00")
