"""What the missing count as: the words that an estimand may write, and what each means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Handling = Literal["non-response", "event", "no event", "left out"]

HANDLINGS: Mapping[str, Handling] = MappingProxyType(
    {
        "non-response": "non-response",
        "event": "event",
        "relapsed": "event",
        "no event": "no event",
        "not relapsed": "no event",
        "left out": "left out",
    }
)
