"""YAML into mappings, lists and texts that know their places; hostile or ambiguous files become problems.

Only what a definition needs is read: no tags, anchors, aliases, tabs or second documents. Every scalar is text
(`NO` stays "NO"); the model gives the type.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import yaml

from trialwright.study.messages import problem
from trialwright.study.text import Origin, Source, Text, make_source
from trialwright.values.problem import Problem

Tree = Text | Sequence["Tree"] | Mapping[Text, "Tree"]

MAX_FILE_BYTES: Final = 2_000_000
MAX_TEXT_LENGTH: Final = 100_000
MAX_DEPTH: Final = 40
MAX_KEPT_BYTES: Final = 50_000

# The fallback reads the same language, ten times slower.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a file, or None where it cannot be read, and what is wrong; `dropped` are keys left out for that."""

    tree: Tree | None
    problems: tuple[Problem, ...]
    dropped: frozenset[str] = frozenset()


def read_yaml(file: str, content: bytes) -> Parsed:
    """Read one file. Never raises for any content.

    >>> read_yaml("a.yaml", b"answer: NO").tree
    {'answer': 'NO'}
    >>> [p.where for p in read_yaml("a.yaml", b"a: 1\\na: 2").problems]
    ['a.yaml:2:1']
    """
    if len(content) > MAX_FILE_BYTES:
        return _refused(problem("file-too-large", f"{file}:1:1", limit=MAX_FILE_BYTES))
    if len(content) > MAX_KEPT_BYTES:
        return _read(file, content)
    kept = _read_once(file, content)
    return kept if kept.tree is None else replace(kept, tree=_copied(kept.tree))


def _copied(tree: Tree) -> Tree:
    """The same texts in mappings and lists of their own: who reads a tree takes parts out of it."""
    if isinstance(tree, Text):
        return tree
    if isinstance(tree, Mapping):
        return {key: _copied(part) for key, part in tree.items()}
    return [_copied(part) for part in tree]


def _read(file: str, content: bytes) -> Parsed:
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        return _refused(problem("not-utf-8", f"{file}:{line}:{column}"))
    source = make_source(file, text)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        code = "tab" if forbidden.group() == "\t" else "control-character"
        return _refused(
            problem(code, source.place(forbidden.start()), number=f"U+{ord(forbidden.group()):04X}")
        )
    return _build(source)


# Instruments are the same for every study, and most files for every version of one.
_read_once = lru_cache(maxsize=256)(_read)


def _refused(found: Problem) -> Parsed:
    return Parsed(None, (found,))


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read; `key` waits for its value."""

    container: dict[Text, Tree] | list[Tree]
    is_flow: bool
    key: Text | None = None


@dataclass(slots=True)
class _Builder:
    source: Source
    stack: list[_Open] = field(default_factory=list)
    root: Tree | None = None
    problems: list[Problem] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)

    def report(self, code: str, offset: int, **parts: str | int) -> None:
        self.problems.append(problem(code, self.source.place(offset), "error", **parts))


def _build(source: Source) -> Parsed:
    builder = _Builder(source)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            if not _take(builder, event):
                return Parsed(None, tuple(builder.problems))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = mark.index if mark else 0
        detail = error.problem or error.context or "unexpected text"
        builder.report("yaml-syntax", min(offset, len(source.text)), detail=detail)
        return Parsed(None, tuple(builder.problems))
    if builder.root is None and not builder.problems:
        builder.report("empty-file", 0)
    return Parsed(builder.root, tuple(builder.problems), frozenset(builder.dropped))


def _take(builder: _Builder, event: yaml.Event) -> bool:
    """Take one event in; False stops the reading. Most events are scalars: they are asked for first."""
    if isinstance(event, yaml.ScalarEvent):
        return _take_scalar(builder, event)
    at = event.start_mark.index if event.start_mark else 0
    if isinstance(event, yaml.CollectionStartEvent):
        return _take_collection(builder, event, at)
    if isinstance(event, yaml.CollectionEndEvent):
        builder.stack.pop()
    elif isinstance(event, yaml.DocumentStartEvent) and builder.root is not None:
        builder.report("second-document", at)
        return False
    elif isinstance(event, yaml.AliasEvent):
        builder.report("alias", at, name=event.anchor or "")
        return False
    return True


def _take_scalar(builder: _Builder, event: yaml.ScalarEvent) -> bool:
    at = event.start_mark.index if event.start_mark else 0
    if _is_marked(builder, event, at):
        return False
    if len(event.value) > MAX_TEXT_LENGTH:
        builder.report("text-too-long", at, limit=MAX_TEXT_LENGTH)
        return False
    end = event.end_mark.index if event.end_mark else at
    return _put(builder, Text(event.value, Origin(builder.source, at, end, event.style or "")), at)


def _take_collection(builder: _Builder, event: yaml.CollectionStartEvent, at: int) -> bool:
    if _is_marked(builder, event, at):
        return False
    if len(builder.stack) >= MAX_DEPTH:
        builder.report("nested-too-deep", at, limit=MAX_DEPTH)
        return False
    container: dict[Text, Tree] | list[Tree] = {} if isinstance(event, yaml.MappingStartEvent) else []
    if not _put(builder, container, at):
        return False
    builder.stack.append(_Open(container, bool(event.flow_style)))
    return True


def _is_marked(builder: _Builder, event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: int) -> bool:
    """Whether an anchor or a tag stands at a node, which is a problem."""
    if event.anchor is not None:
        builder.report("anchor", at, name=event.anchor)
    elif event.tag is not None:
        builder.report("tag", at, name=event.tag)
    else:
        return False
    return True


def _put(builder: _Builder, node: Tree, at: int) -> bool:
    """Put a node where it belongs: the root, the next of a list, a key, or the value of the waiting key."""
    if not builder.stack:
        builder.root = node
        return True
    here = builder.stack[-1]
    if isinstance(here.container, list):
        here.container.append(node)
        return True
    if here.key is not None:
        _put_value(builder, here, here.container, here.key, node)
        return True
    if not isinstance(node, Text):
        builder.report("key-is-not-a-text", at)
        return False
    here.key = node
    return True


def _put_value(builder: _Builder, here: _Open, container: dict[Text, Tree], key: Text, node: Tree) -> None:
    here.key = None
    start = key.origin.start
    if isinstance(node, Text) and not node and not node.origin.style:
        builder.report("comma-in-braces" if here.is_flow else "empty-value", start, key=key)
        builder.dropped.add(str(key))
        return
    if key in container:
        first = next(known for known in container if known == key)
        builder.report("duplicate-key", start, key=key, first=first.place)
        return
    container[key] = node


def walk(tree: Tree, path: tuple[Text, ...] = ()) -> Iterator[tuple[tuple[Text, ...], Text]]:
    """Every scalar of a tree with the keys that lead to it."""
    if isinstance(tree, Text):
        yield path, tree
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from walk(value, (*path, key))
    else:
        for part in tree:
            yield from walk(part, path)
