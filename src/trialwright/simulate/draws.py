"""One notation for everything that is drawn: `{choice: {a: 0.4, b: 0.6}}`, `{normal: [70, 12], decimals: 1}` ...

A draw is read once (`read_draw`) into frozen data and drawn many times. It gives raw text, as typed on a form.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from trialwright.simulate.messages import problem
from trialwright.simulate.tree import Node, RehearsalError
from trialwright.values.datum import MISSING_REASONS, Missing, MissingReason

HEADS = (
    "value",
    "choice",
    "true",
    "normal",
    "lognormal",
    "uniform",
    "integer",
    "date",
    "time",
    "severity",
    "relative",
    "rule",
    "plan",
    "kit",
    "lot_of",
    "visit",
    "actor",
    "by",
)
MODIFIERS = (
    "decimals",
    "range",
    "within",
    "precision",
    "sd",
    "log_sd",
    "wander",
    "person",
    "person_log_sd",
    "person_as",
    "missing",
)
NUMERIC = ("normal", "lognormal", "uniform", "integer", "severity")
LOOKED_UP = ("rule", "by")  # give a number where something is added to it


@dataclass(frozen=True, slots=True)
class Draw:
    """One head and its modifiers. words, numbers, weights: what the head needs.

    wander: how far it goes from its level (of the logarithm), and after how many days 1/e of that is left.
    asks: the rule that `by` asks, where it asks no item. is_folded: what passes low or high comes back as far inside.
    own: by which name a person's own factor is shared with other draws.
    """

    head: str
    path: str
    words: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    cases: Mapping[str, "Draw"] = field(default_factory=dict)
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    precision: "Draw | None" = None
    sd: float = 0.0
    log_sd: float = 0.0
    wander: tuple[float, float] | None = None
    once: bool = False
    person_log_sd: float = 0.0
    missing: tuple[tuple[MissingReason, float], ...] = ()
    asks: str = ""
    is_folded: bool = False
    own: str = ""

    @property
    def is_noisy(self) -> bool:
        """Whether noise is added to a number, or it is kept within limits."""
        noise = self.sd or self.log_sd or self.person_log_sd or self.wander
        return bool(noise) or self.low is not None

    @property
    def is_number(self) -> bool:
        return self.head in NUMERIC or (self.head in LOOKED_UP and self.is_noisy)


class Surroundings(Protocol):
    """What a draw may look at: the participant at this moment, at this record."""

    @property
    def rng(self) -> random.Random: ...
    @property
    def person(self) -> dict[str, str | float]: ...
    def wandered(self, path: str, days: float) -> float: ...
    def own(self, name: str) -> float: ...
    def severity(self) -> float: ...
    def relative_severity(self) -> float: ...
    def day_named(self, name: str) -> date | None: ...
    def answer(self, rule: str) -> str | None: ...
    def text_of(self, item: str) -> str | None: ...
    def planned_dose(self) -> Fraction | None: ...
    def next_kit(self, product: str) -> str | None: ...
    def lot_of(self, item: str) -> str | None: ...
    def visit_fact(self, name: str) -> str: ...
    def account_of(self, role: str) -> str: ...


# ------------------------------------------------------------------ reading


def read_draw(node: Node) -> Draw:
    """Raises RehearsalError with the path for what is no draw."""
    if isinstance(node.branch, str):
        return Draw("value", node.path, words=(node.branch,))
    node.only(HEADS + MODIFIERS)
    heads = [key for key in node.mapping() if key in HEADS]
    if len(heads) != 1:
        raise RehearsalError(
            problem(
                "rehearsal-unknown-draw", node.path, known=", ".join(HEADS), found=", ".join(heads) or "none"
            )
        )
    low, high = _limits(node)
    decimals = node.child("decimals")
    precision, wander = node.child("precision"), node.child("wander")
    words, numbers, weights, cases = _read_head(heads[0], node.child(heads[0]))
    return Draw(
        heads[0],
        node.path,
        words,
        numbers,
        weights,
        cases,
        decimals=None if decimals.is_absent else decimals.count(),
        low=low,
        high=high,
        precision=None if precision.is_absent else read_draw(precision),
        sd=node.child("sd").number(0.0),
        log_sd=node.child("log_sd").number(0.0),
        wander=None if wander.is_absent else _wander(wander),
        once=node.child("person").text("false") == "true",
        person_log_sd=node.child("person_log_sd").number(0.0),
        missing=tuple((_reason(key, part), part.number()) for key, part in node.child("missing").children()),
        asks=node.child("by").child("rule").text("") if heads == ["by"] else "",
        is_folded=not node.child("within").is_absent,
        own=_own_name(node),
    )


def _limits(node: Node) -> tuple[float, float] | tuple[None, None]:
    """Of `range`, at which a number is cut, or `within`, where it is folded."""
    cut, folded = node.child("range"), node.child("within")
    if not cut.is_absent and not folded.is_absent:
        raise folded.fail("a limit beside range: one of both is enough")
    return next((limits.span() for limits in (cut, folded) if not limits.is_absent), (None, None))


def _own_name(node: Node) -> str:
    """Shared by draws that tell of the same; what is shared is the factor of `person_log_sd`."""
    if node.child("person_as").is_absent:
        return ""
    node.need("person_log_sd")
    return node.child("person_as").text()


def _wander(node: Node) -> tuple[float, float]:
    log_sd, days = node.numbers(2)
    if log_sd < 0 or days <= 0:
        raise node.fail("how far (of the logarithm), 0 or more, and how many days, above 0")
    return log_sd, days


def _reason(key: str, node: Node) -> MissingReason:
    for reason in MISSING_REASONS:
        if reason == key:
            return reason
    raise RehearsalError(
        problem("rehearsal-unknown-key", node.path, key=key, known=", ".join(MISSING_REASONS))
    )


_Head = tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...], dict[str, Draw]]


def _read_head(head: str, node: Node) -> _Head:
    match head:
        case "choice":
            found = node.weights()
            return tuple(found), (), tuple(found.values()), {}
        case "normal" | "lognormal":
            return (), node.numbers(2), (), {}
        case "uniform" | "relative":
            return (), node.span(), (), {}
        case "integer":
            return (), node.whole_span(), (), {}
        case "true" | "severity":
            return (), (node.number(),), (), {}
        case "date":
            node.only(("from", "days", "after"))
            after = () if node.child("after").is_absent else (node.child("after").text(),)
            return (node.need("from").text(), *after), node.need("days").whole_span(), (), {}
        case "time":
            return (), node.hours(), (), {}
        case "by":
            node.only(("item", "rule", "cases"))
            cases = {key: read_draw(part) for key, part in node.need("cases").children()}
            if (asked := node.child("rule")).is_absent:
                return (node.need("item").text(),), (), (), cases
            if not node.child("item").is_absent:
                raise node.fail("item or rule")
            if not asked.text().strip():
                raise asked.fail("a rule")
            return (), (), (), cases
        case _:
            return (node.text(),), (), (), {}


# ------------------------------------------------------------------ drawing


def draw_number(draw: Draw, around: Surroundings) -> float:
    """The number of a numeric draw; a plain text is read as a number."""
    rng = around.rng
    if draw.once and draw.path in around.person:
        number = float(around.person[draw.path])
    else:
        number = _drawn(draw, around)
        if draw.once:
            around.person[draw.path] = number
    if draw.person_log_sd:
        number *= _own_factor(draw, around)
    if draw.sd:
        number += rng.gauss(0, draw.sd)
    if draw.log_sd and number:
        number *= math.exp(rng.gauss(0, draw.log_sd))
    if draw.wander is not None:
        log_sd, days = draw.wander
        number *= math.exp(log_sd * around.wandered(draw.path, days))
    if draw.low is not None and draw.high is not None:
        limited = folded if draw.is_folded else clamped
        number = limited(number, draw.low, draw.high)
    return number


def clamped(number: float, low: float, high: float) -> float:
    return min(max(number, low), high)


def folded(number: float, low: float, high: float) -> float:
    """What lies beyond an edge comes back as far inside it, so that nothing piles up there.

    >>> folded(95.0, 52.0, 92.0), folded(60.0, 52.0, 92.0), folded(50.0, 52.0, 92.0)
    (89.0, 60.0, 54.0)
    """
    width = high - low
    if width <= 0:
        return low
    beyond = (number - low) % (2 * width)
    return low + min(beyond, 2 * width - beyond)


def _drawn(draw: Draw, around: Surroundings) -> float:
    rng, numbers = around.rng, draw.numbers
    match draw.head:
        case "normal":
            return rng.gauss(numbers[0], numbers[1])
        case "lognormal":
            return numbers[0] * math.exp(rng.gauss(0, numbers[1]))
        case "uniform":
            return rng.uniform(numbers[0], numbers[1])
        case "integer":
            return float(rng.randint(int(numbers[0]), int(numbers[1])))
        case "severity":
            return numbers[0] * around.severity()
        case "rule":
            return float(around.answer(draw.words[0]) or 0)
        case "by":
            case = chosen(draw, around)
            return 0.0 if case is None else draw_number(case, around)
        case _:
            return float(draw_text(draw, around) or 0)


def _own_factor(draw: Draw, around: Surroundings) -> float:
    """How this person tells more or less than others of the same, from the first time on."""
    if draw.own:
        return math.exp(draw.person_log_sd * around.own(draw.own))
    key = f"{draw.path}.person_log_sd"
    if key not in around.person:
        around.person[key] = math.exp(around.rng.gauss(0, draw.person_log_sd))
    return float(around.person[key])


def draw_text(draw: Draw, around: Surroundings) -> str | None:
    """The text of a draw; None: leave the item blank."""
    if draw.is_number and is_unknown(draw, around):
        return None
    if draw.is_number:
        number = draw_number(draw, around)
        return f"{number:.{draw.decimals or 0}f}" if draw.decimals is not None else f"{round(number)}"
    if not draw.once:
        return _draw_text(draw, around)
    kept = around.person.get(draw.path)
    if kept is None:
        kept = around.person[draw.path] = _draw_text(draw, around) or ""
    return str(kept) or None


def is_unknown(draw: Draw, around: Surroundings) -> bool:
    """Whether there is no number to which anything could be added."""
    if draw.head == "rule":
        return around.answer(draw.words[0]) is None
    if draw.head != "by":
        return False
    case = chosen(draw, around)
    return case is None or is_unknown(case, around)


def chosen(draw: Draw, around: Surroundings) -> Draw | None:
    """The case of a `by` that the answer names, or else its `else`."""
    answer = around.answer(draw.asks) if draw.asks else around.text_of(draw.words[0])
    return draw.cases.get(answer or "else", draw.cases.get("else"))


def _draw_text(draw: Draw, around: Surroundings) -> str | None:
    rng, words = around.rng, draw.words
    match draw.head:
        case "choice":
            return rng.choices(words, draw.weights)[0]
        case "true":
            return "true" if rng.random() < draw.numbers[0] else "false"
        case "relative":  # surely no below the first share of baseline, surely yes above the second
            low, high = draw.numbers
            passed = around.relative_severity() - low
            chance = passed / (high - low) if high > low else float(passed > 0)
            return "true" if rng.random() < chance else "false"
        case "date":
            return _draw_date(draw, around)
        case "time":
            minute = rng.randint(int(draw.numbers[0]), int(draw.numbers[1]))
            return f"{minute // 60:02d}:{minute % 60:02d}"
        case "rule":
            return around.answer(words[0])
        case "by":
            case = chosen(draw, around)
            return None if case is None else draw_text(case, around)
        case _:
            return _looked_up(draw.head, words[0], around)


def _looked_up(head: str, word: str, around: Surroundings) -> str | None:
    """What is not chance: the word itself, the plan, the stock, the visit, the people."""
    match head:
        case "plan":
            amount = around.planned_dose()
            return None if amount is None else f"{float(amount):g}"
        case "kit":
            return around.next_kit(word)
        case "lot_of":
            return around.lot_of(word)
        case "visit":
            return around.visit_fact(word)
        case "actor":
            return around.account_of(word)
        case _:
            return word


def _draw_date(draw: Draw, around: Surroundings) -> str | None:
    start = around.day_named(draw.words[0])
    if start is None:
        return None
    first, last = draw.numbers
    on = start + timedelta(days=around.rng.randint(int(first), int(last)))
    day = max(on, *(around.day_named(name) or on for name in draw.words[1:]), on).isoformat()
    precision = draw_text(draw.precision, around) if draw.precision else "day"
    return {"year": day[:4], "month": day[:7]}.get(precision or "day", day)


def draw_datum(draw: Draw, around: Surroundings) -> str | Missing | None:
    """What is typed into an item: a text, a reason for missing, or None for left blank."""
    chance = around.rng.random() if draw.missing else 1.0
    for reason, share in draw.missing:
        if chance < share:
            return Missing(reason)
        chance -= share
    return draw_text(draw, around)
