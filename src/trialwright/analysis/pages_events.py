"""A page of events for each participant: where every number of the report ends, with who did it and its seal.

A participant has hundreds of events, so each is one line until a link opens it: the link of a value, its own, or
the one that opens them all. The opened one is the target of the address; no script is needed.
"""

from itertools import groupby

from trialwright.analysis.markup import Child, Markup, element, join, table
from trialwright.analysis.messages import (
    CLASS_WORDS,
    CRITERION_WORDS,
    EVENT_WORDS,
    KEY_WORDS,
    ORIGINATOR_WORDS,
    SET_WORDS,
)
from trialwright.analysis.page import Person, Report, anchor, contents, definitions, frame, link, page_name
from trialwright.analysis.pages_form_then import Changes, changes_of, render_form_then
from trialwright.analysis.pages_people import (
    arm_label,
    describe_record,
    event_link,
    items_in_order,
    read_value,
)
from trialwright.analysis.render import render_device_time, render_time
from trialwright.analysis.speaker import join_names
from trialwright.ledger.events import (
    REASON,
    UNREAD,
    DeviationClassed,
    DiaryEntered,
    EarlierScoresShown,
    EligibilityDecided,
    EntryLeftAside,
    EntryReleased,
    EntryResent,
    FormSaved,
    PhotoAdded,
    PhotoRemoved,
    QueryAnswered,
    QueryClosed,
    QueryOpened,
    RowRemoved,
    Sealed,
    SetDecided,
    ValueRedacted,
    ValuesDerived,
)
from trialwright.ledger.rights import PARTICIPANT
from trialwright.study.builtin import ask_of
from trialwright.values.stored import datum_from_json


def render_events_page(report: Report, person: Person) -> bytes:
    """What happened to a participant's record, act by act."""
    code = report.code(person.book.participant)
    title = report.text("Events of participant {code}", code=code)
    values = f"../participants/{page_name(person.book.participant)}.html"
    trail = join(
        link(report.text("Results"), "../index.html"),
        " · ",
        link(report.text("Values of participant {code}", code=code), values),
    )
    days = [tuple(events) for _, events in groupby(person.events, key=lambda one: one.envelope.site_date)]
    places = ((day_title(report, day), day_anchor(day)) for day in days)
    changes = changes_of(person)
    sections = (render_day(report, person, day, changes) for day in days)
    whole = element("div", render_openers(report), *sections, id="all", class_="acts")
    return frame(report, title, "../", contents(report, places), whole, trail=trail)


def render_openers(report: Report) -> Markup:
    """One event opens by its own link; these open and close all, which also prints them whole."""
    opens = link(report.text("Open all events"), "#all", class_="open")
    return element(
        "p", opens, link(report.text("Close all events"), "#content", class_="close"), class_="openers"
    )


def render_day(report: Report, person: Person, day: tuple[Sealed, ...], changes: Changes) -> Markup:
    """The events of one day at the site."""
    place = day_anchor(day)
    acts = (render_event(report, person, event, place, changes) for event in day)
    return element("section", element("h2", day_title(report, day), id=place), *acts)


def day_title(report: Report, day: tuple[Sealed, ...]) -> str:
    """The date, and the visits for which something was saved."""
    bodies = (event.body for event in day)
    visits = dict.fromkeys(body.visit for body in bodies if isinstance(body, FormSaved) and body.visit)
    names = join_names(report, (report.visit(visit) for visit in visits))
    date = day[0].envelope.site_date
    return f"{date} · {names}" if names else date


def day_anchor(day: tuple[Sealed, ...]) -> str:
    return anchor("d", day[0].sequence)


