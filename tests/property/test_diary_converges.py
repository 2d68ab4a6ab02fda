"""Phones send late, twice and in any order; what is known in the end depends on what was sent, and on nothing else."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.spec.diary_study import Phones, entry, with_diary

from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.apply import Happening, advance_all, replay
from trialwright.ledger.casebook import Casebook, Query
from trialwright.ledger.commands import EnterDiary
from trialwright.ledger.diary_entries import holes, standing_entries
from trialwright.ledger.diary_scores import diary_days
from trialwright.ledger.reader import CasebookReader

BEGIN = with_diary().join("phone2")
IDS = [f"e{number}" for number in range(7)]
ITEMS = [
    {"itch": "4"}, {"itch": "9"}, {"itch": "10", "secret": "7"}, {"itch": "2", "secret": "9"}, {"itch": "!refused"},
    {"secret": "6"}, {"itch": "7", "why": "heat"}, {}, {"itch": "eleven"}, {"itch": "6", "no_item": "1"},
]  # fmt: skip
REPORTS = [{"words": "dizzy"}, {"words": "very dizzy"}, {}]
TIMES = ["2026-03-02 19:00", "2026-03-02 21:00", "2026-03-02 21:00", "2026-03-03 08:00", "2026-03-05 08:00"]


@st.composite
def entries(draw: Any) -> list[EnterDiary]:
    """Some of two days from two phones, and told by telephone: corrections, circles of them, what cannot be read; and
    reports, whose corrections come at another second, and may name another day."""
    found = []
    for number, name in enumerate(IDS[: draw(st.integers(2, len(IDS)))], start=1):
        source = draw(st.sampled_from(["phone", "phone", "phone", "telephone"]))
        corrects = draw(st.sampled_from(["", "", *IDS[:4]]))
        root = corrects and draw(st.sampled_from([corrects, IDS[0]]))
        form = draw(st.sampled_from(["diary_day", "diary_day", "diary_report"]))
        answers = ITEMS[:8] if source == "telephone" else ITEMS
        items = draw(st.sampled_from(answers if form == "diary_day" else REPORTS))
        reason = "told" if source == "telephone" else draw(st.sampled_from(["misread", "misread", None]))
        found.append(
            entry(
                name,
                draw(st.sampled_from(["2026-03-02", "2026-03-02", "2026-03-03"])),
                items,
                form=form,
                number=draw(st.sampled_from([number, number, number + 3])),
                at=draw(st.sampled_from(TIMES)),
                source=source,
                device=draw(st.sampled_from(["phone1", "phone2"])),
                root=root,
                corrects=corrects,
                reason=reason,
                definition=draw(st.sampled_from(["", "", "", "0" * 64])) if source == "phone" else "",
                clock_off_seconds=draw(st.sampled_from([0, 0, 4000])) if source == "phone" else 0,
            )
        )
    return found


def after(sent: Sequence[EnterDiary]) -> Phones:
    walk = copy.copy(BEGIN)
    walk.log = [*BEGIN.log]
    for command in sent:
        walk.entered(command)
    return walk


def fires(book: Casebook, query: Query) -> bool:
    """What cannot be told any more leaves a query of another form as it is, whichever way it came there."""
    check = next(one for one in book.study.checks_about() if one.id == query.check)
    place = Place(query.visit or None, query.form, query.repeat)
    return evaluate(check.when.node, CasebookReader(book), place).value is True


def known_of(book: Casebook) -> dict[str, object]:
    """All that a casebook says of its diary, but when it came."""
    own = [query for query in book.queries.values() if book.study.forms[query.form].ask is not None]
    others = [
        query for query in book.queries.values() if query.check and query not in own and fires(book, query)
    ]
    return {
        "records": {
            key: (
                {item: (one.datum, one.is_derived) for item, one in record.items.items()},
                record.definition,
                record.is_removed,
            )
            for key, record in book.records.items()
        },
        "entries": {name: replace(one, sequence=0, received="") for name, one in book.entries.items()},
        "queries": {(one.id, one.state, one.visit, one.form, one.repeat, one.item) for one in own},
        "queries of other forms": {
            (one.check, one.state, one.visit, one.form, one.repeat) for one in others if one.state != "closed"
        },
        "days": diary_days(book),
        "holes": holes(book),
        "standing": {key: one.id for key, one in standing_entries(book).items()},
    }


@pytest.mark.requirement("F42")
@settings(max_examples=250, deadline=None)
@given(entries(), st.data())
def test_any_order_of_the_same_entries_gives_the_same_casebook(
    sent: list[EnterDiary], data: st.DataObject
) -> None:
    """Two phones, corrections before what they correct, what is kept aside, the same twice: nothing is lost."""
    others = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent), max_size=3))]))
    one, other = after(sent), after(others)

    assert known_of(one.book) == known_of(other.book)
    assert set(one.book.entries) == {command.command_id for command in sent}
    assert len([row for row in other.log if type(row.body).__name__ == "DiaryEntered"]) == len(sent)


@settings(max_examples=60, deadline=None)
@given(entries())
def test_the_log_gives_the_diary_back(sent: list[EnterDiary]) -> None:
    walk = after(sent)
    happenings = [
        Happening(
            *(row.body, row.values, row.sequence, row.envelope.site, row.envelope.definition_hash),
            row.envelope.server_utc,
        )
        for row in walk.log
    ]

    assert replay(walk.study, "p1", walk.log) == walk.book
    at_once = advance_all(Casebook(walk.study, "p1"), happenings)
    assert replace(at_once, head=walk.book.head) == walk.book
