"""Contexts of pages, made without HTTP: what was changed in a form, and where marks stand on drawings."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils.translation import override
from tests.spec.builders import STUDY
from tests.spec.small_study import small_study
from tests.spec.study_folders import casebook

from trialwright.ledger.casebook import Entry, Record
from trialwright.ledger.commands import Typed
from trialwright.ledger.messages import problem
from trialwright.ledger.rights import Denied
from trialwright.schedule.visits import PlannedVisit, Window
from trialwright.study.model import Form, Item
from trialwright.values.datum import Datum, Missing, Value
from trialwright.values.parse import ItemSpec, parse
from trialwright.values.problem import Problem
from trialwright.web.calendar import early_or_late, outside_words
from trialwright.web.forms.layout import Control, control_for
from trialwright.web.forms.opening import is_place
from trialwright.web.forms.posted import Place, read_posted
from trialwright.web.forms.problems import problem_lines
from trialwright.web.marks import CRITERIA, FORMS, PARTICIPANTS, QUERIES, VISITS, Mark
from trialwright.web.participants.curve import Drawing, Measured, draw_curve
from trialwright.web.participants.order import width_of, years_of
from trialwright.web.participants.timeline import places_of
from trialwright.web.refusals import denial_words
from trialwright.web.show import show_iso

WEIGHT = Item(
    "vitals", "weight", "Weight", "decimal", "v:1:1", unit="kg", units=(("lb", Fraction("0.45359237")),)
)
HERE = Place("p1", "W0", "vitals")


def test_a_page_of_a_form_shows_entries_of_a_diary_and_begins_none() -> None:
    entry = ("", "diary_day", 20260301)
    study = small_study()
    book = casebook(study, {entry: {"itch": "6"}})
    form = study.forms["diary_day"]
    assert is_place(book, form, Place("p1", *entry))
    assert not is_place(book, form, Place("p1", "", "diary_day", 20260302))
    assert not is_place(book, form, Place("p1", "", "diary_day", 0))


def record(**data: Datum) -> Record:
    return Record("W0", "vitals", 0, {item: Entry(datum, 3) for item, datum in data.items()}, 3, "hash")


@pytest.mark.parametrize(
    ("stored", "post", "changes"),
    [
        (None, {"weight": "70"}, {"weight": Typed("70", "kg")}),
        (None, {"weight": " "}, {}),
        (None, {"weight": "", "weight.unit": "lb"}, {}),
        (None, {"weight": "150", "weight.unit": "lb"}, {"weight": Typed("150", "lb")}),
        (None, {"weight": "", "weight.missing": "not_done"}, {"weight": Missing("not_done")}),
        (Value("70"), {}, {}),
        (Value("70"), {"weight": "70"}, {}),
        (Value("68", "150", "lb"), {"weight": "150", "weight.unit": "lb"}, {}),
        (Value("70"), {"weight": ""}, {"weight": Typed("", "kg")}),
        (Value("70"), {"weight": "70", "weight.missing": "lost"}, {"weight": Missing("lost")}),
        (Missing("lost"), {"weight": "", "weight.missing": "lost"}, {}),
        (Missing("lost"), {"weight": "70", "weight.missing": "lost"}, {"weight": Typed("70", "kg")}),
        (Missing("lost"), {"weight": "", "weight.missing": ""}, {"weight": Typed("", "kg")}),
        (None, {"weight": "", "weight.missing": "no_such_reason"}, {}),
    ],
)
def test_only_what_changed_is_saved(
    stored: Datum | None, post: dict[str, str], changes: dict[str, object]
) -> None:
    form = Form("vitals", "Vital signs", "visit", {"weight": WEIGHT}, "v:1:1")
    found = read_posted(
        form, record(weight=stored) if stored else None, {"base": "3", "command": "c", **post}, HERE
    )

    assert (dict(found.items), found.problems) == (changes, ())


def test_a_page_without_its_hidden_fields_is_refused() -> None:
    form = Form("vitals", "Vital signs", "visit", {"weight": WEIGHT}, "v:1:1")

    assert [one.code for one in read_posted(form, None, {"weight": "70"}, HERE).problems] == [
        "page-incomplete"
    ]


@pytest.mark.parametrize(
    ("item", "answers", "control"),
    [
        (Item("f", "a", "A", "boolean", "f:1:1"), 0, "yes_no"),
        (
            Item("f", "a", "A", "integer", "f:1:1", low=Fraction(0), high=Fraction(10), low_label="none"),
            0,
            "rating",
        ),
        (Item("f", "a", "A", "integer", "f:1:1", low=Fraction(0), high=Fraction(100)), 0, "number"),
        (Item("f", "a", "A", "text", "f:1:1", length=60), 0, "text"),
        (Item("f", "a", "A", "text", "f:1:1", length=2000), 0, "area"),
        (Item("f", "a", "A", "partial_date", "f:1:1"), 0, "date"),
        (Item("f", "a", "A", "time", "f:1:1"), 0, "time"),
        (Item("f", "a", "A", "integer", "f:1:1", code_list="c", row="r", column="k"), 5, "seg"),
        (Item("f", "a", "A", "integer", "f:1:1", code_list="c", row="r", column="k"), 7, "select"),
        (Item("f", "a", "A", "code", "f:1:1", code_list="c"), 7, "radios"),
        (Item("f", "a", "A", "code", "f:1:1", code_list="c"), 8, "select"),
        (Item("f", "a", "A", "code", "f:1:1", code_list="c", widget="buttons"), 8, "radios"),
        (Item("f", "a", "A", "code", "f:1:1", code_list="c", widget="list"), 2, "select"),
        (Item("f", "a", "A", "text", "f:1:1", widget="lines"), 0, "area"),
        (
            Item("f", "a", "A", "integer", "f:1:1", low=Fraction(0), high=Fraction(10), widget="scale"),
            0,
            "rating",
        ),
    ],
)
def test_an_item_takes_the_control_of_its_type(item: Item, answers: int, control: Control) -> None:
    assert control_for(item, answers) == control


def measured(*values: int) -> list[Measured]:
    return [
        Measured(f"W{at}", date(2026, 3, 1) + timedelta(days=14 * at), Fraction(one))
        for at, one in enumerate(values)
    ]


def test_no_value_draws_nothing() -> None:
    assert draw_curve("Score", [], baseline=None, lines=[]) is None


def test_the_highest_value_stays_below_the_top_line() -> None:
    drawing = draw_curve(
        "Score", measured(72, 3, 0), baseline=Fraction(72), lines=[("90 %", Fraction(1, 10))]
    )

    assert drawing is not None
    assert min(point.y for point in drawing.points) >= min(level.y for level in drawing.levels)
    assert [line.text for line in drawing.lines] == ["90 % (7.2)"]


def test_a_baseline_of_nothing_draws_no_lines() -> None:
    drawing = draw_curve("Score", measured(5), baseline=Fraction(0), lines=[("90 %", Fraction(1, 10))])

    assert drawing is not None
    assert drawing.lines == ()


def test_labels_of_lines_stand_beside_the_plot_and_apart() -> None:
    lines = [("75 %", Fraction(1, 4)), ("90 %", Fraction(1, 10))]
    drawing = draw_curve("Score", measured(6, 5, 2, 1), baseline=Fraction(6), lines=lines)
    plain = draw_curve("Score", measured(6, 5, 2, 1), baseline=None, lines=lines)

    assert drawing is not None
    assert plain is not None
    assert plain.right > drawing.right
    assert max(point.x for point in drawing.points) < drawing.right
    upper, lower = drawing.lines
    assert lower.label_y - upper.label_y >= 13
    assert [line.text for line in drawing.lines] == ["75 % (1.5)", "90 % (0.6)"]


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    drawing = draw_curve("Score", measured(*range(1, 120)), baseline=None, lines=[])

    assert drawing is not None
    assert 2 < sum(point.label is not None for point in drawing.points) < 119
    assert all(point.words.startswith("W") for point in drawing.points)
    assert all(not overlap(one, other) for one, other in itertools.combinations(boxes(drawing), 2))


def boxes(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    """What the labels of the points cover."""
    labels = [point.label for point in drawing.points if point.label]
    return [
        (one.x - len(one.text) * 3.8, one.y - 6, one.x + len(one.text) * 3.8, one.y + 6) for one in labels
    ]


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_no_label_covers_a_point_or_a_line_of_the_curve() -> None:
    """As two high values soon after each other, a low one on the line of a part of baseline, and a rise."""
    values = [
        Measured(visit, date(2026, 1, 1) + timedelta(days=day), Fraction(value))
        for visit, day, value in (
            ("SCR", 0, "5.5"),
            ("W0", 14, "5.9"),
            ("W2", 28, "2.4"),
            ("W34", 240, "0.2"),
            ("W52", 371, "5.1"),
        )
    ]
    drawing = draw_curve("Score", values, baseline=Fraction("5.9"), lines=[("90 %", Fraction(1, 10))])

    assert drawing is not None
    told = {point.words: point.label.text for point in drawing.points if point.label}
    assert told["W0: 5.9"] == "5.9"
    assert told["W34: 0.2"] == "0.2"
    for left, top, right, bottom in boxes(drawing):
        assert not any(left < point.x < right and top < point.y < bottom for point in drawing.points)
        assert not any(top < line.y < bottom for line in drawing.lines)


def test_two_visits_close_together_are_both_named() -> None:
    values = [
        Measured(visit, date(2026, 1, 1) + timedelta(days=day), Fraction(1))
        for visit, day in (("Screening", 0), ("W0", 14), ("W2", 16), ("W52", 371))
    ]
    drawing = draw_curve("Score", values, baseline=None, lines=[])

    assert drawing is not None
    rows = {mark.text: mark.y for mark in drawing.visits}
    assert list(rows) == ["Screening", "W0", "W52"]
    assert rows["Screening"] < rows["W0"]


@pytest.mark.parametrize("family", [FORMS, VISITS, PARTICIPANTS, CRITERIA, QUERIES])
def test_no_two_states_share_a_shape(family: Mapping[str, Mark]) -> None:
    assert len({mark.shape for mark in family.values()}) == len(family)
    assert "eye" not in {mark.shape for mark in family.values()}


def test_a_year_stands_where_it_begins() -> None:
    days = [date(2025, 10, 22), date(2025, 11, 5), None, date(2026, 1, 13), date(2026, 11, 11)]

    assert years_of(days) == ["2025", "", "", "2026", ""]


@pytest.mark.parametrize(
    ("held", "outside", "short", "whole"),
    [
        (date(2026, 3, 9), 0, "", ""),
        (date(2026, 3, 7), 1, "1 d early", "1 day before the window"),
        (date(2026, 3, 14), 3, "3 d late", "3 days after the window"),
    ],
)
def test_how_far_a_visit_lies_from_its_window(held: date, outside: int, short: str, whole: str) -> None:
    window = Window(date(2026, 3, 9), date(2026, 3, 8), date(2026, 3, 11))
    visit = PlannedVisit("W2", "W2", window, False, True, held, None, outside, "held")

    with override("en"):
        assert (early_or_late(visit), outside_words(visit)) == (short, whole)


def test_a_refusal_names_the_role_in_the_language_of_the_page() -> None:
    study = replace(STUDY, translations={"zh-Hans": {"Monitor": "监查员"}})
    denied = Denied(problem("denied-write", "S01 / forms", role="Monitor"), study)

    with override("zh-hans"):
        assert denial_words(denied) == "您的角色（监查员）无权录入或修改此内容。"
    with override("en"):
        assert denial_words(denied) == "Your role (Monitor) may not enter or change this."


def test_days_in_messages_have_the_shape_of_the_page() -> None:
    late = problem("visit-after-end", "W16 / visit / date", date="2026-10-27", end="2026-10-26")

    with override("en"):
        (line,) = problem_lines((late,))
    assert line.text.startswith("The participant ended on 26 Oct 2026; 27 Oct 2026 lies after it.")


@pytest.mark.parametrize("unit", ["2026-13-45", "2026-01-01"])
def test_what_was_typed_is_repeated_as_it_was_typed(unit: str) -> None:
    found = parse(ItemSpec("decimal", unit="kg"), "70", unit)

    assert isinstance(found, Problem)
    with override("en"):
        (line,) = problem_lines((found,))
    assert unit in line.text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-03-14", "14 Mar 2026"),
        ("2026-03", "Mar 2026"),
        ("2026", "2026"),
        ("2026-13", "2026-13"),
        ("2026-13-45", "2026-13-45"),
        ("2026-02-29", "2026-02-29"),
        ("²026-03", "²026-03"),
        ("2026-03-14T08:30Z", "2026-03-14T08:30Z"),
        ("", ""),
    ],
)
def test_only_a_date_is_shown_as_a_date(stored: str, shown: str) -> None:
    with override("en"):
        assert show_iso(stored) == shown


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Screening", 9), ("筛选", 4), ("提前终止访视", 12)])
def test_a_label_is_as_wide_as_its_letters(text: str, width: int) -> None:
    assert width_of(text) == width


def test_visits_keep_a_distance_that_their_labels_need() -> None:
    days: list[date | None] = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 12, 1), None]
    places = places_of(days)

    assert all(after - before >= 62 for before, after in itertools.pairwise(places))
