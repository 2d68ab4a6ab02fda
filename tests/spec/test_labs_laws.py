"""Laws of the laboratory's tables, for any values: what they count is what a plain look at the entries counts."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.spec.labs_study import labs_report, labs_study, labs_told, subject

LINES = """
shift: {label: Shifts, method: shift, dataset: ADLB, parameters: [ALT], flags: [ONTRTFL], population: full}
marked: {label: Marked, method: criteria, dataset: ADLB, parameters: [ALT], variables: [CRIT1FL], flags: [ONTRTFL], population: full}
values: {label: Values, method: summary_by_visit, dataset: ADLB, parameters: [ALT], flags: [ANL01FL], population: full}
"""
STUDY = labs_study(LINES)
LOW, HIGH = 10, 40
# On the limits, beside them, on 3 times the upper one and beside that; None: not measured.
MEASURED = st.sampled_from([None, 9, 10, 25, 40, 41, 120, 121])
VISITS = ("SCR", "W12", "W16")
PEOPLE = st.lists(st.tuples(MEASURED, MEASURED, MEASURED), min_size=1, max_size=4)
FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def people_of(values):
    return tuple(
        subject(
            f"{number:02}",
            **{visit: f"alt={value}" for visit, value in zip(VISITS, row, strict=True) if value is not None},
        )
        for number, row in enumerate(values, 1)
    )


def place(value):
    return "missing" if value is None else "low" if value < LOW else "high" if value > HIGH else "normal"


@FEW
@given(PEOPLE)
@pytest.mark.unmeasured
def test_shifts_and_criteria_are_those_of_a_plain_look(values):
    results = {one.id: one for one in labs_report(STUDY, people_of(values)).results.analyses}
    found = {row.statistic: row.value for row in results["shift"].rows}
    highest = Counter(
        (place(base), place(max((one for one in later if one is not None), default=None)))
        for base, *later in values
    )
    lowest = Counter(
        (place(base), place(min((one for one in later if one is not None), default=None)))
        for base, *later in values
    )

    for side, expected in (("high", highest), ("low", lowest)):
        cells = {
            tuple(name.split(".")[1:]): value
            for name, value in found.items()
            if name.startswith(f"{side}.") and name.count(".") == 2 and "total" not in name and value
        }
        assert cells == expected
    marked = {row.statistic: row.value for row in results["marked"].rows}
    assert marked["responders"] == sum(
        any(one is not None and one > 3 * HIGH for one in later) for _, *later in values
    )
    assert marked["n"] + marked["not_assessed"] == len(values)


@FEW
@given(PEOPLE)
@pytest.mark.unmeasured
def test_every_number_is_of_its_participants_and_their_events(values):
    dataset = labs_told(STUDY, people_of(values)).dataset

    for one in (one for name in ("shift", "marked", "values") for one in dataset.of(name)):
        assert {event.partition(":")[0] for event in one.events} <= set(one.participants)
        if one.statistic in ("n", "chg.n"):
            assert one.value == len(one.participants)
