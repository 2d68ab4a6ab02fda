"""Well-typed random rules over a small vocabulary, and random data of it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import cast, get_args

from hypothesis import strategies as st
from tests.spec.fake_reader import Address, FakeReader
from tests.spec.spec_table import node_of

from trialwright.expr.reader import NotAsked, Side, State
from trialwright.expr.vocabulary import (
    Band,
    CodeInfo,
    CodeListInfo,
    FormInfo,
    ItemInfo,
    RecordKind,
    TermInfo,
    VisitInfo,
    Vocabulary,
)
from trialwright.values.datum import Datum, ItemType, Missing, MissingReason, Value

ITEMS: dict[str, tuple[RecordKind, dict[str, str]]] = {
    "case": (
        "visit",
        {"n": "integer", "d": "decimal", "s": "integer:grade", "b": "boolean", "c": "code:kind", "t": "date"}
        | {"p": "partial_date", "m": "datetime"},
    ),
    "person": ("participant", {"n": "integer", "b": "boolean", "p": "partial_date", "kit": "text"}),
    "log": (
        "many",
        {"n": "integer", "b": "boolean", "c": "code:kind", "start": "partial_date", "end": "partial_date"},
    ),
    "note": ("many_visit", {"n": "decimal", "b": "boolean"}),
    "visit": ("visit", {"date": "date", "day": "integer", "id": "text"}),
}
GATED = ("log",)
VISITS = ("SCR", "W0", "W2", "W4")
EVERY_VISIT = (*VISITS, "UNS#1", "UNS#2")
TERMS = {
    "first_dose": "min(case.t, where=b)",
    "here": "case.n + 1",
    "mine": "person.n * 2",
    "best": "at(W2, reduction(case.n)) > 0.5",
}
KITS = ("K1", "K2", "K3")
KINDS = ("truth", "number", "day")


def make_vocabulary() -> Vocabulary:
    forms = {}
    for form, (records, items) in ITEMS.items():
        infos = {}
        for item, text in items.items():
            kind, _, codes = text.partition(":")
            high = Fraction(6) if kind == "integer" and not codes and form != "visit" else None
            low = None if high is None else Fraction(-2)
            infos[item] = ItemInfo(form, item, item, cast("ItemType", kind), None, codes or None, low, high)
        collected = ("W0", "W2", "UNS") if form == "note" else ()
        forms[form] = FormInfo(form, form, records, infos, form in GATED, collected)
    grades = {"0": Fraction(0), "1": Fraction(1), "2": Fraction(5, 2)}
    lists = {
        "kind": CodeListInfo({"x": CodeInfo("x"), "y": CodeInfo("y"), "q": CodeInfo("q", is_unknown=True)}),
        "grade": CodeListInfo(
            {code: CodeInfo(code, number=number) for code, number in grades.items()}
            | {"9": CodeInfo("9", is_unknown=True)}
        ),
        "bands": CodeListInfo(
            {code: CodeInfo(code) for code in ("low", "mid", "top")},
            (
                Band(Fraction(0), True, "low"),
                Band(Fraction(2), False, "mid"),
                Band(Fraction(9, 2), True, "top"),
            ),
        ),
        "steps": CodeListInfo(
            {code: CodeInfo(code) for code in ("0", "1")},
            (Band(Fraction(0), False, "0"), Band(Fraction(3), True, "1")),
        ),
    }
    return Vocabulary(
        forms,
        {
            visit: VisitInfo(visit, visit, order, visit == "UNS")
            for order, visit in enumerate((*VISITS, "UNS"))
        },
        {term: TermInfo(term, term, node_of(rule)) for term, rule in TERMS.items()},
        lists,
        ("W0", "SCR"),
        "first_dose",
    )


# ---------------------------------------------------------------- data


def make_reader(vocabulary: Vocabulary, seed: int) -> FakeReader:
    """One participant, made up from a seed."""
    rng = random.Random(seed)
    dates = {
        visit: date(2026, 1, 1) + timedelta(rng.randrange(0, 90))
        for visit in EVERY_VISIT
        if rng.random() < 0.7
    }
    visits = tuple(sorted(dates, key=lambda visit: (dates[visit], EVERY_VISIT.index(visit))))
    records: dict[Address, dict[str, Datum | State]] = {}
    for visit in visits:
        is_held = rng.random() < 0.9
        datum = Value(dates[visit].isoformat()) if is_held else Missing("not_done")
        records["visit", visit, 0] = {"date": datum, "day": Value(str(rng.randrange(-9, 99)))}
        records["case", visit, 0] = _record(vocabulary.forms["case"], rng)
        for repeat in range(1, rng.randrange(1, 3)):
            records["note", visit, repeat] = _record(vocabulary.forms["note"], rng)
    records["person", "", 0] = _record(vocabulary.forms["person"], rng)
    for repeat in range(1, rng.randrange(1, 5)):
        records["log", "", repeat] = _record(vocabulary.forms["log"], rng)
    gates = {"log": rng.choice([True, True, False, None]), "note": rng.choice([False, None])}
    sides: tuple[Side, ...] = ("low", "high")
    limits = {("case", "d", side): Fraction(rng.randrange(9), 4) for side in sides if rng.random() < 0.7}
    expiries = {kit: rng.choice(["2026-02-10", "2026-03"]) for kit in KITS if rng.random() < 0.7}
    return FakeReader(vocabulary, records, visits, gates, limits, expiries)


def _record(form: FormInfo, rng: random.Random) -> dict[str, Datum | State]:
    """Most items have a value, some a reason, some were not asked, some nothing yet."""
    record: dict[str, Datum | State] = {}
    for item, info in form.items.items():
        chance = rng.random()
        if chance < 0.75:
            record[item] = Value(_text(info, rng))
        elif chance < 0.85:
            record[item] = Missing(rng.choice(cast("tuple[MissingReason, ...]", get_args(MissingReason))))
        elif chance < 0.9:
            record[item] = NotAsked()
    return record


def _text(info: ItemInfo, rng: random.Random) -> str:
    day = date(2026, 1, 1) + timedelta(rng.randrange(0, 90))
    choices: dict[str, Callable[[], str]] = {
        "integer": lambda: str(rng.randrange(-2, 7)),
        "decimal": lambda: rng.choice(["0", "0.5", "2.25", "-1", "4"]),
        "boolean": lambda: rng.choice(["true", "false"]),
        "date": day.isoformat,
        "partial_date": lambda: rng.choice([day.isoformat(), day.isoformat(), "2026-02", "2025", "2026"]),
        "datetime": lambda: f"{day}T{rng.randrange(10, 20)}:30+0{rng.randrange(9)}:00",
        "text": lambda: rng.choice([*KITS, "other"]),
    }
    if info.code_list == "kind":
        return rng.choice(["x", "y", "q"])
    if info.code_list == "grade":
        return rng.choice(["0", "1", "2", "9"])
    return choices[info.type]()


# ---------------------------------------------------------------- rules

SIGNS = ("<", "<=", "==", "!=", ">", ">=")


@dataclass(frozen=True)
class Rules:
    """Writes rules' texts. pick: draws one of several. has_visit, row: of what the rule is asked."""

    pick: Callable[[Sequence[str]], str]
    has_visit: bool
    row: str | None = None
    depth: int = 3

    def _deeper(self) -> "Rules":
        return replace(self, depth=self.depth - 1)

    def _moved(self) -> "Rules":
        return replace(
            self._deeper(), has_visit=True, row=None if self.row in ("case", "note", "visit") else self.row
        )

    def _in_row(self, form: str) -> "Rules":
        return replace(
            self._deeper(), has_visit=self.has_visit or ITEMS[form][0] in ("visit", "many_visit"), row=form
        )

    def _items(self, *kinds: str) -> list[str]:
        found = []
        for form, (records, items) in ITEMS.items():
            if records == "participant" or (records == "visit" and self.has_visit) or form == self.row:
                found += [f"{form}.{item}" for item, text in items.items() if text.partition(":")[0] in kinds]
        return found

    def _item(self) -> str:
        return self.pick(self._items("integer", "decimal", "boolean", "date", "partial_date", "code"))

    def of_kind(self, kind: str) -> str:
        return {"truth": self.truth, "number": self.number, "day": self.day}[kind]()

    def truth(self) -> str:
        if self.depth <= 0:
            return self.pick([*self._items("boolean"), "true", "false"])
        number, day, truth = self._deeper().number, self._deeper().day, self._deeper().truth
        return self._one_of(
            lambda: self.pick([*self._items("boolean"), "true", "false"]),
            lambda: f"({number()} {self.pick(SIGNS)} {number()})",
            lambda: f"({number()} {self.pick(SIGNS)} {number()})",
            lambda: f"({day()} {self.pick(SIGNS)} {day()})",
            lambda: f"({number()} < {number()} <= {number()})",
            lambda: f"({truth()} {self.pick(['and', 'or', '==', '!='])} {truth()})",
            lambda: f"(not {truth()})",
            lambda: f"({number()} in ({number()}, {number()}))",
            lambda: f"({day()} not in ({day()}, {day()}))",
            lambda: f"({truth()} if {truth()} else {truth()})",
            self._coded,
            self._of_rows,
            lambda: f"missing({self._item()})",
            lambda: f'missing({self._item()}, "refused")',
            lambda: f"known({number()})",
            lambda: f"missing({truth()})",
            lambda: self._elsewhere("truth"),
        )

    def _one_of(self, *makers: Callable[[], str]) -> str:
        return makers[int(self.pick([str(number) for number in range(len(makers))]))]()

    def _coded(self) -> str:
        codes, moments = self._items("code"), self._items("datetime")
        makers = [lambda: f'(band({self._deeper().number()}, "bands") == "mid")']
        if codes:
            makers.append(lambda: f'({self.pick(codes)} {self.pick(["==", "!="])} "x")')
            makers.append(lambda: f'({self.pick(codes)} in ("x", "q"))')
        if moments:
            makers.append(lambda: f'({self.pick(moments)} > "2026-02-01T12:30+02:00")')
            makers.append(lambda: f"({self.pick(moments)} <= at(W0, case.m))")
        return self._one_of(*makers)

    def _of_rows(self) -> str:
        form = self.pick(list(ITEMS))
        return f"{self.pick(['any', 'none', 'every'])}({form}, where={self._in_row(form).truth()})"

    def number(self) -> str:
        terms = ["mine"] + (["here"] if self.has_visit else [])
        leaves = [*self._items("integer", "decimal"), "0", "1", "2.5", "7", *terms]
        if self.depth <= 0:
            return self.pick(leaves)
        number, day, truth = self._deeper().number, self._deeper().day, self._deeper().truth
        makers = [
            lambda: self.pick(leaves),
            lambda: f"({number()} {self.pick(['+', '-', '*', '/'])} {number()})",
            lambda: f"(-{number()})",
            lambda: f"({number()} if {truth()} else {number()})",
            lambda: f"{self.pick(['days', 'months', 'years'])}({day()}, {day()})",
            lambda: (
                f'days(({self.pick(self._items("date", "partial_date"))} if {truth()} else "2026-02"), {day()})'
            ),
            lambda: f"{self.pick(['least', 'greatest'])}({number()}, {number()})",
            lambda: f"abs({number()})",
            lambda: f"round({number()}, {self.pick(['0', '1'])})",
            lambda: f"count_missing({self._item()}, {self._item()})",
            lambda: f"sum_known({self.pick(leaves)}, {self.pick(leaves)})",
            lambda: f'band({number()}, "steps")',
            self._over_rows,
            lambda: self._elsewhere("number"),
        ]
        if self.has_visit:
            makers.append(lambda: self.pick(["upper_limit(case.d)", "lower_limit(case.d)"]))
            makers.append(lambda: f"{self.pick(['change', 'relative_change', 'reduction'])}({number()})")
        return self._one_of(*makers)

    def _over_rows(self) -> str:
        name = self.pick(["case.n", "case.d", "case.s", "log.n", "note.n", "person.n", "visit.day"])
        form = name.partition(".")[0]
        row, log = self._in_row(form), self._in_row("log")
        function = self.pick(["sum", "min", "max", "mean"])
        return self._one_of(
            lambda: f"{function}({name}, where={row.truth()})",
            lambda: f"{function}({name}, where={row.truth()}, at_least=2)",
            lambda: f"count({form}, where={row.truth()})",
            lambda: f"days_covered(log.start, {log.day()}, where={log.truth()})",
        )

    def day(self) -> str:
        leaves = [*self._items("date", "partial_date"), "first_dose"]
        if self.depth <= 0:
            return self.pick(leaves)
        day, truth = self._deeper().day, self._deeper().truth
        return self._one_of(
            lambda: self.pick(leaves),
            lambda: f"{self.pick(['earliest', 'latest'])}({day()})",
            lambda: f"{self.pick(['least', 'greatest'])}({day()}, {day()})",
            lambda: f"({day()} if {truth()} else {day()})",
            lambda: f"{self.pick(['min', 'max'])}(log.start, where={self._in_row('log').truth()})",
            lambda: f"{self.pick(['min', 'max'])}(visit.date, where={self._in_row('visit').truth()})",
            lambda: "expiry(person.kit)",
            lambda: self._elsewhere("day"),
        )

    def _elsewhere(self, kind: str) -> str:
        word = self.pick(["baseline", "last", "at", *(["previous"] if self.has_visit else [])])
        inner = self._moved().of_kind(kind)
        return f"at({self.pick(VISITS)}, {inner})" if word == "at" else f"{word}({inner})"


@st.composite
def rules(draw: st.DrawFn, *, has_visit: bool, row: str | None = None, kinds: Sequence[str] = KINDS) -> str:
    """The text of a rule."""
    writer = Rules(lambda options: draw(st.sampled_from(options)), has_visit, row)
    return writer.of_kind(draw(st.sampled_from(kinds)))
