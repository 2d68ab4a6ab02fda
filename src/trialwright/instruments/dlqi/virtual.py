"""Virtual answers whose scored sum is severity * 30."""

import random
from typing import Final

# How readily a point falls on each question: symptoms first, then feelings and clothes.
_READINESS: Final = (4, 3, 2, 2, 2, 1, 1, 1, 1, 2)
_MAY_BE_IRRELEVANT: Final = (3, 4, 5, 6, 8, 9, 10)


def virtual(severity: float, rng: random.Random) -> dict[str, str]:
    """Raw answers for a severity from 0 (no effect) to 1 (30 points).

    >>> virtual(1.0, random.Random(1))["q7a"]
    'prevented'
    """
    points = [0] * 10
    for _ in range(round(min(max(severity, 0.0), 1.0) * 30)):
        readiness = [weight * (points[place] < 3) for place, weight in enumerate(_READINESS)]
        points[rng.choices(range(10), readiness)[0]] += 1
    answers = {f"q{place + 1}": str(point) for place, point in enumerate(points) if place != 6}
    for question in _MAY_BE_IRRELEVANT:
        if answers[f"q{question}"] == "0" and rng.random() < 0.15:
            answers[f"q{question}"] = "nr"
    return answers | _question_7(points[6])


def _question_7(points: int) -> dict[str, str]:
    if points == 3:
        return {"q7a": "prevented"}
    return {"q7a": "not_prevented", "q7b": str(points)}
