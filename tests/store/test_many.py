"""Casebooks of a list are those that are read one by one, whatever the process remembers."""

from pathlib import Path

import pytest
from tests.store.small import STUDY, fill, give, save

from trialwright.store.errors import NotFound


def test_casebooks_read_together_are_those_read_one_by_one(data: Path) -> None:
    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.casebooks import load
    from trialwright.store.many import load_many

    fill("p1")
    fill("p2", site="S02")
    fill("p3")
    CASEBOOKS.forget()
    load(STUDY, "p2")
    together = load_many(STUDY, ["p3", "p2", "p1"])
    CASEBOOKS.forget()

    assert together == {one: load(STUDY, one) for one in ("p3", "p2", "p1")}
    assert list(together) == ["p3", "p2", "p1"]


def test_what_is_remembered_and_overtaken_is_read_anew(data: Path) -> None:
    from trialwright.store.cache import CASEBOOKS
    from trialwright.store.many import load_many

    fill("p1")
    before = load_many(STUDY, ["p1"])["p1"]
    give(save("p1", "W0", "drugs", {"gate": "false"}))
    CASEBOOKS.put((STUDY, "p1"), before)

    assert load_many(STUDY, ["p1"])["p1"].sequence > before.sequence


def test_a_participant_that_is_not_there_is_not_found(data: Path) -> None:
    from trialwright.store.many import load_many

    fill("p1")
    assert load_many(STUDY, []) == {}
    with pytest.raises(NotFound):
        load_many(STUDY, ["p1", "nobody"])
