"""What is hidden, told without a casebook, is what is hidden in each casebook."""

import pytest
from tests.spec.builders import COORDINATOR, INVESTIGATOR, Walk, make_study

from trialwright.ledger.veils import veils
from trialwright.ledger.visible import Hidden, hidden_from
from trialwright.values.datum import Value

BLIND = make_study(blinded=("investigator",))


def behind(book):
    """The veils of the visits that were not held, together."""
    items, checks, sets = set(), set(), set()
    for veil in veils(book.study, INVESTIGATOR):
        record = book.records.get((veil.visit, "visit", 0))
        if record is None or not isinstance(record.items["date"].datum, Value):
            items |= veil.hidden.items
            checks |= veil.hidden.checks
            sets |= veil.hidden.sets
    return Hidden(frozenset(items), frozenset(checks), frozenset(sets))


@pytest.mark.parametrize("date", ["", "!not_done", "2026-06-22"])
def test_veils_hide_what_the_casebook_hides(date):
    walk = Walk(study=BLIND).dosed()
    if date:
        walk.saved("W16", "visit", date=date)
    assert behind(walk.book) == hidden_from(walk.book, actor=INVESTIGATOR)
    is_hidden = ("score", "assay") in behind(walk.book).items
    assert is_hidden is not date.startswith("2")


def test_a_veil_of_no_visit_hides_the_arm_for_good():
    assert [
        (veil.visit, ("participant", "arm") in veil.hidden.items) for veil in veils(BLIND, INVESTIGATOR)
    ] == [
        ("", True),
        ("W16", True),
    ]


def test_a_role_that_is_not_blinded_has_no_veil():
    assert veils(BLIND, COORDINATOR) == ()
