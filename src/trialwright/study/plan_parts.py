"""The parts of a study that say how its results are made: they are fixed before results are seen."""

from typing import Final

PLAN_PARTS: Final = (
    "objectives",
    "populations",
    "endpoints",
    "intercurrent_events",
    "estimands",
    "analyses",
    "datasets",
    "terms",
)
# Of each visit: what windows, deviations and times are counted from.
VISIT_PARTS: Final = (
    "day",
    "day_first",
    "day_last",
    "window_before_days",
    "window_after_days",
    "analysis_days",
)
