"""A second server, to which the entries of a schedule come in another order, some of them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from tests.phones.world import World
from tests.store.small import STUDY

from trialwright.ledger.apply import Happening, advance
from trialwright.ledger.casebook import Casebook
from trialwright.ledger.decide import decide
from trialwright.ledger.diary_entries import holes, standing_entries
from trialwright.ledger.events import DiaryEntered, Sealed
from trialwright.ledger.rights import participant_actor

Commands = list[list[Sealed]]  # the events of each command, in the order of the log


def second_server(world: World, log: Sequence[Sealed]) -> Casebook:
    """The casebook there. What the site does happens at the same time; between its acts entries come as they will."""
    rng = Random(world.seed + 1)
    book = Casebook(_study(log[0]), world.participant)
    for stretch in _stretches(log):
        if isinstance(stretch[0][0].body, DiaryEntered):
            names = [command[0].envelope.command_id for command in stretch]
            names += rng.sample(names, rng.randrange(len(names) + 1))
            rng.shuffle(names)
            book = replace(book, study=_study(stretch[0][0]))
            for name in names:
                book = _entered(world, book, name)
        else:
            for command in stretch:
                book = _as_there(book, command)
    return book


def _study(event: Sealed):  # type: ignore[no-untyped-def]  # the store is imported late
    from trialwright.store.definitions import study_by_hash

    return study_by_hash(STUDY, event.envelope.definition_hash)


def _stretches(log: Sequence[Sealed]) -> Iterator[Commands]:
    """Commands between which nothing happened but that entries came, under one version; and each other one."""
    stretch: Commands = []
    for event in log:
        last = stretch[-1][-1] if stretch else None
        if last is not None and last.envelope.command_id == event.envelope.command_id:
            stretch[-1].append(event)
            continue
        is_entry = isinstance(event.body, DiaryEntered)
        goes_on = (
            last is not None
            and is_entry
            and isinstance(stretch[0][0].body, DiaryEntered)
            and last.envelope.definition_hash == event.envelope.definition_hash
        )
        if stretch and not goes_on:
            yield stretch
            stretch = []
        stretch.append([event])
    yield stretch


def _entered(world: World, book: Casebook, name: str) -> Casebook:
    from trialwright.store.definitions import version_asked_under

    arrival = world.notes.arrived.get(name)
    if arrival is None:
        return book  # nobody sent it, which is told already
    asked = version_asked_under(book.study, arrival.command.definition)
    command = replace(arrival.command, asked_under=asked)
    decided = decide(book, command, by=participant_actor(world.participant, world.site), at=arrival.at)
    assert not decided.problems, [found.text for found in decided.problems]
    for draft in decided.drafts:
        values = dict(draft.values)
        book = advance(
            book, Happening(draft.body, values, book.sequence + 1, world.site, book.study.hash, "")
        )
    return book


def _as_there(book: Casebook, command: Sequence[Sealed]) -> Casebook:
    for event in command:
        envelope = event.envelope
        book = advance(
            book,
            Happening(
                event.body, event.values, book.sequence + 1, envelope.site, envelope.definition_hash, ""
            ),
        )
    return book


def known_of(book: Casebook) -> dict[str, object]:
    """All that a casebook says of its diary, but when it came."""
    return {
        "records": {
            key: (
                {item: (one.datum, one.is_derived) for item, one in record.items.items()},
                record.definition,
            )
            for key, record in book.records.items()
        },
        "entries": {
            name: replace(one, sequence=0, received="") for name, one in sorted(book.entries.items())
        },
        "queries": {(one.id, one.state, one.visit, one.form, one.repeat) for one in book.queries.values()},
        "holes": holes(book),
        "standing entries": {key: one.id for key, one in standing_entries(book).items()},
    }
