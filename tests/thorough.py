"""How much is tried: `make test` draws a part, `make thorough` all of what may be drawn without end."""

import os
from collections.abc import Iterable
from typing import Final, TypeVar

IS_THOROUGH: Final = os.environ.get("TRIALWRIGHT_THOROUGH") == "1"
T = TypeVar("T")


def drawn(every: Iterable[T], one_in: int) -> list[T]:
    """All where all is tried, else the first and each so many after it."""
    return list(every)[:: 1 if IS_THOROUGH else one_in]
