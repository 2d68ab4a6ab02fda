"""A page of values and a page of events for each participant: where every number of the report ends."""

from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import EVENT_WORDS, ORIGINATOR_WORDS, REASON_WORDS
from trialwright.analysis.page import Person, Report, anchor, definitions, frame, link, page_name
from trialwright.analysis.render import render_time
from trialwright.ledger.casebook import Entry, Record
from trialwright.ledger.events import (
    EligibilityDecided,
    FormSaved,
    QueryAnswered,
    QueryClosed,
    QueryOpened,
    RowRemoved,
    Sealed,
    ValueRedacted,
    ValuesDerived,
)
from trialwright.study.model import Item
from trialwright.values.datum import Datum, Missing, Value
from trialwright.values.stored import datum_from_json


def render_values_page(report: Report, person: Person) -> bytes:
    """All current values of a participant; each opens the event that put it there."""
    book = person.book
    title = report.text("Values of participant {code}", code=report.code(book.participant))
    site = report.study.sites.get(book.site)
    facts = definitions(
        (report.text("Participant"), report.code(book.participant)),
        (report.text("Site"), report.name(site.label) if site else book.site),
        (
            report.text("Arm"),
            arm_label(report, book.arm),
        ),
        (report.text("Last event"), event_link(report, book.participant, book.sequence)),
    )
    records = sorted(book.records.values(), key=lambda record: order_of(report, record))
    tables = (render_record(report, book.participant, record) for record in records if not record.is_removed)
    trail = link(report.text("Results"), "../index.html")
    return frame(report, title, "../", facts, *tables, trail=trail)


def arm_label(report: Report, arm: str | None) -> str:
    known = report.study.arms.get(arm or "")
    return report.name(known.label) if known else "–"


def order_of(report: Report, record: Record) -> tuple[int, str, int, str, int]:
    """The participant's own forms first, then visits and forms in the order of the definition."""
    study = report.study
    visits, forms = list(study.visits), list(study.forms)
    identity = record.visit.partition("#")[0]
    visit = visits.index(identity) + 1 if identity in visits else 0 if not identity else len(visits) + 1
    form = forms.index(record.form) if record.form in forms else len(forms)
    return visit, f"{len(record.visit):03}{record.visit}", form, record.form, record.repeat


def render_record(report: Report, participant: str, record: Record) -> Markup:
    form = report.study.forms.get(record.form)
    rows = tuple(
        render_entry(report, participant, record, form.items.get(item) if form else None, item, entry)
        for item, entry in in_order(record, tuple(form.items) if form else ())
    )
    head = (report.text("Item"), report.text("Value"), report.text("Event"))
    return table(head, rows, describe_record(report, record.visit, record.form, record.repeat))


def in_order(record: Record, items: tuple[str, ...]) -> tuple[tuple[str, Entry], ...]:
    """Entries in the order of the form; what an older version of the form had comes last."""
    known = tuple((item, record.items[item]) for item in items if item in record.items)
    return known + tuple(sorted((item, entry) for item, entry in record.items.items() if item not in items))


def render_entry(
    report: Report, participant: str, record: Record, item: Item | None, name: str, entry: Entry
) -> tuple[Child, ...]:
    label = report.name(item.label) if item else name
    shown = join(
        render_datum(report, item, entry.datum), " ", report.text("(derived)") if entry.is_derived else ""
    )
    place = anchor("v", record.visit, record.form, record.repeat, name)
    return element("span", label, id=place), shown, event_link(report, participant, entry.sequence)


def render_datum(report: Report, item: Item | None, datum: Datum | None) -> str:
    """A value as people read it: the code's label, the unit, the reason why it is missing."""
    if datum is None:
        return report.text("back to blank")
    if isinstance(datum, Missing):
        return report.text("missing: {reason}", reason=report.text(REASON_WORDS[datum.reason]))
    unit = f" {item.unit}" if item and item.unit else ""
    raw = f" ({datum.raw} {datum.unit or ''})".replace(" )", ")") if datum.raw is not None else ""
    return f"{label_of(report, item, datum)}{unit}{raw}"


def label_of(report: Report, item: Item | None, datum: Value) -> str:
    if item is None:
        return datum.text
    if item.type == "boolean":
        return report.text("yes") if datum.text == "true" else report.text("no")
    known = report.study.code_lists.get(item.code_list or "")
    codes = known.codes if known else ()
    found = next((code.label for code in codes if code.code == datum.text), None)
    if found is None or found == datum.text:
        return datum.text
    return report.name(found) if item.type == "code" else f"{datum.text} ({report.name(found)})"


