"""Times to an event that is looked for at visits: Kaplan-Meier and the NPMLE of the plan, and their displays."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import polars as pl
import pytest
from scipy.stats import beta
from tests.spec.analysis_data import TWO_ARMS, make_person, tell
from tests.spec.sensitivity_study import numbers_of, objections, run_on, shown, study_with

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Figure, Table
from trialwright.analysis.displays.numbers import show
from trialwright.analysis.event_times import time_to_event
from trialwright.analysis.trace import groups_of, index_of
from trialwright.analysis.trace_text import label_of_statistic
from trialwright.analysis.trial import make_trial
from trialwright.cli.report_data import translation
from trialwright.datasets.frames import frames

pytestmark = pytest.mark.unmeasured

PLAN = """
  wait: {label: Time to the return, estimand: back, method: time_to_event, dataset: ADTTE, parameters: [BACK], visits: [W34, W52]}
"""
# Everybody responds at week 16, day 113, and returns with 6 or more of 10.
RETURNED, FREE = "8", "0"


def people(*courses, start: int = 1):
    """One participant a course: what was seen at which day after week 16; the day of a visit where none is told."""
    return tuple(
        tell(f"{number:02}", "10", W16="0", ended=400, **course)
        for number, course in enumerate(courses, start)
    )


# As the reference: 10 return at week 34, 10 at week 52, 20 never, 4 missed week 34 and returned at week 52.
AS_PUBLISHED = (
    *({"W34": RETURNED},) * 10,
    *({"W34": FREE, "W52": RETURNED},) * 10,
    *({"W34": FREE, "W52": FREE},) * 20,
    *({"W52": RETURNED},) * 4,
)


@pytest.fixture(scope="module")
def published():
    study = study_with(PLAN)
    return study, run_on(study, *people(*AS_PUBLISHED))[1]


def test_the_estimate_between_visits_is_the_published_one(published):
    """R survival 3.5 survfit, type interval2, as tests/reference/turnbull.json: S(34) .727273, S(52) .454545."""
    _, dataset = published
    week_34, week_52 = (numbers_of(dataset, f"wait.npmle.{one}") for one in ("W34", "W52"))

    assert week_34["proportion"] == pytest.approx(1 - 0.727273, abs=1e-6)
    assert week_52["proportion"] == pytest.approx(1 - 0.454545, abs=1e-6)
    assert week_34["low"] < week_34["proportion"] < week_34["high"]
    assert dataset.by_id["wait.npmle:gap"].value < 1e-6
    assert dataset.by_id["wait.npmle.W34:low"].method == "profile_likelihood"


def test_where_all_were_seen_the_limits_are_exact(published):
    """24 of 44 at week 52: Clopper & Pearson 1934, by quantiles of the beta distribution in SciPy."""
    row = published[1].by_id["wait.npmle.W52:low"]

    assert (row.method, row.n) == ("clopper_pearson", 44)
    assert row.value == pytest.approx(beta.ppf(0.025, 24, 21), abs=1e-9)
    assert published[1].by_id["wait.npmle.W52:high"].value == pytest.approx(beta.ppf(0.975, 25, 20), abs=1e-9)


def test_the_curve_counts_a_return_when_it_was_detected(published):
    """By hand: 10 of 44 at day 126; of the 34 left 14 at day 252."""
    at = numbers_of(published[1], "wait.km.day_126")
    end = numbers_of(published[1], "wait.km.day_252")

    assert (at["at_risk"], at["events"], at["censored"]) == (44, 10, 0)
    assert (end["at_risk"], end["events"], end["censored"]) == (34, 14, 20)
    assert at["survival"] == pytest.approx(34 / 44)
    assert end["survival"] == pytest.approx(34 / 44 * 20 / 34)
    assert numbers_of(published[1], "wait.km.W52")["proportion"] == pytest.approx(24 / 44)


# 30 days and then lost, and three to week 34: nobody had the event, and nobody was followed to week 52.
LOST = ({"UNS_1": (143, FREE)}, *({"W34": FREE},) * 3)
# One had it at week 34.
ONE_EVENT = ({"W34": RETURNED}, *({"W34": FREE},) * 3)
UNTOLD = [
    # people, day, survival, whether there are limits
    (LOST, 0, 1, False),
    (LOST, 126, 1, False),  # nobody had the event: no log-log limits
    (LOST, 252, None, False),
    (ONE_EVENT, 0, 1, False),
    (ONE_EVENT, 126, 0.75, True),
    (ONE_EVENT, 252, None, False),
    (({"W34": RETURNED},) * 2, 252, 0, False),  # it has come to 0, and stays there
]


@pytest.mark.parametrize(("courses", "day", "survival", "has_limits"), UNTOLD)
def test_nothing_is_told_beyond_the_last_follow_up(courses, day, survival, has_limits):
    _, dataset = run_on(study_with(PLAN), *people(*courses))
    found = numbers_of(dataset, f"wait.km.day_{day}")

    assert found["survival"] == survival
    assert [found[one] is not None for one in ("low", "high")] == [has_limits] * 2
    visit = {126: "W34", 252: "W52"}.get(day)
    if visit:
        rows = numbers_of(dataset, f"wait.km.{visit}")
        assert rows["proportion"] == (None if survival is None else 1 - survival)
        assert [rows[one] is not None for one in ("low", "high")] == [has_limits] * 2
        assert dataset.by_id[f"wait.km.{visit}:low"].lacking == ("" if has_limits else "not_estimable")


@pytest.mark.parametrize(("courses", "bands"), [(LOST, 0), (ONE_EVENT, 1)])
def test_the_curve_is_not_drawn_beyond_the_last_follow_up(courses, bands):
    study = study_with(PLAN)
    _, dataset = run_on(study, *people(*courses))
    document = make_document(shown(study, dataset))
    (figure,) = (
        one for one in document.displays() if isinstance(one, Figure) and one.title == "Time to the return"
    )
    root = ET.fromstring(str(figure.drawing))
    (curve,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    polygons = list(root.iter("{http://www.w3.org/2000/svg}polygon"))
    ends = [
        max(float(point.split(",")[0]) for point in one.attrib["points"].split())
        for one in (curve, *polygons)
    ]

    # Day 252 of an axis that ends 2 % later, from x 62 to 836; day 126 is half of it.
    assert ends == pytest.approx([62 + (836 - 62) * 126 / (252 * 1.02)] * (1 + bands), abs=0.1)
    assert len(polygons) == bands
    assert "252 (Week 52): not known, nobody was followed so long" in figure.alt
    rows = {
        show(row[0], dataset, document.words): [show(cell, dataset, document.words) for cell in row[1:]]
        for one in document.displays()
        if one.title == "Time to the return: as detected"
        for row in one.rows
    }
    assert rows["252 (Week 52)"] == ["0", "0", "0", "–", "–"]


def test_masses_add_up_and_the_last_is_of_those_who_never_returned(published):
    sets = [one for one in published[1].statistics if one.statistic == "mass"]

    assert sum(one.value for one in sets) == pytest.approx(1)
    (last,) = (one for one in published[1].statistics if one.statistic == "right" and one.value is None)
    assert last.lacking == "not_estimable"


DAYS = [
    # seen, then from which to which day the return came about
    ("on the day", {"W34": RETURNED}, (0, 126)),
    ("two weeks early is the visit", {"W34": (225, RETURNED)}, (0, 126)),
    ("two weeks late is the visit", {"W34": (253, RETURNED)}, (0, 126)),
    ("earlier than the window is its own day", {"W34": (224, RETURNED)}, (0, 111)),
    ("between the visits", {"UNS_1": (200, RETURNED)}, (0, 87)),
    ("free, and back at an unscheduled visit", {"W34": FREE, "UNS_1": (300, RETURNED)}, (126, 187)),
    ("both in one window keep their days", {"W34": (230, FREE), "UNS_1": (250, RETURNED)}, (117, 137)),
]


@pytest.mark.parametrize(("title", "course", "between"), DAYS)
def test_days_within_the_window_of_a_visit_are_its_planned_day(title, course, between):
    # One who was free throughout: else all mass would be on the one interval, whatever its ends are.
    _, dataset = run_on(study_with(PLAN), *people(course, {"W34": FREE, "W52": FREE}))
    first = numbers_of(dataset, "wait.npmle.set_1")

    assert (first["left"], first["right"]) == between, title


def test_days_count_from_the_first_dose_where_the_endpoint_begins_at_no_visit():
    """Day 239 is 238 days after day 1. Week 16 is no visit of the endpoint, so that nobody is free before week 34."""
    study = study_with(PLAN)
    endpoint = replace(study.endpoints["return_w52"], after=None)
    changed = replace(study, endpoints={**study.endpoints, "return_w52": endpoint})
    _, dataset = run_on(changed, *people({"W34": (230, RETURNED)}, {"W34": FREE, "W52": FREE}))
    first = numbers_of(dataset, "wait.npmle.set_1")

    assert (first["left"], first["right"]) == (0, 238)
    assert dataset.by_id["wait.km.day_364:at_risk"].value == 1
    (figure,) = (
        one
        for one in make_document(shown(changed, dataset)).displays()
        if isinstance(one, Figure) and one.title == "Time to the return"
    )
    assert "Days from First dose" in str(figure.drawing)


def test_who_is_seen_in_the_window_of_the_origin_keeps_the_day():
    """Unscheduled on day 117, in the window of week 16, which the endpoint names too: 4 days after the origin, not 0."""
    study = study_with(PLAN)
    endpoint = study.endpoints["return_w52"]
    named = replace(endpoint, visits=("W16", *endpoint.visits))
    changed = replace(study, endpoints={**study.endpoints, "return_w52": named})
    told = tell("01", "10", W16="0", UNS_1=(117, FREE), ended=400)
    _, dataset = run_on(changed, told, *people({"W34": FREE, "W52": FREE}, start=2))

    assert dataset.by_id["wait.km.day_4:censored"].participants == ("p01",)


def test_an_unscheduled_visit_that_stands_for_week_16_is_the_origin():
    told = tell("77", "10", UNS_1=(110, "0"), W34=(200, RETURNED), ended=400)
    _, dataset = run_on(study_with(PLAN), told)

    assert numbers_of(dataset, "wait.npmle.set_1")["right"] == 90


def test_whose_time_does_not_begin_is_left_out_and_named():
    study = study_with(PLAN)
    books = [make_person(study, one)[0] for one in people({"W34": RETURNED}, {"W34": FREE})]
    trial = make_trial(study, frames(study, books), {}, None)
    times = trial.derived["ADTTE"]
    unknown = pl.when(pl.col("SUBJID") == "02")
    frame = times.frame.with_columns(
        unknown.then(None).otherwise(pl.col(name)).alias(name) for name in ("AVAL", "AINTLO", "STARTDT")
    )
    changed = replace(trial, derived={**trial.derived, "ADTTE": replace(times, frame=frame)})
    result, problems = time_to_event(changed, study.analyses["wait"])

    assert [(one.code, one.severity) for one in problems] == [("times-not-known", "warning")]
    assert "1 (02)" in problems[0].text
    assert next(row.value for row in result.rows if row.statistic == "n") == 1


def test_each_arm_by_itself():
    study = study_with(PLAN, arms=TWO_ARMS, model="Parallel")
    told = [
        tell(f"{number:02}", "10", arm=arm, W16="0", ended=400, **course)
        for number, (arm, course) in enumerate(
            [("A", {"W34": RETURNED}), ("A", {"W34": FREE, "W52": FREE}), ("B", {"W52": FREE})]
        )
    ]
    _, dataset = run_on(study, *told)

    assert numbers_of(dataset, "wait.npmle.W34.A")["proportion"] == pytest.approx(0.5)
    assert numbers_of(dataset, "wait.npmle.W34.B")["most"] == pytest.approx(0)


def test_nobody_in_the_population_is_said_so():
    study = study_with(PLAN)
    _, dataset = run_on(study, tell("01", "10", W16="9"))
    tables = [one for one in make_document(shown(study, dataset)).displays() if isinstance(one, Table)]

    assert dataset.by_id["wait:n"].value == 0
    (table,) = (one for one in tables if one.title == "Time to the return: as detected")
    assert table.rows[0][0] == "No values"


def test_the_order_of_the_people_plays_no_part(published):
    study, dataset = published
    _, other = run_on(study, *people(*AS_PUBLISHED), order=False)

    def numbers(one):
        return {row.id: row.value for row in one.of("wait")}

    assert numbers(other) == numbers(dataset)


REFUSED = [
    ("dataset: ADSCORE, parameters: [SCORE], visits: [W34]", "dataset-of-another-class"),
    ("dataset: ADTTE, parameters: [BACK], visits: [W12]", "visit-without-day"),
    ("dataset: ADTTE, parameters: [BACK], visits: [UNS]", "visit-without-day"),
    ("dataset: ADTTE, parameters: [BACK]", "analysis-without-key"),
    ("dataset: ADTTE, parameters: [BACK, BACK], visits: [W34]", "one-parameter"),
]


@pytest.mark.parametrize(("keys", "code"), REFUSED)
def test_what_cannot_be_run_is_said(keys, code):
    plan = f"\n  wait: {{label: Wait, estimand: back, method: time_to_event, {keys}}}\n"

    assert objections(plan, "wait") == [code]


def test_another_estimand_than_the_parameters_is_refused():
    plan = PLAN.replace("estimand: back", "estimand: primary")

    assert objections(plan, "wait") == ["parameter-of-another-estimand"]


# ---------------------------------------------------------------- displays


def displays(published, language="en"):
    document = make_document(shown(*published, language))
    return document, [one for one in document.displays() if any("wait" in note for note in one.notes)]


def test_the_ways_stand_beside_each_other(published):
    document, (ways, *_) = displays(published)
    found = [[show(cell, published[1], document.words) for cell in row] for row in ways.rows]

    assert found == [
        ["Missing counted as event", "Week 52", "24/44", "54.5 %", "38.8 – 69.6 %", "Clopper-Pearson, 95 %"],
        [
            "Missing counted as no event",
            "Week 52",
            "24/44",
            "54.5 %",
            "38.8 – 69.6 %",
            "Clopper-Pearson, 95 %",
        ],
        ["Missing left out", "Week 52", "24/44", "54.5 %", "38.8 – 69.6 %", "Clopper-Pearson, 95 %"],
        found[3],
        [
            "Between visits, by largest likelihood",
            "Week 52",
            "–",
            "54.5 %",
            "38.8 – 69.6 %",
            "Clopper-Pearson, everybody was seen, 95 %",
        ],
        *found[5:],
    ]
    assert found[3][:4] == ["Between visits, by largest likelihood", "Week 34", "–", "27.3 %"]
    assert [row[0] for row in found[5:]] == ["As detected at visits (Kaplan-Meier)"] * 2


def test_the_figure_has_its_numbers_at_risk_and_names_all_that_it_shows(published):
    _, made = displays(published)
    (figure,) = (one for one in made if isinstance(one, Figure))
    drawn = str(figure.drawing)

    assert "126 (Week 34): 77.3 % without the event, 44 at risk" in figure.alt
    assert all(f">{count}</text>" in drawn for count in (44, 34))
    assert drawn.count("<rect") == 1 + 2 + 2  # the ground, two keys, and the two boxes between visits
    assert set(figure.results) <= set(published[1].by_id)


def test_displays_are_the_same_bytes_again_and_in_chinese(published):
    again, chinese = displays(published)[1], displays(published, "zh-Hans")[1]

    assert [str(one) for one in again] == [str(one) for one in displays(published)[1]]
    assert "风险人数" in str(next(one.drawing for one in chinese if isinstance(one, Figure)))
    assert all(any("对照组" in note for note in one.notes) for one in chinese)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_is_traced_is_told_apart_by_way_and_day(language):
    study = study_with(PLAN, arms=TWO_ARMS, model="Parallel")
    two = [
        tell(f"{number:02}", "10", arm="AB"[number % 2], W16="0", **seen)
        for number, seen in enumerate(AS_PUBLISHED, 1)
    ]
    told = replace(shown(study, run_on(study, *two)[1]), language=language, say=translation(language))
    groups = groups_of(told.dataset, "wait", index_of(told.dataset))
    titles = {group.key: label_of_statistic(told, group.statistics[0]) for group in groups}

    assert len(set(titles.values())) == len(titles) > 10
    if language == "en":
        label = "Time to the return – Days from week 16 to the return (BACK)"
        assert (
            titles["wait.km.day_126.A"]
            == f"{label} – Week 34 – As detected at visits (Kaplan-Meier) – Day 126 – Arm A"
        )
        assert (
            titles["wait.npmle.set_1.B"]
            == f"{label} – Between visits, by largest likelihood – Interval 1 – Arm B"
        )
        assert (
            titles["wait.km.median.B"] == f"{label} – As detected at visits (Kaplan-Meier) – Median – Arm B"
        )


LISTED = """
  listed: {label: Returns listed, method: listing, topic: efficacy, dataset: ADTTE, population: responders, parameters: [BACK], variables: [STARTDT, ADTLIST, AINTLO, AINTHI, AVALPLN, CNSR, EVNTDESC, CNSDTDSC]}
  planned: {label: Returns as analysed, method: listing, topic: efficacy, dataset: ADTTE, population: responders, parameters: [BACK], variables: [AINTLOP, AINTHIP]}
