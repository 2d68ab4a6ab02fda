"""Numbers computed once more from the events at the end of their trace, in plain Python.

The values are read from the tables of the log. Nothing of the program is used: neither its rules nor its tables nor its
statistics. The words of the protocol stand below, one line an endpoint.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import yaml
from scipy.stats import binomtest

Result = Mapping[str, object]  # a row of results.json
Pair = tuple[Fraction | None, Fraction]  # before the first dose, and at the visit

# What a response is, of the total or score before the first dose and at the visit.
RESPONSES: Mapping[str, tuple[str, Callable[[Fraction | None, Fraction], bool]]] = {
    "pasi_75": ("pasi.total", lambda before, now: bool(before) and 4 * now <= (before or 0)),
    "pasi_90": ("pasi.total", lambda before, now: bool(before) and 10 * now <= (before or 0)),
    "pasi_90_w16": ("pasi.total", lambda before, now: bool(before) and 10 * now <= (before or 0)),
    "pasi_100": ("pasi.total", lambda before, now: now == 0 and bool(before)),
    "pasi_100_w16": ("pasi.total", lambda before, now: now == 0 and bool(before)),
    "pasi_at_most_2": ("pasi.total", lambda _, now: now <= 2),
    "pga_0_1": ("pga.score", lambda _, now: now <= 1),
    "pga_0_1_w16": ("pga.score", lambda _, now: now <= 1),
    "dlqi_0_1": ("dlqi.total", lambda _, now: now <= 1),
}
OTHER_WORDS = ("primary.beside_1", "pga.beside_1")  # a response by other words than those above


@dataclass(frozen=True)
class Event:
    kind: str
    body: Mapping[str, object]
    values: Mapping[str, str | None]

    def number(self, form: str, item: str) -> Fraction | None:
        """The value of an item that this event set; None where it set none."""
        stored = self.values.get(item) if self.body.get("form") == form else None
        said = json.loads(stored).get("v") if stored else None
        return None if said is None else Fraction(Decimal(said))

    def text(self, form: str, item: str) -> str | None:
        stored = self.values.get(item) if self.body.get("form") == form else None
        return json.loads(stored).get("v") if stored else None


@dataclass(frozen=True)
class Log:
    events: Mapping[str, Event]  # "participant:sequence"
    heads: Mapping[str, str]  # participant -> "sequence seal"


def read_log(database: Path) -> Log:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    values: dict[tuple[str, int], dict[str, str | None]] = {}
    for stream, sequence, key, value in connection.execute(
        "SELECT stream, sequence, key, value FROM event_value"
    ):
        values.setdefault((stream, sequence), {})[key] = value
    events, heads = {}, {}
    query = "SELECT stream, sequence, content, seal FROM event ORDER BY stream, sequence"
    for stream, sequence, content, seal in connection.execute(query):
        kind, _, participant = stream.partition(":")
        if kind == "participant":
            told = json.loads(content)
            events[f"{participant}:{sequence}"] = Event(
                told["kind"], told["body"], values.get((stream, sequence), {})
            )
            heads[participant] = f"{sequence} {seal}"
    connection.close()
    return Log(events, heads)


@dataclass(frozen=True)
class Plan:
    """summaries: analyses of values by visit; items: parameter of an analysis dataset -> form.item."""

    summaries: frozenset[str]
    items: Mapping[str, str]


def read_plan(study: Path) -> Plan:
    """The files of the definition as they stand, without the program that reads them."""
    analyses = yaml.safe_load((study / "analysis.yaml").read_text("utf-8"))["analyses"]
    datasets = yaml.safe_load((study / "datasets.yaml").read_text("utf-8"))["datasets"]
    summaries = (
        name for name, one in analyses.items() if one.get("method") in ("by_visit", "summary_by_visit")
    )
    items = {
        name: parameter["item"]
        for one in datasets.values()
        for name, parameter in one.get("parameters", {}).items()
        if "item" in parameter
    }
    return Plan(frozenset(summaries), items)


@dataclass(frozen=True)
class Report:
    """results.json, the log that it names events of, and the plan: which analyses sum up values, and of which items."""

    results: Mapping[str, Result]
    contributions: Sequence[Result]
    log: Log
    plan: "Plan"

    def again(self, one: Result) -> object:
        """The number computed once more; NotImplemented where it is none of the descriptive ones below."""
        for road in (self.single, self.summary, self.counted, self.share, self.people):
            found = road(one)
            if found is not NotImplemented:
                return found
        return NotImplemented

    def events(self, names: Iterable[str]) -> list[Event]:
        return [self.log.events[name] for name in names]

    # ---------------------------------------------------------------- values

    def single(self, one: Result) -> object:
        """One participant's value: in one of its events it was set."""
        if one["statistic"] != "value" or not self.is_summary(one):
            return NotImplemented
        form, _, item = self.item(one).partition(".")
        found = [event.number(form, item) for event in self.events(listed(one, "events"))]
        (known,) = [number for number in found if number is not None]
        return known

    def summary(self, one: Result) -> object:
        """Of the values of the same parameter at the same visit. Quantiles: definition 2 of Hyndman & Fan 1996."""
        if one["statistic"] not in SUMMARIES or not self.is_summary(one):
            return NotImplemented
        same = ("analysis", "parameter", "visit", "group")
        values = [
            self.single(other)
            for other in self.results.values()
            if other["statistic"] == "value" and all(other.get(key) == one.get(key) for key in same)
        ]
        assert sorted(listed(one, "participants")) == sorted(
            listed(other, "participants")[0]
            for other in self.results.values()
            if other["statistic"] == "value" and all(other.get(key) == one.get(key) for key in same)
        )
        return float(SUMMARIES[str(one["statistic"])](sorted(values)))  # type: ignore[type-var]  # as JSON holds it

    def is_summary(self, one: Result) -> bool:
        """Whether it is of values of an item, as they were entered."""
        is_of_items = one.get("method") == "observed" and one["analysis"] in self.plan.summaries
        return is_of_items and bool(one.get("visit")) and "." in self.item(one)

    def item(self, one: Result) -> str:
        name = str(one.get("parameter"))
        return self.plan.items.get(name, name)

    # ---------------------------------------------------------------- responses

    def counted(self, one: Result) -> object:
        """How many count so; of what was observed the response is asked of the events once more."""
        if one.get("method") != "count" or one["statistic"] == "proportion":
            return NotImplemented
        mine = [row for row in self.contributions if row["estimate"] == one.get("estimate")]
        if not mine and (one["value"] != "0" or listed(one, "participants")):
            return NotImplemented
        statistic = str(one["statistic"])
        kind, _, why = statistic.partition(".")
        kinds = {"responders": ("event",), "n": ("event", "no_event"), "undecided": ("not_due",)}
        wanted = kinds.get(statistic, (kind,))
        found = [row for row in mine if row["kind"] in wanted and (not why or row["why"] == why)]
        for row in found:
            self.ask_again(one, row)
        assert sorted(str(row["participant"]) for row in found) == sorted(listed(one, "participants"))
        return len(found)

    def ask_again(self, one: Result, row: Result) -> None:
        """Whether somebody responded, by the values in the events that the row names."""
        known = RESPONSES.get(str(one["parameter"]))
        if known is None or row["why"] != "observed" or one["estimate"] in OTHER_WORDS:
            return
        (form, _, item), responds = known[0].partition("."), known[1]
        before, now = pair(self.events(listed(row, "events")), form, item)
        assert responds(before, now) == (row["kind"] == "event"), (one["id"], row)

    def share(self, one: Result) -> object:
        """Proportion, exact limits and exact test of the responders, by scipy, of counts that were made above."""
        if one["statistic"] not in ("proportion", "low", "high", "p_value") or one.get("method") not in EXACT:
            return NotImplemented
        parts = [
            self.results.get(f"{one.get('estimate')}:{name}") for name in ("responders", "n", "undecided")
        ]
        counts = [NotImplemented if part is None else self.counted(part) for part in parts]
        if NotImplemented in counts:
            return NotImplemented
        responders, n, undecided = counts
        if not n or undecided:
            return None
        if one["statistic"] == "p_value":
            against = {"primary": 0.5, "primary_against_60": 0.6}[str(one["analysis"])]
            return float(binomtest(responders, n, against, alternative="greater").pvalue)  # type: ignore[arg-type]  # as JSON holds it
        test = binomtest(responders, n)  # type: ignore[arg-type]  # as JSON holds it
        low, high = test.proportion_ci(float(str(one.get("level", 0.95))), method="exact")
        return float({"proportion": test.statistic, "low": low, "high": high}[str(one["statistic"])])

    # ---------------------------------------------------------------- people

    def people(self, one: Result) -> object:
        """Boxes of the flow: each participant has an event that says so. Populations: an event of each was read."""
        if one["analysis"] == "populations" and one["statistic"] == "n":
            return len({name.rpartition(":")[0] for name in listed(one, "events")})
        known = BOXES.get(str(one.get("parameter")).partition("-")[0])
        if one.get("method") != "flow" or known is None:
            return NotImplemented
        return len(
            {name.rpartition(":")[0] for name in listed(one, "events") if known(self.log.events[name])}
        )


