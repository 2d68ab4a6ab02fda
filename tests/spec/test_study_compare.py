"""Two versions of a study: what changed, whether it may, and the least version that says so."""

import pytest
from tests.spec.small_study import FILES, LIBRARY, changed, load_small, small_study

from trialwright.study.compare import Change, check_amendment, compare, least_version
from trialwright.study.model import Study

F, S, C, D, P = "forms/body.yaml", "study.yaml", "schedule.yaml", "drug.yaml", "photos.yaml"

CHANGES = [
    # file, old, new, path, kind
    (S, "title: Two doses", "title: Both doses", "title", "text"),
    (F, "label: Weight", "label: Body weight", "forms.body.items.weight.label", "text"),
    (F, "range: 30..250", "range: 30..200", "forms.body.items.weight.high", "meaning"),
    (F, "unit: U/L", "unit: mU/L", "forms.body.items.alt.unit", "refused"),
    (F, "label: ALT, type: decimal", "label: ALT, type: integer", "forms.body.items.alt.type", "refused"),
    (
        F,
        "items:\n",
        "items:\n  new: {label: New, type: text, optional: true}\n",
        "forms.body.items.new",
        "addition",
    ),
    (F, "items:\n", "items:\n  new: {label: New, type: text}\n", "forms.body.items.new", "meaning"),
    (
        F,
        "  graded: {label: Grade, type: integer, codes: {0: None, 1: Some}}\n",
        "",
        "forms.body.items.graded",
        "refused",
    ),
    (F, "1: Some", "1: A little", "code_lists.body.graded.codes.1.label", "text"),
    (F, "1: Some}", "1: Some, 2: Much}", "code_lists.body.graded.codes.2", "addition"),
    (F, "0: None, 1: Some", "0: None", "code_lists.body.graded.codes.1", "refused"),
    (C, "day: 57", "day: 58", "visits.V8.day", "meaning"),
    (C, "x    x   x   .   o", "x    x   x   .   x", "activities.body.UNS", "meaning"),
    (C, "x    x   x   .   o", "x    x   x   o   o", "activities.body.V8", "addition"),
    ("terms.yaml", ">= 0.5", "> 0.5", "terms.better.rule", "meaning"),
    ("checks.yaml", "level: deviation", "level: query", "checks.dose_twice.level", "meaning"),
    ("checks.yaml", "ask: Two doses on one day.", "ask: Two doses?", "checks.dose_twice.ask", "text"),
    (
        "eligibility.yaml",
        "notices:\n  low: {when: itch.total < 2, text: Little itch.}\n",
        "",
        "notices.low",
        "meaning",
    ),
    (
        "eligibility.yaml",
        "exclusion:\n",
        "exclusion:\n  E2: {text: A, rule: age > 60, decided_at: SCR}\n",
        "criteria.E2",
        "meaning",
    ),
    ("analysis.yaml", "missing: non-response", "missing: left out", "estimands.primary.missing", "meaning"),
    (D, "expiry: 2027-06-30", "expiry: 2027-07-30", "stock", "meaning"),
    (D, "  last_day: 40\n", "", "doses.last_day", "meaning"),
    (P, "label: Leg", "label: Leg from the front", "photos.regions.leg.label", "text"),
    (P, "no face.", "no tattoo.", "photos.text", "text"),
    (P, "  leg: {label: Leg}\n", "", "photos.regions.leg", "refused"),
    (P, "  leg:", "  hand: {label: Hand}\n  leg:", "photos.regions.hand", "addition"),
    (P, "[V0, V4]", "[V4]", "photos.site_visits", "meaning"),
    (P, "per_day: 2", "per_day: 3", "photos.per_day", "meaning"),
    ("translations/zh-Hans.yaml", "Kind: 种类", "Arm: 上肢", "translations.zh-Hans.Kind", "text"),
]


