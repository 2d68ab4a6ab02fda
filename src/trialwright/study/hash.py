"""The hash of a study: sha256 over its meaning. Comments, layout, places and spans do not count.

Data folders keep their studies under it, so that a later program must find the same: built-in parts do not count,
nor what is left empty or at its default, so that new parts of the program change no hash.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, cast

from trialwright.expr.nodes import Rule
from trialwright.study.builtin import CONTACT_CODES, VISIT_FORM
from trialwright.study.model import Study
from trialwright.study.plan_parts import PLAN_PARTS, VISIT_PARTS

_LEFT_OUT: Final = frozenset({"place", "span", "hash", "vocabulary"})
# Where the order of a mapping means something: it is that of asking, of visits, of columns, of derivations.
_ORDERED: Final = frozenset(
    {"items", "visits", "forms", "arms", "epochs", "datasets", "parameters", "columns"}
)

Translations = Mapping[str, Mapping[str, str]]  # language -> English -> text
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def study_hash(study: Study, stated: Translations) -> str:
    """sha256, in hex, of the canonical JSON of the resolved study.

    stated: what its files and instruments translate, without the texts of the program.
    """
    text = json.dumps(
        _bare(canonical(_own(study, stated))), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


def plan_hash(study: Study) -> str:
    """sha256, in hex, of what says how results are made: the parts of the plan, and the days of visits."""
    parts: dict[str, Json] = {name: canonical(getattr(study, name), name) for name in PLAN_PARTS}
    parts["visits"] = [
        [name, *(canonical(getattr(one, part)) for part in VISIT_PARTS)] for name, one in study.visits.items()
    ]
    text = json.dumps(_bare(parts), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _own(study: Study, stated: Translations) -> Study:
    """The study without what the program brings to every study."""
    return dataclasses.replace(
        study,
        forms={name: form for name, form in study.forms.items() if name != VISIT_FORM},
        activities={key: mark for key, mark in study.activities.items() if key[0] != VISIT_FORM},
        code_lists={name: codes for name, codes in study.code_lists.items() if name != CONTACT_CODES},
        translations=stated,
    )


def _bare(part: Json) -> Json:
    """Without the fields that are empty; a field that is not there cannot be told from one that is."""
    if isinstance(part, dict):
        return {name: _bare(value) for name, value in part.items() if not _is_empty(value)}
    if isinstance(part, list):  # most members are texts, of translations
        return [member if isinstance(member, str) else _bare(member) for member in part]
    return part


def _is_empty(part: Json) -> bool:
    return part is None or part is False or part in ("", [], {})


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
    for field in dataclasses.fields(cast(Rule, part)):
        value = getattr(part, field.name)
        if field.name not in _LEFT_OUT and value != field.default:
            named[field.name] = canonical(value, field.name)
    return named


def _key(key: object) -> str:
    return "\t".join(map(str, key)) if isinstance(key, tuple) else str(key)
