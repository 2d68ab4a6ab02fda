"""Virtual scores: a grid whose total lies as near as can be to severity * 72, consistent in itself."""

import random
from itertools import product
from typing import Final

# Weights of the regions in tenths, and how much of a virtual participant's disease each tends to carry.
_WEIGHT: Final = {"head": 1, "upper": 2, "trunk": 3, "lower": 4}
_SHARE: Final = {"head": 0.5, "upper": 1.0, "trunk": 1.2, "lower": 1.1}
_SIGNS: Final = ("redness", "thickness", "scaling")
_BANDS: Final = (
    (0.0, 0.0),
    (0.1, 9.9),
    (10.0, 29.9),
    (30.0, 49.9),
    (50.0, 69.9),
    (70.0, 89.9),
    (90.0, 100.0),
)
_PRODUCTS: Final = tuple(sorted({signs * area for signs in range(13) for area in range(7)}))
_NEAREST = 5  # candidates per region; with five the total is reached wherever it can be


def virtual(severity: float, rng: random.Random) -> dict[str, str]:
    """Raw answers for a severity from 0 (clear) to 1 (72 points).

    >>> answers = virtual(0.1, random.Random(1))
    >>> sorted(answers)[:3]
    ['head_area', 'head_percent', 'head_redness']
    """
    target = round(min(max(severity, 0.0), 1.0) * 720)
    answers: dict[str, str] = {}
    for region, score in _region_products(target, rng).items():
        answers |= _region_answers(region, score, rng)
    return answers


def _region_products(target: int, rng: random.Random) -> dict[str, int]:
    """(E + I + D) * A of each region, so that the weighted sum is the target in tenths."""
    if target == 0:
        return dict.fromkeys(_WEIGHT, 0)
    uneven = 1 - target / 720  # the worst disease is everywhere alike
    share = {region: 1 + (mean * rng.uniform(0.6, 1.4) - 1) * uneven for region, mean in _SHARE.items()}
    scale = target / sum(_WEIGHT[region] * share[region] for region in _WEIGHT)
    wanted = {region: share[region] * scale for region in _WEIGHT}
    choices = [_nearest(wanted[region], _NEAREST) for region in ("upper", "trunk", "lower")]
    best = min(
        (_with_head(target, *three) for three in product(*choices)),
        key=lambda tried: (
            abs(target - sum(_WEIGHT[region] * tried[region] for region in _WEIGHT)),
            sum((tried[region] - wanted[region]) ** 2 for region in _WEIGHT),
        ),
    )
    return {region: best[region] for region in _WEIGHT}


def _with_head(target: int, upper: int, trunk: int, lower: int) -> dict[str, int]:
    rest = target - 2 * upper - 3 * trunk - 4 * lower
    return {"head": _nearest(rest, 1)[0], "upper": upper, "trunk": trunk, "lower": lower}


def _nearest(wanted: float, count: int) -> list[int]:
    return sorted(_PRODUCTS, key=lambda candidate: (abs(candidate - wanted), candidate))[:count]


def _region_answers(region: str, score: int, rng: random.Random) -> dict[str, str]:
    signs, area = _signs_and_area(score)
    grades = [signs // 3 + (place < signs % 3) for place in range(3)]
    rng.shuffle(grades)
    low, high = _BANDS[area]
    percent = low + (high - low) * min(1.0, signs / 12 * rng.uniform(0.8, 1.2))
    answers = {f"{region}_{sign}": str(grade) for sign, grade in zip(_SIGNS, grades, strict=True)}
    return answers | {f"{region}_area": str(area), f"{region}_percent": f"{percent:.1f}"}


def _signs_and_area(score: int) -> tuple[int, int]:
    """The smallest area that leaves signs of at most 8 in all; so the area grows with the score."""
    if score == 0:
        return 0, 0
    pairs = [(score // area, area) for area in range(1, 7) if score % area == 0 and score // area <= 12]
    return next((pair for pair in pairs if pair[0] <= 8), pairs[0])
