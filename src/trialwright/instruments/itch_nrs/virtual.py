"""Virtual answers of the itch scale."""

import random


def virtual(severity: float, rng: random.Random) -> dict[str, str]:
    """The number nearest to severity * 10, one up or down at times; no itch where the severity is 0.

    >>> virtual(0.0, random.Random(1))
    {'worst': '0'}
    """
    if severity <= 0:
        return {"worst": "0"}
    return {"worst": str(min(10, max(0, round(severity * 10 + rng.gauss(0, 0.5)))))}
