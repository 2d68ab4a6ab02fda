"""The simulator of phones: ten thousand schedules where all is tried, else a tenth, drawn from one number each.

A schedule is a few days of one participant. Phones answer, correct, send, crash, lose their storage and get new apps;
the network loses, doubles, delays and reorders; the server stumbles, restarts and gets new versions; the site revokes
phones and ends the trial. Then all faults stop, everything comes to rest, and it is asked whether anything was lost,
doubled, altered or hidden. What runs is shipped: the modules of the app, its database layer included, on a V8 whose
browser is faked (`indexed_db.js`, `browser.js`, ordered about by `phone.js`), and the server behind its WSGI door, on
a database. Only clocks, chance and the wires between them are ours.

    engine.py     phones in one V8             server.py    the server, its clock, its stumbling
    world.py      what is on the way, and what an observer who sees everything wrote down
    steps.py      what may happen              run.py       one schedule from its number
    oracles.py    what must hold               converge.py  a second server, told the same in another order
    street.py     folders of participants      mutants.py   phones and servers that are broken on purpose

A schedule that fails is printed as a story with its number. To run that one again:

    PHONE_SEED=4711 .venv/bin/pytest tests/phones -k one_schedule

What befalls a phone on which a second participant joins is in `test_next_participant.py`.
The other half of the schedules is in `test_more_schedules.py`, for another process.
"""

from pathlib import Path

import pytest
from tests.phones.street import Street, chunk, must_hold, settle
from tests.phones.study import SITES
from tests.thorough import IS_THOROUGH

pytestmark = pytest.mark.slow

CHUNKS = 20 if IS_THOROUGH else 2


@pytest.mark.parametrize("number", range(CHUNKS))
def test_nothing_is_lost_doubled_altered_or_hidden(street: Street, number: int) -> None:
    assert must_hold(street.run(chunk(number))) == SITES


def test_one_schedule_gives_the_same_again(bare: Path, tmp_path: Path, seed: int) -> None:
    """PHONE_SEED names it; its story is printed where it fails."""
    street = settle(bare, tmp_path / "data", range(seed % SITES, seed % SITES + 1))
    (first,), (again,) = (list(street.run([seed])) for _ in range(2))
    street.engine.close()

    assert not first.problems, f"\n{first}"
    assert first.story == again.story