"""
HEADS = {
    "en": ("Participant", "Without the event until day, as analysed", "With the event by day, as analysed"),
    "zh-Hans": ("受试者", "确认无事件至第几天（分析所用）", "确认有事件的天数（分析所用）"),
}
ROWS = {
    "en": (
        ("01", "2026-06-22", "2026-10-16, 2027-03-01", "116", "252", "252", "Event", "Return", "–"),
        (
            "02",
            "2026-06-22",
            "2026-10-16",
            "116",
            "–",
            "126",
            "Censored",
            "No event seen",
            "Last visit without event",
        ),
        (
            "03",
            "2026-06-22",
            "–",
            "0",
            "–",
            "0",
            "Censored",
            "No event seen",
            "Day counted from, nothing seen later",
        ),
    ),
    "zh-Hans": (
        ("01", "2026-06-22", "2026-10-16, 2027-03-01", "116", "252", "252", "事件", "Return", "–"),
        (
            "02",
            "2026-06-22",
            "2026-10-16",
            "116",
            "–",
            "126",
            "删失",
            "未观察到事件",
            "最后一次确认无事件的访视",
        ),
        ("03", "2026-06-22", "–", "0", "–", "0", "删失", "未观察到事件", "起算日，此后无评估"),
    ),
}


@pytest.mark.parametrize("language", ROWS)
def test_times_are_listed_with_the_days_looked_at_the_interval_and_the_reason(language):
    study = study_with(LISTED)
    _, dataset = run_on(study, *people({"W34": (229, FREE), "W52": RETURNED}, {"W34": (229, FREE)}, {}))
    told = replace(shown(study, dataset), language=language, say=translation(language))
    (table,) = (one for one in make_document(told).displays() if one.title == "Returns listed")

    assert isinstance(table, Table)
    assert table.rows == ROWS[language]
    (planned,) = (one for one in make_document(told).displays() if one.title == "Returns as analysed")
    assert isinstance(planned, Table)
    assert planned.head == HEADS[language]
    assert table.notes[-3].startswith({"en": "The event came about after", "zh-Hans": "事件发生在"}[language])
