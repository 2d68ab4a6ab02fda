"""A page of values for each participant: the record that a number of the report rests on, each value with its event."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import REASON_WORDS
from trialwright.analysis.page import Person, Report, anchor, contents, definitions, frame, link, page_name
from trialwright.ledger.casebook import Casebook, Entry, Record, RecordKey
from trialwright.ledger.diary_entries import first_told, occasion_words
from trialwright.study.model import Item
from trialwright.values.datum import Datum, Missing, Value
from trialwright.values.units import unit_words


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
    told = {key: int(moment.timestamp()) for key, moment in first_told(book.entries.values()).items()}
    records = sorted(book.records.values(), key=lambda record: order_of(report, record, told))
    standing = (record for record in records if not record.is_removed)
    visits = {visit: tuple(found) for visit, found in groupby(standing, key=lambda one: one.visit)}
    places = ((visit_of_records(report, visit), anchor("at", visit)) for visit in visits)
    sections = (render_visit(report, book.participant, visit, found) for visit, found in visits.items())
    trail = link(report.text("Results"), "../index.html")
    return frame(report, title, "../", facts, contents(report, places), *sections, trail=trail)


def visit_of_records(report: Report, visit: str) -> str:
    return report.visit(visit) if visit else report.text("Not bound to a visit")


def render_visit(report: Report, participant: str, visit: str, records: tuple[Record, ...]) -> Markup:
    """The records of a visit, or those of the participant, side by side where there is room."""
    tables = (render_record(report, participant, record) for record in records)
    heading = element("h2", visit_of_records(report, visit), id=anchor("at", visit))
    return element("section", heading, element("div", *tables, class_="columns"))


def arm_label(report: Report, arm: str | None) -> str:
    known = report.study.arms.get(arm or "")
    return report.name(known.label) if known else "–"


def order_of(
    report: Report, record: Record, told: Mapping[RecordKey, int]
) -> tuple[int, str, int, str, int, int]:
    """The participant's own forms first, then visits and forms in the order of the definition. told: when occasions of
    the diary were."""
    study = report.study
    visits, forms = list(study.visits), list(study.forms)
    identity = record.visit.partition("#")[0]
    visit = visits.index(identity) + 1 if identity in visits else 0 if not identity else len(visits) + 1
    form = forms.index(record.form) if record.form in forms else len(forms)
    at = told.get((record.visit, record.form, record.repeat), 0)
    return visit, f"{len(record.visit):03}{record.visit}", form, record.form, at, record.repeat


def render_record(report: Report, participant: str, record: Record) -> Markup:
    rows = tuple(
        render_entry(report, participant, record, item, entry) for item, entry in in_order(report, record)
    )
    head = (report.text("Item"), report.text("Value"), report.text("Event"))
    key = (record.visit, record.form, record.repeat)
    return table(head, rows, describe_record(report, report.people[participant].book, key))


def in_order(report: Report, record: Record) -> tuple[tuple[str, Entry], ...]:
    """Entries in the order of the form; what an older version of the form had comes last."""
    return tuple((item, record.items[item]) for item in items_in_order(report, record.form, record.items))


def items_in_order(report: Report, form: str, items: Iterable[str]) -> tuple[str, ...]:
    known = report.study.forms.get(form)
    places = {item: place for place, item in enumerate(known.items if known else ())}
    return tuple(sorted(items, key=lambda item: (places.get(item, len(places)), item)))


def render_entry(
    report: Report, participant: str, record: Record, name: str, entry: Entry
) -> tuple[Child, ...]:
    label, said = read_value(report, record.form, name, entry.datum)
    shown = join(said, " ", report.text("(derived)") if entry.is_derived else "")
    place = anchor("v", record.visit, record.form, record.repeat, name)
    return element("span", label, id=place), shown, event_link(report, participant, entry.sequence)


def read_value(report: Report, form: str, name: str, datum: Datum | None) -> tuple[str, str]:
    """The question and the answer of an item, or of the question that opens a list."""
    known = report.study.forms.get(form)
    item = known.items.get(name) if known else None
    if name == "gate" and item is None and isinstance(datum, Value):
        asked = report.name(known.gate) if known and known.gate else report.text("Is there anything to list?")
        return asked, report.text("yes") if datum.text == "true" else report.text("no")
    return report.name(item.label) if item else name, render_datum(report, item, datum)


def render_datum(report: Report, item: Item | None, datum: Datum | None) -> str:
    """A value as people read it: the code's label, the unit, the reason why it is missing."""
    if datum is None:
        return report.text("back to blank")
    if isinstance(datum, Missing):
        return report.text("missing: {reason}", reason=report.text(REASON_WORDS[datum.reason]))
    unit = f" {unit_words(report.name(item.unit))}" if item and item.unit else ""
    raw = f" ({datum.raw} {unit_words(datum.unit or '')})".replace(" )", ")") if datum.raw is not None else ""
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
    return report.name(found) if item.type == "code" else f"{datum.text} · {report.name(found)}"


def describe_record(report: Report, book: Casebook, key: RecordKey) -> str:
    """Such as "Week 16 · Score" or "Screening · Medication, row 2"."""
    visit, form, repeat = key
    known = report.study.forms.get(form)
    name = report.name(known.label) if known else form
    if known is not None and known.ask is not None:
        name = f"{name} · {occasion_words(book, key)}"
    elif repeat:
        name = report.text("{form}, row {row}", form=name, row=repeat)
    return f"{report.visit(visit)} · {name}" if visit else name


def event_link(report: Report, participant: str, sequence: int) -> Markup:
    """Opens an event, from any page in a folder of the report."""
    text = report.text("event {number}", number=sequence)
    return link(text, f"../events/{page_name(participant)}.html#{anchor('e', sequence)}", class_="event")
