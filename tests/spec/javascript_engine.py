"""The JavaScript engine beside the others: readers as JSON, a module per rule, and its answers as those of Python."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import cast

from tests.spec.fake_reader import FakeReader
from tests.spec.v8 import STATIC, Linked

from trialwright.expr.answer import Answer, DateSpan, Need, NumberSpan
from trialwright.expr.javascript import compile_module
from trialwright.expr.nodes import Node
from trialwright.expr.reader import NotAsked, Place, State
from trialwright.expr.types import Kind, Typed
from trialwright.expr.vocabulary import Vocabulary
from trialwright.values.datum import Datum, Value

Json = Mapping[str, object]


@cache
def v8() -> Linked:
    """One for the session, with the library in it."""
    return Linked([STATIC / "beyond" / "rules.js"])


def answers_of(
    node: Node,
    typed: Typed,
    vocabulary: Vocabulary,
    form: str | None,
    asked: Sequence[tuple[FakeReader, Place]],
) -> list[Answer]:
    """What the compiled rule answers each reader at its place."""
    v8().add(compile_module({"rule": (node, typed, form)}, vocabulary), "compiled")
    told = v8().json(
        'asked.map(([data, place]) => modules.compiled.rules.rule(modules["beyond/rules.js"].dataReader(data), place))',
        asked=[(reader_json(reader), place_json(place)) for reader, place in asked],
    )
    return [answer_from(one) for one in cast("list[Json]", told)]


def place_json(place: Place) -> Json:
    return {"visit": place.visit, "repeat": place.repeat}


def reader_json(reader: FakeReader) -> Json:
    """The data as `dataReader` takes them."""
    forms = {*reader.vocabulary.forms, *(form for form, _, _ in reader.records)}
    return {
        "states": [
            [*address, {item: state_json(state) for item, state in items.items()}]
            for address, items in reader.records.items()
        ],
        "rows": {form: [[row.visit, row.repeat] for row in reader.rows(form)] for form in sorted(forms)},
        "gates": dict(reader.gates),
        "visits": list(reader.visits),
        "limits": [[*key, f"{limit.numerator}/{limit.denominator}"] for key, limit in reader.limits.items()],
        "expiries": dict(reader.expiries),
    }


def state_json(state: Datum | State) -> Json:
    if isinstance(state, Value):
        return {"v": state.text}
    return {"not_asked": True} if isinstance(state, NotAsked) else {"m": state.reason}  # type: ignore[union-attr]  # no table holds another


def answer_from(told: Json) -> Answer:
    """An answer of JavaScript, without what it used: that is not told."""
    needs = tuple(Need(**need) for need in cast("Iterable[dict[str, str]]", told["needs"]))  # type: ignore[arg-type]  # as JavaScript names them
    kind = cast("Kind | None", told["kind"])
    return Answer(_value(told["value"], kind, needs), kind, needs)


def _value(
    value: object, kind: Kind | None, needs: tuple[Need, ...]
) -> bool | Fraction | NumberSpan | str | DateSpan | None:
    if isinstance(value, dict):
        low, high = value["low"], value["high"]
        if kind == "number":
            return NumberSpan(_fraction(low), _fraction(high), needs)
        return DateSpan(date.fromisoformat(low), date.fromisoformat(high), needs)
    if kind == "number":
        return _fraction(value)
    return cast("bool | str | None", value)


def _fraction(text: object) -> Fraction | None:
    return None if text is None else Fraction(cast("str", text))
