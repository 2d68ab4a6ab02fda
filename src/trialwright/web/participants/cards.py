"""The cards below a participant's matrix: scores over time, doses, and the first rows of the logs."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext

from trialwright.ledger.calendar import doses
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.doses import PlannedDose
from trialwright.schedule.visits import visit_of
from trialwright.study.model import Curve, Form, Study
from trialwright.values.datum import Value
from trialwright.web.forms.log import columns_of
from trialwright.web.forms.posted import Place as FormPlace
from trialwright.web.links import form_url, log_url
from trialwright.web.marks import FORMS, Mark, fine, warning
from trialwright.web.participants.curve import Drawing, Measured, draw_curve
from trialwright.web.participants.seen import Seen
from trialwright.web.show import show_date, show_datum, show_fraction

_LOG_COLUMNS: Final = 3
_LOG_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class CurveCard:
    title: str
    drawing: Drawing | None


@dataclass(frozen=True, slots=True)
class DoseLine:
    visit: str
    given: str
    mark: Mark | None
    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class LogRow:
    cells: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class LogCard:
    title: str
    heads: tuple[str, ...]
    rows: tuple[LogRow, ...]
    empty: str
    add_url: str


def form_of(study: Study, curve: Curve) -> Form:
    return study.forms[curve.item.partition(".")[0]]


def curve_card(seen: Seen, curve: Curve) -> CurveCard:
    form, _, item = curve.item.partition(".")
    study, reader = seen.study, seen.reader
    label = study.say(study.forms[form].items[item].label, seen.language)
    values = _measured(seen, form, item)
    lines = tuple((study.say(name, seen.language), part) for name, part in curve.lines)
    return CurveCard(label, draw_curve(label, values, baseline=_baseline(reader, values), lines=lines))


def _measured(seen: Seen, form: str, item: str) -> list[Measured]:
    found = []
    for key, held in seen.reader.held().items():
        record = seen.book.records.get((key, form, 0))
        entry = record.items.get(item) if record else None
        if held.day and entry and isinstance(entry.datum, Value):
            found.append(Measured(key, held.day, Fraction(entry.datum.text)))
    return sorted(found, key=lambda one: one.day)


def _baseline(reader: CasebookReader, values: list[Measured]) -> Fraction | None:
    """The last value of a baseline visit; none before the first dose."""
    if reader.first_dose is None:
        return None
    visits = reader.book.study.baseline_visits
    before = [one.value for one in values if one.visit in visits and one.day <= reader.first_dose]
    return before[-1] if before else None


_DOSE_WORDS: Final = {
    "due": lambda: FORMS["to_do"],
    "overdue": lambda: warning(gettext("Overdue")),
    "missed": lambda: FORMS["not_done"],
    "early": lambda: warning(gettext("early")),
    "late": lambda: warning(gettext("late")),
    "too_soon": lambda: warning(gettext("too soon")),
    "past_limit": lambda: warning(gettext("past the limit")),
    "on_time": lambda: fine(gettext("on time")),
}


def dose_lines(seen: Seen) -> tuple[DoseLine, ...]:
    return tuple(_dose_line(seen, dose) for dose in doses(seen.book, seen.today))


def _dose_line(seen: Seen, dose: PlannedDose) -> DoseLine:
    study, plan = seen.study, seen.study.doses
    assert plan is not None
    held = seen.reader.held().get(dose.visit)
    mark = _DOSE_WORDS[dose.state]() if dose.state in _DOSE_WORDS else None
    place = FormPlace(seen.book.participant, dose.visit, plan.form)
    return DoseLine(
        visit=dose.visit,
        given=_dose_day(dose),
        mark=mark,
        amount=f"{show_fraction(dose.amount)} {plan.unit}",
        url=form_url(study.id, place) if held and held.day else "",
    )


def _dose_day(dose: PlannedDose) -> str:
    if dose.given:
        return show_date(dose.given)
    # Translators: the day on which a dose is planned
    return gettext("planned {date}").format(date=show_date(dose.target)) if dose.target else ""


def log_card(seen: Seen, form: Form) -> LogCard:
    study, book, language = seen.study, seen.book, seen.language
    items = columns_of(study, form.id)[:_LOG_COLUMNS]
    rows = []
    for key in seen.reader.rows(form.id)[:_LOG_ROWS]:
        record = book.records[key.visit, form.id, key.repeat]
        cells = tuple(
            show_datum(study, item, entry.datum if (entry := record.items.get(item.id)) else None, language)
            for item in items
        )
        rows.append(
            LogRow(cells, form_url(study.id, FormPlace(book.participant, key.visit, form.id, key.repeat)))
        )
    held = [key for key in seen.reader.visit_keys() if (form.id, visit_of(key)) in study.activities]
    may_add = bool(held) and form.area in seen.writable
    return LogCard(
        title=study.say(form.label, language),
        heads=tuple(study.say(item.label, language) for item in items),
        rows=tuple(rows),
        empty=_empty(seen, form),
        add_url=log_url(study.id, book.participant, held[-1], form.id) if may_add else "",
    )


def _empty(seen: Seen, form: Form) -> str:
    if seen.reader.gate(form.id) is False:
        return gettext("None: the question was answered with no.")
    return gettext("None recorded.")
