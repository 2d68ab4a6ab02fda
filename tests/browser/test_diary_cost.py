"""What pages of a diary read of the log: nothing, where they show nothing of it; else the acts on the diary."""

import pytest
from tests.browser.desks import desk
from tests.browser.kept_diary import Clock, begun, diary_data, kept, made_diary
from tests.browser.test_diary_acts import CALL, CHOICE, DIARY, SENT
from tests.store.test_submit import statements

from trialwright.web.diaries.log import KINDS

__all__ = ["begun", "diary_data", "kept", "made_diary"]


def read_of_log(seen: list[str]) -> list[str]:
    return [one for one in seen if "content" in one and "FROM event " in one]


@pytest.mark.parametrize("address", [CHOICE, f"{DIARY}sheet", f"{DIARY}invite"])
def test_a_page_that_shows_nothing_of_the_log_does_not_read_it(kept: Clock, address: str) -> None:
    client = desk()
    with statements() as seen:
        assert client.get(address).status_code == 200

    assert read_of_log(seen) == []


def test_a_look_ahead_while_somebody_types_does_not_read_it(kept: Clock) -> None:
    client = desk()
    client.post(f"{CALL}ahead", dict(SENT))
    with statements() as seen:
        assert client.post(f"{CALL}ahead", dict(SENT)).status_code == 200

    assert read_of_log(seen) == []
    assert len(seen) <= 4, "\n".join(seen)


def test_the_page_of_a_diary_reads_the_acts_on_it(kept: Clock) -> None:
    client = desk()
    with statements() as seen:
        assert client.get(DIARY).status_code == 200

    (log,) = read_of_log(seen)
    assert f"kind IN {KINDS}" in log
