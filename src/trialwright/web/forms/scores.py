"""Computed values beside a form: the one that the study draws as a curve stands large."""

from dataclasses import dataclass

from trialwright.web.forms.layout import Layout
from trialwright.web.forms.opened import Opened
from trialwright.web.show import show_datum


@dataclass(frozen=True, slots=True)
class Score:
    id: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Scores:
    main: Score | None
    others: tuple[Score, ...]


def derived_of(opened: Opened, layout: Layout) -> tuple[Score, ...]:
    """The text of every computed item of the record, in the grid and beside it."""
    record, study = opened.record, opened.book.study
    return tuple(
        Score(
            one.id,
            one.label,
            show_datum(
                study,
                opened.form.items[one.id],
                entry.datum if record and (entry := record.items.get(one.id)) else None,
                opened.language,
            ),
        )
        for one in layout.every()
        if one.control == "derived"
    )


def scores_of(opened: Opened, layout: Layout) -> Scores:
    """Those outside the grid that the role may see."""
    beside = {one.id for one in layout.scores} - opened.hidden_here
    scores = tuple(score for score in derived_of(opened, layout) if score.id in beside)
    drawn = {curve.item for curve in opened.book.study.curves}
    main = next((score for score in scores if f"{opened.form.id}.{score.id}" in drawn), None)
    return Scores(main, tuple(score for score in scores if score is not main))
