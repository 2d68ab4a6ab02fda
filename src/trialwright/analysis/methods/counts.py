"""What the methods for counts ask of their input, and how a limit without a closed form is found."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from trialwright.analysis.methods.arrays import BoolArray, FloatArray, IntArray, require_level

_HALVINGS = 60  # from a width of 1 to less than the last bit of a double


def read_counts(
    responders: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[IntArray, IntArray]:
    """Both as whole numbers of one shape; plain numbers have shape ().

    Raises ValueError unless 0 <= responders <= n, n >= 1 and 0 < level < 1.
    """
    require_level(level)
    x, size = np.broadcast_arrays(whole_numbers("responders", responders), whole_numbers("n", n))
    refuse(size < 1, size, "n must be at least 1; leave groups without participants out")
    refuse((x < 0) | (x > size), x, "responders must lie between 0 and n")
    return x, size


def whole_numbers(name: str, values: npt.ArrayLike) -> IntArray:
    """Raises ValueError where a value is not a whole number: a count of 3.5 or of nothing has no probability."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be whole numbers, not {array.dtype}")
    refuse(~np.equal(np.floor(array), array), array, f"{name} must be whole numbers")
    return array.astype(np.int64)


def proportions(name: str, values: npt.ArrayLike) -> FloatArray:
    """Raises ValueError unless all lie between 0 and 1, both left out."""
    array = np.asarray(values, dtype=np.float64)
    refuse(~((array > 0) & (array < 1)), array, f"{name} must lie between 0 and 1, both left out")
    return array


def refuse(wrong: BoolArray | np.bool_, values: npt.NDArray[np.generic], said: str) -> None:
    """Raises ValueError with the first wrong value and its place."""
    places = np.argwhere(wrong)
    if len(places):
        place = tuple(int(index) for index in places[0])
        at = f" at position {', '.join(map(str, place))}" if place else ""
        raise ValueError(f"{said}; found {values[place]}{at}")


def rising_root(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where the function passes from below 0 to above it, element by element, by bisection.

    One that is not above 0 at `high` gives `high`. Bisection needs the same steps for every element, so that
    ten thousand cost hardly more than one; its error is the last bit.
    """
    low, high = low.copy(), high.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_above = function(middle) > 0
        low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
    return high


def by_distinct(
    solve: Callable[[IntArray, IntArray], FloatArray], responders: IntArray, n: IntArray
) -> FloatArray:
    """Solves each pair of counts once: ten thousand trials of fifty have at most 51."""
    pairs = np.stack([responders.ravel(), n.ravel()])
    distinct, places = np.unique(pairs, axis=1, return_inverse=True)
    return solve(distinct[0], distinct[1])[places.ravel()].reshape(responders.shape)
