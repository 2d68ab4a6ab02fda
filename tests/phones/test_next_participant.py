"""A second participant joins on a phone in the midst of whatever it does for the first, one task later each time; and a
code is corrected while something is being answered."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from tests.phones import steps
from tests.phones.engine import Edit, Order
from tests.phones.mutants import OF_TWO
from tests.phones.oracles import judge
from tests.phones.run import begin, come_to_rest, settle_messages, world_of
from tests.phones.server import Server
from tests.phones.street import Street, settle
from tests.phones.world import PAGE, YEAR_OF_BIRTH, Message, World
from tests.store.small import STUDY
from tests.thorough import every_nth

pytestmark = pytest.mark.slow

MOST_LATE = 70  # more tasks than any of these walks has
Walk = Callable[[World, int], None]


def next_of(world: World) -> str:
    return f"{world.participant}-next"


def ask_to_join(world: World, tab: str) -> None:
    world.tell(f"a/{tab}: somebody else joins")
    code = world.invite(next_of(world))
    world.give({"order": "join", "phone": "a", "tab": tab, "code": code, "year": YEAR_OF_BIRTH})


def answered(world: World, process: str, path: str) -> Message:
    """The one request of a process on the way to such an address, with the server's answer."""
    (message,) = [one for one in world.messages if one.process == process and one.path.endswith(path)]
    world.messages.remove(message)
    world.reach(message)
    assert message.status == 200, message.text
    return message


def hear_both(world: World, first: Message, second: Message, late: int) -> None:
    """Two answers come, the second so many tasks after the first."""
    for message in (first, second):
        world.note_results(world.answer(message))
    orders: list[Order] = [world.answer(first), {**world.answer(second), "late": late}]
    world.give(*orders)


def sends_while_somebody_joins(world: World, late: int, *, tab: str, is_news_first: bool) -> None:
    """With newer questions and a result for the first participant on the way."""
    for one in {PAGE, tab} - world.phones["a"].running.keys():
        steps.open_page(world, world.phones["a"], one)
        settle_messages(world)
    world.activate(world.version + 1)
    world.give({"order": "answer", "phone": "a", "tab": PAGE, "luck": 5})
    ask_to_join(world, tab)
    news, joins = answered(world, f"a/{PAGE}", "/sync"), answered(world, f"a/{tab}", "/join")
    hear_both(world, *((news, joins) if is_news_first else (joins, news)), late)
    hand_over(world, "/diary/rules/")
    world.give({"order": "whose", "phone": "a", "tab": tab})  # before it has sent anything as the next
    settle_messages(world)
    world.give(*({"order": "whose", "phone": "a", "tab": one} for one in sorted({PAGE, tab})))


def news_then_joins(world: World, late: int) -> None:
    sends_while_somebody_joins(world, late, tab=PAGE, is_news_first=True)


def joins_then_news(world: World, late: int) -> None:
    sends_while_somebody_joins(world, late, tab=PAGE, is_news_first=False)


def news_then_joins_in_another_tab(world: World, late: int) -> None:
    sends_while_somebody_joins(world, late, tab="tab", is_news_first=True)


def joins_in_another_tab_then_news(world: World, late: int) -> None:
    sends_while_somebody_joins(world, late, tab="tab", is_news_first=False)


def is_revoked_while_somebody_s_entry_waits(world: World, late: int) -> None:
    """The entry of the first does not get through before the second is revoked; and then the phone crashes."""
    phone = world.phones["a"]
    phone.is_online = False
    world.give({"order": "answer", "phone": "a", "tab": PAGE, "luck": 5})
    phone.is_online = True
    ask_to_join(world, PAGE)
    hand_over(world, "/api/join")
    hand_over(world, "/diary/rules/")
    hand_over(world, "/api/sync")
    lose_all(world)
    world.revoke(phone, next_of(world))
    phone.is_revoked = True
    world.give({"order": "send", "phone": "a", "tab": PAGE})
    world.give({"order": "doom", "phone": "a", "tab": PAGE, "left": late})
    hand_over(world, "/api/sync")
    lose_all(world)


