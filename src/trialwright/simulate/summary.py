"""What a rehearsal tells at its end, as plain tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.simulate.tally import Tally
from trialwright.study.builtin import BUILT_IN_ASKS
from trialwright.study.model import Study

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def counted(title: str, head: str, counts: Mapping[str, int], labels: Mapping[str, str]) -> Table:
    rows = tuple((f"{key} {labels.get(key, '')}".strip(), count) for key, count in sorted(counts.items()))
    return Table(title, (head, "count"), rows)


def summary(study: Study, tally: Tally) -> tuple[Table, ...]:
    """Course of the trial, screening failures, queries by check, which checks caught which mistakes, and the diaries."""
    texts = {key: criterion.text for key, criterion in study.criteria.items()}
    asks = {**BUILT_IN_ASKS, **{check.id: check.ask for check in study.checks_about()}}
    mistakes = tuple(
        (name, count.made, count.expected, count.other, count.refused, count.never, count.corrected)
        for name, count in sorted(tally.mistakes.items())
    )
    kept = tuple(
        (kind, one.people, one.asked, one.answered, percent(one.answered, one.asked))
        for kind, one in sorted(tally.diary.kinds.items())
    )
    return (
        counted("Course of the trial", "what", tally.counts, {}),
        counted("Not eligible, by criterion", "criterion", tally.failures, texts),
        counted("Ended early", "reason", tally.dropouts, {}),
        counted("Queries, by edit check", "edit check", tally.queries, asks),
        counted("Queries without a mistake behind them", "edit check", tally.false_alarms, asks),
        Table(
            "Mistakes made on purpose",
            (
                "mistake",
                "made",
                "caught by its check",
                "by another",
                "save refused",
                "never caught",
                "corrected",
            ),
            mistakes,
        ),
        counted("Diaries", "what", tally.diary.counts, {}),
        Table("Adherence to the diary", ("kept by", "people", "asked", "answered", "%"), kept),
    )


def percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def findings(tally: Tally) -> tuple[str, ...]:
    """What should not have happened: refused saves without a mistake, and participants that fell out otherwise."""
    refused = tuple(f"{where}: {found.text}" for where, found in tally.refusals)
    return refused + tuple(tally.unexpected)
