"""Means by a mixed model in the plan. With everybody seen it is the regression of each visit by itself, which is done by hand."""

import numpy as np
import pytest
from scipy.stats import t
from tests.spec.analysis_data import TWO_ARMS, tell
from tests.spec.sensitivity_study import numbers_of, objections, run_on, shown, study_with

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Figure
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.wording import problem_text

pytestmark = pytest.mark.unmeasured

KEYS = "dataset: ADSCORE, parameters: [SCORE]"
PLAN = f"""
  means: {{label: Change by visit, method: mmrm, estimand: primary, topic: efficacy, {KEYS}, variables: [CHG], visits: [W12, W16, W34]}}
"""


def scores(number: int) -> tuple[float, float, float]:
    """Baseline, week 12 and week 16, no two of them a function of each other."""
    base = 10 + number % 7 * 1.5
    week_12 = 4 + 0.2 * base + 0.3 * (number * 5 % 11)
    week_16 = 3 + 0.1 * base + 0.4 * (number * 3 % 13)
    return base, float(f"{week_12:.1f}"), float(f"{week_16:.1f}")


def person(number: int, *visits: str, **more):
    base, week_12, week_16 = scores(number)
    seen = {"W12": f"{week_12:.1f}", "W16": f"{week_16:.1f}", "W34": f"{week_16 + number % 4:.1f}"}
    own = {visit: seen[visit] for visit in visits}
    return tell(f"{number:02}", f"{base:.1f}", ended=400, **own, **more)


WHOLE = tuple(person(number, "W12", "W16") for number in range(1, 25))


@pytest.fixture(scope="module")
def whole():
    return study_with(PLAN), run_on(study_with(PLAN), *WHOLE)[1]


def by_hand(which: int, level: float = 0.95) -> dict[str, float]:
    """The mean change at the mean baseline, from the least-squares line of that visit alone."""
    rows = np.array([scores(number) for number in range(1, 25)])
    base, change = rows[:, 0], rows[:, which] - rows[:, 0]
    slope, intercept = np.polyfit(base, change, 1)
    rest = change - intercept - slope * base
    n = len(base)
    se = float(np.sqrt(rest @ rest / (n - 2) / n))
    half = t.ppf((1 + level) / 2, n - 2) * se
    mean = float(change.mean())
    return {"n": n, "mean": mean, "se": se, "df": n - 2, "low": mean - half, "high": mean + half}


@pytest.mark.parametrize(("visit", "which"), [("W12", 1), ("W16", 2)])
def test_means_of_whole_data_by_hand(whole, visit, which):
    found = numbers_of(whole[1], f"means.{visit}")

    assert found == pytest.approx(by_hand(which), rel=1e-5)


def test_the_model_tells_what_was_fitted(whole):
    found = numbers_of(whole[1], "means")

    assert (found["subjects"], found["values"], found["parameters"]) == (24, 48, 3)
    assert whole[1].by_id["means.tried_1:converged"].value == 1
    assert whole[1].by_id["means.W16:mean"].method == "unstructured"
    assert "means.W34:mean" not in whole[1].by_id  # nobody was seen there


def test_the_order_of_the_people_plays_no_part(whole):
    _, other = run_on(study_with(PLAN), *WHOLE, order=False)

    assert {one.id: one.value for one in other.of("means")} == {
        one.id: one.value for one in whole[1].of("means")
    }


def test_values_from_a_composite_event_on_are_left_out(whole):
    """On day 90, between the visits; moving away is no such event."""
    failed = person(30, "W12", "W16", stopped=("harm", 90))
    moved = person(31, "W12", "W16", stopped=("moved", 90))
    results, dataset = run_on(study_with(PLAN), *WHOLE, failed, moved)
    seen = {
        visit: {results.codes[one] for one in dataset.by_id[f"means.{visit}:mean"].participants}
        for visit in ("W12", "W16")
    }

    assert {"30", "31"} <= seen["W12"]
    assert "31" in seen["W16"]
    assert "30" not in seen["W16"]


def test_a_simpler_covariance_is_taken_where_two_visits_were_never_seen_together():
    first = [person(number, "W12", "W16") for number in range(1, 21)]
    second = [person(number, "W16", "W34") for number in range(21, 41)]
    study = study_with(PLAN)
    _, dataset = run_on(study, *first, *second)
    tried = [
        (one.method, one.value, one.variant) for one in dataset.of("means") if one.statistic == "converged"
    ]

    assert tried == [
        ("unstructured", 0, "never-seen-together"),
        ("heterogeneous-toeplitz", 0, "never-seen-together"),
        ("heterogeneous-ar1", 1, ""),
    ]
    table = next(one for one in displays(study, dataset)[1] if not isinstance(one, Figure))
    assert (
        "Covariance of the visits, unstructured: left, because nobody was seen at two of the visits both."
        in table.notes
    )
    assert "Covariance of the visits, heterogeneous autoregressive: fitted, converged." in table.notes


REFUSED_BY_DATA = [
    (
        "nobody was seen at both visits",
        [person(number, "W12" if number % 2 else "W16") for number in range(1, 21)],
        "mmrm-no-fit",
    ),
    ("too few", [person(1, "W12"), person(2, "W12")], "mmrm-not-possible"),
    (
        "nothing varies",
        [tell(f"{number:02}", f"{number}.0", W12=f"{number - 1}.0", ended=400) for number in range(11, 20)],
        "mmrm-not-possible",
    ),
]