def hand_over(world: World, path: str) -> None:
    """Whatever goes there arrives, and is answered."""
    for message in [one for one in world.messages if path in one.path]:
        world.messages.remove(message)
        steps.carry(world, message)


def lose_all(world: World) -> None:
    while world.messages:
        world.give(world.no_answer(world.messages.pop()))


def code_is_corrected(world: World, late: int) -> None:
    """Of something that was begun before, and is sent so many tasks after the phone has heard of it."""
    world.give({"order": "leave", "phone": "a", "tab": PAGE, "luck": 5})
    world.correct_code(f"{world.site}-{late}")
    world.give({"order": "send", "phone": "a", "tab": PAGE})
    settle_messages(world)
    steps.open_page(world, world.phones["a"], "tab")
    settle_messages(world)
    assert world.phones["a"].drafts, "what was begun is gone"
    world.give({"order": "doom", "phone": "a", "tab": "tab", "left": late})
    world.give({"order": "answer", "phone": "a", "tab": "tab", "luck": 5})
    world.give({"order": "press", "phone": "a", "tab": PAGE, "luck": 6})


JOINS: Sequence[Walk] = (
    *(news_then_joins, joins_then_news, news_then_joins_in_another_tab, joins_in_another_tab_then_news),
)
# Those that most of the broken phones are found by come first.
WALKS: Sequence[Walk] = (is_revoked_while_somebody_s_entry_waits, code_is_corrected, *JOINS)


def walked(walk: Walk, server: Server, street: Street, late: int) -> tuple[World, list[str]]:
    world = world_of(late, server, street.engine)
    world.flow = 0  # nothing goes its way by itself
    begin(world, phones=1)
    world.screen_one(next_of(world))
    steps.open_page(world, world.phones["a"])
    settle_messages(world)
    try:
        walk(world, late)
        settle_messages(world)
        come_to_rest(world)
        return world, [*problems_of(world), *judge(world)]
    except AssertionError as error:
        return world, [f"{type(error).__name__}: {error}"]


def problems_of(world: World) -> Iterator[str]:
    """Beside what must hold for one participant: nothing of theirs went, or came to the next."""
    from trialwright.store.casebooks import load

    stored = load(STUDY, world.participant).entries.keys()
    yield from (f"entry {one} was lost" for one in (world.notes.kept.keys() | world.notes.confirmed) - stored)
    if load(STUDY, next_of(world)).entries:
        yield "an entry was sent in the name of the next"
    yield from (line for line in world.story if line.endswith("turned away"))
    device = world.phones["a"].device
    for tab, shown, in_vault in world.notes.shown:
        for place, found in (("shows", shown), ("keeps", in_vault)):
            if found != [device, next_of(world), 0]:
                yield f"{tab} {place} {found} as {device} of {next_of(world)}"


@pytest.mark.parametrize("walk", WALKS)
def test_nothing_of_one_participant_is_lost_or_comes_to_the_next(street: Street, walk: Walk) -> None:
    with street.served() as server:
        for late in range(MOST_LATE):
            world, problems = walked(walk, server, street, late)
            assert not problems, "\n".join([*world.story, *problems])
            assert world.notes.pressed  # something could have gone wrong
            assert bool(world.notes.shown) is (walk in JOINS)


@pytest.mark.parametrize("name", every_nth(OF_TWO, 3))
def test_a_phone_that_mixes_up_two_participants_is_found(bare: Path, tmp_path: Path, name: str) -> None:
    edits: Sequence[Edit] = OF_TWO[name]
    street = settle(bare, tmp_path / "data", range(MOST_LATE), edits)
    assert any(has_problems(walk, street) for walk in WALKS)
    street.engine.close()


def has_problems(walk: Walk, street: Street) -> bool:
    with street.served() as server:
        return any(walked(walk, server, street, late)[1] for late in range(MOST_LATE))
