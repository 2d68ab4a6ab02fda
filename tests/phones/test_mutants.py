"""The simulator can fail: it finds phones and servers that are broken on purpose, within some hundred seeds; each of them
where all is tried, else a third."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.phones.engine import Edit, source_of
from tests.phones.mutants import OF_TWO, PHONES, SERVERS, Break
from tests.phones.run import Outcome
from tests.phones.steps import NEWEST
from tests.phones.street import Street, chunk, found_in, settle
from tests.phones.study import SITES
from tests.thorough import every_nth

pytestmark = pytest.mark.slow

BLOCK = 50  # participants are made as they are needed
BLOCKS = 8
CHUNKS = 6  # one server is found at the 526th seed: so the last come first


@pytest.mark.parametrize("name", [*PHONES, *OF_TWO])
def test_each_broken_phone_is_still_a_change_of_the_shipped_one(name: str) -> None:
    """Also of those that are not tried here."""
    edits = {**PHONES, **OF_TWO}[name]
    assert source_of(NEWEST, edits) != source_of(NEWEST)


@pytest.mark.parametrize("name", SERVERS)
def test_each_broken_server_replaces_what_is_still_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is gone raises here; whether what is there still breaks a server is asked by trying."""
    SERVERS[name](monkeypatch)


def of_blocks(bare: Path, folder: Path, edits: Sequence[Edit]) -> Generator[Outcome, None, None]:
    for block in range(BLOCKS):
        first = block * BLOCK % SITES
        street = settle(bare, folder / str(block), range(first, first + BLOCK), edits)
        with closing(street.engine):  # also where the broken phone is found
            yield from street.run(range(block * BLOCK, (block + 1) * BLOCK))


@pytest.mark.parametrize("name", every_nth(PHONES, 3))
def test_a_broken_phone_is_found(bare: Path, tmp_path: Path, name: str) -> None:
    outcome = found_in(of_blocks(bare, tmp_path, PHONES[name]))

    assert outcome is not None
    assert f"PHONE_SEED={outcome.seed}" in str(outcome)


@pytest.mark.parametrize("name", every_nth(SERVERS, 3))
def test_a_broken_server_is_found(street: Street, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks: Break = SERVERS[name]
    breaks(monkeypatch)

    assert any(found_in(street.run(chunk(number))) for number in reversed(range(CHUNKS)))
