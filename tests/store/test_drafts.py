"""Drafts: for one person, outside the log, gone with the save."""

from pathlib import Path

from tests.store.small import STUDY, give, make_moment, save, screen
from tests.store.test_submit import statements

KEY = ("a1", "SCR", "vitals", 0)


def keep(weight: str, *, minutes: int = 0) -> None:
    from trialwright.store.drafts import save_draft

    save_draft(STUDY, "p1", KEY, {"weight": weight}, at=make_moment(minutes).utc)


def test_a_draft_is_for_its_author_alone_and_replaces_the_one_before(data: Path) -> None:
    from trialwright.store.drafts import drop_draft, load_draft

    keep("7")
    keep("70", minutes=1)
    assert load_draft(STUDY, "p1", KEY) == ({"weight": "70"}, "2026-03-02T08:01:00.000000Z")
    assert load_draft(STUDY, "p1", ("a2", *KEY[1:])) is None
    drop_draft(STUDY, "p1", KEY)
    assert load_draft(STUDY, "p1", KEY) is None


def test_a_save_takes_its_draft_with_it(data: Path) -> None:
    from trialwright.store.drafts import load_draft

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    keep("70.5")
    with statements() as seen:
        give(save("p1", "SCR", "vitals", {"weight": "70.5"}))
    assert load_draft(STUDY, "p1", KEY) is None
    assert len(seen) == 7


def test_a_refused_save_keeps_its_draft(data: Path) -> None:
    from tests.store.small import COORDINATOR

    from trialwright.store.drafts import load_draft
    from trialwright.store.submit import submit

    give(screen("p1"))
    give(save("p1", "SCR", "visit", {"date": "2026-02-10"}))
    keep("7x")
    assert submit(
        STUDY, save("p1", "SCR", "vitals", {"weight": "7x"}), by=COORDINATOR, at=make_moment()
    ).problems
    assert load_draft(STUDY, "p1", KEY) is not None
