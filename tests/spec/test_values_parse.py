"""What a person types becomes one value, or is refused with the reason."""

from fractions import Fraction

import pytest

from trialwright.values.datum import Value
from trialwright.values.parse import ItemSpec, parse
from trialwright.values.problem import Problem

AREA = ItemSpec("integer", low=Fraction(0), high=Fraction(6))
SEVERITY = ItemSpec("integer", codes=("0", "1", "2", "3", "4", "nr"))
TENTHS = ItemSpec("decimal", decimals=1)
DECIMAL = ItemSpec("decimal")
WEIGHT = ItemSpec("decimal", decimals=1, unit="kg", units=(("lb", Fraction("0.45359237")),))
HAEMOGLOBIN = ItemSpec(
    "integer", unit="g/L", units=(("g/dL", Fraction(10)),), low=Fraction(30), high=Fraction(250)
)
EXACT = ItemSpec("decimal", unit="g", units=(("oz", Fraction("28.349523125")), ("third", Fraction(1, 3))))
TRUTH = ItemSpec("boolean")
DATE = ItemSpec("date")
PARTIAL = ItemSpec("partial_date")
TIME = ItemSpec("time")
MOMENT = ItemSpec("datetime")
TEXT = ItemSpec("text", length=5)
SEX = ItemSpec("code", codes=("female", "male"))


@pytest.mark.parametrize(
    ("spec", "entry", "text"),
    [
        (AREA, "0", "0"),
        (AREA, "6", "6"),
        (AREA, "+3", "3"),
        (AREA, "007", None),
        (AREA, "3.0", "3"),
        (SEVERITY, "4", "4"),
        (SEVERITY, "nr", "nr"),
        (SEVERITY, "٣", "3"),
        (TENTHS, "5.4", "5.4"),
        (TENTHS, "5.40", "5.4"),
        (TENTHS, "-0", "0"),
        (TENTHS, ".5", "0.5"),
        (TENTHS, "１２．５", "12.5"),
        (TENTHS, "−1.5", "-1.5"),
        (WEIGHT, "70 kg", "70"),
        (TRUTH, "true", "true"),
        (TRUTH, "No", "false"),
        (TRUTH, "是", "true"),
        (DATE, "2026-03-14", "2026-03-14"),
        (DATE, "2026-3-4", "2026-03-04"),
        (DATE, "2026/03/14", "2026-03-14"),
        (DATE, "2026年3月14日", "2026-03-14"),
        (DATE, "14-Mar-2026", "2026-03-14"),
        (DATE, "14 mar 2026", "2026-03-14"),
        (DATE, "2024-02-29", "2024-02-29"),
        (PARTIAL, "2026", "2026"),
        (PARTIAL, "2026-03", "2026-03"),
        (PARTIAL, "2026年3月", "2026-03"),
        (PARTIAL, "Mar-2026", "2026-03"),
        (PARTIAL, "UNK-Mar-2026", "2026-03"),
        (PARTIAL, "UN-UNK-2026", "2026"),
        (PARTIAL, "2026-UNK-UNK", "2026"),
        (PARTIAL, "2026-03-14", "2026-03-14"),
        (TIME, "8:30", "08:30"),
        (TIME, "23:59:00", "23:59"),
        (TIME, "０８：３０", "08:30"),
        (MOMENT, "2026-03-14T08:30+08:00", "2026-03-14T08:30+08:00"),
        (MOMENT, "2026-03-14 8:30Z", "2026-03-14T08:30+00:00"),
        (TEXT, "  王小明 ", "王小明"),
        (TEXT, "e\u0301t\u00e9", "\u00e9t\u00e9"),
        (TEXT, "a\r\nb", "a\nb"),
        (SEX, "female", "female"),
    ],
)
def test_an_entry_becomes_its_stored_text(spec: ItemSpec, entry: str, text: str | None) -> None:
    if text is None:
        assert isinstance(parse(spec, entry), Problem)
        return
    assert parse(spec, entry) == Value(text, None if text == entry else entry)


