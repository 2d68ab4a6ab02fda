"""How a form is laid out: hints beside its fields."""

import pytest
from tests.spec.study_folders import REFERENCE, study_of

from trialwright.study.model import Item
from trialwright.web.forms.layout import layout_of
from trialwright.web.show import show_answer


@pytest.mark.parametrize(
    ("form", "item", "hints"),
    [
        ("labs", "haemoglobin", {"g/L": "30–250 g/L", "g/dL": "3–25 g/dL"}),
        # 10 / 88.42 = 0.1131 and 2500 / 88.42 = 28.27: an end of the range is never refused
        ("labs", "creatinine", {"umol/L": "10–2500 umol/L", "mg/dL": "0.114–28.2 mg/dL"}),
        ("labs", "bilirubin", {"umol/L": "0–1000 umol/L", "mg/dL": "0–58.4 mg/dL"}),
        ("labs", "alt", {}),
    ],
)
def test_a_range_is_told_in_each_unit_that_may_be_chosen(form: str, item: str, hints: dict[str, str]) -> None:
    fields = {one.id: one for one in layout_of(study_of(REFERENCE), form, "en").fields}

    assert dict(fields[item].unit_hints) == hints
    assert bool(fields[item].hint) == (not hints)


@pytest.mark.parametrize(
    ("code", "label", "shown"),
    [
        ("1", "Mild", "1 · Mild"),
        ("1", "Grade 1", "Grade 1"),
        ("1", "1 lesion", "1 lesion"),
        ("1", "轻度（1）", "轻度（1）"),
        ("1", "10 lesions", "1 · 10 lesions"),
        ("0", "10 lesions", "0 · 10 lesions"),
        ("1", "1–3 lesions", "1 · 1–3 lesions"),
        ("3", "1 - 3 lesions", "3 · 1 - 3 lesions"),
        ("1", "More than 1.5 cm", "1 · More than 1.5 cm"),
        ("1", "Only 1.", "Only 1."),
    ],
)
def test_an_answer_on_a_scale_tells_its_number_unless_its_label_does(
    code: str, label: str, shown: str
) -> None:
    assert show_answer(Item("f", "a", "A", "integer", "f:1:1", code_list="c"), code, label) == shown


def test_an_answer_that_is_no_number_on_a_scale_tells_no_code() -> None:
    assert show_answer(Item("f", "a", "A", "code", "f:1:1", code_list="c"), "1", "Mild") == "Mild"
