"""Rates of events over time at risk, with exact limits."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from trialwright.analysis.methods.arrays import FloatArray, IntArray, require_level
from trialwright.analysis.methods.counts import refuse, whole_numbers


def poisson_exact(
    events: npt.ArrayLike, exposure: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Exact two-sided interval for a rate: events per unit of exposure.

    events: whole numbers, 0 or more. exposure: above 0, in the unit that the rate is wanted for (years; hundreds of
    years for a rate per 100 years). Both broadcast; plain numbers give limits of shape (). level: 0-1.
    Raises ValueError otherwise: without exposure there is no rate.
    Source: Garwood 1936, Biometrika 28:437-442, by gamma quantiles.

    >>> low, high = poisson_exact(3, 10)
    >>> round(float(low), 6), round(float(high), 6)
    (0.061867, 0.876727)
    """
    require_level(level)
    count, time = np.broadcast_arrays(whole_numbers("events", events), np.asarray(exposure, dtype=np.float64))
    refuse(count < 0, count, "events must be 0 or more")
    refuse(~((time > 0) & np.isfinite(time)), time, "exposure must be above 0; without it there is no rate")
    tail = (1 - level) / 2
    low = np.where(count == 0, 0.0, gammaincinv(np.maximum(count, 1), tail))
    return low / time, np.asarray(gammaincinv(count + 1, 1 - tail)) / time


@dataclass(frozen=True, slots=True)
class Incidence:
    """Participants with the event per year at risk, each array of shape (k,), or () for one trial.

    participants: with at least one event. years: at risk, up to the first event of those who had one.
    rate, low, high: per year; times 100 they are per 100 patient-years.
    """

    participants: IntArray
    years: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray


def exposure_adjusted_incidence(
    years_at_risk: npt.ArrayLike, has_event: npt.ArrayLike, level: float = 0.95
) -> Incidence:
    """Exposure-adjusted incidence rate: each participant counts once, and is at risk until the first event.

    years_at_risk: shape (participants,) or (k, participants), from the first dose to the first event, else to the
    end of the time in which events count; 0 or more. has_event: same shape, true or false.
    Raises ValueError for a time that is negative or not known, and where nobody was at risk.
    Source: Siddiqui 2009, J Biopharm Stat 19:889-899; limits as in `poisson_exact`.

    >>> found = exposure_adjusted_incidence([0.5, 1.0, 1.0], [True, False, False])
    >>> float(found.rate), round(float(found.low), 6), round(float(found.high), 6)
    (0.4, 0.010127, 2.228657)
    """
    time, event = np.asarray(years_at_risk, dtype=np.float64), np.asarray(has_event)
    if time.shape != event.shape or event.dtype != np.bool_:
        raise ValueError(
            f"has_event must be true or false for each of the times at risk, of shape {time.shape}; "
            f"found {event.dtype} of shape {event.shape}"
        )
    refuse(~((time >= 0) & np.isfinite(time)), time, "years_at_risk must be 0 or more")
    participants, years = event.sum(axis=-1), np.asarray(time.sum(axis=-1))
    refuse(years <= 0, years, "nobody was at risk; leave groups without exposure out")
    low, high = poisson_exact(participants, years, level)
    return Incidence(np.asarray(participants), years, participants / years, low, high)