@pytest.mark.parametrize(
    ("spec", "entry", "code"),
    [
        (AREA, "", "nothing-entered"),
        (TEXT, " \t ", "nothing-entered"),
        (TEXT, "\u200b\u2060\ufeff", "nothing-entered"),
        (AREA, "7", "out-of-range"),
        (AREA, "-1", "out-of-range"),
        (AREA, "2.5", "not-a-whole-number"),
        (AREA, "NaN", "not-a-number"),
        (AREA, "1e9", "not-a-number"),
        (AREA, "Infinity", "not-a-number"),
        (AREA, "0x10", "not-a-number"),
        (AREA, "1_000", "not-a-number"),
        (AREA, "<0.1", "not-a-number"),
        (AREA, "3 points", "no-unit-here"),
        (DECIMAL, "9" * 10_000, "not-a-number"),
        (TENTHS, "5,4", "comma-in-number"),
        (DECIMAL, "1,000.5", "comma-in-number"),
        (TENTHS, "5.45", "too-many-decimals"),
        (SEVERITY, "5", "not-a-code"),
        (SEX, "Female", "not-a-code"),
        (TRUTH, "maybe", "not-a-truth"),
        (DATE, "2026-03", "not-a-date"),
        (DATE, "03/14/2026", "not-a-date"),
        (DATE, "2026-02-29", "not-a-date"),
        (DATE, "2026-13-01", "not-a-date"),
        (DATE, "2026-00-14", "not-a-date"),
        (DATE, "2026-03-00", "not-a-date"),
        (DATE, "0202-03-14", "not-a-date"),
        (DATE, "14-Mrz-2026", "not-a-date"),
        (PARTIAL, "2026-UNK-14", "not-a-partial-date"),
        (PARTIAL, "soon", "not-a-partial-date"),
        (TIME, "24:00", "not-a-time"),
        (TIME, "8.30", "not-a-time"),
        (TIME, "08:60", "not-a-time"),
        (MOMENT, "2026-03-14T08:30", "not-a-datetime"),
        (MOMENT, "2026-02-30T08:30Z", "not-a-datetime"),
        (MOMENT, "2026-03-14T25:30Z", "not-a-datetime"),
        (MOMENT, "2026-03-14T08:30+15:00", "not-a-datetime"),
        (TEXT, "123456", "too-long"),
        (TEXT, "a\x00b", "bad-character"),
        (TEXT, "\ud800", "bad-character"),
    ],
)
def test_an_entry_is_refused_with_its_reason(spec: ItemSpec, entry: str, code: str) -> None:
    refused = parse(spec, entry, where="W4 / score / area")
    assert isinstance(refused, Problem)
    assert (refused.code, refused.where) == (code, "W4 / score / area")
    assert len(refused.text) < 200


@pytest.mark.parametrize(
    ("spec", "entry", "unit", "value"),
    [
        (WEIGHT, "150", "lb", Value("68", "150", "lb")),
        (WEIGHT, "150 lb", None, Value("68", "150 lb", "lb")),
        (WEIGHT, "150 lb", "lb", Value("68", "150 lb", "lb")),
        (WEIGHT, "70.5", "kg", Value("70.5")),
        (HAEMOGLOBIN, "14.05", "g/dL", Value("141", "14.05", "g/dL")),  # 140.5, half away from zero
        (EXACT, "1", "oz", Value("28.349523125", "1", "oz")),
        (EXACT, "1", "third", Value("0.333333", "1", "third")),
    ],
)
def test_another_unit_is_converted_once_and_kept_beside(
    spec: ItemSpec, entry: str, unit: str | None, value: Value
) -> None:
    assert parse(spec, entry, unit) == value


@pytest.mark.parametrize(
    ("spec", "entry", "unit", "code"),
    [
        (WEIGHT, "70", "g", "unknown-unit"),
        (WEIGHT, "70 kg", "lb", "not-a-number"),
        (AREA, "3", "mg", "no-unit-here"),
        (HAEMOGLOBIN, "30", "g/dL", "out-of-range"),
    ],
)
def test_a_wrong_unit_is_refused(spec: ItemSpec, entry: str, unit: str, code: str) -> None:
    refused = parse(spec, entry, unit)
    assert isinstance(refused, Problem)
    assert refused.code == code


def test_a_range_names_its_ends_and_unit() -> None:
    refused = parse(HAEMOGLOBIN, "251")
    assert isinstance(refused, Problem)
    assert refused.text == "251 g/L is outside the range 30 to 250 g/L."


@pytest.mark.parametrize(
    ("low", "high", "entry", "text"),
    [
        (Fraction(0), None, "-1", "-1 is below the least allowed, 0."),
        (None, Fraction("0.5"), "0.6", "0.6 is above the most allowed, 0.5."),
    ],
)
def test_an_open_range_names_its_one_end(
    low: Fraction | None, high: Fraction | None, entry: str, text: str
) -> None:
    refused = parse(ItemSpec("decimal", low=low, high=high), entry)
    assert isinstance(refused, Problem)
    assert refused.text == text


def test_a_text_is_measured_in_characters_as_readers_count_them() -> None:
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    assert parse(TEXT, f"𠮷e\u0323{family}ab") == Value(f"𠮷\u1eb9{family}ab", f"𠮷e\u0323{family}ab")


def test_problems_are_said_in_the_language_of_the_reader() -> None:
    refused = parse(AREA, "x")
    assert isinstance(refused, Problem)
    assert refused.say(lambda message: message.replace("is not a number", "不是数字")) == "“x” 不是数字."
