"""The stored form of a datum: canonical JSON, the same bytes for the same datum for ever."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast, get_args

from trialwright.values.datum import Datum, Missing, MissingReason, Value

# What altered text does to its reader: not JSON, nested too deep, another shape, a number too large, no such kind.
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)

PLAIN = re.compile(r'\{"v":"([^"\\\x00-\x1f]*)"\}')

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical_json(content: Json) -> str:
    """Sorted keys, no blanks, UTF-8 as it is. Raises TypeError for a float: numbers travel as decimal text.

    >>> canonical_json({"b": 1, "a": ["x", None]})
    '{"a":["x",null],"b":1}'
    """
    _refuse_floats(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _refuse_floats(content: Json) -> None:
    if isinstance(content, float):
        raise TypeError("a float in canonical JSON")
    if isinstance(content, Mapping):
        for part in content.values():
            _refuse_floats(part)
    elif isinstance(content, list | tuple):
        for part in content:
            _refuse_floats(part)


def datum_to_json(datum: Datum | None) -> str:
    """`{"v":…,"raw":…,"unit":…}` for a value, `{"m":reason}` for a missing one, `{}` for a blank."""
    if datum is None:
        return "{}"
    if isinstance(datum, Missing):
        return canonical_json({"m": datum.reason})
    parts = {"v": datum.text, "raw": datum.raw, "unit": datum.unit}
    return canonical_json({key: part for key, part in parts.items() if part is not None})


def datum_from_json(text: str) -> Datum | None:
    """The datum of a stored form; None for the blank `{}`. Raises ValueError for any other shape."""
    plain = PLAIN.fullmatch(text)
    if plain:  # as most are: a few characters, of which a parser would make a dictionary first
        return Value(plain[1])
    parts = json.loads(text)
    if not isinstance(parts, dict) or not all(isinstance(part, str) for part in parts.values()):
        raise ValueError("not a stored datum")
    if not parts:
        return None
    if parts.keys() == {"m"} and parts["m"] in get_args(MissingReason):
        return Missing(cast("MissingReason", parts["m"]))
    if "v" not in parts or not parts.keys() <= {"v", "raw", "unit"}:
        raise ValueError("not a stored datum")
    return Value(parts["v"], parts.get("raw"), parts.get("unit"))
