"""The desk at which raw files are resolved: problems gather here, and rules are read with their places."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.study.formats import nearest
from trialwright.study.messages import problem
from trialwright.study.text import Text
from trialwright.values.problem import Problem


@dataclass(slots=True)
class Desk:
    """rule_texts: the texts of rules by file and line of their first character, to find folded lines again.

    lost: the names of forms, items and terms that have a problem of their own and cannot be told.
    """

    problems: list[Problem] = field(default_factory=list)
    rule_texts: dict[str, list[Text]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def report(self, code: str, at: Text | str, offset: int = 0, **parts: str | int) -> None:
        """Note a problem at a text, or at a place."""
        where = at.place_at(offset) if isinstance(at, Text) else at
        self.problems.append(problem(code, where, "error", **parts))

    def warn(self, code: str, where: str, **parts: str | int) -> None:
        """Note what looks wrong at a place, and does not stop."""
        self.problems.append(problem(code, where, "warning", **parts))

    def known(self, kind: str, name: Text, names: Iterable[str]) -> bool:
        """Whether the name is one of the names; notes "no-such-<kind>" where it is not."""
        known = list(names)
        if name in known:
            return True
        if kind == "item" and (forms := _forms_of(known)) and name.partition(".")[0] not in forms:
            form = name.partition(".")[0]
            self.report("no-such-form", name, name=form, near=nearest(form, forms))
        elif known:
            self.report(f"no-such-{kind}", name, name=name, near=nearest(name, known))
        else:
            self.report("none-to-name", name, name=name)
        return False

    def rule(self, text: Text) -> Rule | None:
        """Read a rule; None where it is faulty."""
        place = text.place
        self.rule_texts.setdefault(place.rpartition(":")[0], []).append(text)
        read = parse_rule(str(text).replace("\n", " "), place)
        if isinstance(read, Rule):
            return read
        self.problems += [self.unfold(found) for found in read]
        return None

    def maybe_rule(self, text: Text | None) -> Rule | None:
        return None if text is None else self.rule(text)

    def unfold(self, found: Problem) -> Problem:
        """The problem of a rule with its true place: rules count columns as if they stood on one line."""
        line, _, column = found.where.rpartition(":")
        texts = [
            (start, text)
            for text in self.rule_texts.get(line, ())
            if (start := int(text.place.rpartition(":")[2])) <= int(column or 0)
        ]
        if not texts:
            return found
        start, text = max(texts, key=lambda pair: pair[0])
        where = text.place_at(int(column) - start)
        return Problem(found.code, where, found.template, found.parts, found.severity)


def _forms_of(items: Iterable[str]) -> list[str]:
    """The forms of items written as form.item."""
    return list(dict.fromkeys(item.partition(".")[0] for item in items if "." in item))


def cells_of(text: Text) -> list[tuple[int, str]]:
    """The cells of a row of a matrix, with the offset of each.

    >>> from trialwright.study.text import Origin, make_source
    >>> cells_of(Text("x  .", Origin(make_source("a", "x  ."), 0, 4, "")))
    [(0, 'x'), (3, '.')]
    """
    cells, at = [], 0
    for cell in text.split():
        at = text.index(cell, at)
        cells.append((at, cell))
        at += len(cell)
    return cells
