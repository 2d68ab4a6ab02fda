"""A form as it stood after it was saved: every question in its order, with the answer that stood there then."""

from collections.abc import Mapping
from dataclasses import replace

from trialwright.analysis.markup import Child, Markup, table
from trialwright.analysis.page import Person, Report
from trialwright.analysis.pages_people import event_link, items_in_order, read_value
from trialwright.ledger.casebook import RecordKey
from trialwright.ledger.events import REASON, FormSaved, Sealed, ValuesDerived
from trialwright.values.stored import datum_from_json

Changes = Mapping[RecordKey, tuple[Sealed, ...]]


def changes_of(person: Person) -> Changes:
    """The events that set values of each record, in their order."""
    found: dict[RecordKey, list[Sealed]] = {}
    for event in person.events:
        if isinstance(event.body, FormSaved | ValuesDerived):
            found.setdefault((event.body.visit, event.body.form, event.body.repeat), []).append(event)
    return {key: tuple(events) for key, events in found.items()}


def standing_after(changes: tuple[Sealed, ...], command: str, sequence: int) -> dict[str, Sealed]:
    """Item -> the event whose value stood there once an act was done, what was derived in it included."""
    found: dict[str, Sealed] = {}
    for event in changes:
        is_derived_in_it = isinstance(event.body, ValuesDerived) and event.envelope.command_id == command
        if event.sequence <= sequence or is_derived_in_it:
            found.update(dict.fromkeys((key for key in event.values if key != REASON), event))
    return found


def render_form_then(report: Report, person: Person, event: Sealed, changes: Changes) -> Markup:
    """In the words of the version under which it was entered; an answer from another event names that event."""
    body = event.body
    if not isinstance(body, FormSaved):
        return Markup("")
    version = report.versions.get(event.envelope.definition_hash)
    then = replace(report, study=version) if version else report
    record = (body.visit, body.form, body.repeat)
    found = standing_after(changes[record], event.envelope.command_id, event.sequence)
    form = then.study.forms.get(body.form)
    asked = form.items if form and not (form.gate and body.repeat == 0) else ()
    names = items_in_order(then, body.form, dict.fromkeys((*asked, *found)))
    rows = tuple(render_answer(then, person, event, name, found.get(name)) for name in names)
    head = (report.text("Item"), report.text("Value"), report.text("Since"))
    return table(head, rows, report.text("The form as it stood after this event")) if rows else Markup("")


def render_answer(
    report: Report, person: Person, event: Sealed, name: str, by: Sealed | None
) -> tuple[Child, ...]:
    body = event.body
    form = body.form if isinstance(body, FormSaved) else ""
    if by is None:
        return read_value(report, form, name, None)[0], "–", ""
    text = by.values[name]
    label, said = read_value(report, form, name, None if text is None else datum_from_json(text))
    since: Child = "" if by is event else event_link(report, person.book.participant, by.sequence)
    return label, report.text("redacted") if text is None else said, since
