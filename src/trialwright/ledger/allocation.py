"""Which arm the next participant gets."""

import random
from collections.abc import Sequence

from trialwright.study.model import Allocation


def draw_arm(allocation: Allocation, site_history: Sequence[str], rng: random.Random) -> str:
    """The next arm on a site's list of permuted blocks.

    site_history: the arms that the site's participants got so far, in order.
    rng: seeded anew by the caller with the site's secret seed, so that each call walks the same list;
    the list itself is never stored. Each block holds the arms in the ratio, shuffled; its size is drawn
    from `allocation.blocks`.
    Raises ValueError for a block that the ratio does not divide.

    >>> list_of = Allocation(blocks=(2,), ratio={"A": 1, "B": 1})
    >>> first = draw_arm(list_of, [], random.Random(7))
    >>> draw_arm(list_of, [first], random.Random(7)) != first
    True
    """
    position = len(site_history)
    while True:
        block = _block(allocation, rng)
        if position < len(block):
            return block[position]
        position -= len(block)


def _block(allocation: Allocation, rng: random.Random) -> list[str]:
    size, total = rng.choice(allocation.blocks), sum(allocation.ratio.values())
    if total == 0 or size % total or size == 0:
        raise ValueError(f"a block of {size} cannot hold the ratio {dict(allocation.ratio)}")
    block = [arm for arm, share in allocation.ratio.items() for _ in range(share * size // total)]
    rng.shuffle(block)
    return block
