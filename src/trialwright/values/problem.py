"""Something a person can fix, said to that person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "assumption"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person can fix. Returned, never raised.

    code: stable, lower-kebab; the key of its template in `catalogue.TEMPLATES`.
    where: "W16 / score / total", or "forms/score.yaml:12:5" for a definition.
    template: English with {named} parts; it is also the message id for translation.
    parts: the named parts, as text.
    severity: errors stop; warnings and assumptions are shown and do not stop.
    """

    code: str
    where: str
    template: str
    parts: tuple[tuple[str, str], ...] = ()
    severity: Severity = "error"

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.say(lambda message: message)

    def say(self, translate: Callable[[str], str]) -> str:
        """The sentence, its template passed through `translate` first."""
        return translate(self.template).format(**dict(self.parts))
