"""The record beside a definition: whether it can be read, and whether the definition still says what it says."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from trialwright.registry.messages import problem
from trialwright.registry.new import new_study
from trialwright.registry.record import Record, read_record
from trialwright.study.text import Text
from trialwright.study.undecided import UNDECIDED
from trialwright.study.yaml import Tree, read_yaml
from trialwright.values.problem import Problem

_FACTS: Final = (
    ("title",),
    *(("registry", key) for key in ("sponsor", "status", "condition", "phase", "summary", "description")),
    *(
        ("design", key)
        for key in ("type", "model", "masking", "allocation", "purpose", "target", "sex", "age")
    ),
    ("design", "planned", "start"),
    ("design", "planned", "completion"),
)
_MAY_SAY_MORE: Final = ("masking", "start", "completion")
_LONGEST_SHOWN: Final = 60


def check_record(content: bytes, study: bytes) -> tuple[Problem, ...]:
    """What is wrong with record.json, and each fact that it and study.yaml tell differently.

    content, study: the two files. A fact that is `decided`, or named under `discrepancies`, may differ.
    """
    record = read_record(content)
    if not isinstance(record, Record):
        return record
    written = read_yaml("study.yaml", study).tree
    if not isinstance(written, Mapping):
        return record.problems
    made = read_yaml("record.json", new_study(record)["study.yaml"]).tree
    return (*record.problems, *_identifier(made, written), *_differences(made, written))


def _identifier(made: Tree | None, written: Tree) -> Iterator[Problem]:
    """The record is of this study: its number is the study's name or one of its identifiers."""
    number, own = _at(made, "study"), _at(written, "study")
    listed = _at(written, "registry", "identifiers")
    names = (own, *(listed if isinstance(listed, Mapping) else ()))
    if isinstance(number, Text) and isinstance(own, Text) and number not in (*names, UNDECIDED):
        yield problem("record-of-another", own.place, "warning", number=str(number), study=str(own))


def _differences(made: Tree | None, written: Tree) -> Iterator[Problem]:
    known = _at(written, "registry", "discrepancies")
    known = known if isinstance(known, Mapping) else {}
    for path in _FACTS:
        fact, recorded, said = path[-1], _texts(_at(made, *path)), _texts(_at(written, *path))
        if not recorded or not said or fact in known or _is_open(path, written, (*recorded, *said)):
            continue
        if not _agree(fact, _words(recorded), _words(said)):
            shown = {"recorded": _shown(recorded), "said": _shown(said)}
            yield problem("record-differs", said[0].place, "warning", fact=fact, **shown)


def _is_open(path: tuple[str, ...], written: Tree, texts: tuple[Text, ...]) -> bool:
    """Still to decide; or decided here, where the fact stands, or for what it is a part of."""
    above = (_at(written, *path[:length]) for length in range(len(path) + 1))
    return UNDECIDED in texts or any(isinstance(part, Mapping) and "decided" in part for part in above)


def _at(tree: Tree | None, *path: str) -> Tree | None:
    for key in path:
        # Not .get(): what is wanted has the file's own key, and any mapping may be a faulty one.
        tree = (
            next((part for name, part in tree.items() if name == key), None)
            if isinstance(tree, Mapping)
            else None
        )
    return tree


def _texts(part: Tree | None) -> tuple[Text, ...]:
    """One text, a list of them, or {value: text}."""
    if isinstance(part, Text):
        return (part,)
    if isinstance(part, Mapping):
        return _texts(_at(part, "value"))
    return tuple(one for one in part or () if isinstance(one, Text))


def _agree(fact: str, recorded: list[str], said: list[str]) -> bool:
    """The same words, whatever stands between them; an age by its numbers; a word more may explain the masking."""
    if fact == "age":
        return _numbers(recorded) == _numbers(said)
    return recorded == (said[: len(recorded)] if fact in _MAY_SAY_MORE else said)


def _words(texts: tuple[Text, ...]) -> list[str]:
    return re.findall(r"\w+", " ".join(texts).casefold())


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if word.isdigit()]


def _shown(texts: tuple[Text, ...]) -> str:
    text = ", ".join(" ".join(one.split()) for one in texts)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