EXACT = ("count", "clopper_pearson", "exact")
BOXES: Mapping[str, Callable[[Event], bool]] = {
    "screened": lambda event: event.kind == "ParticipantScreened",
    "eligible": lambda event: event.body.get("decision") == "eligible",
    "not_eligible": lambda event: event.body.get("decision") == "not_eligible",
    "enrolled": lambda event: event.kind == "ParticipantEnrolled",
    "dosed": lambda event: event.text("dose", "given") == "true",
    "set": lambda event: event.text("dose", "given") == "true",  # of the full set: dosed
    "stopped": lambda event: event.text("end_of_treatment", "early") == "true",
    "left_study": lambda event: event.text("end_of_study", "completed") == "false",
    "seen": lambda event: event.text("visit", "date") is not None,
}


def with_lists(rows: Iterable[Result], told: Mapping[str, Sequence[object]]) -> list[Result]:
    """Rows of results.json with their lists of participants and events in the place of the numbers of those."""
    people = [[], *told["people"]]
    sources = [[], *([name for text in one for name in apart(text)] for one in told["sources"])]  # type: ignore[attr-defined]  # as JSON holds it
    lists = (("participants", people), ("events", sources))
    return [
        {**row, **{name: found[int(str(row[name]))] for name, found in lists if name in row}} for row in rows
    ]


