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
WINDOWS: Final = "analysis_days"  # of each visit, the one part of the schedule that does
