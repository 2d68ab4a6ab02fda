"""What changed between two versions of a study, and the least version number that says so.

A version is a.b.c: c for texts, b for additions, a for whatever changes the meaning of stored data.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from trialwright.expr.nodes import Rule
from trialwright.study.hash import canonical
from trialwright.study.messages import problem
from trialwright.study.model import Item, Study
from trialwright.values.problem import Problem

ChangeKind = Literal["text", "addition", "meaning", "refused"]

_ORDER: Final[tuple[ChangeKind, ...]] = ("text", "addition", "meaning", "refused")
_IGNORED: Final = frozenset(
    {"place", "span", "hash", "vocabulary", "version", "amendment", "assumptions", "activities"}
)
_TEXT_FIELDS: Final = frozenset(
    {
        "label",
        "text",
        "ask",
        "title",
        "acronym",
        "notice",
        "languages",
        "registry",
        "translations",
        "rehearsal",
    }
    | {
        "why",
        "low_label",
        "high_label",
        "gate",
        "widget",
        "ingredient",
        "dosage_form",
        "storage",
        "licence",
        "attest",
        "summary",
        "time_frame",
        "curves",
    }
    | {"wording", "sdtm", "type_label", "tell"}
)
# Of the diary as a whole: what is said there, and when it reminds.
_TEXT_FIELDS_OF_DIARY: Final = frozenset(
    {"contact", "phone", "remind_at", "snooze_minutes", "silent_days", "silent_text"}
)
_REFUSED_FIELDS: Final = frozenset(
    {"type", "unit", "units", "code_list", "derive", "constants", "score", "is_unknown", "records"}
)
# Where a removed name leaves stored data without a meaning.
_KEPT: Final = frozenset(
    {"forms", "items", "visits", "codes", "code_lists", "arms", "criteria", "sites", "regions"}
)
# Where a new name changes what is asked of those already in the study.
_GRAVE_ADDITIONS: Final = frozenset({"arms", "criteria", "holds"})


@dataclass(frozen=True, slots=True)
class Change:
    """path: "forms.vital_signs.items.weight.high"; old and new as text, "" where there was none."""

    path: str
    kind: ChangeKind
    old: str
    new: str


def compare(old: Study, new: Study) -> tuple[Change, ...]:
    """Every change, in the order of the model.

    A new item that must be answered changes the meaning; an optional one is an addition.
    """
    changes = [*_compare(old, new, ()), *_compare_activities(old, new)]
    return tuple(changes)


def least_version(old: str, changes: tuple[Change, ...]) -> str:
    """The smallest version number that these changes may have.

    >>> least_version("1.2.3", (Change("title", "text", "a", "b"),))
    '1.2.4'
    """
    major, minor, patch = (int(part) for part in old.split("."))
    kinds = {change.kind for change in changes}
    if kinds & {"meaning", "refused"}:
        return f"{major + 1}.0.0"
    if "addition" in kinds:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}" if kinds else old


def check_amendment(old: Study, new: Study) -> tuple[Problem, ...]:
    """Changes that no version may make, and a version number or an amendment text that says too little."""
    changes = compare(old, new)
    found = [
        problem("refused-change", "study.yaml:1:1", path=change.path, old=change.old, new=change.new)
        for change in changes
        if change.kind == "refused"
    ]
    least = least_version(old.version, changes)
    if _parts(new.version) < _parts(least):
        found.append(problem("version-too-low", "study.yaml:1:1", least=least))
    if old.amendment == new.amendment and any(change.kind in ("meaning", "refused") for change in changes):
        found.append(problem("amendment-without-text", "study.yaml:1:1"))
    return tuple(found)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _compare(old: object, new: object, path: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(old, Rule) or isinstance(new, Rule):
        yield from _leaf(_said(old), _said(new), path, is_same=canonical(old) == canonical(new))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _compare_named(old, new, path)
    elif _is_part(old) and type(old) is type(new):
        yield from _compare_fields(old, new, path)
    elif (old_names := _names(old)) is not None and (new_names := _names(new)) is not None:
        yield from _compare_named(old_names, new_names, path)
    else:
        yield from _leaf(_said(old), _said(new), path, is_same=canonical(old) == canonical(new))


def _is_part(part: object) -> bool:
    return dataclasses.is_dataclass(part) and not isinstance(part, type)


def _names(parts: object) -> dict[str, object] | None:
    """The members of a tuple by their id or code; None where it is no tuple or they have none."""
    if not isinstance(parts, tuple):
        return None
    names = [getattr(part, "id", None) or getattr(part, "code", None) for part in parts]
    return {str(name): part for name, part in zip(names, parts, strict=True)} if all(names) else None


def _compare_fields(old: object, new: object, path: tuple[str, ...]) -> Iterator[Change]:
    for name in getattr(old, "__dataclass_fields__", ()):
        if name not in _IGNORED:
            yield from _compare(getattr(old, name), getattr(new, name), (*path, name))


def _compare_named(
    old: Mapping[str, object], new: Mapping[str, object], path: tuple[str, ...]
) -> Iterator[Change]:
    for name, part in old.items():
        if name in new:
            yield from _compare(part, new[name], (*path, str(name)))
        else:
            yield Change(_path(path, name), _kind_of_removal(path), _said(part), "")
    for name, part in new.items():
        if name not in old:
            yield Change(_path(path, name), _kind_of_addition(path, part), "", _said(part))


def _path(path: tuple[str, ...], name: str) -> str:
    return ".".join((*path, str(name)))


def _kind_of_removal(path: tuple[str, ...]) -> ChangeKind:
    if _TEXT_FIELDS & set(path):
        return "text"
    return "refused" if path[-1] in _KEPT else "meaning"


def _kind_of_addition(path: tuple[str, ...], part: object) -> ChangeKind:
    if _TEXT_FIELDS & set(path):
        return "text"
    is_required = isinstance(part, Item) and not part.is_optional and part.derive is None
    return "meaning" if is_required or path[-1] in _GRAVE_ADDITIONS else "addition"


def _leaf(old: str, new: str, path: tuple[str, ...], *, is_same: bool) -> Iterator[Change]:
    if is_same:
        return
    kind: ChangeKind = "meaning"
    if path[-1] in _REFUSED_FIELDS and path[0] in ("forms", "code_lists"):
        kind = "refused"
    elif path in (("diary",), ("photos",)) and not old:
        kind = "addition"
    elif _is_text(path):
        kind = "text"
    yield Change(".".join(path), kind, old, new)


def _is_text(path: tuple[str, ...]) -> bool:
    """Whether a change there is one of words. When a form of the diary is asked (forms.x.ask) is none."""
    if path[0] == "diary" and _TEXT_FIELDS_OF_DIARY & set(path):
        return True
    return bool(_TEXT_FIELDS & set(path)) and not (path[0] == "forms" and path[2:3] == ("ask",))


def _said(part: object) -> str:
    """A part in a few words for the list of changes."""
    if part is None:
        return ""
    if isinstance(part, Rule):
        return part.text
    if not _is_part(part):
        return str(part)
    named = (getattr(part, name, None) for name in ("label", "text", "title", "kind"))
    return str(next((name for name in named if name), part))


def _compare_activities(old: Study, new: Study) -> Iterator[Change]:
    """Cells of the matrix: of a new form or visit they say nothing more."""
    for form, visit in dict.fromkeys((*old.activities, *new.activities)):
        before = old.activities.get((form, visit), "")
        after = new.activities.get((form, visit), "")
        is_new = form not in old.forms or visit not in old.visits
        if before != after and not is_new:
            yield Change(f"activities.{form}.{visit}", "meaning" if before else "addition", before, after)
