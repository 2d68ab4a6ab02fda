"""What a blinded role may see: one function that every page, export, history and message reads through."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from trialwright.ledger.casebook import Casebook, DiaryEntry, Query, Record
from trialwright.ledger.commands import About, Actor
from trialwright.ledger.compiled import Path, compiled
from trialwright.ledger.rights import may
from trialwright.study.model import DIARY_AREA, Form, Item, Study
from trialwright.values.datum import Value

_ARM: frozenset[Path] = frozenset({("participant", "arm"), ("plan", "dose")})


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a role may not see at this moment: items (form, item), and the edit checks and the analysis sets that read
    one of them."""

    items: frozenset[Path] = frozenset()
    checks: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()


NOTHING_HIDDEN = Hidden()


def visible(book: Casebook, *, actor: Actor) -> Casebook:
    """The casebook without what is hidden from the actor's role: the arm, blinded items, what is derived from
    either, the queries and decisions that would tell of them, and every sign that a hidden item was ever filled."""
    if actor.role not in book.study.design.blinded:
        return book
    hidden = hidden_from(book, actor=actor)
    seen = {key: _without(record, hidden.items) for key, record in book.records.items()}
    return replace(
        book,
        arm=None,
        records={key: record for key, record in seen.items() if record is not None},
        queries={query.id: query for query in book.queries.values() if not _tells(query, hidden)},
        hidden=hidden.items,
        entries=_entries_without(book, hidden.items),
        classes={key: one for key, one in book.classes.items() if key[0] not in hidden.checks},
        sets={name: one for name, one in book.sets.items() if name not in hidden.sets},
    )


def entries_seen(book: Casebook, *, actor: Actor) -> Mapping[str, DiaryEntry]:
    """The entries of the diary that the actor may read: none without the right, and none that is hidden."""
    if not may(book.study, actor, DIARY_AREA, "r", book.site):
        return {}
    return visible(book, actor=actor).entries


def sees_nothing_of(book: Casebook, form: Form) -> bool:
    """Whether every item of the form is hidden from who looks: then no such form is there for them."""
    return bool(book.hidden) and all((form.id, item) in book.hidden for item in form.items)


def hidden_from(book: Casebook, *, actor: Actor) -> Hidden:
    """What is hidden from the actor's role in this casebook."""
    study = book.study
    if actor.role not in study.design.blinded:
        return NOTHING_HIDDEN
    blinded = {
        (item.form, item.id)
        for form in study.forms.values()
        for item in form.items.values()
        if _is_blinded(book, item)
    }
    items = with_derived(study, _ARM | blinded)
    index = compiled(study)
    checks = (one.check for path in items for one in index.checks.get(path, ()))
    sets = frozenset(name for name, read in index.read_by_sets.items() if not items.isdisjoint(read))
    return Hidden(items, frozenset(check.id for check in checks if check is not None), sets)


def is_hidden(about: About, hidden: Hidden) -> bool:
    """Whether words about these things would tell of what is hidden."""
    return not (
        about.items.isdisjoint(hidden.items)
        and about.checks.isdisjoint(hidden.checks)
        and about.sets.isdisjoint(hidden.sets)
    )


def _is_blinded(book: Casebook, item: Item) -> bool:
    """Until a visit: until that visit was held. Until unblinding: there is no unblinding yet."""
    if item.blinded_until is None:
        return False
    record = book.records.get((item.blinded_until, "visit", 0))
    entry = record.items.get("date") if record is not None else None
    return entry is None or not isinstance(entry.datum, Value)


def with_derived(study: Study, hidden: frozenset[Path]) -> frozenset[Path]:
    """What is derived from the hidden tells of it, and so on."""
    index = compiled(study).derived
    found, pending = set(hidden), list(hidden)
    while pending:
        new = {(one.form, one.item) for one in index.get(pending.pop(), ())} - found
        found |= new
        pending += sorted(new)
    return frozenset(found)


def _without(record: Record, hidden: frozenset[Path]) -> Record | None:
    """The record as if its hidden items had never been filled: its last event is the last of those that are seen.
    None where nothing would be there; rows keep their numbers."""
    if not any((record.form, item) in hidden for item in (*record.items, *record.cleared)):
        return record
    items = {item: entry for item, entry in record.items.items() if (record.form, item) not in hidden}
    cleared = {item: at for item, at in record.cleared.items() if (record.form, item) not in hidden}
    if not items and not cleared and not record.repeat:
        return None
    last = max((*(entry.sequence for entry in items.values()), *cleared.values()), default=0)
    return replace(record, items=items, cleared=cleared, sequence=last)


def _entries_without(book: Casebook, hidden: frozenset[Path]) -> dict[str, DiaryEntry]:
    """An entry of which nothing is left is not there."""
    found: dict[str, DiaryEntry] = {}
    for entry in book.entries.values():
        seen = entry_without(entry, hidden)
        if _says_anything(seen) or not _says_anything(entry):
            found[entry.id] = seen
    return found


def entry_without(entry: DiaryEntry, hidden: frozenset[Path]) -> DiaryEntry:
    """What could not be read, or has no answer, may be about anything of its form."""
    if not any(form == entry.form for form, _ in hidden):
        return entry
    return replace(
        entry,
        items={item: datum for item, datum in entry.items.items() if (entry.form, item) not in hidden},
        emptied=tuple(item for item in entry.emptied if (entry.form, item) not in hidden),
        unread="",
        own_flags=tuple(flag for flag in entry.own_flags if flag not in _telling(entry, hidden)),
    )


def _telling(entry: DiaryEntry, hidden: frozenset[Path]) -> frozenset[str]:
    """The flags that would tell of hidden items: that none but such could not be read, or that some have no answer."""
    unread = json.loads(entry.unread) if entry.unread else {}
    is_told = bool(unread) and all((entry.form, item) in hidden for item in unread)
    return frozenset({"incomplete", "unreadable"} if is_told else {"incomplete"})


def _says_anything(entry: DiaryEntry) -> bool:
    return bool(entry.items or entry.emptied or entry.unread)


def _tells(query: Query, hidden: Hidden) -> bool:
    return (query.form, query.item) in hidden.items or query.check in hidden.checks
