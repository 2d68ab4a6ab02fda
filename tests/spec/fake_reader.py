"""A participant's data in memory, for tests of rules: a Reader built from plain tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from trialwright.expr.reader import Known, NotAsked, NotEntered, RowKey, Side, Source, State
from trialwright.expr.vocabulary import Vocabulary
from trialwright.values.datum import Datum, Value

Address = tuple[str, str, int]  # form, visit ("" for the participant's own), repeat


@dataclass(frozen=True)
class FakeReader:
    """records: (form, visit, repeat) -> item -> datum, or a state; what is not in it was not entered.

    visits: the visit keys in order. `visit.id` answers by itself. The sequence of a source is the place of
    its record in `records`, from 1.
    """

    vocabulary: Vocabulary
    records: Mapping[Address, Mapping[str, Datum | State]]
    visits: tuple[str, ...] = ()
    gates: Mapping[str, bool | None] = field(default_factory=dict)
    limits: Mapping[tuple[str, str, Side], Fraction] = field(default_factory=dict)
    expiries: Mapping[str, str] = field(default_factory=dict)

    def state(self, form: str, item: str, visit: str, repeat: int) -> State:
        address = (form, visit, repeat)
        sequence = list(self.records).index(address) + 1 if address in self.records else 0
        source = Source(visit, form, repeat, item, sequence)
        if (form, item) == ("visit", "id"):
            return Known(Value(visit.partition("#")[0]), source)
        found = self.records.get(address, {}).get(item, NotEntered())
        return found if isinstance(found, Known | NotEntered | NotAsked) else Known(found, source)

    def rows(self, form: str) -> Sequence[RowKey]:
        if form == "visit":
            return [RowKey(visit, 0) for visit in self.visits]
        keys = [(visit, repeat) for name, visit, repeat in self.records if name == form]
        order = {visit: number for number, visit in enumerate(self.visits)}
        keys.sort(key=lambda key: (order.get(key[0], -1), key[1]))
        return [RowKey(visit, repeat) for visit, repeat in keys]

    def gate(self, form: str) -> bool | None:
        return self.gates.get(form)

    def visit_keys(self) -> Sequence[str]:
        return self.visits

    def limit(self, form: str, item: str, side: Side) -> Fraction | None:
        return self.limits.get((form, item, side))

    def expiry(self, kit: str) -> str | None:
        return self.expiries.get(kit)
