"""The weekly scores of a diary: each rule is asked of the participant with the entries of one study week alone, and
with nothing that the site entered, for not everybody who sees the scores may see that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from trialwright.expr.reader import Known, Place, Source
from trialwright.expr.record import evaluate
from trialwright.ledger.casebook import Casebook, DiaryEntry, RecordKey
from trialwright.ledger.diary_entries import standing_entries
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.diary import study_week
from trialwright.study.model import DiaryScore
from trialwright.values.datum import Value


@dataclass(frozen=True, slots=True)
class Score:
    """value: None where the week does not give it. read: the numbers of the diary that the rule looked at, by day."""

    value: Fraction | None
    read: tuple[tuple[date, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """One study week: its number, its first day, and the scores by id."""

    number: int
    first: date
    scores: Mapping[str, Score]


def weekly_scores(book: Casebook) -> tuple[Week, ...]:
    """From the first week that has an entry to the last; none before the first dose is known, for it gives the weeks.

    A score that the week does not give (too few entries) is there, without a value.
    """
    first_dose = CasebookReader(book).first_dose
    days = diary_days(book)
    if first_dose is None or not days or book.study.diary is None:
        return ()
    weeks = {key: study_week(day, first_dose) for key, day in days.items()}
    dated = {entry.key for entry in book.entries.values() if is_dated(book, entry)}
    counted = [number for key, number in weeks.items() if key in dated]
    if not counted:
        return ()
    numbers = range(min(counted), max(counted) + 1)
    return tuple(_week(book, number, first_dose, weeks, days) for number in numbers)


def is_dated(book: Casebook, entry: DiaryEntry) -> bool:
    """Whether the day of the entry can be trusted to be one of the diary's: a phone whose clock is years off must not
    make a table of years. It answers an occasion of the calendar, or was told whenever by a clock that was right."""
    form = book.study.forms.get(entry.form)
    is_planned = form is not None and form.ask is not None and form.ask.kind != "whenever"
    return "no_occasion" not in entry.flags and (is_planned or "clock" not in entry.flags)


def diary_days(book: Casebook) -> dict[RecordKey, date]:
    """The day that each record of the diary is about: that of its standing entry, for the correction of a report may
    name another."""
    standing = standing_entries(book)
    return {key: date.fromisoformat(one.day) for key, one in standing.items() if key in book.records}


def _week(
    book: Casebook,
    number: int,
    first_dose: date,
    weeks: Mapping[RecordKey, int],
    days: Mapping[RecordKey, date],
) -> Week:
    records = {key: book.records[key] for key, week in weeks.items() if week == number}
    reader = CasebookReader(replace(book, records=records))
    assert book.study.diary is not None
    scores = {one.id: _score(reader, one, days) for one in book.study.diary.scores}
    return Week(number, first_dose + timedelta(days=7 * (number - 1)), scores)


def _score(reader: CasebookReader, score: DiaryScore, days: Mapping[RecordKey, date]) -> Score:
    answer = evaluate(score.rule.node, reader, Place())
    read = (_number(reader, source, days) for source in answer.used)
    return Score(
        answer.value if isinstance(answer.value, Fraction) else None,
        tuple(sorted(one for one in read if one is not None)),
    )


def _number(
    reader: CasebookReader, source: Source, days: Mapping[RecordKey, date]
) -> tuple[date, Fraction] | None:
    day = days[source.visit, source.form, source.repeat]
    if reader.book.study.forms[source.form].items[source.item].type not in ("integer", "decimal"):
        return None
    state = reader.state(source.form, source.item, source.visit, source.repeat)
    datum = state.datum if isinstance(state, Known) else None
    return (day, Fraction(datum.text)) if isinstance(datum, Value) else None
