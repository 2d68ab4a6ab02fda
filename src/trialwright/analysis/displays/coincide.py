"""Why estimates of an endpoint coincide with its headline where they do: told from how each participant counts in both."""

from collections.abc import Iterator, Mapping

from trialwright.analysis.ard import POPULATIONS, Contribution, Statistic, result_id
from trialwright.analysis.displays.estimates import Parts, headlines_of
from trialwright.analysis.displays.told import Told
from trialwright.analysis.messages import HANDLING_WORDS
from trialwright.analysis.speaker import join_names, join_texts
from trialwright.analysis.wording import population_of
from trialwright.study.model import Analysis

AGAINST = "against"


def coinciding_notes(
    told: Told, headline: Analysis, found: Parts, labels: Mapping[str, str]
) -> tuple[str, ...]:
    """Of each arm's headline the estimates with the same count, gathered by the reason."""
    return tuple(
        told.text("The same as “{label}”: {reasons}.", label=labels[key], reasons=join_texts(told, lines))
        for key in headlines_of(told, headline)
        if key in found
        for lines in (tuple(lines_of(told, key, found, labels)),)
        if lines
    )


def lines_of(told: Told, key: str, found: Parts, labels: Mapping[str, str]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for other, parts in found.items():
        if other != key and is_same(found[key], parts):
            by_reason.setdefault(reason_of(told, found[key], parts), []).append(labels[other])
    for reason, names in by_reason.items():
        named = join_names(told, (f"“{one}”" for one in names))
        yield told.text("{names} – {reason}", names=named, reason=reason)


def is_same(one: Mapping[str, Statistic], other: Mapping[str, Statistic]) -> bool:
    """Of one arm, with as many responders of as many."""
    if not {"responders", "n"} <= one.keys() & other.keys() or one["n"].group != other["n"].group:
        return False
    return all(one[name].value == other[name].value for name in ("responders", "n"))


def reason_of(told: Told, one: Mapping[str, Statistic], other: Mapping[str, Statistic]) -> str:
    """one: the headline's parts."""
    counted, again = (
        {who.participant: who for who in told.counted((parts["n"].estimate,))} for parts in (one, other)
    )
    is_missing = any(each.why == "missing" for each in counted.values())
    if not again:  # a bound: each of those missing is counted, and nobody decided otherwise
        return told.text("those missing count in the same way" if is_missing else "nobody is missing")
    if moved := sum(kind_of(counted, who) != kind_of(again, who) for who in counted.keys() | again.keys()):
        return told.text("by chance: {n} participants count otherwise", n=moved)
    if set_reason := same_set(told, one["n"].analysis, other["n"].analysis):
        return set_reason
    variant = other["n"].variant
    if variant in HANDLING_WORDS.values():
        return told.text("those missing count in the same way" if is_missing else "nobody is missing")
    if variant:
        return told.text("nobody’s outcome is another by it")
    if told.study.analyses[other["n"].analysis].options.get(AGAINST):
        return told.text("only the reference of the test is another")
    return told.text("the estimate is the same one")


def kind_of(counted: Mapping[str, Contribution], who: str) -> str:
    return counted[who].kind if who in counted else ""


def same_set(told: Told, one: str, other: str) -> str:
    """Of two populations that the same participants are in; "" of one."""
    names = [population_of(told.study, told.study.analyses[each]) for each in (one, other)]
    if names[0] == names[1]:
        return ""
    outer, inner = (told.dataset.by_id[result_id("n", POPULATIONS, name)] for name in names)
    if set(outer.participants) != set(inner.participants):
        return ""  # the same in this arm alone
    labels = [told.name(told.study.populations[name].label) for name in names]
    return told.text(
        "“{inner}” (n = {n}) has the same participants as “{outer}”",
        inner=labels[1],
        outer=labels[0],
        n=inner.value,
    )
