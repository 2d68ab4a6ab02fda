"""A record as it stood after an earlier event is what a replay up to that event gives."""

from tests.spec.builders import STUDY
from tests.spec.test_ledger_seal import log

from trialwright.ledger.apply import record_at, replay

__all__ = ["log"]


def test_a_record_at_an_event_is_that_of_the_replay_up_to_it(log):
    whole = replay(STUDY, "p1", log)
    assert whole.records
    for event in log:
        book = replay(STUDY, "p1", [each for each in log if each.sequence <= event.sequence])
        for key in whole.records:
            assert record_at(log, key, event.sequence) == book.records.get(key)


def test_before_its_first_event_there_is_no_record(log):
    assert record_at(log, next(iter(replay(STUDY, "p1", log).records)), 0) is None
