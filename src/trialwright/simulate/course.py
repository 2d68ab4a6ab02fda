"""The course of a disease as one number a day, its severity: 0 is clear, 1 the worst that the instruments can say.

Days are counted from the first dose, which is day 0 here. A model is named in the study's rehearsal block.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Dose = tuple[int, float]  # days since the first dose, amount in mg


@dataclass(frozen=True, slots=True)
class IndirectResponse:
    """A drug hinders the forming of lesions; they fade by themselves.

    absorption, per day; clearance and exchange, L/day; central and peripheral, L; bioavailable, 0-1;
    ic50 in mg/L; turnover (kout) per day; greatest effect, 0-1; cut: below this share of baseline the skin is clear;
    remission_day: from then on nothing new is formed, whatever the drug does.
    Structure: Tham et al. 2014 (indirect response); two compartments, first-order absorption, superposed.
    """

    absorption: float
    clearance: float
    central: float
    peripheral: float
    exchange: float
    bioavailable: float
    ic50: float
    turnover: float
    greatest_effect: float
    cut: float
    remission_day: float = math.inf


def concentration(model: IndirectResponse, doses: Sequence[Dose], day: float) -> float:
    """mg/L at `day`, from all doses before it: the sum of each dose's biexponential curve with absorption.

    >>> m = IndirectResponse(0.192, 0.39, 4.0, 3.1, 0.44, 0.72, 0.03, 0.05, 0.99, 0.035)
    >>> concentration(m, [], 14.0)
    0.0
    """
    k10 = model.clearance / model.central
    k12 = model.exchange / model.central
    k21 = model.exchange / model.peripheral
    total, product = k10 + k12 + k21, k10 * k21
    root = math.sqrt(total * total - 4 * product)
    alpha, beta, ka = (total + root) / 2, (total - root) / 2, model.absorption
    a = (k21 - alpha) / ((beta - alpha) * (ka - alpha))
    b = (k21 - beta) / ((alpha - beta) * (ka - beta))
    c = (k21 - ka) / ((alpha - ka) * (beta - ka))
    mg_per_l = 0.0
    for given, amount in doses:
        t = day - given
        if t > 0:
            curve = a * math.exp(-alpha * t) + b * math.exp(-beta * t) + c * math.exp(-ka * t)
            mg_per_l += amount * model.bioavailable * ka / model.central * curve
    return mg_per_l


class IndirectCourse:
    """Severity by day, as a share of baseline; doses may be added as they are given. Days are computed once."""

    def __init__(self, model: IndirectResponse, baseline: float) -> None:
        self._model = model
        self._baseline = baseline
        self._shares = [1.0]
        self._doses: list[Dose] = []

    def add_dose(self, day: int, amount: float) -> None:
        """A dose changes nothing before its day; days already computed after it are forgotten."""
        self._doses.append((day, amount))
        del self._shares[max(1, day + 1) :]

    def severity(self, day: int) -> float:
        """0 to 1; before day 0 the baseline."""
        if day <= 0:
            return self._baseline
        model = self._model
        fade = math.exp(-model.turnover)
        while len(self._shares) <= day:
            now = len(self._shares) - 1
            level = concentration(model, self._doses, now + 0.5)
            formed = 1 - model.greatest_effect * level / (model.ic50 + level)
            if now >= model.remission_day:
                formed = 0.0
            self._shares.append(formed + (self._shares[-1] - formed) * fade)
        share = self._shares[day]
        return 0.0 if share < model.cut else self._baseline * share


class PlateauCourse:
    """Severity falls towards baseline * (1 - effect) while treated, and returns afterwards.

    effect: of this participant's arm, 0-1. half_life, washout: days. lasts: days that one dose acts.
    ends: day of the end of treatment; None: when the last dose has acted.
    """

    def __init__(
        self,
        baseline: float,
        effect: float,
        *,
        half_life: float,
        washout: float,
        lasts: int,
        ends: int | None,
    ) -> None:
        self._baseline = baseline
        self._effect = effect
        self._half_life = half_life
        self._washout = washout
        self._lasts = lasts
        self._ends = ends
        self._last_dose = 0

    def add_dose(self, day: int, amount: float) -> None:
        """The amount does not matter here: the effect belongs to the arm."""
        self._last_dose = max(day, self._last_dose)

    def severity(self, day: int) -> float:
        """0 to 1; before day 0 the baseline."""
        if day <= 0:
            return self._baseline
        treated = min(day, self._last_dose + self._lasts if self._ends is None else self._ends)
        reached = self._effect * (1 - 2 ** (-treated / self._half_life))
        kept = 2 ** (-(day - treated) / self._washout)
        return self._baseline * (1 - reached * kept)


Course = IndirectCourse | PlateauCourse
