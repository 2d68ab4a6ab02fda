"""A crash at every single place: between any two tasks of the browser's process, one after the other."""

from collections.abc import Callable

import pytest
from tests.phones import steps
from tests.phones.oracles import judge
from tests.phones.run import begin, come_to_rest, settle_messages, world_of
from tests.phones.street import Street
from tests.phones.world import PAGE, World

pytestmark = pytest.mark.slow

PLACES = 250  # more than any of these walks has, and a participant for each


def answers(world: World, left: int) -> None:
    doom(world, left)
    steps.answer(world)


def gets_a_result(world: World, left: int) -> None:
    steps.answer(world)
    steps.answer(world)
    doom(world, left)


def joins_again(world: World, left: int) -> None:
    world.phones["a"].is_online = False
    steps.answer(world)
    steps.answer(world)
    world.phones["a"].is_online = True
    steps.join(world, world.phones["a"])
    doom(world, left)


def joins_again_with_two_tabs(world: World, left: int) -> None:
    steps.open_page(world, world.phones["a"], "tab")
    joins_again(world, left)
    settle_messages(world)
    steps.answer_in_all(world)


def is_revoked(world: World, left: int) -> None:
    steps.answer(world)
    world.revoke(world.phones["a"])
    doom(world, left)


def doom(world: World, left: int) -> None:
    world.give({"order": "doom", "phone": "a", "tab": PAGE, "left": left})


@pytest.mark.parametrize("walk", [answers, gets_a_result, joins_again, joins_again_with_two_tabs, is_revoked])
def test_a_crash_anywhere_loses_nothing(street: Street, walk: Callable[[World, int], None]) -> None:
    is_crash, left = True, 0
    with street.served() as server:
        while is_crash and left < PLACES:
            world = world_of(left, server, street.engine)
            begin(world, phones=1)
            steps.open_page(world, world.phones["a"])
            settle_messages(world)
            walk(world, left)
            settle_messages(world)
            is_crash = any("crashed before" in line for line in world.story)
            come_to_rest(world)
            problems = list(judge(world))
            assert not problems, "\n".join([*world.story, *problems])
            left += 1

    assert left > 10  # so many places has the walk
    assert not is_crash
