"""What must hold when everything has come to rest, whatever went wrong before."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.phones.converge import known_of, second_server
from tests.phones.world import Arrival, World
from tests.store.small import STUDY

from trialwright.ledger.apply import replay
from trialwright.ledger.casebook import Casebook, DiaryEntry
from trialwright.ledger.decide_diary import KEPT_ASIDE
from trialwright.ledger.diary_calendar import CLOCK_OFF_SECONDS
from trialwright.ledger.diary_entries import groups_at, holes
from trialwright.ledger.events import REASON, DiaryEntered, Sealed
from trialwright.study.builtin import BEFORE_ASKED, TWO_ENTRIES
from trialwright.values.datum import Missing

VERSIONS_BACK = 3


@dataclass(frozen=True, slots=True)
class Known:
    """log: of the participant; book: as the server gives it."""

    world: World
    log: tuple[Sealed, ...]
    book: Casebook

    @property
    def entered(self) -> dict[str, DiaryEntered]:
        return {event.body.entry: event.body for event in self.log if isinstance(event.body, DiaryEntered)}


def judge(world: World) -> Iterator[str]:
    from trialwright.store.casebooks import load
    from trialwright.store.streams import PARTICIPANT, read_events

    known = Known(
        world,
        read_events(STUDY, PARTICIPANT + world.participant),
        load(STUDY, world.participant),
    )
    yield from (f"on a phone: {one}" for one in world.notes.errors if "the phone is full" not in one)
    yield from nothing_lost(known)
    yield from nothing_doubled(known)
    yield from as_it_was_said(known)
    yield from at_rest(known)
    yield from numbers_without_holes(known)
    yield from holes_explained(known)
    yield from kept_aside(known)
    yield from corrections_belong(known)
    yield from two_entries_asked_about(known)
    yield from days_to_come(known)
    yield from replicas_agree(known)


def nothing_lost(known: Known) -> Iterator[str]:
    """What a phone was told is stored, is; what lay on a phone arrived, unless the phone itself was lost."""
    notes = known.world.notes
    entered = known.entered
    for name, state in notes.results.items():
        if name not in entered:
            yield f"entry {name} was told to be {state}, and is not in the log"
    for name in notes.kept.keys() | (notes.confirmed - notes.unkept):
        why = notes.lost.get(name, "")
        if name not in entered and why not in ("wiped", "revoked", "damaged"):
            yield f"entry {name} was on a phone and never came: {why or 'it is not there any more'}"
        if why == "went without a result":
            yield f"entry {name} {why}"
    for name in notes.confirmed - notes.kept.keys() - notes.unkept:
        yield f"entry {name} was confirmed to the participant and was on no phone"


def nothing_doubled(known: Known) -> Iterator[str]:
    ids = Counter(event.body.entry for event in known.log if isinstance(event.body, DiaryEntered))
    yield from (f"entry {name} is in the log {count} times" for name, count in ids.items() if count > 1)
    places = Counter((one.device, one.number) for one in known.entered.values())
    yield from (f"two entries have number {place}" for place, count in places.items() if count > 1)
    yield from (
        f"entry {name} is in the log, and nobody sent it"
        for name in ids.keys() - known.world.notes.pressed.keys()
    )


def as_it_was_said(known: Known) -> Iterator[str]:
    """Answers, times and reasons are those of the phone; what is off about its clock is told and not mended."""
    for event in known.log:
        body = event.body
        if not isinstance(body, DiaryEntered) or body.entry not in known.world.notes.content:
            continue
        said = known.world.notes.content[body.entry]
        entry = known.book.entries[body.entry]
        told = _told(entry)
        if told != said["items"]:
            yield f"entry {body.entry} says {told}, the phone said {said['items']}"
        place = (body.form, body.visit, body.day, body.root, body.corrects, body.definition)
        if place != tuple(said[name] for name in ("form", "visit", "day", "root", "corrects", "definition")):
            yield f"entry {body.entry} belongs to {place}, on the phone to another: {said}"
        if event.values.get(REASON) != said["reason"]:
            yield f"entry {body.entry} lost its reason: {event.values.get(REASON)!r}"
        if datetime.fromisoformat(body.entered) != datetime.fromisoformat(str(said["entered"])):
            yield f"entry {body.entry} was entered {said['entered']}, the log says {body.entered}"
        if abs(body.clock_off_seconds) > CLOCK_OFF_SECONDS and "clock" not in body.flags:
            yield f"entry {body.entry} came from a clock {body.clock_off_seconds} s off, without a flag"


def _told(entry: DiaryEntry) -> dict[str, dict[str, str]]:
    """Of a version that is too old nothing is read; it is kept as it came."""
    items = {
        item: {"m": str(datum.reason)} if isinstance(datum, Missing) else {"v": datum.text}
        for item, datum in entry.items.items()
    }
    raw: dict[str, str] = json.loads(entry.unread) if entry.unread else {}
    return items | {
        item: {"m": text[1:]} if text.startswith("!") else {"v": text} for item, text in raw.items()
    }


def at_rest(known: Known) -> Iterator[str]:
    """Nothing waits on any phone; drafts of what was sent are gone; a phone that was taken away knows nothing."""
    world = known.world
    for phone in world.phones.values():
        waiting = [name for name in phone.outbox if world.notes.lost.get(name) != "damaged"]
        if waiting and not phone.is_revoked:
            yield f"{phone.name} still has {len(waiting)} entries to send"
        if phone.is_revoked and not phone.is_empty:
            yield f"{phone.name} was revoked and still keeps what it had"
        if phone.is_empty and phone.device and not phone.is_revoked:
            yield f"{phone.name} forgot everything, and nobody told it to"
        unsent = {
            draft for (_, draft), entry in world.notes.typed.items() if entry not in known.entered
        }  # in some tab
        left = set(phone.drafts) - unsent
        if left:
            yield f"{phone.name} still has drafts of what was sent: {sorted(left)}"
        counts = {count for tab, (_, count) in phone.running.items() if count is not None and tab == "page"}
        if counts - {len(phone.outbox)} and not phone.is_revoked:
            yield f"{phone.name} shows {counts} entries to send and has {len(phone.outbox)}"


def numbers_without_holes(known: Known) -> Iterator[str]:
    """A phone gives 1, 2, 3 ...; none twice."""
    given: dict[str, list[int]] = {}
    for places in known.world.notes.kept.values():
        for device, number in places:
            given.setdefault(device, []).append(number)
    for device, numbers in given.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"phone {device} gave the numbers {sorted(numbers)}"


def holes_explained(known: Known) -> Iterator[str]:
    """What was lost is seen as a hole or as a new phone; and each hole stands for what was lost, or for what the phone
    sent under the name that it had after. What came under a name and was lost under the next stays a hole of that one:
    nobody is left who could say that they are the same."""
    notes, entered, book = known.world.notes, known.entered, known.book
    told = holes(book)
    by_place = {place: name for name, places in notes.kept.items() for place in places}
    for device, numbers in told.items():
        for number in numbers:
            name = by_place.get((device, number))
            if name is None:
                yield f"phone {device} never gave the number {number}, which is told as missing"
                continue
            known_as = set() if name in notes.lost else {notes.kept[name][-1][0]}
            if name in entered and device in known_as | {entered[name].device}:
                yield f"phone {device}: number {number} is told as missing, and is there"
    for name, why in notes.lost.items():
        if name in entered or why not in ("wiped", "damaged") or known.world.is_closed:
            continue
        device, number = notes.kept[name][-1]
        highest = max((one.number for one in entered.values() if one.device == device), default=0)
        is_seen = number in told.get(device, ()) if number < highest else True
        is_new_phone = why != "wiped" or any(
            one.joined > book.devices[device].joined for one in book.devices.values()
        )
        if not (is_seen and is_new_phone):
            yield f"entry {name}, number {number} of {device}, was {why}, and nothing shows it"


def corrections_belong(known: Known) -> Iterator[str]:
    """To the record of what they correct, a report's too."""
    entries = known.book.entries
    for entry in entries.values():
        before = entries.get(entry.corrects)
        if before is not None and before.counts and entry.counts and before.key != entry.key:
            yield f"entry {entry.id} corrects {before.id}, and stands in another record"