def apart(text: str) -> list[str]:
    """As in "p1:3,4", which are p1:3 and p1:4."""
    participant, _, numbers = text.rpartition(":")
    return [f"{participant}:{number}" for number in numbers.split(",")]


def listed(one: Result, name: str) -> list[str]:
    return [str(each) for each in one.get(name, ())]  # type: ignore[attr-defined]  # as JSON holds it


def pair(events: Sequence[Event], form: str, item: str) -> Pair:
    """The last value before the first dose, and the other one, which is the same at week 0 itself."""
    found = {
        str(event.body["visit"]): event.number(form, item)
        for event in events
        if event.number(form, item) is not None
    }
    before = found.get("W0", found.get("SCR"))
    after = [value for visit, value in found.items() if visit not in ("SCR", "W0")]
    assert len(after) <= 1
    now = after[0] if after else before
    assert now is not None
    return before, now


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Sorted values. Where share * n is whole, the mean of that value and the next; else the value above."""
    place = share * len(values)
    if place.denominator == 1:
        return (values[int(place) - 1] + values[int(place)]) / 2
    return values[int(place)]


SUMMARIES: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "n": lambda values: Fraction(len(values)),
    "median": lambda values: quantile(values, Fraction(1, 2)),
    "q1": lambda values: quantile(values, Fraction(1, 4)),
    "q3": lambda values: quantile(values, Fraction(3, 4)),
    "min": lambda values: values[0],
    "max": lambda values: values[-1],
}
