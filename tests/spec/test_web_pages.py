"""Contexts of pages, made without HTTP: what was changed in a form, and where marks stand on drawings."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils.translation import override
from tests.spec.builders import STUDY

from trialwright.ledger.casebook import Entry, Record
from trialwright.ledger.commands import Typed
from trialwright.ledger.messages import problem
from trialwright.ledger.rights import Denied
from trialwright.study.model import Form, Item
from trialwright.values.datum import Datum, Missing, Value
from trialwright.web.forms.layout import Control, control_for
from trialwright.web.forms.posted import Place, read_posted
from trialwright.web.participants.curve import Measured, draw_curve
from trialwright.web.participants.timeline import places_of, width_of
from trialwright.web.refusals import denial_words

WEIGHT = Item(
    "vitals", "weight", "Weight", "decimal", "v:1:1", unit="kg", units=(("lb", Fraction("0.45359237")),)
)
HERE = Place("p1", "W0", "vitals")


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
    drawing = draw_curve("Score", measured(*range(1, 40)), baseline=None, lines=[])

    assert drawing is not None
    labelled = [point.x for point in drawing.points if point.is_labelled]
    assert all(after - before >= 38 for before, after in itertools.pairwise(labelled))


def test_a_refusal_names_the_role_in_the_language_of_the_page() -> None:
    study = replace(STUDY, translations={"zh-Hans": {"Monitor": "监查员"}})
    denied = Denied(problem("denied-write", "S01 / forms", role="Monitor"), study)

    with override("zh-hans"):
        assert denial_words(denied) == "您的角色（监查员）无权录入或修改此内容。"
    with override("en"):
        assert denial_words(denied) == "Your role (Monitor) may not enter or change this."


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Screening", 9), ("筛选", 4), ("提前终止访视", 12)])
def test_a_label_is_as_wide_as_its_letters(text: str, width: int) -> None:
    assert width_of(text) == width


def test_visits_keep_a_distance_that_their_labels_need() -> None:
    days: list[date | None] = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 12, 1), None]
    places = places_of(days)

    assert all(after - before >= 62 for before, after in itertools.pairwise(places))
