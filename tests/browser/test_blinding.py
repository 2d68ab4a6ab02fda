"""No route tells a blinded role of a hidden item: neither what stands in it, nor that anything does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import ndiff

import pytest
from pytest_django import DjangoDbBlocker
from tests.browser.blinded import (
    ANTIBODIES,
    BLINDED,
    CASES,
    ID,
    OPEN,
    ROLES,
    SENTINELS,
    Answer,
    World,
    answer_to,
    fill_what_is_hidden,
    make_world,
)
from tests.browser.routes import names
from tests.store.conftest import close

from trialwright.web.urls import urlpatterns

pytestmark = pytest.mark.unmeasured

Answers = Mapping[tuple[str, str, str], Answer]  # by role, route and state


@dataclass(frozen=True, slots=True)
class Seen:
    """What everybody was answered before the hidden item was filled, and after."""

    world: World
    before: Answers
    after: Answers


def answers(world: World) -> Answers:
    """Nobody changes anything by them: who may write what is hidden only looks."""
    return {
        (role, route, state): answer_to(world, role, ask)
        for role in ROLES
        for route, states in CASES.items()
        for state, ask in states.items()
        if role in BLINDED or ask.post is None or route == "preview"
    }


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Seen]:
    with django_db_blocker.unblock():
        world = make_world(tmp_path_factory.mktemp("blinded") / "data")
        before = answers(world)
        fill_what_is_hidden(world)
        yield Seen(world, before, answers(world))
        close()


def test_every_route_is_asked_filled_in_error_and_denied() -> None:
    assert set(CASES) == set(names(urlpatterns))
    assert all({"filled", "error", "denied"} <= states.keys() for states in CASES.values())


@pytest.mark.parametrize("route", CASES)
def test_the_cases_are_answered_as_meant(seen: Seen, route: str) -> None:
    for state, ask in CASES[route].items():
        assert seen.after["coordinator", route, state].status == ask.status, state
    assert all(answer.status < 500 for (_, asked, _), answer in seen.after.items() if asked == route)


@pytest.mark.parametrize("route", CASES)
@pytest.mark.parametrize("role", BLINDED)
def test_no_route_tells_a_blinded_role_what_stands_in_a_hidden_item(
    seen: Seen, role: str, route: str
) -> None:
    for state in CASES[route]:
        told = seen.after[role, route, state].told
        found = [sentinel for sentinel in SENTINELS if sentinel in told]
        assert not found, (state, found)


@pytest.mark.parametrize("route", CASES)
@pytest.mark.parametrize("role", BLINDED)
def test_no_route_tells_a_blinded_role_that_a_hidden_item_was_filled(
    seen: Seen, role: str, route: str
) -> None:
    """Word for word the same answer as before: no state, no count, no number of an event, no other way to go."""
    for state in CASES[route]:
        before, after = (answers[role, route, state] for answers in (seen.before, seen.after))
        assert after.status == before.status, state
        assert not [
            line for line in ndiff(before.bare.splitlines(), after.bare.splitlines()) if line[0] != " "
        ]


def test_those_who_are_not_blind_meet_it_on_every_route_that_shows_data(seen: Seen) -> None:
    """So the cases above would find it."""
    shown = {
        route
        for (role, route, _), answer in seen.after.items()
        if role in OPEN and any(sentinel in answer.told for sentinel in SENTINELS)
    }
    assert shown == {
        "ask",
        "class-deviation",
        "eligibility",
        "form",
        "history",
        "home",
        "participant",
        "participant-diary",
        "preview",
        "queries",
        "query",
        "review",
        "review-sets",
        "decide-set",
    }


def test_an_answer_that_makes_a_hidden_item_unasked_meets_no_conflict(seen: Seen) -> None:
    """The last of these tests: it changes what is stored."""
    from trialwright.store.casebooks import load

    base = (
        seen.before["coordinator", "form", "filled"]
        .told.partition('name="base" value="')[2]
        .partition('"')[0]
    )
    fields = {"command": "c-unasked", "base": base, "drawn": "false", "reason_for_change": "Tube was lost."}
    answer = seen.world.client("coordinator").post(ANTIBODIES, {**fields, "then": "close"})
    assert answer.status_code == 302
    assert "titre" not in load(ID, "p1").records["M0", "antibodies", 0].items
