"""Courses of disease: against published concentrations of a model, and laws that every course keeps."""

import math

import pytest

from trialwright.simulate.course import IndirectCourse, IndirectResponse, PlateauCourse, concentration

MODEL = IndirectResponse(
    absorption=0.192,
    clearance=0.39,
    central=4.0,
    peripheral=3.1,
    exchange=0.44,
    bioavailable=0.72,
    ic50=0.03,
    turnover=0.0526,
    greatest_effect=0.99,
    cut=0.035,
)
REGIMEN = [(0, 160.0)] + [(14 * n, 80.0) for n in range(1, 7)]


def simpson_amount(model: IndirectResponse, dose: float, day: float) -> float:
    """The same two compartments by small steps instead of the closed form: an independent reference."""
    steps = round(day * 200)
    h = day / steps
    depot, central, peripheral = dose * model.bioavailable, 0.0, 0.0
    for _ in range(steps):
        flow = model.absorption * depot
        out = model.clearance / model.central * central
        over = model.exchange / model.central * central
        back = model.exchange / model.peripheral * peripheral
        depot, central, peripheral = (
            depot - h * flow,
            central + h * (flow - out - over + back),
            peripheral + h * (over - back),
        )
    return central / model.central


@pytest.mark.parametrize("day", [1.0, 5.0, 14.0, 40.0])
def test_concentration_equals_the_compartments_solved_in_small_steps(day: float) -> None:
    closed = concentration(MODEL, [(0, 160.0)], day)
    assert closed == pytest.approx(simpson_amount(MODEL, 160.0, day), rel=0.01)


def test_doses_add_up() -> None:
    together = concentration(MODEL, REGIMEN, 60.0)
    apart = sum(concentration(MODEL, [dose], 60.0) for dose in REGIMEN)
    assert together == pytest.approx(apart)


def test_nothing_happens_before_a_dose() -> None:
    assert concentration(MODEL, [(10, 80.0)], 10.0) == 0.0


def test_severity_falls_under_treatment_and_returns_after_it() -> None:
    course = IndirectCourse(MODEL, 0.2)
    for day, amount in REGIMEN:
        course.add_dose(day, amount)
    assert course.severity(-5) == course.severity(0) == 0.2
    assert course.severity(84) < 0.02
    assert course.severity(500) > 0.15


def test_days_asked_before_a_dose_are_computed_again_after_it() -> None:
    early, late = IndirectCourse(MODEL, 0.2), IndirectCourse(MODEL, 0.2)
    for day, amount in REGIMEN:
        early.add_dose(day, amount)
        late.severity(100)
        late.add_dose(day, amount)
    assert late.severity(100) == early.severity(100)


def test_remission_keeps_clear_without_drug() -> None:
    model = IndirectResponse(0.192, 0.39, 4.0, 3.1, 0.44, 0.72, 0.03, 0.0526, 0.99, 0.035, remission_day=0)
    course = IndirectCourse(model, 0.2)
    assert course.severity(300) == 0.0


def test_plateau_reaches_its_effect_and_washes_out() -> None:
    course = PlateauCourse(0.5, 0.8, half_life=7, washout=20, lasts=0, ends=84)
    assert course.severity(84) == pytest.approx(0.5 * (1 - 0.8 * (1 - 2**-12)))
    assert course.severity(104) == pytest.approx(0.5 * (1 - 0.8 * (1 - 2**-12) / 2))
    assert course.severity(-1) == 0.5


def test_plateau_without_an_end_lasts_to_the_last_dose() -> None:
    course = PlateauCourse(0.5, 0.8, half_life=7, washout=math.inf, lasts=14, ends=None)
    course.add_dose(14, 0.0)
    assert course.severity(28) == pytest.approx(0.5 * (1 - 0.8 * 0.9375))
