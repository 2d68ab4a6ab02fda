"""The end of a participant's time in the study: nobody is awaited after it, and what did not take place will not."""

from django.utils.translation import gettext

from trialwright.expr.reader import Known, Place
from trialwright.expr.record import evaluate
from trialwright.ledger.reader import CasebookReader
from trialwright.ledger.status import status_of
from trialwright.schedule.visits import PlannedVisit
from trialwright.values.datum import Value
from trialwright.web.calendar import OVER
from trialwright.web.show import show_iso

_DATES = ("date", "partial_date")


def ending_of(reader: CasebookReader) -> str:
    """ "ended on 3 May 2026", "screening failed"; "" while the participant is in the study."""
    status = status_of(reader.book)
    if status not in OVER:
        return ""
    if status == "screen_failed":
        return gettext("screening failed")
    day = end_day(reader)
    return gettext("ended on {date}").format(date=day) if day else gettext("ended")


def end_day(reader: CasebookReader) -> str:
    """The day that the study's own rule for the end goes by; "" where that rule reads no date."""
    study = reader.book.study
    rule = study.lifecycle.ended
    used = evaluate(rule.node, reader, Place()).used if rule is not None else ()
    for source in used:
        form = study.forms.get(source.form)
        if form is None or source.item not in form.items or form.items[source.item].type not in _DATES:
            continue
        state = reader.state(source.form, source.item, source.visit, source.repeat)
        if isinstance(state, Known) and isinstance(state.datum, Value):
            return show_iso(state.datum.text)
    return ""


def is_missed(visit: PlannedVisit, ending: str) -> bool:
    """Whether the visit will not take place any more, and nobody gave a reason at the visit itself."""
    return bool(ending) and visit.held is None and visit.state != "not_held"
