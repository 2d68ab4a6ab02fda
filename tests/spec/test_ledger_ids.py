"""Ids stand in addresses and in the log for ever: what is no id is refused at the door."""

import pytest
from tests.spec.builders import Walk

from trialwright.ledger.commands import AnswerQuery, OpenQuery, ScreenParticipant
from trialwright.ledger.ids import check_ids

GOOD = ("p1", "0f3a" * 8, "3fa85f64-5717-4562-b3fc-2c963f66afa6", "check-12")
BAD = ("", "a/b", "..", "q?x", "a b", "x\0", "é", "-x", "x" * 65, "x\n")


@pytest.mark.parametrize("name", GOOD)
def test_an_id_is_taken(name: str) -> None:
    assert check_ids(ScreenParticipant("c1", name, "01", "")) == ()
    assert check_ids(AnswerQuery("c1", "p1", name, "text")) == ()


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_id_is_refused(name: str) -> None:
    assert [found.where for found in check_ids(ScreenParticipant("c1", name, "01", ""))] == ["participant"]
    assert [found.where for found in check_ids(AnswerQuery("c1", "p1", name, "text"))] == ["query"]
    assert [found.where for found in check_ids(ScreenParticipant(name + "/", "p1", "01", ""))] == ["command"]


def test_decide_refuses_it() -> None:
    walk = Walk()
    problems = walk.do(OpenQuery("c9", walk.participant, "a/b", "", "consent", 0, "date", "Why?")).problems
    assert [found.code for found in problems] == ["id-malformed"]