def render_event(report: Report, person: Person, event: Sealed, day: str, changes: Changes) -> Markup:
    """One line, and below it what opens. day: where the page goes when the event is closed again."""
    kind = type(event.body).__name__
    identity, role = anchor("e", event.sequence), role_label(report, event)
    name = f"{event.sequence}. {report.text(EVENT_WORDS.get(kind, kind))}"
    is_form = isinstance(event.body, FormSaved)
    values = render_form_then(report, person, event, changes) if is_form else render_set_values(report, event)
    close = element("p", link(report.text("Close"), f"#{day}"), class_="close")
    return element(
        "article",
        element("h3", link(name, f"#{identity}")),
        element("div", describe_body(report, person, event)),
        element("p", element("strong", report.author(event.envelope.actor), class_="author"), f" · {role}"),
        element("p", render_time(event.envelope.server_utc), class_="when"),
        element("div", render_facts(report, event), values, close, class_="more"),
        id=identity,
        class_="event",
    )


def role_label(report: Report, event: Sealed) -> str:
    if event.envelope.role == PARTICIPANT:
        return report.text("Participant")
    role = report.study.roles.get(event.envelope.role)
    return report.name(role.label) if role else event.envelope.role


def render_facts(report: Report, event: Sealed) -> Markup:
    who = event.envelope
    site = report.study.sites.get(who.site)
    author = report.author(who.actor)
    account = element("code", who.actor) if author != who.actor else ""
    return definitions(
        (report.text("Role"), role_label(report, event)),
        (report.text("Account"), account),
        (report.text("Organisation"), who.organisation),
        (report.text("Site"), report.name(site.label) if site else who.site),
        (report.text("Time"), render_time(who.server_utc)),
        (report.text("Date at the site"), who.site_date),
        (report.text("Time of the device"), render_device_time(device_time_of(event))),
        (report.text("Origin"), report.text(ORIGINATOR_WORDS[event.originator])),
        (report.text("Reason"), report.text("redacted") if event.is_reason_redacted else event.reason or ""),
        (report.text("Definition"), f"{who.form_version} · {who.definition_hash[:12]}"),
        (report.text("Seal"), element("code", event.seal)),
    )


def device_time_of(event: Sealed) -> str | None:
    """When it was entered; an entry of the diary may have been sent much later."""
    return event.body.entered if isinstance(event.body, DiaryEntered) else event.envelope.device_time


def describe_body(report: Report, person: Person, event: Sealed) -> Child:
    match event.body:
        case (
            FormSaved(visit, form, repeat)
            | ValuesDerived(visit, form, repeat)
            | RowRemoved(visit, form, repeat)
            | EarlierScoresShown(visit=visit, form=form, repeat=repeat)
            | DiaryEntered(visit=visit, form=form, repeat=repeat)
        ):
            return describe_record(report, person.book, (visit, form, repeat))
        case EntryReleased(entry) | EntryLeftAside(entry) | EntryResent(entry=entry):
            bodies = (one.body for one in person.events)
            given = (one for one in bodies if isinstance(one, DiaryEntered) and one.entry == entry)
            keys = ((one.visit, one.form, one.repeat) for one in given)
            return next((describe_record(report, person.book, key) for key in keys), entry)
        case PhotoAdded() as photo:
            return describe_photo(report, photo)
        case PhotoRemoved(name):
            bodies = (one.body for one in person.events)
            taken = (one for one in bodies if isinstance(one, PhotoAdded) and one.photo == name)
            return next((describe_photo(report, one) for one in taken), name)
        case EligibilityDecided() as decided:
            return describe_decision(report, decided)
        case DeviationClassed() as classed:
            return describe_class(report, person, classed)
        case SetDecided(population, is_in):
            return describe_set(report, population, is_in=is_in)
        case QueryOpened() as opened:
            return describe_query(report, person, opened)
        case QueryAnswered(query) | QueryClosed(query=query):
            bodies = (one.body for one in person.events)
            opening = (one for one in bodies if isinstance(one, QueryOpened) and one.query == query)
            return next((describe_query(report, person, one) for one in opening), query)
        case ValueRedacted(sequence, key):
            told = next((one for one in person.events if one.sequence == sequence), None)
            label = (
                report.text(KEY_WORDS.get(key, key)) if told is None else read_key(report, told, key, None)[0]
            )
            return join(event_link(report, person.book.participant, sequence), " · ", label)
        case _:
            return ""


