"""Problems as the page lists them: the words, and the field that each belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext

from trialwright.values.problem import Problem
from trialwright.web.forms.layout import Layout
from trialwright.web.show import show_iso

_DAYS: Final = frozenset(
    {"date", "end", "today"}
)  # parts of problems that are days; all others stand as typed


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """field: id of the control's item, "" where the problem belongs to the whole page; target: another place of it."""

    field: str
    label: str
    text: str
    target: str = ""

    @property
    def anchor(self) -> str:
        """Where the line leads to on the page, "" for nowhere."""
        return self.target or (f"f-{self.field}" if self.field else "")


def item_of(where: str) -> str:
    """The last part of "W16 / form / item"."""
    return where.rpartition(" / ")[2]


def problem_lines(problems: Iterable[Problem], layout: Layout | None = None) -> tuple[ProblemLine, ...]:
    labels = {one.id: one.full_label for one in layout.entered()} if layout else {}
    lines = (_line(problem, labels) for problem in problems)
    return tuple(dict.fromkeys(lines))  # one reason is asked for all that changes: it is missing once


def said(problem: Problem) -> str:
    """The sentence, its days in the shape of the page's language; what was typed is repeated as it was typed."""
    parts = tuple((key, show_iso(part) if key in _DAYS else part) for key, part in problem.parts)
    return replace(problem, parts=parts).say(gettext)


def _line(problem: Problem, labels: dict[str, str]) -> ProblemLine:
    if problem.code == "reason-needed":
        return ProblemLine("reason_for_change", gettext("Reason for change"), said(problem))
    item = item_of(problem.where)
    known = item in labels
    criterion = dict(problem.parts).get("criterion")
    if criterion is not None:
        return ProblemLine("", "", said(problem), f"criterion-{criterion}")
    return ProblemLine(item if known else "", labels.get(item, ""), said(problem))
