"""What the static check carries along: where a part of a rule is asked, and what was found so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from trialwright.expr.messages import problem
from trialwright.expr.nodes import ItemRef, Name, Node
from trialwright.expr.parse import did_you_mean
from trialwright.expr.places import Locate
from trialwright.expr.shapes import Shape
from trialwright.expr.types import ItemPath
from trialwright.expr.vocabulary import ItemInfo, Scope, Vocabulary
from trialwright.expr.walk import AT_VISITS
from trialwright.values.problem import Problem, Severity

DEEPEST_UNFOLDED: Final = 150


class UnfoldedTooDeep(Exception):  # noqa: N818  ends one check; never leaves the room
    """The rule with its terms unfolded is nested too deep."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a part of a rule is asked.

    has_visit: a visit is known; visit: which one, inside at(W16, ...). row: the form whose record is looked
    at, is_own_row: the whole rule is asked of it. bare: the form whose items bare names mean. is_outer: the
    visit is still the one that the whole rule is asked at.
    """

    has_visit: bool
    row: str | None = None
    bare: str | None = None
    visit: str | None = None
    is_outer: bool = True
    is_own_row: bool = True
    is_elsewhere: bool = False

    def moved(self, vocabulary: Vocabulary, visit: str | None = None) -> "Asked":
        """At another visit; a record of a form at visits is left behind."""
        stays = self.row is not None and vocabulary.forms[self.row].records not in AT_VISITS
        row = self.row if stays else None
        return replace(self, has_visit=True, row=row, visit=visit, is_outer=False, is_elsewhere=True)

    def in_row(self, form: str, vocabulary: Vocabulary) -> "Asked":
        """At one record of a form; a record at a visit brings its visit along."""
        is_at_visit = vocabulary.forms[form].records in AT_VISITS
        return replace(
            self,
            has_visit=self.has_visit or is_at_visit,
            row=form,
            bare=form,
            visit=None if is_at_visit else self.visit,
            is_outer=self.is_outer and not is_at_visit,
            is_own_row=False,
            is_elsewhere=True,
        )


def asked_as(scope: Scope, form: str | None, vocabulary: Vocabulary) -> Asked:
    """Where a whole rule is asked; `form` is the form that it stands in."""
    records = None if form is None else vocabulary.forms[form].records
    has_visit = scope == "visit" or (scope == "row" and records in AT_VISITS)
    is_row = scope == "row" or (scope == "visit" and records == "visit")
    return Asked(has_visit, form if is_row else None, form)


@dataclass(frozen=True, slots=True)
class TermFound:
    """A checked term: its shape (None where it has problems), what it reads, and the circle it closes."""

    shape: Shape | None
    needs: frozenset[ItemPath]
    reads_visit: bool
    circle: tuple[str, ...] = ()


@dataclass(slots=True)
class Checker:
    """Problems and needs of one rule, as they are found. `of` gives the shape of a node, None after a problem."""

    vocabulary: Vocabulary
    find: Locate
    of: Callable[[Node, Asked, "Checker"], Shape | None]
    problems: dict[Problem, None] = field(default_factory=dict)
    needs: set[ItemPath] = field(default_factory=set)
    reads_visit: bool = False
    reads_row: str | None = None
    terms: dict[str, TermFound] = field(default_factory=dict)
    stack: tuple[str, ...] = ()
    depth: int = 0

    def say(self, code: str, at: int, severity: Severity = "error", **parts: object) -> None:
        """Notes a problem; returns nothing, so that a caller can go on or give up."""
        self.problems[problem(code, self.find(at), severity, **parts)] = None

    def shape(self, node: Node, asked: Asked) -> Shape | None:
        return self.of(node, asked, self)

    # ------------------------------------------------------------ items

    def item(self, form: str, item: str, at: int, asked: Asked) -> ItemInfo | None:
        """The item, if it exists and can be addressed from here; its reading is noted."""
        info = self._named_item(form, item, at)
        if info is None:
            return None
        records = self.vocabulary.forms[form].records
        if asked.row == form:
            self._note_row(form, asked)
        elif records in ("many", "many_visit"):
            self.say("has-many-rows", at, form=form)
            return None
        elif records == "visit" and not self.at_visit(f"{form}.{item}", form, at, asked):
            return None
        self.needs.add(ItemPath(form, item, asked.is_elsewhere))
        return info

    def _named_item(self, form: str, item: str, at: int) -> ItemInfo | None:
        forms = self.vocabulary.forms
        if form not in forms:
            self.say("unknown-form", at, name=form, suggestion=did_you_mean(form, forms))
            return None
        items = forms[form].items
        if item not in items:
            suggestion = did_you_mean(item, items)
            self.say("unknown-item", at + len(form) + 1, form=form, name=item, suggestion=suggestion)
            return None
        return items[item]

    def _note_row(self, form: str, asked: Asked) -> None:
        """A row of the rule's own place; a row inside an aggregate is none of it."""
        if not asked.is_own_row:
            return
        if self.vocabulary.forms[form].records == "visit":
            self.reads_visit = True
        else:
            self.reads_row = form

    def at_visit(self, name: str, form: str | None, at: int, asked: Asked) -> bool:
        """Whether a visit is asked, as this name needs; notes that the rule's own visit is read."""
        if not asked.has_visit:
            hint = " here, or name the visit in the term" if name in self.vocabulary.terms else ""
            self.say("needs-visit", at, name=name, visit=self._visit_to_name(form), hint=hint)
            return False
        if asked.is_outer:
            self.reads_visit = True
        self._warn_if_not_collected({form} if form else set(), at, asked)
        return True

    def _warn_if_not_collected(self, forms: Iterable[str], at: int, asked: Asked) -> None:
        for form in sorted(forms):
            visits = self.vocabulary.forms[form].visits
            if asked.visit is not None and visits and asked.visit not in visits:
                self.say("not-collected", at, "warning", form=form, visit=asked.visit)

    def _visit_to_name(self, form: str | None) -> str:
        """A visit for the advice at(...): one that collects the form, better none that makes the baseline."""
        visits = (self.vocabulary.forms[form].visits if form else ()) or tuple(self.vocabulary.visits)
        later = [visit for visit in visits if visit not in self.vocabulary.baseline_visits]
        return next(iter(later or visits), "W1")

    # ------------------------------------------------------------ terms

    def term(self, word: str, at: int, asked: Asked) -> Shape | None:
        """A term, asked where its name stands."""
        found = self.found_term(word)
        if found.circle:
            self.say("circular-term", at, name=word, chain=" → ".join(found.circle))
            return None
        if found.shape is None:
            self.say("broken-term", at, name=word)
            return None
        here = {path.form for path in found.needs if not path.is_elsewhere}
        read_at_visit = {form for form in here if self.vocabulary.forms[form].records == "visit"}
        if found.reads_visit and not self.at_visit(word, min(read_at_visit, default=None), at, asked):
            return None
        self._warn_if_not_collected(read_at_visit, at, asked)
        self.needs.update(
            replace(path, is_elsewhere=path.is_elsewhere or asked.is_elsewhere) for path in found.needs
        )
        return found.shape

    def found_term(self, word: str) -> TermFound:
        """A term is checked once, as if asked at a visit; its own problems are reported where it stands."""
        if word in self.stack:
            return TermFound(None, frozenset(), reads_visit=False, circle=self._circle(word))
        if word not in self.terms:
            inner = Checker(self.vocabulary, lambda offset: "", self.of, terms=self.terms)
            inner.stack, inner.depth = (*self.stack, word), self.depth
            shape = inner.shape(self.vocabulary.terms[word].node, Asked(has_visit=True))
            circles = [_circle_of(found) for found in inner.problems if found.code == "circular-term"]
            circle = next((chain for chain in circles if word in chain), ())
            is_good = all(found.severity != "error" for found in inner.problems)
            self.terms[word] = TermFound(
                shape if is_good else None, frozenset(inner.needs), inner.reads_visit, circle
            )
        return self.terms[word]

    def _circle(self, word: str) -> tuple[str, ...]:
        return (*self.stack[self.stack.index(word) :], word)


def _circle_of(found: Problem) -> tuple[str, ...]:
    return tuple(dict(found.parts)["chain"].split(" → "))


def names_nearby(word: str, asked: Asked, vocabulary: Vocabulary) -> str:
    """A suggestion for an unknown bare name: a term, an item of the form in scope, or form.item elsewhere."""
    bare = vocabulary.forms[asked.bare].items if asked.bare else {}
    near = did_you_mean(word, (*vocabulary.terms, *bare))
    if near != ".":
        return near
    owners = [f"{form.form}.{word}" for form in vocabulary.forms.values() if word in form.items]
    if owners:
        return f"; did you mean “{owners[0]}”?"
    is_answer = any(word in codes.codes for codes in vocabulary.code_lists.values())
    return f'; an answer stands in quotes, "{word}".' if is_answer else "."


def item_of(node: Node, asked: Asked, checker: Checker) -> tuple[str, str] | None:
    """form and item of a node that names an item, by itself or with its form."""
    if isinstance(node, ItemRef):
        return node.form, node.item
    if isinstance(node, Name) and asked.bare and node.word in checker.vocabulary.forms[asked.bare].items:
        return asked.bare, node.word
    return None