@pytest.mark.parametrize(("file", "old", "new", "path", "kind"), CHANGES)
def test_change_is_told_apart(file: str, old: str, new: str, path: str, kind: str) -> None:
    if file.startswith("translations"):
        text = FILES[file].replace("  Kind: 种类\n", "")
    else:
        text = changed(file, old, new)
    kinds = {change.path: change.kind for change in compare(small_study(), small_study({file: text}))}
    assert kinds.get(path) == kind, kinds


def test_photos_that_come_are_an_addition_and_those_that_go_change_the_meaning() -> None:
    without = small_study({P: None})
    added = [one for one in compare(without, small_study()) if one.path == "photos"]
    assert [(one.kind, one.old) for one in added] == [("addition", "")]
    removed = [one for one in compare(small_study(), without) if one.path == "photos"]
    assert [(one.kind, one.new) for one in removed] == [("meaning", "")]


def test_same_study_has_no_changes() -> None:
    assert compare(small_study(), small_study()) == ()


def test_another_translation_is_a_text() -> None:
    text = FILES["translations/zh-Hans.yaml"] + "Body: 身体\n"
    changes = compare(small_study(), small_study({"translations/zh-Hans.yaml": text}))
    assert {change.kind for change in changes} == {"text"}


def test_weight_of_a_grid_cannot_change() -> None:
    library = {"itch/form.yaml": changed("itch/form.yaml", "weight: 0.5", "weight: 0.6", LIBRARY)}
    new = load_small({}, library).study
    assert new is not None
    kinds = {change.path: change.kind for change in compare(small_study(), new)}
    assert kinds["forms.itch.grid.rows.arm.constants"] == "refused"
    assert kinds["forms.itch.items.arm_score.derive"] == "refused"


def test_a_condition_added_or_taken_away_changes_the_meaning() -> None:
    text = changed(F, "type: decimal, unit: U/L", 'type: decimal, when: weight > "40 kg", unit: U/L')
    without, with_condition = small_study(), small_study({F: text})
    added = [one for one in compare(without, with_condition) if one.path.endswith("alt.when")]
    assert [(one.kind, one.old, one.new) for one in added] == [("meaning", "", 'weight > "40 kg"')]
    assert [one.new for one in compare(with_condition, without) if one.path.endswith("alt.when")] == [""]


@pytest.mark.parametrize(
    ("kinds", "least"),
    [
        ((), "1.2.3"),
        (("text",), "1.2.4"),
        (("text", "addition"), "1.3.0"),
        (("addition", "meaning"), "2.0.0"),
        (("refused",), "2.0.0"),
    ],
)
def test_least_version(kinds: tuple[str, ...], least: str) -> None:
    changes = tuple(Change("x", kind, "", "") for kind in kinds)  # type: ignore[arg-type]  # words of ChangeKind
    assert least_version("1.2.3", changes) == least


def version(number: str, amendment: str = "original") -> str:
    text = changed(S, "version: 1.0.0", f"version: {number}")
    return text.replace("amendment: original", f"amendment: {amendment}")


def amended(number: str, file: str, text: str, amendment: str = "original") -> Study:
    return small_study({S: version(number, amendment), file: text})


def test_amendment_needs_a_version_and_a_text() -> None:
    wider = changed(F, "range: 30..250", "range: 30..200")
    codes = [found.code for found in check_amendment(small_study(), amended("1.1.0", F, wider))]
    assert codes == ["version-too-low", "amendment-without-text"]
    assert check_amendment(small_study(), amended("2.0.0", F, wider, "Narrower weight")) == ()


def test_refused_change_is_refused_in_any_version() -> None:
    found = check_amendment(
        small_study(), amended("9.0.0", F, changed(F, "unit: U/L", "unit: mU/L"), "Units")
    )
    assert [(one.code, dict(one.parts)["path"]) for one in found] == [
        ("refused-change", "forms.body.items.alt.unit")
    ]


def test_texts_need_the_last_number_only() -> None:
    text = changed(F, "label: Weight", "label: Body weight")
    assert check_amendment(small_study(), amended("1.0.1", F, text)) == ()
    assert [one.code for one in check_amendment(small_study(), amended("1.0.0", F, text))] == [
        "version-too-low"
    ]
