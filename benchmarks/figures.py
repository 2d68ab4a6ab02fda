"""How figures are printed: one line each, with the bound that the project set itself."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """bound: what `value` should not exceed; None where the figure only stands beside others."""

    name: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.bound is None or self.value <= self.bound

    def line(self) -> str:
        bound = (
            ""
            if self.bound is None
            else f"   (at most {self.bound:g}: {'kept' if self.is_kept else 'MISSED'})"
        )
        return f"  {self.name:<62} {self.value:10.3f} {self.unit}{bound}"


def median_ms(times: Sequence[float]) -> float:
    return 1000 * statistics.median(times)


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