@pytest.mark.parametrize(("title", "people", "code"), REFUSED_BY_DATA)
def test_what_does_not_converge_says_so_in_both_languages(title, people, code):
    study = study_with(PLAN)
    results, dataset = run_on(study, *people)
    (found,) = (one for one in results.problems if one.where == study.analyses["means"].place)

    assert (found.code, found.severity) == (code, "warning"), title
    assert problem_text(shown(study, dataset), found) == found.text
    assert "访视" in problem_text(shown(study, dataset, "zh-Hans"), found)
    assert [one.statistic for one in dataset.of("means")] == ["subjects"]
    (table,) = displays(study, dataset)[1]
    assert any(f"not analysed: {found.text}" in note for note in table.notes)


def test_few_people_are_warned_of():
    study = study_with(PLAN)
    people = [person(number, "W12", "W16", "W34") for number in range(1, 12)]
    results, _ = run_on(study, *people)
    (found,) = (one for one in results.problems if one.where == study.analyses["means"].place)

    assert (found.code, found.severity) == ("mmrm-few-participants", "warning")
    assert "6 parameters of covariance, from 11 participants" in found.text


def test_nobody_at_all_is_no_mean():
    study = study_with(PLAN)
    _, dataset = run_on(study, tell("01", "10"))
    (table,) = displays(study, dataset)[1]

    assert dataset.by_id["means:subjects"].value == 0
    assert table.rows[0][0] == "No values"


def test_each_arm_has_its_means():
    study = study_with(PLAN, arms=TWO_ARMS, model="Parallel")
    people = [person(number, "W12", "W16", arm="A" if number % 2 else "B") for number in range(1, 31)]
    _, dataset = run_on(study, *people)
    odd = np.array([scores(number) for number in range(1, 31, 2)])

    assert dataset.by_id["means.W16.A:n"].value == dataset.by_id["means.W16.B:n"].value == 15
    # One slope for both arms: the arm's own mean, moved along it to the mean baseline of all.
    means = numbers_of(dataset, "means.W16.A")
    assert means["low"] < (odd[:, 2] - odd[:, 0]).mean() < means["high"]
    assert means["mean"] != numbers_of(dataset, "means.W16.B")["mean"]


@pytest.mark.parametrize("arm", ["A", "B"])
def test_where_one_arm_of_two_has_values_the_means_are_its_own(arm):
    """As of one arm: the numbers of the study without arms, by hand, and under the name of the arm."""
    study = study_with(PLAN, arms=TWO_ARMS, model="Parallel")
    people = [person(number, "W12", "W16", arm=arm) for number in range(1, 25)]
    unseen = tell("40", "9.0", arm="B" if arm == "A" else "A")
    _, dataset = run_on(study, *people, unseen)

    assert numbers_of(dataset, f"means.W16.{arm}") == pytest.approx(by_hand(2), rel=1e-5)
    mean = dataset.by_id[f"means.W16.{arm}:mean"]
    assert (mean.group, len(mean.participants), len(mean.events) > 0) == (arm, 24, True)
    assert {one.group for one in dataset.of("means") if one.statistic == "mean"} == {arm}


REFUSED = [
    ("dataset: ADTTE, parameters: [BACK], variables: [AVAL], visits: [W12]", "dataset-of-another-class"),
    (f"{KEYS}, variables: [AVAL, CHG], visits: [W12]", "variable-not-modelled"),
    (f"{KEYS}, variables: [ADY], visits: [W12]", "variable-not-modelled"),
    ("dataset: ADSCORE, parameters: [NOTE], variables: [CHG], visits: [W12]", "parameter-no-score"),
    (f"{KEYS}, visits: [W12]", "analysis-without-key"),
    (f"{KEYS}, variables: [CHG]", "analysis-without-key"),
]


@pytest.mark.parametrize(("keys", "code"), REFUSED)
def test_what_cannot_be_modelled_is_refused(keys, code):
    plan = f"\n  other: {{label: Other, method: mmrm, population: full, {keys}}}\n"

    assert objections(plan, "other") == [code]


# ---------------------------------------------------------------- displays


def displays(study, dataset, language="en"):
    document = make_document(shown(study, dataset, language))
    return document, [one for one in document.displays() if one.notes and "means" in one.notes[-1]]


def test_the_table_and_the_figure_show_the_means(whole):
    document, (figure, table) = displays(*whole)
    rows = [[show(cell, whole[1], document.words) for cell in row] for row in table.rows]

    assert isinstance(figure, Figure)
    assert rows[1] == [
        "Week 16",
        "24",
        *(f"{by_hand(2)[name]:.2f}" for name in ("mean", "se")),
        "22.0",
        *(f"{by_hand(2)[name]:.2f}" for name in ("low", "high")),
    ]
    assert figure.alt == f"Week 12: {by_hand(1)['mean']:.1f}; Week 16: {by_hand(2)['mean']:.1f}"
    assert set(figure.results) <= set(whole[1].by_id)


def test_the_displays_speak_chinese_and_tell_of_no_control_group(whole):
    _, made = displays(*whole, language="zh-Hans")

    assert len(made) == 2
    assert all(any("对照组" in note for note in one.notes) for one in made)
    assert "标准误" in made[1].head
