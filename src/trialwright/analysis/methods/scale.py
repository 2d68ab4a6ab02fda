"""The scale on which a score is imputed, and the way back to values that the score can have."""

from dataclasses import dataclass

import numpy as np

from trialwright.analysis.methods.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Scale:
    """offset: values are imputed as log(value + offset); None imputes them as they are.

    low, high: the ends of the score; what is imputed beyond an end becomes the end. decimals: imputed values are
    rounded to so many; None leaves them. A score from 0 to 72 in tenths is Scale(0.5, 0, 72, 1).
    """

    offset: float | None = None
    low: float = -np.inf
    high: float = np.inf
    decimals: int | None = None

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, not {self.low} and {self.high}")
        if self.offset is not None and not self.low + self.offset > 0:
            raise ValueError(
                f"log(value + {self.offset}) is not defined from low = {self.low} on; take a larger offset"
            )


PLAIN = Scale()


def to_model_scale(values: FloatArray, scale: Scale) -> FloatArray:
    """Values of the score -> what is imputed; nan stays. Raises ValueError for a value beyond an end.

    >>> to_model_scale(np.array([0.5]), Scale(offset=0.5, low=0)).tolist()
    [0.0]
    """
    outside = (values < scale.low) | (values > scale.high)
    if outside.any():
        place = np.argwhere(outside)[0]
        raise ValueError(
            f"values{place.tolist()} is {values[tuple(place)]}; the score goes from {scale.low} to {scale.high}"
        )
    return values if scale.offset is None else np.log(values + scale.offset)


def to_score(modelled: FloatArray, scale: Scale) -> FloatArray:
    """What was imputed -> a value that the score can have: back from the logarithm, within its ends, rounded.

    >>> to_score(np.array([-9.0, 0.3, 99.0]), Scale(0.5, 0, 72, 1)).tolist()
    [0.0, 0.8, 72.0]
    """
    with np.errstate(over="ignore"):
        values = modelled if scale.offset is None else np.exp(modelled) - scale.offset
    return within_score(values, scale)


def within_score(values: FloatArray, scale: Scale) -> FloatArray:
    """Values made from others, brought within the ends of the score and rounded."""
    inside = np.clip(values, scale.low, scale.high)
    return inside if scale.decimals is None else np.round(inside, scale.decimals)
