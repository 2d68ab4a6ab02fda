"""Kaplan-Meier: the share still free of an event, for times known to the day or right-censored. One trial, or k at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray, require_level

Limits = Literal["log-log", "log"]

# A survival that should be exactly one half is off by rounding; R's quantile.survfit uses the same tolerance.
FLAT = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The curve as steps, one row a trial: shapes (k, n), or (n,) where one trial came in.

    time: sorted; events before censored participants of the same time; inf at the end for who was not present.
    event: whether this one had the event. n: participants, shape (k,). survival, standard_error (Greenwood), low
    and high: after this time; of participants with the same time, the last tells.
    limits, level: how low and high were made.
    """

    time: FloatArray
    event: BoolArray
    n: IntArray
    survival: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray
    limits: Limits
    level: float


@dataclass(frozen=True, slots=True)
class SurvivalAt:
    """The curve at q times: arrays (k, q), or (q,). at_risk: whose time is not before this time; survival and its
    standard error and limits hold just after it. Beyond the last time, the curve stays where it was."""

    time: FloatArray
    at_risk: IntArray
    survival: FloatArray
    standard_error: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class MedianSurvival:
    """In the unit of the times, shape (k,) or a single number as array; nan where it, or a limit, is not reached."""

    median: FloatArray
    low: FloatArray
    high: FloatArray


def kaplan_meier(
    times: npt.ArrayLike,
    events: npt.ArrayLike,
    *,
    present: npt.ArrayLike | None = None,
    limits: Limits = "log-log",
    level: float = 0.95,
) -> KaplanMeier:
    """Product-limit estimate with Greenwood's standard error and limits by point.

    times: shape (n,) for one trial or (k, n) for k, finite, >= 0, any unit. events: same shape, true where the event
    was seen, false where the participant was censored at that time. present: same shape, false for a place that
    nobody fills, so that trials of different size stand in one array. level: 0-1.
    An event counts before a participant who is censored at the same time.
    limits: "log-log", the default here and in SAS, or "log", the default of R. Both are [1, 1] before the first event
    and nan where nobody is left (survival 0), since the variance is not defined there.
    Raises ValueError for shapes that differ, no participant, a time that is negative or not finite, an unknown `limits`
    or a level outside 0-1.
    Source: Kaplan & Meier 1958, J Am Stat Assoc 53:457-481; Greenwood 1926; Kalbfleisch & Prentice 2002, 1.4.

    >>> curve = kaplan_meier([6, 6, 6, 6, 7, 9, 10], [1, 1, 1, 0, 1, 0, 1])
    >>> survival_at(curve, [6, 7]).survival.round(4).tolist()
    [0.5714, 0.381]
    """
    time, event, here = _require_times(times, events, present)
    if limits not in TRANSFORMS:
        raise ValueError(f'limits must be "log-log" or "log", not {limits!r}')
    require_level(level)
    time = np.where(here, time, np.inf)
    order = np.lexsort((~event, time), axis=-1)
    time = np.take_along_axis(time, order, axis=-1)
    event = np.take_along_axis(event, order, axis=-1)
    n = here.sum(axis=-1)
    at_risk = n[..., None] - np.arange(time.shape[-1])
    # Ties need no groups: with events first, (1 - d / r) is the product of (1 - 1 / r), (1 - 1 / (r - 1)) ...,
    # and Greenwood's d / (r (r - d)) the sum of 1 / (r (r - 1)), 1 / ((r - 1)(r - 2)) ...
    left = np.where(event, 1 - 1 / np.maximum(at_risk, 1), 1.0)
    survival: FloatArray = np.multiply.accumulate(left, axis=-1)
    steps = np.where(event & (at_risk > 1), 1.0 / np.maximum(at_risk * (at_risk - 1.0), 1.0), 0.0)
    spread = np.sqrt(np.cumsum(steps, axis=-1))
    spread = np.where(survival > 0, spread, np.nan)
    low, high = TRANSFORMS[limits](survival, spread, float(ndtri((1 + level) / 2)))
    return KaplanMeier(time, event, n, survival, survival * spread, low, high, limits, level)


