"""Reads the `rehearsal` block, a tree of texts, with the path of what is wrong."""

from collections.abc import Iterable, Iterator

from trialwright.simulate.messages import problem
from trialwright.study.model import Tree
from trialwright.values.problem import Problem

Branch = Tree | str | tuple["Branch", ...]


class RehearsalError(Exception):
    """The block cannot be read; `problem` says where and why. Caught in `read_rehearsal`."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.text)
        self.problem = found


class Node:
    """One place of the tree and its path, "rehearsal.visits.late"."""

    def __init__(self, branch: Branch | None, path: str) -> None:
        self.branch = branch
        self.path = path

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
        return Node(self.mapping().get(key), f"{self.path}.{key}")

    def need(self, key: str) -> "Node":
        child = self.child(key)
        if child.is_absent:
            raise RehearsalError(problem("rehearsal-missing-key", self.path, key=key))
        return child

    def children(self) -> Iterator[tuple[str, "Node"]]:
        for key in self.mapping():
            yield key, self.child(key)

    def only(self, known: Iterable[str]) -> None:
        """Refuses keys that nothing reads: an option that does nothing would be a lie."""
        names = tuple(known)
        for key in self.mapping():
            if key not in names:
                raise RehearsalError(
                    problem("rehearsal-unknown-key", self.path, key=key, known=", ".join(sorted(names)))
                )

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
            return float(self.text())
        except ValueError:
            raise self.fail("a number") from None

    def items(self) -> tuple["Node", ...]:
        if self.branch is None:
            return ()
        if not isinstance(self.branch, tuple):
            raise self.fail("a list")
        return tuple(Node(part, f"{self.path}[{index}]") for index, part in enumerate(self.branch))

    def texts(self) -> tuple[str, ...]:
        return tuple(node.text() for node in self.items())

    def numbers(self, count: int) -> tuple[float, ...]:
        values = tuple(node.number() for node in self.items())
        if len(values) != count:
            raise self.fail(f"{count} numbers")
        return values
