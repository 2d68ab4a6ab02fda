"""Reads the `rehearsal` block, a tree of texts, with the path of what is wrong."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from trialwright.simulate.messages import problem
from trialwright.study.model import Tree
from trialwright.values.problem import Problem

T = TypeVar("T")
Branch = Tree | str | tuple["Branch", ...]
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class RehearsalError(Exception):
    """A part of the block cannot be read; `problem` says where and why. Caught in `Node.attempt`."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.text)
        self.problem = found


class Node:
    """One place of the tree and its path, "rehearsal.visits.late". faults: those of the whole tree gather there."""

    def __init__(self, branch: Branch | None, path: str, faults: list[Problem]) -> None:
        self.branch = branch
        self.path = path
        self.faults = faults

    @property
    def is_absent(self) -> bool:
        return self.branch is None

    def fail(self, wanted: str) -> RehearsalError:
        return RehearsalError(problem("rehearsal-shape", self.path, found=repr(self.branch), wanted=wanted))

    def mapping(self) -> Tree:
        if self.branch is None:
            return {}
        if isinstance(self.branch, str | tuple):
            raise self.fail("a mapping")
        return self.branch

    def child(self, key: str) -> "Node":
        return Node(self.mapping().get(key), f"{self.path}.{key}", self.faults)

    def need(self, key: str) -> "Node":
        child = self.child(key)
        if child.is_absent:
            raise RehearsalError(problem("rehearsal-missing-key", self.path, key=key))
        return child

    def children(self) -> Iterator[tuple[str, "Node"]]:
        for key in self.mapping():
            yield key, self.child(key)

    def note(self, code: str, **parts: str) -> None:
        """A fault that leaves the rest readable."""
        self.faults.append(problem(code, self.path, "error", **parts))

    def attempt(self, read: "Callable[[Node], T]") -> T | None:
        """What `read` makes of this node; None, and the fault noted, where it cannot be read."""
        try:
            return read(self)
        except RehearsalError as error:
            self.faults.append(error.problem)
            return None

    def each(self, read: "Callable[[str, Node], T]") -> dict[str, T]:
        """What `read` makes of every child, by its key; those that cannot be read are left out and noted."""
        found = {key: child.attempt(partial(read, key)) for key, child in self.children()}
        return {key: one for key, one in found.items() if one is not None}

    def only(self, known: Iterable[str]) -> None:
        """Refuses keys that nothing reads: an option that does nothing would be a lie."""
        names = tuple(known)
        for key in self.mapping():
            if key not in names:
                self.note("rehearsal-unknown-key", key=key, known=", ".join(sorted(names)))

    def text(self, default: str | None = None) -> str:
        if self.branch is None and default is not None:
            return default
        if not isinstance(self.branch, str):
            raise self.fail("a text")
        return self.branch

    def number(self, default: float | None = None) -> float:
        if self.branch is None and default is not None:
            return default
        try:
            number = float(self.text())
        except ValueError:
            raise self.fail("a number") from None
        if not math.isfinite(number):
            raise self.fail("a number")
        return number

    def chance(self, default: float | None = None) -> float:
        number = self.number(default)
        if not 0 <= number <= 1:
            raise self.fail("a number from 0 to 1")
        return number

    def positive(self) -> float:
        number = self.number()
        if number <= 0:
            raise self.fail("a number above 0")
        return number

    def whole(self) -> int:
        number = self.number()
        if number != int(number):
            raise self.fail("a whole number")
        return int(number)

    def count(self) -> int:
        number = self.whole()
        if number < 0:
            raise self.fail("a whole number, 0 or more")
        return number

    def items(self) -> tuple["Node", ...]:
        if self.branch is None:
            return ()
        if not isinstance(self.branch, tuple):
            raise self.fail("a list")
        return tuple(
            Node(part, f"{self.path}[{index}]", self.faults) for index, part in enumerate(self.branch)
        )

    def texts(self) -> tuple[str, ...]:
        return tuple(node.text() for node in self.items())

    def numbers(self, count: int) -> tuple[float, ...]:
        values = tuple(node.number() for node in self.items())
        if len(values) != count:
            raise self.fail(f"{count} numbers")
        return values

    def span(self) -> tuple[float, float]:
        low, high = self.numbers(2)
        if low > high:
            raise self.fail("two numbers, the lower first")
        return low, high

    def whole_span(self) -> tuple[int, int]:
        low, high = self.span()
        if low != int(low) or high != int(high):
            raise self.fail("two whole numbers")
        return int(low), int(high)

    def hours(self) -> tuple[int, int]:
        """Minutes since midnight of two times of day."""
        found = [TIME.fullmatch(text) for text in self.texts()]
        minutes = [int(one[1]) * 60 + int(one[2]) for one in found if one is not None]
        if len(minutes) != 2 or len(found) != 2 or minutes[0] > minutes[1]:
            raise self.fail("two times of day, the earlier first")
        return minutes[0], minutes[1]

    def weights(self) -> dict[str, float]:
        """What is drawn among, each with its weight."""
        found = {key: part.number() for key, part in self.children()}
        if not sum(found.values()) > 0 or min(found.values()) < 0:
            raise self.fail("weights, of which one at least is above 0")
        return found
