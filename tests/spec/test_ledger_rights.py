import random

import pytest
from tests.spec.builders import COORDINATOR, MONITOR, SPONSOR, STUDY

from trialwright.ledger.allocation import draw_arm
from trialwright.ledger.commands import Actor
from trialwright.ledger.rights import Denied, may, require
from trialwright.study.model import Allocation

STRANGER = Actor("x", "visitor", "")


@pytest.mark.parametrize(
    ("actor", "area", "letter", "site", "allowed"),
    [
        (COORDINATOR, "forms", "w", "01", True),
        (COORDINATOR, "forms", "w", "02", False),  # another site
        (COORDINATOR, "eligibility", "s", "01", False),
        (COORDINATOR, "reports", "r", "01", False),  # an area that the role has no row for
        (MONITOR, "forms", "q", "02", True),  # a role without sites holds at all
        (MONITOR, "forms", "w", "01", False),
        (SPONSOR, "identity", "r", "01", False),
        (STRANGER, "forms", "r", "01", False),
    ],
)
def test_a_right_is_a_letter_of_a_role_in_an_area_at_a_site(actor, area, letter, site, allowed):
    assert may(STUDY, actor, area, letter, site) is allowed


@pytest.mark.parametrize(
    ("actor", "letter", "site", "code"),
    [
        (COORDINATOR, "w", "02", "denied-site"),
        (MONITOR, "w", "01", "denied-write"),
        (SPONSOR, "q", "01", "denied-query"),
        (SPONSOR, "a", "01", "denied-answer"),
        (SPONSOR, "s", "01", "denied-sign"),
        (STRANGER, "r", "01", "denied-read"),
    ],
)
def test_who_lacks_a_right_is_told_so(actor, letter, site, code):
    with pytest.raises(Denied) as denied:
        require(STUDY, actor, "forms", letter, site)
    assert denied.value.problem.code == code
    assert str(denied.value) == denied.value.problem.text


def test_who_has_the_right_passes():
    require(STUDY, COORDINATOR, "forms", "w", "01")


# ------------------------------------------------------------------ allocation


def drawn(n, seed=7, allocation=STUDY.allocation):
    arms = []
    for _ in range(n):
        arms.append(draw_arm(allocation, arms, random.Random(seed)))
    return arms


def test_arms_come_in_balanced_blocks():
    for seed in range(20):
        arms = drawn(40, seed)
        ahead = [arms[:n].count("A") - arms[:n].count("B") for n in range(41)]
        assert max(ahead) <= 2
        assert min(ahead) >= -2


def test_the_list_is_the_same_at_each_call_and_another_for_another_seed():
    assert drawn(30) == drawn(30)
    assert drawn(30, seed=8) != drawn(30)


def test_the_ratio_is_kept_in_each_block():
    allocation = Allocation((6,), {"A": 2, "B": 1})
    arms = drawn(12, allocation=allocation)
    assert [arms[:6].count("A"), arms[6:].count("A")] == [4, 4]


@pytest.mark.parametrize(("blocks", "ratio"), [((5,), {"A": 2, "B": 1}), ((0,), {"A": 1}), ((2,), {})])
def test_a_block_that_cannot_hold_the_ratio_is_an_error(blocks, ratio):
    with pytest.raises(ValueError, match="cannot hold the ratio"):
        draw_arm(Allocation(blocks, ratio), [], random.Random(1))
