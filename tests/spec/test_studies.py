"""The study folders of this repository: they load, and the reference study says what its protocol says."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from tests.spec.study_folders import REFERENCE, SECOND, Entries, casebook, loaded, study_of

from trialwright.analysis.plan_check import check_analyses
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.calendar import calendar, doses
from trialwright.ledger.criteria import criteria_at
from trialwright.ledger.reader import CasebookReader
from trialwright.simulate.block import Rehearsal
from trialwright.simulate.read import read_rehearsal

DATA: Final = os.environ.get("TRIALWRIGHT_TEST_DATA")


# ------------------------------------------------------------------ both


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
def test_study_has_no_errors(folder: str) -> None:
    assert [one.text for one in loaded(folder).problems if one.severity == "error"] == []


def test_only_the_licensed_wording_is_warned_of() -> None:
    assert [one.code for one in loaded(REFERENCE).problems if one.severity == "warning"] == [
        "licensed-wording"
    ]
    assert [one.code for one in loaded(SECOND).problems if one.severity == "warning"] == []


def test_what_the_page_leaves_open_is_an_assumption() -> None:
    abouts = {one.about for one in study_of(REFERENCE).assumptions}
    criteria = {f"inclusion / I{n}" for n in range(1, 10)} | {f"exclusion / E{n}" for n in range(1, 9)}
    assert criteria <= abouts
    assert {"schedule.yaml", "checks.yaml", "roles.yaml", "dosing", "sites / 01", "baseline"} <= abouts


def test_second_study_is_of_another_shape() -> None:
    study = study_of(SECOND)
    assert len(study.arms) == 2
    assert study.allocation is not None
    assert len(study.sites) == 2
    assert [item.id for form in study.forms.values() for item in form.items.values() if item.blinded_until]
    assert not set(study.visits) & set(study_of(REFERENCE).visits)
    assert not [form.id for form in study.forms.values() if (form.instrument or "").startswith("pasi")]


# ------------------------------------------------------------------ the reference study: its page


@pytest.mark.skipif(DATA is None, reason="TRIALWRIGHT_TEST_DATA is not set")
def test_texts_of_the_page_stand_word_for_word() -> None:
    record = json.loads((Path(DATA or "") / "registry/NCT06374979_reconstructed.json").read_text("utf-8"))
    page = record["protocolSection"]
    study = study_of(REFERENCE)
    joined = " ".join(page["eligibilityModule"]["eligibilityCriteria"].split())
    assert all(
        f"{criterion.text};" in joined or f"{criterion.text}." in joined
        for criterion in study.criteria.values()
    )
    outcomes = page["outcomesModule"]["primaryOutcomes"] + page["outcomesModule"]["secondaryOutcomes"]
    registered = [one for one in study.endpoints.values() if one.level in ("primary", "secondary")]
    assert [(one["measure"], one["description"]) for one in outcomes] == [
        (one.label, one.text) for one in registered
    ]
    description = page["descriptionModule"]
    assert study.registry.summary == " ".join(description["briefSummary"].split())
    assert study.registry.description == " ".join(description["detailedDescription"].split())
    arm = page["armsInterventionsModule"]["armGroups"][0]
    assert (study.arms["IXE"].label, study.arms["IXE"].text) == (arm["label"], arm["description"])


def test_doses_are_seven_occasions_eight_injections_and_640_mg() -> None:
    plan = study_of(REFERENCE).doses
    assert plan is not None
    amounts = list(plan.amounts["IXE"].values())
    assert (len(amounts), sum(amounts) / 80, sum(amounts)) == (7, 8, 640)
    assert (plan.on_time_days, plan.late_days, plan.least_days_between, plan.last_day) == (3, 7, 7, 92)


def test_visit_windows_and_analysis_days_are_those_of_the_protocol() -> None:
    visits = study_of(REFERENCE).visits
    shown = {
        visit.id: (visit.day, visit.window_before_days, visit.window_after_days, visit.analysis_days)
        for visit in visits.values()
        if visit.analysis_days
    }
    assert shown == {
        "W2": (15, 3, 3, (2, 22)),
        "W4": (29, 3, 3, (23, 36)),
        "W6": (43, 3, 3, (37, 50)),
        "W8": (57, 3, 3, (51, 64)),
        "W10": (71, 3, 3, (65, 78)),
        "W12": (85, 3, 3, (79, 99)),
        "W16": (113, 7, 7, (100, 126)),
        "W34": (239, 14, 14, (177, 302)),
        "W52": (365, 14, 14, (303, 379)),
    }
    assert [visit.id for visit in visits.values() if visit.contact == "telephone"] == [
        "W20",
        "W24",
        "W28",
        "W43",
    ]


# ------------------------------------------------------------------ the reference study: criteria


def pasi(*regions: tuple[int, int, int, int]) -> dict[str, str]:
    names, columns = ("head", "upper", "trunk", "lower"), ("redness", "thickness", "scaling", "area")
    return {
        f"{name}_{column}": str(grade)
        for name, region in zip(names, regions, strict=True)
        for column, grade in zip(columns, region, strict=True)
    }


CLEAR: Final = (0, 0, 0, 0)
PASI_2_7: Final = pasi(CLEAR, CLEAR, (1, 1, 1, 3), CLEAR)
PASI_3: Final = pasi((1, 1, 1, 1), CLEAR, (1, 1, 1, 3), CLEAR)
PASI_12: Final = pasi(CLEAR, CLEAR, CLEAR, (4, 4, 2, 3))
PASI_0_6: Final = pasi(CLEAR, CLEAR, (1, 1, 0, 1), CLEAR)
PASI_6_3: Final = pasi(CLEAR, CLEAR, (3, 2, 2, 3), CLEAR)
PASI_6_2: Final = pasi((1, 1, 0, 1), CLEAR, CLEAR, (2, 2, 1, 3))
DLQI_6: Final = {f"q{n}": "0" for n in (3, 4, 5, 6, 8, 9, 10)} | {"q1": "3", "q2": "3", "q7a": "nr"}
DLQI_5: Final = DLQI_6 | {"q2": "2"}


def status_of(criterion: str, visit: str, entries: Entries) -> str:
    book = casebook(study_of(REFERENCE), entries)
    return next(one.status for one in criteria_at(book, visit) if one.criterion.id == criterion)


@pytest.mark.parametrize(
    ("score", "life", "status"),
    [
        (PASI_3, DLQI_5, "met"),
        (PASI_3, None, "met"),
        (PASI_2_7, DLQI_6, "met"),
        (PASI_2_7, DLQI_5, "not_met"),
        (PASI_2_7, None, "unknown"),
        (None, DLQI_6, "met"),
        (None, None, "unknown"),
    ],
)
def test_severity_criterion(score: dict[str, str] | None, life: dict[str, str] | None, status: str) -> None:
    entries = {
        ("SCR", "pasi", 0): score,
        ("SCR", "dlqi", 0): life,
        ("SCR", "visit", 0): {"date": "2026-03-02"},
    }
    assert status_of("I5", "SCR", {key: items for key, items in entries.items() if items}) == status


def therapy(kind: str, start: str, end: str | None) -> dict[str, str]:
    row = {"name": "X", "therapy": kind, "start": start, "ongoing": "false" if end else "true"}
    return row | ({"end": end} if end else {})


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([therapy("antibiotic", "2026-01-01", "2026-01-28")], "not_met"),  # 28 days are not more than 28
        ([therapy("antibiotic", "2026-01-01", "2026-01-29")], "met"),
        # the same days twice count once
        (
            [
                therapy("antibiotic", "2026-01-01", "2026-01-20"),
                therapy("phototherapy", "2026-01-01", "2026-01-20"),
            ],
            "not_met",
        ),
        (
            [
                therapy("antibiotic", "2026-01-01", "2026-01-15"),
                therapy("phototherapy", "2026-01-16", "2026-01-29"),
            ],
            "met",
        ),
        ([therapy("topical_steroid", "2024-05", "2024-08")], "met"),  # surely more than 28 days
        ([therapy("topical_steroid", "2024-05", "2024-06")], "unknown"),  # 2 to 61 days
        ([therapy("systemic", "2024-05", "2024-12")], "not_met"),  # no traditional therapy
        ([therapy("phototherapy", "2026-01-01", None)], "met"),  # in use to the day of consent
    ],
)
def test_prior_therapy_of_more_than_four_weeks(rows: list[dict[str, str]], status: str) -> None:
    entries: dict[tuple[str, str, int], dict[str, str]] = {
        ("", "prior_therapy", number): row for number, row in enumerate(rows, 1)
    }
    entries["SCR", "prior_therapy", 0] = {"gate": "true"}
    entries["SCR", "visit", 0] = {"date": "2026-03-02"}
    entries["", "consent", 0] = {"signed": "true", "date": "2026-03-02"}
    assert status_of("I4", "SCR", entries) == status


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("2026-03-02", "met"),  # 28 days before the first dose
        ("2026-03-03", "not_met"),
        ("2026-03", "unknown"),
        ("2026-02", "met"),
        (None, "not_met"),
    ],
)
def test_systemic_treatment_must_end_28_days_before_week_0(end: str | None, status: str) -> None:
    row = {"name": "X", "drug_class": "methotrexate", "for_psoriasis": "true", "start": "2025-01"}
    row |= {"ongoing": "false", "end": end} if end else {"ongoing": "true"}
    entries = {
        ("", "con_med", 1): row,
        ("SCR", "con_med", 0): {"gate": "true"},
        ("SCR", "visit", 0): {"date": "2026-03-10"},
        ("W0", "con_med", 0): {"gate": "true"},
        ("W0", "visit", 0): {"date": "2026-03-30"},
    }
    assert status_of("E5", "W0", entries) == status


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ({}, "met"),
        ({"igra": "positive"}, "not_met"),
        ({"igra": "indeterminate"}, "unknown"),
        ({"anti_hbc": "positive", "hbv_dna": "negative"}, "met"),
        ({"anti_hbc": "positive"}, "unknown"),
        ({"anti_hcv": "positive", "hcv_rna": "positive"}, "not_met"),
        ({"igra": "indeterminate", "hiv": "positive"}, "not_met"),
    ],
)
def test_infections(results: dict[str, str], status: str) -> None:
    tests = dict.fromkeys(("igra", "hbsag", "anti_hbc", "anti_hcv", "hiv"), "negative")
    screen = tests | {"chest_image": "normal", "other_infection": "false"} | results
    entries = {("", "infection_screen", 0): screen, ("SCR", "visit", 0): {"date": "2026-03-02"}}
    assert status_of("E3", "SCR", entries) == status


# ------------------------------------------------------------------ the reference study: endpoints and checks


def courses(**scores: dict[str, str]) -> dict[tuple[str, str, int], dict[str, str]]:
    """Scores at visits of a participant whose first dose was on 2 March 2026."""
    days = {
        "W0": "2026-03-02",
        "W2": "2026-03-16",
        "W16": "2026-06-22",
        "W34": "2026-10-26",
        "W52": "2027-03-01",
    }
    entries = {(visit, "visit", 0): {"date": days[visit]} for visit in scores}
    entries |= {(visit, "pasi", 0): {"assessor": "A"} | score for visit, score in scores.items()}
    entries["W0", "dose", 0] = {"given": "true", "date": "2026-03-02", "amount": "160"}
    return entries


def term_at(term: str, visit: str, entries: Entries) -> object:
    study = study_of(REFERENCE)
    return evaluate(study.terms[term].rule.node, CasebookReader(casebook(study, entries)), Place(visit)).value


@pytest.mark.parametrize(("later", "relapsed"), [(PASI_6_3, True), (PASI_6_2, False)])
def test_relapse_is_half_of_the_week_16_improvement_lost(later: dict[str, str], relapsed: bool) -> None:
    # baseline 12.0, week 16 0.6: the threshold is 6.3
    entries = courses(W0=PASI_12, W16=PASI_0_6, W34=later)
    assert term_at("relapse_half_lost", "W34", entries) is relapsed
    assert term_at("pasi_90", "W16", entries) is True


def test_pasi_90_holds_at_exactly_ninety_percent_and_the_strict_one_does_not() -> None:
    entries = courses(W0=PASI_12, W16=pasi(CLEAR, CLEAR, CLEAR, (1, 1, 1, 1)))  # 12.0 to 1.2
    assert term_at("pasi_90", "W16", entries) is True
    assert term_at("pasi_90_strict", "W16", entries) is False


def test_baseline_of_zero_leaves_pasi_90_open_and_is_never_pasi_100() -> None:
    clear = pasi(CLEAR, CLEAR, CLEAR, CLEAR)
    entries = courses(W0=clear, W16=clear)
    assert term_at("pasi_90", "W16", entries) is None
    assert term_at("pasi_100", "W16", entries) is False


def checked_at(visit: str, entries: Entries) -> dict[str, object]:
    """Check -> what it says of the record of its form at a visit; None where that cannot be told."""
    study = study_of(REFERENCE)
    book = casebook(study, entries)
    reader = CasebookReader(book)
    return {
        check.id: evaluate(check.when.node, reader, Place(visit or None, check.about_form, 0)).value
        for check in study.checks_about()
        if (visit, check.about_form, 0) in book.records
    }


def fired_at(visit: str, entries: Entries) -> set[str]:
    return {name for name, said in checked_at(visit, entries).items() if said is True}


def test_region_that_rises_by_two_bands_is_asked_about() -> None:
    entries = courses(W0=PASI_0_6, W2=PASI_2_7)
    assert fired_at("W2", entries) == {"pasi.area_jump.trunk", "pasi_rise"}


def test_first_dose_of_half_the_amount_is_a_deviation() -> None:
    entries = courses(W0=PASI_12)
    entries["W0", "dose", 0] = {
        "given": "true",
        "date": "2026-03-02",
        "amount": "80",
        "injections": "1",
        "kit_1": "IX1001",
        "site_1": "abdomen",
    }
    assert fired_at("W0", entries) == {"dose_not_as_planned"}


@pytest.mark.parametrize(
    ("week_2", "week_4", "fired"),
    [
        ("2026-03-16", "2026-03-15", {"visit_outside_window", "visits_out_of_order"}),
        ("2026-03-16", "2026-03-30", set()),
    ],
)
def test_week_4_dated_before_week_2_is_out_of_order(week_2: str, week_4: str, fired: set[str]) -> None:
    entries = courses(W0=PASI_12)
    entries |= {
        ("W2", "visit", 0): {"date": week_2},
        ("W4", "visit", 0): {"date": week_4},
    }
    assert fired_at("W4", entries) == fired


@pytest.mark.parametrize(
    ("visit", "reason", "others", "fired"),
    [
        ("W4", "not_done", {}, {"visit_not_held"}),
        ("W4", "not_applicable", {}, set()),
        ("W24", "lost", {}, {"visit_not_held"}),
        ("W34", "not_done", courses(W0=PASI_12, W16=PASI_0_6), {"visit_not_held"}),
        ("W34", "not_done", courses(W0=PASI_12, W16=PASI_12), set()),
        ("W34", "not_done", {}, set()),  # cannot be told: no week 16
        ("UNS", "not_done", {}, set()),
    ],
)
def test_visit_that_was_planned_and_not_held_is_a_deviation(
    visit: str, reason: str, others: Entries, fired: set[str]
) -> None:
    entries = courses(W0=PASI_12) | dict(others) | {(visit, "visit", 0): {"date": f"!{reason}"}}
    assert fired_at(visit, entries) == fired


def test_of_whom_it_is_unknown_whether_the_plan_asks_for_a_visit_it_cannot_be_told() -> None:
    """Nor is it taken for well: the report counts such records among those that cannot be told."""
    entries = courses(W0=PASI_12) | {("W34", "visit", 0): {"date": "!not_done"}}
    assert checked_at("W34", entries)["visit_not_held"] is None


def test_visit_that_was_not_held_lies_outside_no_window_and_came_not_too_early() -> None:
    entries = courses(W0=PASI_12) | {("W24", "visit", 0): {"date": "!not_done"}}
    said = checked_at("W24", entries)
    assert (said["visit_outside_window"], said["safety_call_too_early"]) == (False, False)


def test_hys_law_needs_the_limits_of_the_sex() -> None:
    labs = {
        "date": "2026-03-30",
        "alt": "151",
        "ast": "30",
        "bilirubin": "47",
        "alp": "100",
        "creatinine": "70",
        "haemoglobin": "140",
    }
    entries = courses(W0=PASI_12) | {("W4", "visit", 0): {"date": "2026-03-30"}, ("W4", "labs", 0): labs}
    male = entries | {("", "demography", 0): {"sex": "male"}}
    assert fired_at("W4", male) == {"hys_law"}
    assert fired_at("W4", male | {("W4", "labs", 0): labs | {"alp": "250"}}) == set()
    assert fired_at("W4", entries) == set()  # which sex is not known


def test_before_the_first_dose_there_is_no_drug_to_stop() -> None:
    labs = {"date": "2026-02-20", "alt": "500", "ast": "30", "bilirubin": "47", "alp": "100"}
    screened: Entries = {
        ("", "demography", 0): {"sex": "male"},
        ("SCR", "visit", 0): {"date": "2026-02-20"},
        ("SCR", "labs", 0): labs,
    }
    before = {"alt_above_8_before_dose", "hys_law_before_dose"}
    fired = fired_at("SCR", screened) & {"alt_above_8", "hys_law", *before}
    assert fired == before

    dosed = courses(W0=PASI_12) | screened  # what was found at screening stays a finding of screening
    assert fired_at("SCR", dosed) & {"alt_above_8", "hys_law", *before} == before


# ------------------------------------------------------------------ both: what later rooms read


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
def test_every_analysis_can_be_run(folder: str) -> None:
    study = study_of(folder)
    assert [one.text for found in check_analyses(study).values() for one in found] == []


@pytest.mark.parametrize("folder", [REFERENCE, SECOND])
def test_virtual_participants_are_described_completely(folder: str) -> None:
    block = read_rehearsal(study_of(folder))
    assert isinstance(block, Rehearsal), [one.text for one in block]
    assert len(block.mistakes) >= 5


# ------------------------------------------------------------------ early stop

STOPPED = {  # stopped early on 30 March, two days after the visit of week 4 (27 to 2 April), whose dose was given
    **courses(W0=PASI_12, W2=PASI_6_3),
    ("W4", "visit", 0): {"date": "2026-03-28"},
    ("", "end_of_treatment", 0): {"early": "true", "date": "2026-03-30", "reason": "adverse_event"},
}


def calendar_on(day: date, entries: Entries) -> dict[str, str]:
    book = casebook(study_of(REFERENCE), entries)
    return {planned.key: planned.state for planned in calendar(book, day)}


def test_before_an_early_stop_every_dosing_visit_is_awaited() -> None:
    going_on = {key: items for key, items in STOPPED.items() if key[1] != "end_of_treatment"}
    states = calendar_on(date(2026, 4, 20), going_on)

    assert (states["W6"], states["W8"], states["W12"], states["ET"]) == (
        "late",
        "planned",
        "planned",
        "planned",
    )


def test_after_an_early_stop_no_dosing_visit_is_awaited_but_week_16_and_the_safety_call() -> None:
    """Early stop: ET visit, still W16 and the 12-week call. Protocol, schedule."""
    states = calendar_on(date(2026, 9, 20), STOPPED)

    assert {states[visit] for visit in ("W6", "W8", "W10", "W12")} == {"not_applicable"}
    assert (states["ET"], states["W16"], states["W24"]) == ("due", "late", "late")
    assert {states[visit] for visit in ("W20", "W34", "W52")} == {
        "planned"
    }  # of responders; week 16 is not known


def test_what_was_missed_before_an_early_stop_stays_overdue() -> None:
    missed = {key: items for key, items in STOPPED.items() if key[0] != "W2"}

    assert calendar_on(date(2026, 9, 20), missed)["W2"] == "late"


def test_treatment_that_ended_as_planned_leaves_every_visit_planned() -> None:
    ended = STOPPED | {("", "end_of_treatment", 0): {"early": "false", "date": "2026-03-30"}}

    assert calendar_on(date(2026, 9, 20), ended)["W6"] == "late"


def test_no_dose_is_planned_after_an_early_stop() -> None:
    book = casebook(study_of(REFERENCE), STOPPED)

    assert [dose.visit for dose in doses(book, date(2026, 9, 20))] == ["W0", "W2", "W4"]