def describe_record(report: Report, visit: str, form: str, repeat: int) -> str:
    """Such as "Week 16 · Score" or "Screening · Medication, row 2"."""
    known = report.study.forms.get(form)
    name = report.name(known.label) if known else form
    if repeat:
        name = report.text("{form}, row {row}", form=name, row=repeat)
    return f"{report.visit(visit)} · {name}" if visit else name


def event_link(report: Report, participant: str, sequence: int) -> Markup:
    """Opens an event, from any page in a folder of the report."""
    text = report.text("event {number}", number=sequence)
    return link(text, f"../events/{page_name(participant)}.html#{anchor('e', sequence)}", class_="event")


# ---------------------------------------------------------------- events


def render_events_page(report: Report, person: Person) -> bytes:
    """What happened to a participant's record, act by act, with who did it and its seal."""
    code = report.code(person.book.participant)
    title = report.text("Events of participant {code}", code=code)
    values = f"../participants/{page_name(person.book.participant)}.html"
    trail = join(
        link(report.text("Results"), "../index.html"),
        " · ",
        link(report.text("Values of participant {code}", code=code), values),
    )
    return frame(report, title, "../", *(render_event(report, event) for event in person.events), trail=trail)


def render_event(report: Report, event: Sealed) -> Markup:
    kind = type(event.body).__name__
    who = event.envelope
    role = report.study.roles.get(who.role)
    site = report.study.sites.get(who.site)
    facts = definitions(
        (report.text("What"), describe_body(report, event)),
        (report.text("Author"), element("strong", who.actor, class_="author")),
        (report.text("Role"), report.name(role.label) if role else who.role),
        (report.text("Organisation"), who.organisation),
        (report.text("Site"), report.name(site.label) if site else who.site),
        (report.text("Time"), render_time(who.server_utc)),
        (report.text("Date at the site"), who.site_date),
        (report.text("Time of the device"), who.device_time or ""),
        (report.text("Origin"), report.text(ORIGINATOR_WORDS[event.originator])),
        (report.text("Reason"), event.reason or ""),
        (report.text("Definition"), f"{who.form_version} · {who.definition_hash[:12]}"),
        (report.text("Seal"), element("code", event.seal)),
    )
    heading = element("h2", f"{event.sequence}. {report.text(EVENT_WORDS.get(kind, kind))}")
    return element(
        "article",
        heading,
        facts,
        render_set_values(report, event),
        id=anchor("e", event.sequence),
        class_="event",
    )


def describe_body(report: Report, event: Sealed) -> str:
    match event.body:
        case (
            FormSaved(visit, form, repeat)
            | ValuesDerived(visit, form, repeat)
            | RowRemoved(visit, form, repeat)
        ):
            return describe_record(report, visit, form, repeat)
        case EligibilityDecided(visit=visit, decision=decision):
            said = report.text("eligible") if decision == "eligible" else report.text("not eligible")
            return f"{report.visit(visit)} · {said}"
        case QueryOpened(visit=visit, form=form, repeat=repeat, item=item, check=check):
            return " · ".join(
                part for part in (describe_record(report, visit, form, repeat), item, check) if part
            )
        case QueryAnswered(query) | QueryClosed(query=query):
            return query
        case ValueRedacted(sequence, key):
            return f"{report.text('event {number}', number=sequence)} · {key}"
        case _:
            return ""


def render_set_values(report: Report, event: Sealed) -> Markup:
    """What the event set, item by item."""
    if not event.values:
        return Markup("")
    head = (report.text("Item"), report.text("Value"))
    rows = tuple(render_set_value(report, event, key, text) for key, text in sorted(event.values.items()))
    return table(head, rows, report.text("Values of this event"))


def render_set_value(report: Report, event: Sealed, key: str, text: str | None) -> tuple[Child, ...]:
    if text is None:
        return key, report.text("redacted")
    if not isinstance(event.body, FormSaved | ValuesDerived):
        return key, text
    form = report.study.forms.get(event.body.form)
    item = form.items.get(key) if form else None
    return report.name(item.label) if item else key, render_datum(report, item, datum_from_json(text))
