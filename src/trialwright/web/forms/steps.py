"""Where a save leads: the same form, the next one of the visit, or back."""

from dataclasses import dataclass

from trialwright.ledger.casebook import Casebook
from trialwright.ledger.criteria import deciding_visits
from trialwright.ledger.reader import CasebookReader
from trialwright.study.builtin import ELIGIBILITY_FORM
from trialwright.study.model import Form
from trialwright.web.forms.layout import layout_of
from trialwright.web.forms.opened import Opened
from trialwright.web.forms.page import back_of
from trialwright.web.forms.posted import Place
from trialwright.web.forms.state import form_state, forms_at, is_log
from trialwright.web.links import eligibility_url, form_url, log_url, visit_url

OPEN = ("planned", "to_do", "in_progress")


@dataclass(frozen=True, slots=True)
class NextForm:
    label: str = ""
    url: str = ""
    is_begun: bool = False


def next_form(opened: Opened, book: Casebook | None = None) -> NextForm:
    """The next form of the visit, in its order, that is not complete and that the person may enter; nothing where
    there is none."""
    if not opened.seen_at or opened.place.repeat:
        return NextForm()
    reader = CasebookReader(book) if book else opened.reader
    study = reader.book.study
    forms = forms_at(study, opened.seen_at)
    here = next((place for place, form in enumerate(forms) if form.id == opened.form.id), -1)
    for form in (*forms[here + 1 :], *forms[:here]):
        state = form_state(reader, form, opened.seen_at)
        if form.id in opened.enters and state in OPEN:
            url = entry_url(reader.book, form, opened.seen_at)
            return NextForm(study.say(form.label, opened.language), url, state == "in_progress")
    return NextForm()


def entry_url(book: Casebook, form: Form, visit: str) -> str:
    """The page at which a form is entered, seen from a visit."""
    study, participant = book.study, book.participant
    if is_log(form):
        return log_url(study.id, participant, visit, form.id)
    if form.id == ELIGIBILITY_FORM and visit in deciding_visits(study):
        return eligibility_url(study.id, participant, visit)
    key = "" if form.records == "participant" else visit
    at = f"?at={visit.replace('#', '.')}" if key != visit else ""
    return form_url(study.id, Place(participant, key, form.id)) + at


def step_url(opened: Opened, book: Casebook, then: str) -> str:
    """The address that a save answers with."""
    study, place = book.study, opened.place
    at = f"?at={opened.seen_at.replace('#', '.')}" if opened.seen_at and not place.visit else ""
    if then == "stay":
        return form_url(study.id, place) + at
    if then == "next":
        found = next_form(opened, book)
        return found.url or visit_url(study.id, place.participant, opened.seen_at)
    return back_of(opened, layout_of(study, opened.form.id, opened.language))[0]