def _log_log_limits(survival: FloatArray, spread: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    inside = (survival > 0) & (survival < 1)
    middle = np.where(inside, survival, 0.5)
    half = z * spread / np.log(middle)  # negative
    low, high = middle ** np.exp(-half), middle ** np.exp(half)
    edge = np.where(survival > 0, 1.0, np.nan)
    return np.where(inside, low, edge), np.where(inside, high, edge)


def _log_limits(survival: FloatArray, spread: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    return survival * np.exp(-z * spread), np.minimum(survival * np.exp(z * spread), 1.0)


TRANSFORMS: Mapping[str, Callable[[FloatArray, FloatArray, float], tuple[FloatArray, FloatArray]]] = (
    MappingProxyType({"log-log": _log_log_limits, "log": _log_limits})
)


def survival_at(curve: KaplanMeier, times: npt.ArrayLike) -> SurvivalAt:
    """The curve, its limits and the number at risk at `times`, shape (q,).

    Raises ValueError where a time is not a number.

    >>> at = survival_at(kaplan_meier([1, 2, 3], [1, 0, 1]), [0, 2, 9])
    >>> at.at_risk.tolist(), at.survival.round(4).tolist()
    ([3, 2, 0], [1.0, 0.6667, 0.0])
    """
    asked = np.atleast_1d(np.asarray(times, dtype=np.float64))
    if np.isnan(asked).any():
        raise ValueError("times must be numbers; one of them is nan")
    # Counted time by time: an array (k, n, q) would not fit for a simulation.
    passed = np.stack([(curve.time <= one).sum(axis=-1) for one in asked], axis=-1)
    before = np.stack([(curve.time < one).sum(axis=-1) for one in asked], axis=-1)
    passed = np.minimum(passed, curve.n[..., None])  # inf stands for nobody, also where time inf is asked
    before = np.minimum(before, curve.n[..., None])

    def pick(values: FloatArray, start: float) -> FloatArray:
        found = np.take_along_axis(values, np.maximum(passed - 1, 0), axis=-1)
        return np.where(passed == 0, start, found)

    return SurvivalAt(
        time=asked,
        at_risk=curve.n[..., None] - before,
        survival=pick(curve.survival, 1.0),
        standard_error=pick(curve.standard_error, 0.0),
        low=pick(curve.low, 1.0),
        high=pick(curve.high, 1.0),
    )


def median_survival(curve: KaplanMeier) -> MedianSurvival:
    """First time at which the curve is at one half or below, with the first times of its two limit curves.

    Where the curve stays at exactly one half for a while, the middle of that while, as quantile.survfit of R's survival does.
    Source: Brookmeyer & Crowley 1982, Biometrics 38:29-41, with the limits' own transformation.

    >>> float(median_survival(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1])).median)
    2.5
    """
    last = np.concatenate(
        [curve.time[..., 1:] != curve.time[..., :-1], np.ones((*curve.time.shape[:-1], 1), dtype=bool)],
        axis=-1,
    )
    return MedianSurvival(
        *(
            _time_of_half(curve.time, curve.event, last, values)
            for values in (curve.survival, curve.low, curve.high)
        )
    )


def _time_of_half(time: FloatArray, event: BoolArray, last: BoolArray, values: FloatArray) -> FloatArray:
    """First time with values <= 1/2; the mean of it and the next time with less, where it is 1/2 exactly."""
    told = last & np.isfinite(time)
    reached = told & (values <= 0.5 + FLAT)
    below = told & (values < 0.5 - FLAT)
    at = _first_time(time, reached)
    flat = np.isclose(_first_value(values, reached), 0.5, rtol=0, atol=FLAT)
    # By quantile.survfit too: where the flat piece is the last one, it ends at the last time that anybody was seen.
    after = _first_time(time, below)
    seen = np.where(np.isfinite(time), time, -np.inf).max(axis=-1)
    return np.where(flat, (at + np.where(np.isnan(after), seen, after)) / 2, at)


def _first_time(time: FloatArray, where: BoolArray) -> FloatArray:
    return np.where(where.any(axis=-1), _first_value(time, where), np.nan)


def _first_value(values: FloatArray, where: BoolArray) -> FloatArray:
    place = where.argmax(axis=-1)
    return np.take_along_axis(values, place[..., None], axis=-1)[..., 0]


def _require_times(
    times: npt.ArrayLike, events: npt.ArrayLike, present: npt.ArrayLike | None
) -> tuple[FloatArray, BoolArray, BoolArray]:
    time = np.asarray(times, dtype=np.float64)
    event = _require_yes_or_no("events", events)
    here = np.ones(time.shape, dtype=bool) if present is None else _require_yes_or_no("present", present)
    if time.ndim not in (1, 2):
        raise ValueError(f"times must have the shape (n,) or (k, n), not {time.shape}")
    if event.shape != time.shape or here.shape != time.shape:
        raise ValueError(
            f"times {time.shape}, events {event.shape} and present {here.shape} must have one shape"
        )
    if time.shape[-1] == 0 or not here.any(axis=-1).all():
        raise ValueError("a trial without participants has no curve; leave it out")
    wrong = here & ~(np.isfinite(time) & (time >= 0))
    if wrong.any():
        place = np.argwhere(wrong)[0]
        raise ValueError(
            f"times{place.tolist()} is {time[tuple(place)]}; a time must be finite and not negative"
        )
    return time, event & here, here


def _require_yes_or_no(name: str, values: npt.ArrayLike) -> BoolArray:
    given = np.asarray(values)
    if not np.isin(given, (0, 1)).all():
        raise ValueError(f"{name} must be true or false, or 1 or 0")
    return given.astype(bool)
