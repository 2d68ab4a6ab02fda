"""How a form is laid out: hints beside its fields."""

import pytest
from tests.spec.study_folders import REFERENCE, study_of

from trialwright.web.forms.layout import layout_of


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
