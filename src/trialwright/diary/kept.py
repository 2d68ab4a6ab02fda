"""What a process makes once for a version of a study and then sends to every phone that runs on it."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from trialwright.store.cache import Recent
from trialwright.study.model import Study

V = TypeVar("V")
VERSIONS: Final = 32  # as many as a process remembers of the versions themselves


class ByVersion(Generic[V]):
    """What `make` gives of the versions asked for last. A version that is activated has another hash, so that nothing
    old is ever given for it."""

    def __init__(self, make: Callable[[Study], V]) -> None:
        self.make = make
        self.kept: Recent[str, tuple[Study, V]] = Recent(VERSIONS)

    def of(self, study: Study) -> V:
        known = self.kept.get(study.hash)
        if known is not None and known[0] is study:
            return known[1]
        made = self.make(study)
        self.kept.put(study.hash, (study, made))
        return made
