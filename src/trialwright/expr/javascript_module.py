"""An ES module while it is written: its nodes as source, and what its rules share.

Every text of a definition goes in as a JSON string of ASCII without "<", so that no text ends a string, a line or a
script element.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, NewType

from trialwright.expr.nodes import Node
from trialwright.expr.vocabulary import ItemInfo, Vocabulary

Source = NewType("Source", str)  # an expression of JavaScript

NULL = Source("null")

# What a rule of one record never calls stands in a file of its own, so that a phone need not load it.
BEYOND: Final = frozenset(
    [
        "limit",
        "expiry",
        "at",
        "baseline",
        "previous",
        "last",
        "change",
        "any",
        "none",
        "every",
        "count",
        "sum",
        "min",
        "max",
        "mean",
        "daysCovered",
    ]
)


@dataclass(slots=True)
class Module:
    """source_of: what turns a node into source; its second argument is the form whose items bare names mean.

    functions: those of the library that are called.
    """

    vocabulary: Vocabulary
    source_of: Callable[[Node, str | None, "Module"], Source]
    functions: set[str] = field(default_factory=set)
    _terms: dict[str, Source] = field(default_factory=dict)
    _shared: dict[Source, Source] = field(default_factory=dict)

    def call(self, function: str, *arguments: Source) -> Source:
        """A call of a function of the library; null at the end is what the library takes for granted."""
        self.functions.add(function)
        while arguments and arguments[-1] == NULL:
            arguments = arguments[:-1]
        return Source(f"{function}({', '.join(arguments)})")

    def imports(self, library: str) -> list[str]:
        """library: the folder of its two files."""
        files = (("rules.js", self.functions - BEYOND), ("beyond/rules.js", self.functions & BEYOND))
        return [
            f"import {{{', '.join(sorted(functions))}}} from {text(library + file)};"
            for file, functions in files
            if functions
        ]

    def shared(self, source: Source) -> Source:
        """The name under which the module declares what its rules share."""
        return self._shared.setdefault(source, Source(f"n{len(self._shared)}"))

    def declarations(self) -> list[str]:
        """In an order in which each needs only those before it."""
        return [f"const {name} = {source};" for source, name in self._shared.items()]

    def number(self, value: Fraction) -> Source:
        below = () if value.denominator == 1 else (Source(f"{value.denominator}n"),)
        return self.call("number", Source(f"{value.numerator}n"), *below)

    def item(self, form: str, item: str) -> Source:
        owner = self.vocabulary.forms[form]
        info = owner.items[item]
        words = map(text, (form, item, owner.records, info.type))
        return self.shared(self.call("item", *words, self._codes(info)))

    def _codes(self, item: ItemInfo) -> Source:
        """The codes that are no plain text: unknown ones, and those of a number that count as another."""
        listed = self.vocabulary.code_lists.get(item.code_list or "")
        if listed is None or item.type not in ("code", "integer", "decimal"):
            return NULL
        told: list[Source] = []
        for code, info in listed.codes.items():
            if info.is_unknown:
                told.append(array([text(code), NULL]))
            elif info.number is not None and item.type != "code":
                told.append(array([text(code), self.number(info.number)]))
        return array(told) if told else NULL

    def term(self, word: str) -> Source:
        """A term, in which bare names are terms only."""
        if word not in self._terms:
            node = self.source_of(self.vocabulary.terms[word].node, None, self)
            self._terms[word] = self.shared(self.call("term", node))
        return self._terms[word]


def text(words: str) -> Source:
    """A string of JavaScript.

    >>> text("</b>")
    '"\\\\u003c/b>"'
    """
    return Source(json.dumps(words).replace("<", "\\u003c"))


def truth(value: bool) -> Source:
    return Source("true" if value else "false")


def array(parts: Sequence[Source]) -> Source:
    return Source(f"[{', '.join(parts)}]")


def record(**parts: Source) -> Source:
    """An object; the names of its parts are words of the library."""
    return Source(f"{{{', '.join(f'{name}: {part}' for name, part in parts.items())}}}")
