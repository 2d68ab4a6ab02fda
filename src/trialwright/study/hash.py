"""The hash of a study: sha256 over its meaning. Comments, layout, places and spans do not count."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, cast

from trialwright.expr.nodes import Rule
from trialwright.study.model import Study

_LEFT_OUT: Final = frozenset({"place", "span", "hash", "vocabulary"})
# Where the order of a mapping means something: it is that of asking, of visits, of columns.
_ORDERED: Final = frozenset({"items", "visits", "forms", "arms", "epochs"})

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def study_hash(study: Study) -> str:
    """sha256, in hex, of the canonical JSON of the resolved study."""
    text = json.dumps(canonical(study), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(part: object, name: str = "") -> Json:
    """A part of a study as JSON: rules by their tree, fractions as text, mappings ordered where order counts."""
    if part is None or type(part) in (str, int, bool, float):
        return cast(Json, part)
    if isinstance(part, Rule):
        return canonical(part.node)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return _of_dataclass(part)
    if isinstance(part, Mapping):
        pairs = [[_key(key), canonical(value)] for key, value in part.items()]
        return cast(Json, pairs if name in _ORDERED else sorted(pairs, key=lambda pair: str(pair[0])))
    if isinstance(part, frozenset):
        return [str(member) for member in sorted(part)]
    if isinstance(part, tuple | list):
        return [canonical(member) for member in part]
    assert isinstance(part, Fraction), type(part)
    return str(part)


def _of_dataclass(part: object) -> dict[str, Json]:
    named: dict[str, Json] = {"": type(part).__name__}
    for name in _fields_of(part):
        named[name] = canonical(getattr(part, name), name)
    return named


def _fields_of(part: object) -> tuple[str, ...]:
    fields = dataclasses.fields(cast(Rule, part))
    return tuple(field.name for field in fields if field.name not in _LEFT_OUT)


def _key(key: object) -> str:
    return "\t".join(map(str, key)) if isinstance(key, tuple) else str(key)
