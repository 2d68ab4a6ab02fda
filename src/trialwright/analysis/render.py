"""How numbers are shown, halves rounded away from zero. Everything before is a proportion, a fraction or a count;
percent exists only here."""

from fractions import Fraction

from trialwright.analysis.methods.rounding import rounded_text
from trialwright.analysis.results import Estimate


def render_percent(value: float | None, places: int = 1) -> str:
    """A proportion as percent.

    >>> render_percent(0.7123)
    '71.2 %'
    """
    return "–" if value is None else f"{rounded_text(100 * value, places)} %"


def render_count(estimate: Estimate) -> str:
    return f"{estimate.responders}/{estimate.n}"


def render_interval(estimate: Estimate) -> str:
    """Limits as percent, with the same places as the estimate."""
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{rounded_text(100 * estimate.low, 1)} – {rounded_text(100 * estimate.high, 1)} %"


def render_level(level: float) -> str:
    return f"{100 * level:g} %"


def render_value(value: float | Fraction | None, places: int) -> str:
    """A value with its item's decimals; whole numbers as they are."""
    if value is None:
        return "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return rounded_text(value, places)


def render_p(value: float, *, is_claim: bool = False) -> str:
    """With four decimals; a small one is never said to be 0. is_claim: to stand behind "p".

    >>> render_p(0.03125), render_p(0.00004), render_p(0.03125, is_claim=True)
    ('0.0313', '< 0.0001', '= 0.0313')
    """
    if value < 0.0001:
        return "< 0.0001"
    return f"{'= ' if is_claim else ''}{rounded_text(value, 4)}"


def render_device_time(stored: str | None) -> str:
    """The clock of the device with its offset from UTC, to the second.

    >>> render_device_time("2026-03-14T16:30:12+08:00")
    '2026-03-14 16:30:12 +08:00'
    """
    return f"{stored[:10]} {stored[11:19]} {stored[-6:]}" if stored and len(stored) >= 25 else stored or ""


def render_time(utc: str) -> str:
    """Stored UTC, to the second.

    >>> render_time("2026-03-14T08:30:12.123456Z")
    '2026-03-14 08:30:12 UTC'
    """
    return f"{utc[:10]} {utc[11:19]} UTC" if len(utc) >= 19 else utc
