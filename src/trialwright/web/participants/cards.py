"""The cards below a participant's matrix: scores over time, doses, and the first rows of the logs."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext, ngettext

from trialwright.ledger.calendar import doses
from trialwright.ledger.reader import CasebookReader
from trialwright.schedule.doses import PlannedDose
from trialwright.schedule.visits import visit_of
from trialwright.study.builtin import DOSE_AMOUNT
from trialwright.study.model import Curve, DosePlan, Form, Study
from trialwright.values.datum import Datum, Value
from trialwright.web.forms.log import columns_of
from trialwright.web.forms.posted import Place as FormPlace
from trialwright.web.links import form_url, log_url
from trialwright.web.marks import FORMS, Mark, fine, warning
from trialwright.web.participants.curve import Drawing, Measured, draw_curve
from trialwright.web.participants.order import short_key
from trialwright.web.participants.seen import Seen
from trialwright.web.queries.alerts import alert_url_of
from trialwright.web.show import show_date, show_datum, show_fraction

_LOG_COLUMNS: Final = 3
_LOG_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class CurveCard:
    title: str
    drawing: Drawing | None


@dataclass(frozen=True, slots=True)
class DoseLine:
    """given: the day, or the one planned; amount: what was given, "" where the form does not say; marks: what does not
    agree with the plan."""

    visit: str
    given: str
    mark: Mark | None
    amount: str
    planned: str
    marks: tuple[Mark, ...]
    url: str


@dataclass(frozen=True, slots=True)
class LogRow:
    cells: tuple[str, ...]
    url: str
    alert_url: str


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
    values = measured(reader, form, item, seen.language)
    lines = tuple((study.say(name, seen.language), part) for name, part in curve.lines)
    return CurveCard(label, draw_curve(label, values, baseline=_baseline(reader, values), lines=lines))


def measured(reader: CasebookReader, form: str, item: str, language: str) -> list[Measured]:
    """The values of a score at the visits that were held, in the order of their days."""
    found = []
    for key, held in reader.held().items():
        record = reader.book.records.get((key, form, 0))
        entry = record.items.get(item) if record else None
        if held.day and entry and isinstance(entry.datum, Value):
            label = short_key(reader.book.study, visit_of(key), key, language)
            found.append(Measured(label, held.day, Fraction(entry.datum.text), key))
    return sorted(found, key=lambda one: one.day)


def _baseline(reader: CasebookReader, values: list[Measured]) -> Fraction | None:
    """The last value of a baseline visit; none before the first dose."""
    if reader.first_dose is None:
        return None
    visits = reader.book.study.baseline_visits
    before = [one.value for one in values if one.key in visits and one.day <= reader.first_dose]
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
        amount=_amount_given(seen, plan, dose),
        planned=f"{show_fraction(dose.amount)} {plan.unit}",
        marks=_deviations(seen, plan, dose),
        url=form_url(study.id, place) if held and held.day else "",
    )


def _amount(seen: Seen, plan: DosePlan, dose: PlannedDose) -> Datum | None:
    record = seen.book.records.get((dose.visit, plan.form, 0))
    entry = record.items.get(DOSE_AMOUNT) if record else None
    return entry.datum if entry else None


def _amount_given(seen: Seen, plan: DosePlan, dose: PlannedDose) -> str:
    item, datum = seen.study.forms[plan.form].items.get(DOSE_AMOUNT), _amount(seen, plan, dose)
    return show_datum(seen.study, item, datum, seen.language) if item and datum else ""


def _deviations(seen: Seen, plan: DosePlan, dose: PlannedDose) -> tuple[Mark, ...]:
    """Another amount than the planned one, and how many deviations the checks of the form found."""
    datum = _amount(seen, plan, dose)
    marks: tuple[Mark, ...] = ()
    if isinstance(datum, Value) and Fraction(datum.text) != dose.amount:
        marks = (warning(gettext("not as planned")),)
    count = sum(
        query.level == "deviation" and not query.by_change
        for query in seen.book.queries.values()
        if (query.visit, query.form) == (dose.visit, plan.form)
    )
    if not count:
        return marks
    words = ngettext("{count} deviation", "{count} deviations", count).format(count=count)
    return (*marks, Mark("triangle", "warn", words))


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
            LogRow(
                cells,
                form_url(study.id, FormPlace(book.participant, key.visit, form.id, key.repeat)),
                alert_url_of(book, key.visit, form.id, key.repeat),
            )
        )
    held = [key for key in seen.reader.visit_keys() if (form.id, visit_of(key)) in study.activities]
    may_add = bool(held) and form.id in seen.enters
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
