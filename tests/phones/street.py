"""Data folders with participants whose phones have joined, for schedules to begin with; and runs over many of them."""

import shutil
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.phones.engine import Edit, Engine
from tests.phones.run import Outcome, make_people, run
from tests.phones.server import Server, serving
from tests.phones.steps import NEWEST
from tests.phones.study import SITES


@dataclass(slots=True)
class Street:
    """folder: with the participants of these numbers, as they were when their phones had joined."""

    folder: Path
    engine: Engine
    numbers: range
    copies: int = field(default=0)

    @contextmanager
    def served(self) -> Iterator[Server]:
        """A server on a copy of the folder: each schedule finds its participant as they were."""
        self.copies += 1
        copy = self.folder.with_name(f"{self.folder.name}-{self.copies}")
        shutil.copytree(self.folder, copy)
        with serving(copy) as server:
            server.rules = dict(self.engine.rules)
            yield server
        shutil.rmtree(copy)

    def run(self, seeds: Iterable[int]) -> Generator[Outcome, None, None]:
        """seeds: none twice, and no two of one participant."""
        with self.served() as server:
            for seed in seeds:
                yield run(seed, server, self.engine)


def settle(bare: Path, folder: Path, numbers: range = range(SITES), edits: Sequence[Edit] = ()) -> Street:
    """bare: a folder without participants. edits: for phones that are broken on purpose."""
    shutil.copytree(bare, folder)
    engine = Engine(range(1, NEWEST + 1), edits)
    with serving(folder) as server:
        for one in server.versions:
            address = f"/diary/rules/{one}.js"
            engine.add_rules(address, server.rules_at(address)[1])
        make_people(numbers, server, engine)
    return Street(folder, engine, numbers)


def chunk(number: int) -> range:
    """The seeds of a chunk, one for each participant."""
    return range(number * SITES, (number + 1) * SITES)


def must_hold(outcomes: Generator[Outcome, None, None]) -> int:
    """How many there were; the first in which something does not hold is told."""
    count = 0
    with closing(outcomes):  # a server that is left running in a failed test would be in the way of the next
        for outcome in outcomes:
            assert not outcome.problems, f"\n{outcome}"
            count += 1
    return count


def found_in(outcomes: Generator[Outcome, None, None]) -> Outcome | None:
    """The first in which something does not hold."""
    with closing(outcomes):
        return next((one for one in outcomes if one.problems), None)