def kept_aside(known: Known) -> Iterator[str]:
    """Aside are entries after the participant's end, and those of a version too old; no others, and none is lost."""
    for name, body in known.entered.items():
        arrival = known.world.notes.arrived.get(name)
        if arrival is None:
            continue  # nobody sent it, which is told already
        expected = {why for why in ("closed", "old_definition") if _is_aside(known, arrival, why)}
        found = set(body.flags) & KEPT_ASIDE
        if found != expected or body.is_kept_aside is not bool(expected):
            yield f"entry {name} is kept aside for {sorted(found)}, and should be for {sorted(expected)}"
        told = known.world.notes.results.get(name)
        if told is not None and (told == "kept_aside") is not body.is_kept_aside:
            yield f"entry {name} was told to be {told}; kept aside: {body.is_kept_aside}"


def _is_aside(known: Known, arrival: Arrival, why: str) -> bool:
    command = arrival.command
    if why == "closed":
        last = known.world.last_day
        return arrival.is_closed and max(command.day, command.entered.date().isoformat()) > last
    number = known.world.server.versions.index(command.definition) + 1
    return arrival.version - number > VERSIONS_BACK


def two_entries_asked_about(known: Known) -> Iterator[str]:
    """Two phones, one occasion: both are kept, and the site is asked."""
    book = known.book
    asked = {
        (query.visit, query.form, query.repeat)
        for query in book.queries.values()
        if query.check == TWO_ENTRIES
    }
    doubled = {one.key for one in book.entries.values() if len(groups_at(book.entries, one.key)) > 1}
    if asked != doubled:
        yield f"two entries stand at {sorted(doubled)}; asked about are {sorted(asked)}"