def describe_photo(report: Report, photo: PhotoAdded) -> str:
    """Where it was taken, of what; the picture is no part of a report."""
    regions = report.study.photos.regions if report.study.photos is not None else ()
    region = next((report.name(one.label) for one in regions if one.id == photo.region), photo.region)
    return " · ".join((report.visit(photo.visit) if photo.visit else photo.day, region))


def describe_decision(report: Report, decided: EligibilityDecided) -> Markup:
    """The decision, and the criteria that stood against it."""
    said = report.text("eligible") if decided.decision == "eligible" else report.text("not eligible")
    lines = (
        f"{name} · {report.name(known.text) if known else ''} – {report.text(CRITERION_WORDS[status])}"
        for name, status in decided.criteria
        for known in (report.study.criteria.get(name),)
        if status != "met"
    )
    head = element("div", f"{report.visit(decided.visit)} · {said}")
    return join(head, *(element("div", line) for line in lines))


def describe_class(report: Report, person: Person, classed: DeviationClassed) -> str:
    """The record, what the check found in it, and what was decided."""
    key = (classed.visit, classed.form, classed.repeat)
    ask = ask_of(report.study, classed.check)
    asked = report.name(ask) if ask else classed.check
    parts = (describe_record(report, person.book, key), asked, report.text(CLASS_WORDS[classed.importance]))
    return " · ".join(parts)


def describe_set(report: Report, population: str, *, is_in: bool | None) -> str:
    known = report.study.populations.get(population)
    label = report.name(known.label) if known else population
    return f"{label} · {report.text(SET_WORDS[is_in])}"


def describe_query(report: Report, person: Person, query: QueryOpened) -> str:
    """What a query asks about; of an edit check its question, for a person's own words stand among the values."""
    item = read_value(report, query.form, query.item, None)[0] if query.item else ""
    ask = ask_of(report.study, query.check)
    asked = report.name(ask) if ask else query.check
    place = describe_record(report, person.book, (query.visit, query.form, query.repeat))
    return " · ".join(part for part in (place, item, asked) if part)


# ---------------------------------------------------------------- values


def render_set_values(report: Report, event: Sealed) -> Markup:
    """What the event set, item by item; its reason stands among the facts."""
    rows = tuple(render_set_value(report, event, key, text) for key, text in in_order(report, event))
    if not rows:
        return Markup("")
    head = (report.text("Item"), report.text("Value"))
    return table(head, rows, report.text("Values of this event"))


def in_order(report: Report, event: Sealed) -> tuple[tuple[str, str | None], ...]:
    values = {key: text for key, text in event.values.items() if key != REASON}
    form = event.body.form if isinstance(event.body, FormSaved | ValuesDerived | DiaryEntered) else ""
    return tuple((key, values[key]) for key in items_in_order(report, form, values))


def render_set_value(report: Report, event: Sealed, key: str, text: str | None) -> tuple[str, str]:
    label, said = read_key(report, event, key, text)
    return label, report.text("redacted") if text is None else said


def read_key(report: Report, event: Sealed, key: str, text: str | None) -> tuple[str, str]:
    """What a value of an event is called, and how it is read; nothing is said of a value that is not there."""
    body = event.body
    if isinstance(body, FormSaved | ValuesDerived | DiaryEntered) and key not in (REASON, UNREAD):
        return read_value(report, body.form, key, None if text is None else datum_from_json(text))
    if isinstance(body, QueryOpened) and key == "value" and body.item:
        return read_value(report, body.form, body.item, None if text is None else datum_from_json(text))
    label = report.text(KEY_WORDS[key]) if key in KEY_WORDS else key
    if text is None:
        return label, ""
    return label, arm_label(report, text) if key == "arm" else text
