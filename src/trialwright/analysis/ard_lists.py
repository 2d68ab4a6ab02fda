"""Lists of participants and of events, each written once: hundreds of results rest on the same people and events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Parts = tuple[str, ...]


@dataclass(slots=True)
class Lists:
    """Lists under numbers from 1, in the order in which they come; the empty one is 0."""

    numbers: dict[Parts, int] = field(default_factory=dict)

    def number(self, parts: Parts) -> int:
        return self.numbers.setdefault(parts, len(self.numbers) + 1) if parts else 0

    def __iter__(self) -> Iterator[Parts]:
        return iter(self.numbers)


def gathered(events: Iterable[str]) -> list[str]:
    """Events of one participant that stand side by side as one text.

    >>> gathered(("p1:3", "p1:4", "p2:1"))
    ['p1:3,4', 'p2:1']
    """
    found: list[list[str]] = []
    for event in events:
        participant, _, number = event.rpartition(":")
        if found and found[-1][0] == participant:
            found[-1].append(number)
        else:
            found.append([participant, number])
    return [f"{participant}:{','.join(numbers)}" for participant, *numbers in found]


def spread(texts: Iterable[str]) -> Parts:
    """What `gathered` gathered.

    >>> spread(["p1:3,4", "p2:1"])
    ('p1:3', 'p1:4', 'p2:1')
    """
    return tuple(
        f"{participant}:{number}"
        for participant, _, numbers in (text.rpartition(":") for text in texts)
        for number in numbers.split(",")
    )
