"""The arrays that the methods take and give, and what several of them ask of their input."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def require_level(level: float) -> None:
    """Raises ValueError for a confidence level that is none."""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1 (0.95 for 95 %), not {level}")
