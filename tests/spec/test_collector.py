"""The collector of circles rests while a log is read, and is as it was afterwards."""

import gc

import pytest

from trialwright.values.collector import at_rest


def test_it_rests_meanwhile_and_runs_again_also_after_a_fault() -> None:
    with pytest.raises(ValueError, match="fault"), at_rest():
        assert not gc.isenabled()
        raise ValueError("fault")
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with at_rest():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
