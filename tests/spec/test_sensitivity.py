"""Imputed proportions and tipping points of the plan, against numbers found on another road."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import beta, t
from tests.spec.analysis_data import ONE_ARM, TWO_ARMS, day, make_person, tell
from tests.spec.sensitivity_study import numbers_of, objections, run_on, shown, study_with

from trialwright.analysis import impute_normal
from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.methods import method_blocks
from trialwright.analysis.displays.model import Figure, Number, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.displays.words import METHOD_WORDS
from trialwright.analysis.imputing import answers_of, scores_of
from trialwright.analysis.methods.scale import Scale
from trialwright.analysis.plan_check import check_analyses
from trialwright.analysis.trace_text import label_of_statistic
from trialwright.analysis.trial import make_trial
from trialwright.analysis.wording import problem_text
from trialwright.datasets.frames import frames

pytestmark = pytest.mark.unmeasured

KEYS = "dataset: ADSCORE, parameters: [SCORE], visits: [W12, W16]"
PLAN = f"""
  filled: {{label: Filled, estimand: primary, method: imputed_proportion, {KEYS}, options: {{m: 40, seed: 7, offset: 0.5}}, sensitivity_of: primary}}
  tipped:
    label: Tipped
    estimand: primary
    method: tipping_point
    dataset: ADSCORE
    parameters: [SCORE]
    visits: [W12, W16]
    options: {{m: 40, seed: 7, offset: 0.5, against: 0.4, worse: higher, deltas: 0 0.05 0.1 1}}
    sensitivity_of: primary
