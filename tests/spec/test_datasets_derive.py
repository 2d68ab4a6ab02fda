"""Analysis datasets: rows checked by hand, and what the standard asks of every dataset."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from tests.spec.analysis_data import ANALYSIS_YAML, day, make_person, study_files, tell
from tests.spec.derived_study import DATASETS, derived, derived_study, lines
from tests.spec.test_analysis_open import book_with

from trialwright.analysis.run import run
from trialwright.analysis.trial import make_trial
from trialwright.datasets import derive as derive_module
from trialwright.datasets.derive import derive_datasets
from trialwright.datasets.derived import Derived
from trialwright.datasets.due import with_deadlines
from trialwright.datasets.frames import frames
from trialwright.datasets.script import Speaker, said, script_of
from trialwright.datasets.steps import Step
from trialwright.datasets.take import date_text
from trialwright.datasets.variables import imputed_part
from trialwright.datasets.work import Cut, Work, make_cut, number_of, quotient
from trialwright.datasets.written import as_csv, variables_as_csv
from trialwright.ledger.casebook import RecordKey
from trialwright.study.load import load
from trialwright.study.model import Dataset

pytestmark = pytest.mark.unmeasured


def rows_of(made: Derived, parameter: str) -> pl.DataFrame:
    return made.frame.filter(pl.col("PARAMCD") == parameter)


# Days: W12 79..99 to 85, W16 100..126 to 113, W34 177..302 to 239, W52 303..379 to 365. First dose 2026-03-02.
TOLD = (
    tell("01", "10.0", W12="5.0", W16=(116, "1.0"), UNS_1=(110, "4.0"), UNS_2=(150, "7.0"), W34="6.0"),
    tell("02", "3.5", W12=(78, "0.3"), UNS_1=(81, "0.7"), UNS_2=(89, "0.4")),
)


def test_values_fill_the_windows_and_ties_go_to_the_earlier() -> None:
    made = derived(TOLD)["ADSCORE"]
    assert (
        lines(rows_of(made, "SCORE"), "SUBJID", "VISIT", "AVAL", "ADY", "AVISIT", "ANL01FL", "ABLFL")
        == [
            "01 | Screening | 20.0 | -10 | . | . | .",
            "01 | Week 0 | 10.0 | 1 | Baseline | Y | Y",
            "01 | Week 12 | 5.0 | 85 | Week 12 | Y | .",
            "01 | Unscheduled 1 | 4.0 | 110 | Week 16 | Y | .",  # 3 days before the target, W16 3 days after: the earlier
            "01 | Week 16 | 1.0 | 116 | Week 16 | . | .",
            "01 | Unscheduled 2 | 7.0 | 150 | . | . | .",  # day 150 is in no window
            "01 | Week 34 | 6.0 | 239 | Week 34 | Y | .",
            "02 | Screening | 20.0 | -10 | . | . | .",
            "02 | Week 0 | 3.5 | 1 | Baseline | Y | Y",
            "02 | Week 12 | 0.3 | 78 | . | . | .",  # a day before the window
            "02 | Unscheduled 1 | 0.7 | 81 | Week 12 | Y | .",  # 4 days before, the other 4 days after
            "02 | Unscheduled 2 | 0.4 | 89 | Week 12 | . | .",
        ]
    )


def test_changes_are_exact_and_the_baseline_is_the_same_on_all_rows() -> None:
    made = derived(TOLD)["ADSCORE"]
    found = rows_of(made, "SCORE").filter(pl.col("SUBJID") == "02")
    assert lines(found, "AVAL", "BASE", "CHG", "PCHG", "CRIT1", "CRIT1FL", "AFTERFL") == [
        f"20.0 | 3.5 | 16.5 | {float(Fraction(1650, 100) / Fraction(35, 10) * 100)} | At most 1 point | N | .",
        "3.5 | 3.5 | 0.0 | 0.0 | At most 1 point | N | .",
        f"0.3 | 3.5 | -3.2 | {float(Fraction(-320, 35) * 10)} | At most 1 point | Y | Y",
        "0.7 | 3.5 | -2.8 | -80.0 | At most 1 point | Y | Y",
        f"0.4 | 3.5 | -3.1 | {float(Fraction(-310, 35) * 10)} | At most 1 point | Y | Y",
    ]


def test_a_parameter_of_other_rows_comes_from_their_events_and_from_the_baseline() -> None:
    made = derived(TOLD[:1])["ADSCORE"]
    own = dict(zip(rows_of(made, "SCORE")["VISIT"], rows_of(made, "SCORE")["SRC"].to_list(), strict=True))
    base, unscheduled = own["Week 0"], own["Unscheduled 1"]
    responses = rows_of(made, "SCORE90").filter(pl.col("DTYPE").is_null())
    assert lines(responses, "VISIT", "AVAL", "AVALC", "ANL01FL", "BASE") == [
        "Week 12 | 0.0 | N | Y | .",
        "Unscheduled 1 | 0.0 | N | Y | .",
        "Week 16 | 1.0 | Y | . | .",
        "Unscheduled 2 | 0.0 | N | . | .",
        "Week 34 | 0.0 | N | Y | .",
    ]
    assert responses["SRC"].to_list()[1] == sorted([*base, *unscheduled])
    fell = rows_of(made, "FELL")
    assert fell["AVAL"].to_list() == [5.0, 6.0, 9.0, 3.0, 4.0]
    assert fell["SRC"].to_list()[1] == sorted([*base, *unscheduled])
    twice = rows_of(made, "TWICE")
    assert twice["AVAL"].to_list() == [40.0, 20.0, 10.0, 8.0, 2.0, 14.0, 12.0]
    assert twice["SRC"].to_list()[3] == unscheduled


def test_yes_and_no_is_1_and_0_and_texts_have_no_number() -> None:
    made = derived([tell("01", "10.0", W34="6.0")])["ADSCORE"]
    assert lines(rows_of(made, "TREATED"), "AVAL", "AVALC", "AVISIT") == ["0.0 | N | Week 34"]
    assert rows_of(made, "NOTE").height == 0


IMPUTED = (
    tell("01", "10.0", W12="5.0", W16="1.0"),  # seen, 90 % less
    tell("02", "10.0", W12="5.0", missed=("W16",)),  # week 16 not held
    tell("03", "10.0", W12="0.5", W16="0.5", stopped=("harm", 90)),  # composite before week 16, after week 12
    tell("04", "10.0", stopped=("moved", 50)),  # under the treatment policy
    tell("05", "10.0", dosed=False),  # not in the full set
)


def test_what_counts_for_an_estimand_has_one_row_for_each_member_and_visit() -> None:
    made = derived(IMPUTED)["ADSCORE"]
    counted = rows_of(made, "SCORE90").filter(pl.col("ANL02FL") == "Y")
    assert lines(counted, "SUBJID", "AVISIT", "AVALC", "DTYPE", "IMPREAS", "ADT") == [
        "01 | Week 12 | N | . | . | 2026-05-25",
        "01 | Week 16 | Y | . | . | 2026-06-22",
        "02 | Week 12 | N | . | . | 2026-05-25",
        "02 | Week 16 | N | NRI | No value for this visit | .",
        "03 | Week 12 | Y | . | . | 2026-05-25",
        "03 | Week 16 | N | NRI | Stopped for harm or lack of effect | .",
        "04 | Week 12 | N | NRI | No value for this visit | .",
        "04 | Week 16 | N | NRI | No value for this visit | .",
    ]
    by_subject = {row["SUBJID"]: row["SRC"] for row in counted.filter(AVISIT="Week 16").to_dicts()}
    assert by_subject["02"] and by_subject["03"]  # that the visit was not held; that and why treatment ended
    assert by_subject["04"] == []  # nobody said anything of the visit


LATER_DOSE: Mapping[RecordKey, Mapping[str, str]] = {
    ("W12", "dose", 0): {"given": "true", "date": day(85).isoformat()}
}

TIMES = (
    # half of the gain of 9 is lost from 5.5 on
    tell("01", "10.0", W16="1.0", W34="3.0", W52="6.0"),  # free at 239, seen at 365
    tell("02", "10.0", W16="1.0", W34="6.0", W52="6.0"),  # seen at the first visit after the origin
    tell("03", "10.0", W16="1.0", W34="3.0"),  # free at 239, then lost
    tell("04", "10.0", W16="1.0"),  # nothing after the origin
    tell("05", "10.0", W16="1.0", UNS_1=(150, "5.5"), W34="2.0"),  # exactly half is a return
    tell("06", "10.0", W16="5.0", W34="9.0"),  # no responder
)


def test_times_have_the_two_days_between_which_the_event_lies() -> None:
    made = derived(TIMES)["ADTTE"]
    shown = ("SUBJID", "AVAL", "CNSR", "AINTLO", "AINTHI", "EVNTDESC", "CNSDTDSC")
    assert lines(made.frame, *shown) == [
        "01 | 252 | 0 | 126 | 252 | Return | .",
        "02 | 126 | 0 | 0 | 126 | Return | .",
        "03 | 126 | 1 | 126 | . | No event seen | Last visit without event",
        "04 | 0 | 1 | 0 | . | No event seen | Origin",
        "05 | 37 | 0 | 0 | 37 | Return | .",
    ]
    assert made.frame["STARTDT"].unique().to_list() == [day(113)]
    assert (
        made.frame["SRC"].list.len() > 0
    ).all()  # of who has nothing after the origin, the day of the origin


def test_times_tell_the_days_as_they_are_and_as_an_analysis_counts_them() -> None:
    """The window of week 34 is day 225 to 253; its planned day is 126 days after week 16."""
    people = [
        tell("01", "10.0", W16="1.0", W34=(230, "3.0"), W52=(370, "6.0")),
        tell("02", "10.0", W16="1.0", W34=(253, "6.0")),
        tell("03", "10.0", W16="1.0", UNS_1=(224, "3.0")),  # a day before the window
        tell("04", "10.0", W16="1.0", W34=(230, "3.0"), UNS_1=(252, "6.0")),  # both ends in one window
        tell("05", "10.0", W16=(115, "1.0")),  # nothing after the origin
    ]
    shown = ("SUBJID", "CNSR", "AVAL", "AVALPLN", "AINTLO", "AINTHI", "AINTLOP", "AINTHIP")
    assert lines(derived(people)["ADTTE"].frame, *shown) == [
        "01 | 0 | 257 | 252 | 117 | 257 | 126 | 252",
        "02 | 0 | 140 | 126 | 0 | 140 | 0 | 126",
        "03 | 1 | 111 | 111 | 111 | . | 111 | .",
        "04 | 0 | 139 | 139 | 117 | 139 | 117 | 139",
        "05 | 1 | 0 | 0 | 0 | . | 0 | .",
    ]


def test_intercurrent_events_stand_by_estimand_with_their_strategy_and_sources() -> None:
    made = derived([*IMPUTED, tell("06", "10.0", stopped=("death", 130), W16="1.0")])["ADICE"].frame
    assert lines(made, "SUBJID", "ESTIMD", "ICECD", "STRATEGY", "ASTDY", "ASTDTF", "FASFL") == [
        "03 | primary | harm | composite | 90 | . | Y",
        "03 | clear | harm | composite | 90 | . | Y",
        "04 | primary | moved | treatment policy | 50 | . | Y",
        "04 | clear | moved | treatment policy | 50 | . | Y",
        "06 | primary | died | composite | 130 | . | Y",
        "06 | clear | died | composite | 130 | . | Y",
        "06 | back | died | while on study | 130 | . | Y",
    ]
    assert all(made["SRC"].list.len() > 0)


def test_deviations_are_what_checks_of_that_level_find() -> None:
    made = derived([tell("01", "10.0", W12="0.5", W16="21.0"), tell("02", "10.0", dosed=False)])["ADDV"].frame
    assert lines(made, "SUBJID", "DVCD", "DVTERM", "VISIT", "ASTDY", "INFL") == [
        "01 | high | Very high. | Screening | -10 | Y",
        "01 | high | Very high. | Week 16 | 113 | Y",
    ]
    assert all(made["SRC"].list.len() > 0)


def test_what_counts_is_what_the_analysis_counts() -> None:
    study = derived_study()
    tables = frames(study, [make_person(study, told)[0] for told in IMPUTED])
    (primary,) = [
        one for one in run(study, tables, rehearsal=True).estimates() if one.analysis_id == "primary"
    ]
    made = derive_datasets(study, tables)["ADSCORE"].frame
    counted = made.filter(PARAMCD="SCORE90", AVISIT="Week 16", ANL02FL="Y")
    assert (counted.filter(AVALC="Y").height, counted.height) == (primary.responders, primary.n) == (1, 4)


def test_who_left_the_study_counts_as_the_analysis_counts() -> None:
    """An event under `while on study` decides what was not seen, before what the estimand says of the missing."""
    plan = ANALYSIS_YAML.replace("moved: treatment policy", "moved: while on study")
    plan = plan.replace("missing: non-response", "missing: event")
    files = {**study_files(analysis=plan), "datasets.yaml": DATASETS.encode()}
    study = load(files, {}).study
    assert study is not None
    tables = frames(study, [make_person(study, told)[0] for told in IMPUTED])
    results = run(study, tables, rehearsal=True)
    (primary,) = (one for made in results.analyses for one in made.counted if one.id == "primary")
    made = derive_datasets(study, tables)["ADSCORE"].frame
    counted = made.filter(PARAMCD="SCORE90", AVISIT="Week 16", ANL02FL="Y")
    assert lines(counted, "SUBJID", "AVALC", "IMPREAS") == [
        "01 | Y | .",
        "02 | Y | No value for this visit",
        "03 | N | Stopped for harm or lack of effect",
        "04 | N | Moved away",
    ]
    assert (counted["AVALC"] == "Y").to_list() == [one.kind == "event" for one in primary.outcomes]
    said = script_of(study, study.datasets["ADSCORE"])[15]
    assert "else, after Moved away, a new row with DTYPE NRI and AVALC N; else, once the days" in said


@pytest.mark.parametrize(
    ("order", "reason"),
    [("harm: composite, died", "Stopped for harm or lack of effect"), ("died: composite, harm", "Death")],
)
def test_of_several_events_the_one_that_the_estimand_names_first_decides(order: str, reason: str) -> None:
    plan = ANALYSIS_YAML.replace('rule: end.reason == "death"', "rule: end.stopped")
    plan = plan.replace("{harm: composite, died", f"{{{order}")
    study = load({**study_files(analysis=plan), "datasets.yaml": DATASETS.encode()}, {}).study
    assert study is not None
    people = [tell(f"{number:02}", "10.0", stopped=("harm", 60)) for number in range(1, 9)]
    made = derived(people, study=study)["ADSCORE"].frame
    shown = made.filter(PARAMCD="SCORE90", AVISIT="Week 16", ANL02FL="Y")
    assert shown["IMPREAS"].to_list() == [reason] * len(people)


# Window of week 12: days 79 to 99, of week 16: days 100 to 126. Who had no dose, left the study, or missed the visit by
# somebody's word is not waited for; who had the first dose on one of several days is, to the end.
DUE_FROM = {
    "p01": {"W12": 99, "W16": 126},
    "p06": {"W12": 0, "W16": 0},
    "p07": {"W12": 0, "W16": 0},
    "p08": {"W12": 0, "W16": 0},
    "p09": {"W12": None, "W16": None},
}


def test_what_is_due_by_whom_and_when() -> None:
    study = derived_study()
    people = (
        *(tell("01", "10.0", W12="5.0"), tell("06", "10.0", dosed=False)),
        *(tell("07", "10.0", ended=60), tell("08", "10.0", missed=("W12", "W16"))),
    )
    doubtful = book_with(tell("09", "10.0", W12="1"), {("W0", "dose", 0): {"given": ""}, **LATER_DOSE})
    tables = frames(study, [*(make_person(study, told)[0] for told in people), doubtful])
    grid = tables.participants.select("participant").join(
        pl.DataFrame({"visit": ["W12", "W16"]}), how="cross"
    )
    for last in (50, 98, 99, 125, 126, 400, None):
        cut = make_cut(study, tables, None if last is None else day(last))
        found = with_deadlines(grid, cut).select("participant", "visit", "is_due").rows()
        assert {(one, visit): is_due for one, visit, is_due in found} == {
            (one, visit): last is None or (since is not None and since <= last)
            for one, visits in DUE_FROM.items()
            for visit, since in visits.items()
        }, last
    assert cut.doubtful.to_list() == ["p09"]


MOVED = (
    tell("01", "10.0", W16=(116, "1.0"), UNS_1=(110, "4.0"), W34="9.0"),  # another value stands for week 16
    tell("02", "10.0", W16="1.0", W34="9.0"),
    tell("03", "10.0", W16=(96, "4.0"), UNS_1=(113, "0.5"), W34="9.0"),  # week 16 came too early
)


def test_populations_and_times_are_those_of_the_analyses() -> None:
    study = derived_study(
        DATASETS.replace(
            "      DAYS:", "      AT16FL: {label: R, rule: score_90_week_16, flag: true}\n      DAYS:"
        )
    )
    tables = frames(study, [make_person(study, told)[0] for told in MOVED])
    trial, made = make_trial(study, tables, {}, None), derive_datasets(study, tables)
    assert [trial.codes[one] for one in trial.members("responders")] == ["02", "03"]
    subject = made["ADSL"].frame
    assert subject.filter(RESPFL="Y")["SUBJID"].to_list() == ["02", "03"]
    assert subject["AT16FL"].equals(subject["RESPFL"])
    assert lines(made["ADTTE"].frame, "SUBJID", "STARTDT", "AVAL", "CNSR") == [
        f"02 | {day(113)} | 126 | 0",
        f"03 | {trial.visit_dates['p03', 'W16']} | {(day(239) - trial.visit_dates['p03', 'W16']).days} | 0",
    ]
    response = rows_of(made["ADSCORE"], "SCORE90").filter(AVISIT="Week 16", ANL02FL="Y")
    assert response.filter(AVALC="Y")["SUBJID"].to_list() == ["02", "03"]


def test_what_is_not_due_is_not_missing() -> None:
    before, after = day(125), day(126)
    people = [tell("01", "10.0", W12="5.0")]
    visits = [
        rows_of(derived(people, last_day=last)["ADSCORE"], "SCORE90").filter(ANL02FL="Y")["AVISIT"].to_list()
        for last in (before, after)
    ]
    assert visits == [["Week 12"], ["Week 12", "Week 16"]]


@pytest.mark.parametrize(("missing", "told"), [("event", ["Y"]), ("no event", ["N"]), ("left out", [])])
def test_the_missing_count_as_the_estimand_says(missing: str, told: list[str]) -> None:
    plan = ANALYSIS_YAML.replace("endpoints:\nendpoints:", "endpoints:").replace(
        "missing: non-response", f"missing: {missing}"
    )
    files = {**study_files(analysis=plan), "datasets.yaml": DATASETS.encode()}
    study = load(files, {}).study
    assert study is not None
    made = derived([tell("01", "10.0", W12="5.0")], study=study)["ADSCORE"]
    assert rows_of(made, "SCORE90").filter(AVISIT="Week 16")["AVALC"].to_list() == told


def test_one_row_a_participant_with_populations_and_dates() -> None:
    made = derived([*TOLD, tell("03", "5.0", dosed=False), tell("04", "5.0", W16="0.0", ended=130)])["ADSL"]
    assert lines(made.frame, "USUBJID", "ARM", "FASFL", "RESPFL", "TRTSDT", "STOPDT", "DAYS", "BASESCO") == [
        "TRIAL-01 | Arm A | Y | . | 2026-03-02 | . | . | 10.0",  # the 4.0 of day 110 stands for week 16
        "TRIAL-02 | Arm A | Y | . | 2026-03-02 | . | . | 3.5",
        "TRIAL-03 | . | N | . | . | . | . | .",
        f"TRIAL-04 | Arm A | Y | Y | 2026-03-02 | {day(130)} | 130 | 5.0",
    ]


def test_the_events_of_a_population_are_among_those_of_its_flag() -> None:
    flags = "{FASFL: {label: Full Set, population: full}}"
    only = f"datasets:\n  ADSL: {{label: Subject level, class: ADSL, columns: {flags}}}\n"
    study = derived_study(only)
    book = make_person(study, tell("01", "10.0"))[0]
    made = derive_datasets(study, frames(study, [book]))["ADSL"].frame
    given = next(record.items["given"] for key, record in book.records.items() if key[1] == "dose")
    assert given.sequence in made["SRC"].to_list()[0]


def test_records_of_a_form_bring_all_their_events() -> None:
    made = derived([*TOLD, tell("03", "5.0", dosed=False)])["ADDOSE"]
    assert lines(made.frame, "SUBJID", "ASEQ", "ARM", "ASTDT", "VISITFL") == [
        "01 | 1 | Arm A | 2026-03-02 | Y",
        "02 | 1 | Arm A | 2026-03-02 | Y",
    ]
    assert all(made.frame["SRC"].list.len() == 1)


def test_a_value_on_the_day_of_the_first_dose_is_baseline_at_a_baseline_visit_only() -> None:
    made = derived([tell("01", "10.0", UNS_1=(1, "4.0"), UNS_2=(-3, "12.0"))])["ADSCORE"]
    found = rows_of(made, "SCORE")
    assert found.filter(ABLFL="Y")["VISIT"].to_list() == ["Week 0"]


def test_the_baseline_is_the_last_value_before() -> None:
    study = derived_study(DATASETS.replace("SCORE90: {", "X: {").replace("[SCORE90]", "[X]"))
    made = derived([tell("01", "", UNS_2=(-3, "12.0"))], study=study)["ADSCORE"]
    assert rows_of(made, "SCORE").filter(ABLFL="Y")["VISIT"].to_list() == ["Unscheduled 2"]


def test_the_order_of_participants_changes_nothing() -> None:
    forth, back = derived(TOLD), derived(tuple(reversed(TOLD)))
    for name, one in forth.items():
        assert one.frame.equals(back[name].frame), name


def test_datasets_of_nobody_have_their_variables() -> None:
    nobody, somebody = derived(()), derived(TOLD)
    for name, one in nobody.items():
        assert one.frame.height == 0
        assert one.frame.columns == somebody[name].frame.columns


def check_standard(made: Derived) -> None:
    """CDISC ADaM Implementation Guide 1.3: names, labels, keys."""
    assert [one.id for one in made.variables] == made.frame.columns
    for one in made.variables:
        assert len(one.id) <= 8 and one.id == one.id.upper(), one.id
        assert 0 < len(one.label) <= 40, one.label
    if "BASE" not in made.frame.columns:
        return
    pairs = made.frame.select("PARAM", "PARAMCD").unique()
    assert pairs.height == pairs["PARAM"].n_unique() == pairs["PARAMCD"].n_unique()
    bases = made.frame.filter(pl.col("DTYPE").is_null()) if "DTYPE" in made.frame.columns else made.frame
    assert (
        bases.group_by("USUBJID", "PARAMCD").agg(pl.col("BASE").n_unique().alias("n"))["n"].to_list()
        == [1] * bases.select("USUBJID", "PARAMCD").n_unique()
    )
    flagged = made.frame.filter(ANL01FL="Y")
    assert flagged.select("USUBJID", "PARAMCD", "AVISIT").is_unique().all()
    assert made.frame.select("USUBJID", "ASEQ").is_unique().all()


def test_datasets_hold_to_the_standard() -> None:
    made = derived([*TOLD, *IMPUTED[2:]])
    for one in made.values():
        check_standard(one)
    assert made["ADSL"].frame["USUBJID"].is_unique().all()


def test_numbers_are_exact_or_refused() -> None:
    told = pl.DataFrame({"numerator": [1, None, 5], "denominator": [3, None, 2]})
    values, scale = number_of(told)
    assert (values.to_list(), scale) == ([2, None, 15], 6)
    with pytest.raises(ValueError, match="no common denominator"):
        number_of(pl.DataFrame({"numerator": [1, 1], "denominator": [99991, 99989]}))
    assert quotient(pl.Series([39, 7, None]), pl.Series([10, 10, 10])).to_list() == [3.9, 0.7, None]


def test_a_partial_date_is_imputed_and_says_so() -> None:
    told = pl.DataFrame(
        {
            "lo": [date(2026, 3, 2), date(2026, 3, 1), date(2026, 1, 1), date(2025, 12, 1), None],
            "hi": [date(2026, 3, 2), date(2026, 3, 31), date(2026, 12, 31), date(2026, 1, 31), None],
        }
    )
    assert imputed_part(told).to_list() == [None, "D", "M", "Y", None]


def test_a_script_says_every_step_with_the_texts_of_the_rules() -> None:
    study = derived_study()
    assert script_of(study, study.datasets["ADSL"]) == (
        "ADSL (ADSL): Subject level",
        "",
        "1. Take one row for each participant.",
        "2. ARM (Arm): participant.arm, written as A = Arm A",
        "3. FASFL (Full Set): Y for the members of the population full (any(dose, where=given)), else N. A decision of the data review goes before the rule.",
        "4. RESPFL (Responders): Y for the members of the population responders (score_90_week_16, of the members of full (any(dose, where=given))). A decision of the data review goes before the rule.",
        "5. TRTSDT (First Dose): first_dose",
        "6. STOPDT (Last Day): end.date",
        '7. DAYS (Days in the Study): days(TRTSDT, STOPDT) + "1 days"',
        "8. BASESCO (Baseline Score): baseline(score.total)",
    )
    values = script_of(study, study.datasets["ADSCORE"])
    assert values[2:] == (
        "1. Take each known value of score.total as AVAL or AVALC of SCORE (Total score), and the day of its visit as ADT.",
        "2. Take each known answer of a rule at a visit as AVAL and AVALC of TWICE (Twice the score): twice",
        "3. Take each known value of score.note as AVAL or AVALC of NOTE (Note), and the day of its visit as ADT.",
        "4. Take each known value of back.treated as AVAL or AVALC of TREATED (Treated again), and the day of its visit as ADT.",
        "5. ADY: the study day of ADT. The first dose is on day 1, and there is no day 0.",
        "6. AVISIT: the visit in whose days ADY lies (Week 12: 79..99, Week 16: 100..126, Week 34: 177..302, Week 52: 303..379). ANL01FL is Y on the value that is nearest to the target day, of equally near ones on the earlier.",
        "7. ABLFL: Y on the last value that is dated before the first dose, or on its day at Week 0, Screening. BASE: the AVAL of that row, on all rows of the parameter. On that row AVISIT is Baseline, AVISITN 0 and ANL01FL Y, and AWLO, AWHI, AWTARGET and AWTDIFF are empty.",
        "8. CHG: AVAL - BASE",
        "9. PCHG: 100 * (AVAL - BASE) / BASE",
        "10. Take the rows of SCORE after the baseline that have a study day once more as SCORE90 (Score 90), with the answer of a rule as AVAL and AVALC, where it can be told: score_90",
        "11. Take the rows of SCORE after the baseline that have a study day once more as FELL (Points less), with the answer of a rule as AVAL and AVALC, where it can be told: BASE - AVAL",
        "12. AFTERFL (After the First Day): Y where ADT > TRTSDT",
        "13. CRIT1FL, of SCORE: Y where AVAL <= 1, N where not. CRIT1: At most 1 point.",
        "14. ANL02FL (Counts for the Primary Estimand): for each member of full, each of SCORE90 and each of the visits Week 12, Week 16, Y on the one row that counts for the estimand primary. After Stopped for harm or lack of effect, Death, a new row with DTYPE NRI and AVALC N; else the row of ANL01FL; else, once the days of the visit are over, a new row with DTYPE NRI and AVALC N. An event counts up to the day of the visit, or where it was not held up to the last of its days; one of unknown date counts at every visit.",
        "15. Repeat on each row, from ADSL: FASFL.",
    )
    assert script_of(study, study.datasets["ADDOSE"])[2:5] == (
        "1. Take one row for each record of the form dose where: given",
        "2. Leave out who is not in the population full (Full set). A decision of the data review goes before its rule.",
        "3. ASTDT (Day of the Dose): date",
    )


def test_a_script_of_times_says_origin_visits_and_rule() -> None:
    study = derived_study()
    said = script_of(study, study.datasets["ADTTE"])[2]
    assert said.startswith(
        "1. Take one row for each member of responders as BACK (Days from week 16 to the return): "
    )
    assert (
        "the days from Week 16 to the first of Week 34, Week 52, Unscheduled at which lost_half. CNSR" in said
    )


def test_a_script_says_which_events_and_which_checks() -> None:
    study = derived_study()
    said = script_of(study, study.datasets["ADICE"])[2]
    assert 'The events: harm (end.stopped and end.reason in ("harm", "no_effect")); died' in said
    said = script_of(study, study.datasets["ADDV"])[2]
    assert (
        "late (days(visit.date, date) > 0). DVCLASS: Important or Not important" in said and "low" not in said
    )


def test_the_steps_of_a_script_are_those_that_were_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    study = derived_study()
    scripts = {name: script_of(study, dataset)[2:] for name, dataset in study.datasets.items()}
    carried_out: dict[str, list[Step]] = {}
    perform = derive_module._perform

    def noted(step: Step, dataset: Dataset, work: Work, cut: Cut, done: Mapping[str, Work]) -> Work:
        carried_out.setdefault(dataset.id, []).append(step)
        return perform(step, dataset, work, cut, done)

    monkeypatch.setattr(derive_module, "_perform", noted)
    made = derived(TOLD, study=study)

    speaker = Speaker(study)
    for name, one in made.items():
        assert list(one.steps) == carried_out[name]
        lines_said = [f"{number}. {said(step, speaker)}" for number, step in enumerate(carried_out[name], 1)]
        assert list(scripts[name]) == lines_said


def test_a_table_is_written_with_its_variables() -> None:
    made = derived(TOLD)
    first, row = as_csv(made["ADDOSE"]).decode("utf-8-sig").splitlines()[:2]
    assert first == "STUDYID,USUBJID,SUBJID,SITEID,ASEQ,ARM,TRTSDT,ASTDT,VISITFL,SRCSTRM,SRC"
    events = " ".join(map(str, made["ADDOSE"].frame["SRC"].to_list()[0]))
    assert row == f"TRIAL,TRIAL-01,01,S01,1,Arm A,2026-03-02,2026-03-02,Y,p01,{events}"
    told = variables_as_csv(made).decode("utf-8-sig").splitlines()
    assert told[0] == "dataset,variable,label,type,rule"
    assert "ADSL,TRTSDT,First Dose,date,first_dose" in told
    assert len(told) == 1 + sum(len(one.variables) for one in made.values())


def test_a_date_stands_as_far_as_it_is_known() -> None:
    ends = pl.DataFrame(
        {
            "lo": [date(1990, 3, 5), date(1990, 3, 1), date(1990, 1, 1), None],
            "hi": [date(1990, 3, 5), date(1990, 3, 31), date(1990, 12, 31), None],
        }
    )
    told = ends.select(date_text(pl.col("lo"), pl.col("hi")).alias("told"))["told"]
    assert told.to_list() == ["1990-03-05", "1990-03", "1990", None]


def test_what_cannot_be_told_is_counted_beside_the_rows() -> None:
    """Whether 02 is a responder, since week 16 was not seen; of who was not enrolled nothing is asked."""
    people = (
        tell("01", "10.0", W16="1.0"),
        tell("02", "10.0"),
        tell("03", "10.0", dosed=False, decision="not_eligible"),
    )
    made = derived(people)
    assert made["ADSL"].untold == (("RESPFL", 1),)
    assert lines(made["ADSL"].frame, "SUBJID", "RESPFL")[1] == "02 | ."
    assert made["ADTTE"].untold == ()
