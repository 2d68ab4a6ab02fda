"""Who is outside an analysis set and by which part of its rule, and who left the study early: boxes, listings, events."""

from tests.spec.analysis_data import ANALYSIS_YAML, make_study, tell
from tests.spec.test_displays import reported, told_of

from trialwright.analysis.displays.csr import make_document
from trialwright.analysis.displays.model import Table
from trialwright.analysis.wording import set_label

PLAN = (
    ANALYSIS_YAML.replace(
        "endpoints:\n  score_90_w16:",
        "  strict: {label: Strict set, rule: 'known(at(W16, score.total)) and at(W16, score.total) < 5', within: full}\n"
        "endpoints:\n  score_90_w16:",
        1,
    )
    .replace(
        "  clear: {label",
        "  primary_strict: {label: Strict, population: strict, estimand: primary, like: clear, sensitivity_of: primary}\n"
        "  clear: {label",
        1,
    )
    .replace(
        "options: {stopped: end.stopped, reason: end.reason,",
        "options: {stopped: end.stopped, reason: end.reason, left_study: known(end.date), left_study_reason: end.reason,",
    )
)
PEOPLE = (
    tell("01", "10", W16="0"),
    tell("02", "10", W16="9"),
    tell("03", "10"),
    tell("04", "10", W16="1", stopped=("moved", 200)),
    tell("05", "10", W16="1", ended=370),
    tell("06", "2", dosed=False, decision="not_eligible"),
)


def listing(title: str, language: str = "en") -> Table:
    told = told_of(*PEOPLE, study=make_study(analysis=PLAN), language=language)
    (found,) = (one for one in make_document(told).displays() if one.title == title)
    assert isinstance(found, Table)
    return found


def test_who_is_outside_a_set_stands_in_the_flow_by_the_parts_of_its_rule():
    boxes = {one.id: one for one in reported(*PEOPLE, study=make_study(analysis=PLAN)).results.flow}

    box = boxes["outside-strict"]
    assert (box.count, box.is_aside) == (2, True)
    assert {line.id: line.participants for line in box.lines} == {
        "outside-strict.2": ("p02",),
        "untold-strict.1": ("p03",),
        "untold-strict.2": ("p03",),
    }
    assert {number.partition(":")[0] for number in box.events} == {"p02"}  # of 03 the rule read nothing


def test_who_is_excluded_from_an_analysis_of_efficacy_is_listed_with_the_reason():
    rows = {row[0]: row[1:] for row in listing("Participants outside an analysis of efficacy").rows}

    assert rows["02"] == ("Not in “Strict set”", "Not so: Total score at week 16 is less than 5")
    assert rows["03"][1] == (
        "It cannot be told whether this is so: Total score at week 16 is known; It cannot be told whether this is so: Total score at week 16 is less than 5"
    )
    assert rows["06"][0] == "Not eligible"


def test_whom_the_data_review_put_out_is_said_so():
    told = set_label(told_of(study=make_study(analysis=PLAN)), "outside", "strict.review", "")

    assert told == "Put out by the data review"


def test_what_must_not_be_is_said_as_it_is():
    study = make_study(
        analysis=PLAN.replace("at(W16, score.total)) and at(", "at(W16, score.total)) and not at(")
    )

    assert (
        set_label(told_of(study=study), "outside", "strict.2", "") == "Total score at week 16 is less than 5"
    )


def test_who_left_the_study_is_listed_beside_who_stopped_treatment():
    rows = listing("Participants who stopped treatment or left the study early").rows

    assert [tuple(row) for row in rows] == [
        ("04", "Treatment stopped early", "Moved away"),
        ("04", "Left the study early", "Moved away"),
        ("05", "Left the study early", "No reason recorded"),
    ]


def test_a_set_that_everybody_is_in_has_no_box():
    study = make_study(analysis=PLAN)
    flow = reported(tell("01", "10", W16="0"), study=study).results.flow

    assert not [one for one in flow if one.id.startswith("outside")]
