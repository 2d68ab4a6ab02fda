"""Virtual extent of the skin disease."""

import random


def virtual(severity: float, rng: random.Random) -> dict[str, str]:
    """severity * 100 percent of the surface, and small lesions in proportion; none where the severity is 0.

    >>> virtual(0.0, random.Random(1))
    {'percent': '0.0', 'lesion_count': '0'}
    """
    if severity <= 0:
        return {"percent": "0.0", "lesion_count": "0"}
    percent = max(0.1, min(100.0, severity * 100))
    lesions = max(1, min(5000, round(percent * 8 * rng.lognormvariate(0, 0.2))))
    return {"percent": f"{percent:.1f}", "lesion_count": str(lesions)}
