"""What a rehearsal counts."""

from collections import Counter
from dataclasses import dataclass, field

from trialwright.values.problem import Problem


@dataclass(slots=True)
class MistakeCount:
    """expected: caught by the check that the study names; other: by another; refused: the save was stopped."""

    made: int = 0
    expected: int = 0
    other: int = 0
    refused: int = 0
    corrected: int = 0

    @property
    def never(self) -> int:
        return self.made - self.expected - self.other - self.refused


@dataclass(slots=True)
class Adherence:
    """Of keepers of one kind: how many they are, how many occasions they were asked for and how many they answered."""

    people: int = 0
    asked: int = 0
    answered: int = 0


@dataclass(slots=True)
class DiaryTally:
    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Adherence] = field(default_factory=dict)

    def of_kind(self, name: str) -> Adherence:
        return self.kinds.setdefault(name, Adherence())


@dataclass(slots=True)
class Tally:
    """Counted by all walks of one rehearsal together.

    refusals: saves that were stopped although no mistake was made on purpose; a finding.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    dropouts: Counter[str] = field(default_factory=Counter)
    queries: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)
    mistakes: dict[str, MistakeCount] = field(default_factory=dict)
    diary: DiaryTally = field(default_factory=DiaryTally)
    unexpected: list[str] = field(default_factory=list)
    refusals: list[tuple[str, Problem]] = field(default_factory=list)

    def mistake(self, name: str) -> MistakeCount:
        return self.mistakes.setdefault(name, MistakeCount())