def days_to_come(known: Known) -> Iterator[str]:
    """What came before its day is no answer to it, whatever clock said so, and the site is asked about it."""
    book = known.book
    early = set()
    for name, entry in book.entries.items():
        arrival = known.world.notes.arrived.get(name)
        if arrival is None or entry.form == "diary_report" or not entry.counts:
            continue
        zone = datetime.fromisoformat(entry.entered).tzinfo
        is_to_come = arrival.at.utc.astimezone(zone) + timedelta(minutes=5) < datetime.fromisoformat(
            entry.day
        ).replace(tzinfo=zone)
        if is_to_come and entry.is_answer:
            yield f"entry {name} came at {arrival.at.utc}, and answers {entry.day}"
        early |= {entry.key} if entry.is_early else set()
    asked = {
        (query.visit, query.form, query.repeat)
        for query in book.queries.values()
        if query.check == BEFORE_ASKED
    }
    if asked != early:
        yield f"before they were asked {sorted(early)} were told; asked about are {sorted(asked)}"


def replicas_agree(known: Known) -> Iterator[str]:
    """What the workers remember, what the tables hold, what the log says, and what another server would know to which
    the same entries came in another order."""
    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.casebooks import load

    world, book = known.world, known.book
    for kept in world.server.kept:
        CASEBOOKS.kept = kept
        if load(STUDY, world.participant) != book:
            yield "two workers of the server know different things"
        kept.clear()
    if load(STUDY, world.participant) != book:
        yield "the tables hold something else than the worker remembers"
    if replay(book.study, world.participant, known.log) != book:
        yield "the log says something else than the worker remembers"
    one, other = known_of(book), known_of(second_server(world, known.log))
    yield from (
        f"in another order the {part} are different: {one[part]} / {other[part]}"
        for part in one
        if one[part] != other[part]
    )
