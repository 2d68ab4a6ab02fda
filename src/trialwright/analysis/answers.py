"""English words for what steps of a dataset write into its variables."""

from collections.abc import Mapping
from types import MappingProxyType

# What stands in a variable that a step of a dataset makes, as a reader says it; "" where nothing stands there.
ANSWER_WORDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("DVCLASS", "Important"): "Important",
        ("DVCLASS", "Not important"): "Not important",
        ("DVCLASS", ""): "Not decided",
        ("CNSR", "0"): "Event",
        ("CNSR", "1"): "Censored",
        ("EVNTDESC", "No event seen"): "No event seen",
        ("EVNTDESC", "Origin not known"): "Day to count from not known",
        ("CNSDTDSC", "Last visit without event"): "Last visit without event",
        ("CNSDTDSC", "Origin"): "Day counted from, nothing seen later",
        ("ANRIND", "LOW"): "Low",
        ("ANRIND", "NORMAL"): "Normal",
        ("ANRIND", "HIGH"): "High",
    }
)