"""


def scores(number: int) -> tuple[str, str, str]:
    """Baseline, week 12 and week 16 of somebody, of whom about half respond; no function of the two before."""
    base = 10 + number % 5 * 2.5
    week_12 = base * (0.05 + 0.04 * (number * 7 % 11))
    week_16 = week_12 * 0.25 + 0.2 * (number * 5 % 7)
    return f"{base:.1f}", f"{week_12:.1f}", f"{week_16:.1f}"


def seen(number: int, **more):
    base, week_12, week_16 = scores(number)
    return tell(f"{number:02}", base, **{"W12": week_12, "W16": week_16, "ended": 400, **more})


def missing(number: int, **more):
    """Seen at week 12 only."""
    base, week_12, _ = scores(number)
    return tell(f"{number:02}", base, **{"W12": week_12, "ended": 400, **more})


PEOPLE = (
    *(seen(number) for number in range(1, 25)),
    *(missing(number) for number in range(25, 30)),
    missing(30, stopped=("harm", 90)),
    seen(31, stopped=("harm", 90)),
    missing(32, stopped=("moved", 90)),
    tell("33", "0", ended=400),
)


@cache
def made(order: bool = True, plan: str = PLAN):
    return run_on(study_with(plan), *PEOPLE, order=order)


def names(results, codes):
    by_code = {code: one for one, code in results.codes.items()}
    return {by_code[f"{code:02}"] for code in codes}


def test_who_is_imputed_is_decided_with_the_headline():
    results, dataset = made()
    found = numbers_of(dataset, "filled")

    assert (found["n"], found["imputed"], found["by_event"], found["not_imputed"]) == (33, 6, 2, 1)
    assert set(dataset.by_id["filled:imputed"].participants) == names(results, [*range(25, 30), 32])
    assert set(dataset.by_id["filled:by_event"].participants) == names(results, [30, 31])
    assert set(dataset.by_id["filled:not_imputed"].participants) == names(results, [33])
    assert (found["m"], found["seed"]) == (40, 7)


def filled_by_hand(worse: float = 0.0) -> np.ndarray:
    """Responders in each set: from the participants as they are told above, and 10 v <= b in whole tenths."""
    numbers = [*range(1, 30), 32]
    base = np.array([*(float(scores(one)[0]) for one in numbers), 0])  # 33 was never seen, and cannot respond
    values = np.array(
        [*([float(scores(one)[1]), float(scores(one)[2])] for one in numbers), [np.nan, np.nan]]
    )
    values[24:, 1] = np.nan
    scale = Scale(0.5, 0, 72, 1)
    sets = impute_normal(
        values, m=40, rng=np.random.default_rng([7, 0]), covariates=np.log(base + 0.5)[:, None], scale=scale
    )
    last = sets[:, :, 1].copy()
    last[:, 24:] = np.clip(np.round(last[:, 24:] + worse * base[24:], 1), 0, 72)
    return (10 * np.rint(10 * last) <= np.rint(10 * base))[:, :-1].sum(axis=1)


def test_the_pooled_proportion_by_hand():
    """Rubin 1987 and Barnard & Rubin 1999 written out, on the logit, of responders counted by hand."""
    responders, n, m = filled_by_hand(), 33, 40
    p = responders / n
    q, u = logit(p), 1 / (n * p * (1 - p))
    within, between = u.mean(), q.var(ddof=1)
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total
    observed = (n - 1 + 1) / (n - 1 + 3) * (n - 1) * (1 - share)
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    half = t.ppf(0.975, df) * np.sqrt(total)
    ratio = share / (1 - share)
    found = numbers_of(made()[1], "filled")

    assert between > 0
    assert found["proportion"] == pytest.approx(expit(q.mean()))
    assert found["low"] == pytest.approx(expit(q.mean() - half))
    assert found["high"] == pytest.approx(expit(q.mean() + half))
    assert found["df"] == pytest.approx(df)
    assert found["missing_information"] == pytest.approx((ratio + 2 / (df + 3)) / (ratio + 1))


def test_wilsons_interval_of_imputed_sets_holds_the_estimate():
    found = numbers_of(made()[1], "filled")

    assert found["wilson_low"] < found["proportion"] < found["wilson_high"]
    assert found["wilson_low"] == pytest.approx(found["low"], abs=0.02)


def test_the_same_seed_gives_the_same_numbers_in_whatever_order_the_people_come():
    for analysis in ("filled", "tipped"):
        first, second = (
            {one.id: one.value for one in made(order)[1].of(analysis)} for order in (True, False)
        )
        assert first == second


def test_another_seed_gives_other_sets():
    other = made(plan=PLAN.replace("seed: 7", "seed: 8"))[1]

    assert numbers_of(other, "filled")["proportion"] != numbers_of(made()[1], "filled")["proportion"]


RULED = [("a tenth of the baseline", 1.0, True), ("a tenth more", 1.1, False), ("nothing left", 0.0, True)]


@pytest.mark.parametrize(("title", "score", "answer"), RULED)
def test_the_endpoints_own_rule_is_asked_of_what_was_imputed(title, score, answer):
    """Exactly: a reduction of 90 % of 10 is 1.0."""
    study = study_with(PLAN)
    person = missing(25)
    assert scores(25)[0] == "10.0"
    book, _ = make_person(study, person)
    trial = make_trial(study, frames(study, [book]), {}, None)
    analysis = study.analyses["filled"]
    (found,) = scores_of(trial, analysis).values()

    assert answers_of(trial, analysis, found.imputed, np.array([[score]])) == [[answer]], title


# ---------------------------------------------------------------- tipping point


def test_every_number_of_those_missing_is_told_exactly():
    """7 missing, one of whom cannot respond; limits by quantiles of the beta distribution in SciPy."""
    dataset = made()[1]
    headline = numbers_of(dataset, "primary")
    steps = [numbers_of(dataset, f"tipped.k_{k}") for k in range(8)]

    assert [one["responders"] for one in steps] == [headline["responders"] + k for k in range(8)]
    assert steps[0]["low"] == pytest.approx(headline["low"])
    for one in steps:
        x, n = one["responders"], 33
        assert one["low"] == pytest.approx(beta.ppf(0.025, x, n - x + 1))
        assert one["high"] == pytest.approx(beta.ppf(0.975, x + 1, n - x))
    above = [k for k, one in enumerate(steps) if one["low"] > 0.4]
    assert dataset.by_id["tipped:smallest"].value == (above[0] if above else None)
    assert "tipped.k_8:n" not in dataset.by_id


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("arms", [ONE_ARM, TWO_ARMS])
def test_each_step_is_called_by_what_it_assumes(arms, language):
    study = study_with(PLAN, arms=arms, model="Parallel")
    both = [seen(number, arm="A" if number % 2 else "B") for number in range(1, 31)]
    _, dataset = run_on(study, *both, missing(35, arm="A"), missing(36, arm="B"))
    told = shown(study, dataset, language)
    labels = {}
    for one in dataset.of("tipped"):
        labels.setdefault(label_of_statistic(told, one), set()).add(one.estimate)

    assert len(labels) == len({one.estimate for one in dataset.of("tipped")}) > 8
    assert all(len(estimates) == 1 for estimates in labels.values()), labels
    if language == "en" and arms == ONE_ARM:
        assert any(label.endswith("imputed values worse by 5 % of the baseline") for label in labels)
        assert any(label.endswith("those missing back at their baseline") for label in labels)


def test_worse_scores_never_raise_the_proportion():
    dataset = made()[1]
    found = [numbers_of(dataset, f"tipped.delta_{one}")["proportion"] for one in ("0", "0.05", "0.1", "1")]

    assert found == sorted(found, reverse=True)
    assert found[0] == numbers_of(dataset, "filled")["proportion"]
    assert found[0] > found[-1]


@pytest.mark.parametrize(("worse", "sign"), [("higher", 1), ("lower", -1)])
def test_a_step_by_hand(worse, sign):
    """Added where a higher score is worse, taken off where a lower one is."""
    p = filled_by_hand(sign * 0.05) / 33
    dataset = made(plan=PLAN.replace("worse: higher", f"worse: {worse}"))[1]

    found = numbers_of(dataset, "tipped.delta_0.05")
    assert found["proportion"] == pytest.approx(expit(logit(p).mean()))


@pytest.mark.parametrize("worse", ["higher", "lower"])
def test_the_displays_tell_which_score_is_worse(worse):
    plan = PLAN.replace("worse: higher", f"worse: {worse}")
    displays = tuple(make_document(shown(study_with(plan), made(plan=plan)[1])).displays())
    own = [one for one in displays if f"Worse is a {worse} score." in one.notes]

    assert [one.title for one in own] == ["Tipped", "Tipped: imputed scores made worse"]


def test_those_back_at_their_baseline_do_not_respond():
    dataset = made()[1]

    assert (
        numbers_of(dataset, "tipped.returned")["responders"] == numbers_of(dataset, "primary")["responders"]
    )


def test_the_step_at_which_the_reference_is_reached():
    dataset = made()[1]
    steps = {one: numbers_of(dataset, f"tipped.delta_{one}")["low"] for one in ("0", "0.05", "0.1", "1")}
    reached = [float(one) for one, low in steps.items() if low <= 0.4]

    assert dataset.by_id["tipped:tipping_delta"].value == (reached[0] if reached else None)


# ---------------------------------------------------------------- what cannot be said


def test_before_everybody_is_decided_there_is_no_estimate():
    _, dataset = run_on(study_with(PLAN), *PEOPLE[:20], missing(40, ended=None), cut=day(110))
    low = dataset.by_id["filled:low"]

    assert (low.value, low.lacking) == (None, "undecided")
    assert dataset.by_id["tipped:proportion"].lacking == "undecided"
    own = [
        one
        for one in make_document(shown(study_with(PLAN), dataset)).displays()
        if one.title.startswith(("Filled", "Tipped"))
    ]
    assert len(own) == 3
    assert all("Not everybody is decided yet." in one.notes for one in own)


FEW = (seen(1), seen(2), seen(3), missing(25))


@pytest.mark.parametrize("analysis", ["filled", "tipped"])
def test_too_few_people_are_said_in_both_languages(analysis):
    study = study_with(PLAN)
    results, dataset = run_on(study, *FEW)
    place = study.analyses[analysis].place
    (found,) = (one for one in results.problems if one.where == place)

    # A warning: early in a trial it is no mistake, and the other analyses stand.
    assert (found.code, found.severity) == ("imputation-not-possible", "warning")
    assert problem_text(shown(study, dataset), found) == found.text
    assert "填补" in problem_text(shown(study, dataset, "zh-Hans"), found)


def test_what_cannot_be_imputed_stands_in_its_displays_as_not_analysed():
    study = study_with(PLAN)
    _, dataset = run_on(study, *FEW)
    displays = tuple(make_document(shown(study, dataset)).displays())
    notes = {
        one.title: [note for note in one.notes if "not analysed: The values" in note] for one in displays
    }
    estimates = next(one for one in displays if one.title == "Score 90 response")

    assert not [one for one in dataset.of("filled") if one.statistic in ("proportion", "low", "high")]
    assert len(notes["Filled"]) == len(notes["Tipped: imputed scores made worse"]) == 1
    assert [row[0] for row in estimates.rows if str(row[0]).startswith("Filled – not analysed: The values")]
    assert not [row[0] for row in estimates.rows if str(row[0]).startswith("Tipped – not analysed")]


def test_the_exact_table_stands_where_nothing_can_be_imputed():
    """1 of 4 was not seen: limits by quantiles of the beta distribution in SciPy."""
    study = study_with(PLAN)
    _, dataset = run_on(study, *FEW)
    responding = numbers_of(dataset, "primary")["responders"]
    displays = tuple(make_document(shown(study, dataset)).displays())
    (figure,) = (one for one in displays if isinstance(one, Figure) and one.title == "Tipped")
    (bounds,) = (one for one in displays if one.title == "Tipped: every number of those missing")

    for k in (0, 1):
        found, x = numbers_of(dataset, f"tipped.k_{k}"), responding + k
        assert (found["responders"], found["n"], found["assumed"]) == (x, 4, k)
        assert found["high"] == pytest.approx(beta.ppf(0.975, x + 1, 4 - x))
    assert numbers_of(dataset, "tipped.returned")["responders"] == responding
    assert "tipped:smallest" in dataset.by_id
    assert not [one for one in dataset.of("tipped") if "delta" in one.estimate]
    assert len(bounds.rows) == str(figure.drawing).count("<circle") == 2
    assert not [note for note in bounds.notes if "not analysed" in note]
    assert [note for note in figure.notes if "not analysed" in note]


def test_where_nobody_is_missing_all_ways_are_the_headline():
    _, dataset = run_on(study_with(PLAN), *PEOPLE[:12])
    headline = numbers_of(dataset, "primary")

    assert numbers_of(dataset, "filled")["proportion"] == pytest.approx(headline["proportion"])
    assert numbers_of(dataset, "filled")["missing_information"] == 0
    assert numbers_of(dataset, "tipped.k_0")["responders"] == headline["responders"]
    (shifted,) = (one for one in dataset.of("tipped") if one.id == "tipped.delta_0.05:n")
    assert (
        len(shifted.participants) == shifted.value == 12
    )  # behind the others stand those whose scores are worse


def test_each_arm_is_imputed_by_itself():
    study = study_with(PLAN, arms=TWO_ARMS, model="Parallel")
    one = [seen(number, arm="A" if number % 2 else "B") for number in range(1, 31)]
    _, dataset = run_on(study, *one, missing(35, arm="A"))
    _, without = run_on(study, *[person for person in one if person.arm == "A"], missing(35, arm="A"))

    assert numbers_of(dataset, "filled.A")["imputed"] == 1
    assert numbers_of(dataset, "filled.B")["imputed"] == 0
    assert numbers_of(dataset, "filled.A") == numbers_of(without, "filled.A")


OPTIONS = "options: {seed: 1, against: 0.5, worse: higher}"
REFUSED = [
    ("estimand: primary, dataset: ADTTE, parameters: [BACK], visits: [W16]", "dataset-of-another-class"),
    ("estimand: primary, dataset: ADSCORE, parameters: [SCORE90], visits: [W16]", "parameter-no-score"),
    ("estimand: primary, dataset: ADSCORE, parameters: [NOTE], visits: [W16]", "parameter-no-score"),
    ("estimand: primary, dataset: ADSCORE, parameters: [SCORE, TWICE], visits: [W16]", "one-parameter"),
    ("estimand: back, dataset: ADSCORE, parameters: [SCORE], visits: [W34]", "endpoint-without-visit"),
    ("estimand: primary, dataset: ADSCORE, parameters: [SCORE], visits: [W16, W12]", "visits-to-endpoint"),
    ("estimand: primary, dataset: ADSCORE, parameters: [SCORE], visits: [W12]", "visits-to-endpoint"),
    ("estimand: primary, dataset: ADSCORE, parameters: [SCORE]", "analysis-without-key"),
]


@pytest.mark.parametrize(("keys", "code"), REFUSED)
def test_what_cannot_be_imputed_is_refused(keys, code):
    plan = f"\n  other: {{label: Other, method: tipping_point, {keys}, {OPTIONS}}}\n"

    assert objections(plan, "other") == [code]


WRONG_OPTIONS = [
    ("imputed_proportion", "", "option-missing"),
    ("imputed_proportion", "seed: soon", "option-no-whole-number"),
    ("imputed_proportion", "seed: -1", "option-no-whole-number"),
    ("imputed_proportion", "seed: 1, m: 1", "option-no-whole-number"),
    ("imputed_proportion", "seed: 1, m: 1001", "option-no-whole-number"),
    ("imputed_proportion", "seed: 1, offset: 0", "option-no-offset"),
    ("imputed_proportion", "seed: 1, offset: -1", "option-no-offset"),
    ("imputed_proportion", "seed: 1, against: 0.5", "unknown-option"),
    ("tipping_point", "seed: 1, worse: higher", "option-missing"),
    ("tipping_point", "seed: 1, against: 0.5", "option-missing"),
    ("tipping_point", "seed: 1, against: 0.5, worse: better", "word-not-read"),
    ("tipping_point", "seed: 1, worse: higher, against: 2", "option-no-proportion"),
    ("tipping_point", "seed: 1, against: 0.5, worse: lower, deltas: 0.1 0.2", "option-no-shares"),
    ("tipping_point", "seed: 1, against: 0.5, worse: lower, deltas: 0 0.2 0.1", "option-no-shares"),
    ("tipping_point", "seed: 1, against: 0.5, worse: lower, deltas: 0 much", "option-no-shares"),
]


@pytest.mark.parametrize(("method", "options", "code"), WRONG_OPTIONS)
def test_wrong_options_are_refused(method, options, code):
    plan = (
        f"\n  other: {{label: Other, estimand: primary, method: {method}, {KEYS}, options: {{{options}}}}}\n"
    )

    assert objections(plan, "other") == [code]


@pytest.mark.parametrize(("method", "options", "code"), WRONG_OPTIONS)
def test_the_methods_tell_of_no_analysis_that_is_refused(method, options, code):
    plan = (
        f"\n  other: {{label: Other, estimand: primary, method: {method}, {KEYS}, options: {{{options}}}}}\n"
    )
    study = study_with(plan)
    _, dataset = run_on(study, *PEOPLE[:3])

    assert code in {one.code for one in dataset.problems}
    texts = str(method_blocks(shown(study, dataset)))
    assert "Proportions of participants" in texts and METHOD_WORDS[method] not in texts


def test_a_rule_that_reads_more_than_the_score_is_refused():
    plan = f"\n  other: {{label: Other, estimand: primary, method: imputed_proportion, {KEYS}, options: {{seed: 1}}}}\n"
    study = study_with(plan)
    endpoint = study.endpoints["score_90_w16"]
    more = replace(endpoint, variable=study.terms["score_90_week_16"].rule)
    changed = replace(study, endpoints={**study.endpoints, "score_90_w16": more})

    assert [one.code for one in check_analyses(changed)["other"]] == ["rule-reads-more"]


# ---------------------------------------------------------------- displays


def document_of(language: str = "en"):
    study, (_, dataset) = study_with(PLAN), made()
    document = make_document(shown(study, dataset, language))
    return document, dataset, list(document.displays())


def texts(document, dataset, table: Table) -> dict[str, list[str]]:
    rows = [[show(cell, dataset, document.words) for cell in row] for row in table.rows]
    return {row[0]: row[1:] for row in rows}


def test_the_ways_join_the_endpoints_own_estimates():
    document, dataset, displays = document_of()
    table = next(one for one in displays if isinstance(one, Table) and one.title == "Score 90 response")
    found = texts(document, dataset, table)

    assert found["Filled"][0] == "–"
    assert found["Filled"][3] == "Multiple imputation, logit, 95 %"
    none, everybody = (
        found[f"Tipped – {words}"]
        for words in ("None of those missing a responder", "All of those missing responders")
    )
    headline = found["Score 90 at week 16"]
    assert none[0] == headline[0]
    assert int(everybody[0].split("/")[0]) == int(none[0].split("/")[0]) + 7
    assert sum("Tipped" in name for name in found) == 2


def test_the_tables_tell_how_it_was_imputed():
    document, dataset, displays = document_of()
    table = next(one for one in displays if one.title == "Filled")
    found = texts(document, dataset, table)

    assert found["Imputed"] == ["6"]
    assert found["Seed of the random numbers"] == ["7"]
    assert any("seed 7" in note for note in table.notes)
    assert any("the logarithm of Total score + 0.5" in note for note in table.notes)
    assert any("Missing imputed many times" in note for note in table.notes)


def test_the_tipping_point_has_a_figure_and_two_tables():
    document, dataset, displays = document_of()
    figure, bounds, worse = (one for one in displays if one.notes and "Analysis tipped;" in one.notes[-1])

    assert isinstance(figure, Figure)
    assert set(figure.results) <= set(dataset.by_id)
    assert str(figure.drawing).count("<circle") == 8 + 4
    assert list(texts(document, dataset, bounds)) == [str(k) for k in range(8)]
    assert list(texts(document, dataset, worse)) == ["0 %", "5 %", "10 %", "100 %"]
    assert all(isinstance(row[0], Number) for row in worse.rows)


def test_every_display_says_in_chinese_that_there_is_no_control_group():
    _, _, displays = document_of("zh-Hans")
    own = [one for one in displays if one.notes and ("tipped" in one.notes[-1] or "filled" in one.notes[-1])]

    assert len(own) == 6
    assert all(any("对照组" in note for note in one.notes) for one in own)


FOREST = f"""{PLAN}
  part: {{label: Responders only, estimand: primary, population: responders, method: one_proportion, interval: {{method: clopper_pearson, level: 0.95}}}}
  whole: {{label: Missing left out, estimand: primary, method: one_proportion, missing_as: [left out], interval: {{method: clopper_pearson, level: 0.95}}, sensitivity_of: primary}}
"""


def forest_of(plan: str) -> Figure:
    study, (_, dataset) = study_with(plan), made(plan=plan)
    document = make_document(shown(study, dataset))
    return next(one for one in document.displays() if one.title == "Score 90 response: all estimates")


def test_the_forest_has_the_headline_then_sensitivity_analyses_then_parts_of_the_population():
    forest = forest_of(FOREST)
    drawn = str(forest.drawing)
    order = [
        "Score 90 at week 16<",
        "Sensitivity analyses<",
        "Filled (",
        "Tipped – None",
        "Tipped – All",
        "Missing left out<",
        "Parts of the population<",
        "Responders only (8 cannot be told)<",
    ]
    places = [drawn.index(f">{one}") for one in order]

    assert places == sorted(places)
    assert drawn.count('stroke-dasharray="3 4"') == 1  # one line at the headline's value
    shown_rows = {one.split(":")[0] for one in forest.results}
    assert {"primary", "filled", "tipped.k_0", "tipped.k_7", "whole", "part"} <= shown_rows
    assert not {"tipped.k_1", "tipped.delta_0", "tipped"} & shown_rows


def test_a_forest_without_such_analyses_has_no_headings():
    assert "Sensitivity analyses" not in str(forest_of("").drawing)
