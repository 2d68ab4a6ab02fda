"""The second half of the schedules of `test_schedules.py`."""

import pytest
from tests.phones.street import Street, chunk, must_hold
from tests.phones.study import SITES
from tests.phones.test_schedules import CHUNKS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", range(CHUNKS, 2 * CHUNKS))
def test_nothing_is_lost_doubled_altered_or_hidden(street: Street, number: int) -> None:
    assert must_hold(street.run(chunk(number))) == SITES
