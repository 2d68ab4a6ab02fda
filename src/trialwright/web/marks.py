"""Status marks: each is a shape, a word and a colour, so that colour is never the only sign; within a family no two
states share a shape. The eye is kept for the look at the source (SDV)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="{width}"{more}/>'
_SHAPES: Final = MappingProxyType(
    {
        "ring": _RING.format(width="1.6", more=' stroke-dasharray="2.4 2"'),
        "page": '<path d="M3.5 1.5h6l3 3v10h-9zM5.8 7.5h4.4M5.8 10.5h4.4" fill="none" stroke="currentColor" stroke-width="1.4"/>',
        "half": _RING.format(width="2", more="") + '<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>',
        "tick": '<path d="M2 8l4 4 8-9" fill="none" stroke="currentColor" stroke-width="2.4"/>',
        "cross": '<path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" stroke-width="2.4"/>',
        "dash": '<path d="M3 8h10" stroke="currentColor" stroke-width="2.4"/>',
        "question": '<path d="M5 6a3 3 0 1 1 4.2 2.7c-.9.5-1.2.9-1.2 2M8 12.4v1.8" fill="none" stroke="currentColor"'
        ' stroke-width="2"/>',
        "plus": '<path d="M8 3v10M3 8h10" stroke="currentColor" stroke-width="2"/>',
        "struck": _RING.format(width="1.6", more="")
        + '<path d="M4 12l8-8" stroke="currentColor" stroke-width="1.6"/>',
        "dot": _RING.format(width="2", more="") + '<circle cx="8" cy="8" r="2.6" fill="currentColor"/>',
        "triangle": '<path d="M8 1l7 13H1z" fill="currentColor" stroke="currentColor" stroke-width="1.8"'
        ' stroke-linejoin="round"/><path d="M8 5.6v4M8 11v1.8" stroke="#fff" stroke-width="1.8"/>',
        "outline": '<path d="M8 2l6.3 11.6H1.7z" fill="none" stroke="currentColor" stroke-width="1.8"/>',
        "ticked": _RING.format(width="1.8", more="")
        + '<path d="M5 8.2l2.2 2.2 3.8-4.6" fill="none" stroke="currentColor" stroke-width="1.8"/>',
        "lens": '<circle cx="6.6" cy="6.6" r="4.4" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<path d="M10 10l4.4 4.4" stroke="currentColor" stroke-width="2.2"/>',
        "onward": '<path d="M2.5 3l5 5-5 5M8.5 3l5 5-5 5" fill="none" stroke="currentColor" stroke-width="2.2"/>',
        "square": '<rect x="3" y="3" width="10" height="10" fill="currentColor"/>',
        "alarm": '<path d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z" fill="currentColor"/>'
        '<path d="M8 4v5M8 10.6v1.8" stroke="#fff" stroke-width="2"/>',
        "clock": _RING.format(width="2", more="")
        + '<path d="M8 4.5V8l2.6 1.8" fill="none" stroke="currentColor" stroke-width="1.8"/>',
        "lock": '<rect x="3" y="7" width="10" height="7" fill="currentColor"/>'
        '<path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """tone: the class that gives the colour: ok, warn, bad, info, mute, lock."""

    shape: str
    tone: str
    label: str | Promise

    @property
    def icon(self) -> SafeString:
        return mark_safe(
            f'<svg viewBox="0 0 16 16" aria-hidden="true">{_SHAPES[self.shape]}</svg>'
        )  # constants of this module

    @property
    def drawing(self) -> SafeString:
        """The shape alone, 16 by 16, for a place inside another drawing."""
        return mark_safe(_SHAPES[self.shape])


def _marks(**rows: tuple[str, str, str | Promise]) -> Mapping[str, Mark]:
    return MappingProxyType({name: Mark(*row) for name, row in rows.items()})


FORMS: Final = _marks(
    planned=("ring", "mute", gettext_lazy("Planned")),
    to_do=("page", "info", gettext_lazy("To do")),
    optional=("plus", "mute", gettext_lazy("May be done")),
    in_progress=("half", "info", gettext_lazy("In progress")),
    complete=("tick", "ok", gettext_lazy("Complete")),
    not_done=("dash", "warn", gettext_lazy("Not done")),
    not_asked=("struck", "mute", gettext_lazy("Not asked")),
    query=("triangle", "bad", gettext_lazy("Query open")),
)
VISITS: Final = _marks(
    planned=("ring", "mute", gettext_lazy("Planned")),
    due=("dot", "info", gettext_lazy("Due")),
    late=("clock", "warn", gettext_lazy("Overdue")),
    not_held=("dash", "warn", gettext_lazy("Not done")),
)
PARTICIPANTS: Final = _marks(
    screening=("lens", "info", gettext_lazy("Screening")),
    screen_failed=("cross", "mute", gettext_lazy("Screening failed")),
    eligible=("tick", "ok", gettext_lazy("Eligible")),
    enrolled=("ticked", "ok", gettext_lazy("Enrolled")),
    on_treatment=("half", "info", gettext_lazy("On treatment")),
    follow_up=("onward", "info", gettext_lazy("Follow-up")),
    ended=("square", "mute", gettext_lazy("Ended")),
)
CRITERIA: Final = _marks(
    met=("tick", "ok", gettext_lazy("Met")),
    not_met=("cross", "bad", gettext_lazy("Not met")),
    unknown=("question", "warn", gettext_lazy("Cannot tell yet")),
)
QUERIES: Final = _marks(
    open=("triangle", "bad", gettext_lazy("Open")),
    answered=("outline", "warn", gettext_lazy("Answered")),
    closed=("tick", "mute", gettext_lazy("Closed")),
)
CLASSES: Final = _marks(  # of deviations
    not_decided=("question", "warn", gettext_lazy("Not decided")),
    important=("triangle", "bad", gettext_lazy("Important")),
    not_important=("tick", "mute", gettext_lazy("Not important")),
)
MESSAGES: Final = _marks(
    waiting=("clock", "info", gettext_lazy("Waiting")),
    sending=("half", "info", gettext_lazy("Being sent")),
    sent=("tick", "ok", gettext_lazy("Sent")),
    failed=("cross", "bad", gettext_lazy("Not sent")),
    unsure=("question", "warn", gettext_lazy("Perhaps sent")),
    void=("dash", "mute", gettext_lazy("Not needed")),
    shown=("page", "info", gettext_lazy("Shown here")),
)
DIARY: Final = Mark("lock", "lock", gettext_lazy("To look at"))
ALERT: Final = Mark("alarm", "bad", gettext_lazy("Alert"))


def warning(label: str) -> Mark:
    return Mark("clock", "warn", label)


def fine(label: str) -> Mark:
    return Mark("tick", "ok", label)
