"""Virtual scores of the global assessment."""

import random


def virtual(severity: float, rng: random.Random) -> dict[str, str]:
    """The score nearest to severity * 5, with a rater's wavering; clear only where the severity is 0.

    >>> virtual(0.0, random.Random(1))
    {'score': '0'}
    """
    if severity <= 0:
        return {"score": "0"}
    return {"score": str(min(5, max(1, round(severity * 5 + rng.gauss(0, 0.2)))))}
