"""How much is tried: `make test` draws a part, `make thorough` all of what may be drawn without end."""

import os
from collections.abc import Iterable
from typing import Final, TypeVar

IS_THOROUGH: Final = os.environ.get("TRIALWRIGHT_THOROUGH") == "1"
T = TypeVar("T")


def every_nth(every: Iterable[T], step: int) -> list[T]:
    """All where all is tried, else the first and each so many after it: the same ones each time."""
    return list(every)[:: 1 if IS_THOROUGH else step]
