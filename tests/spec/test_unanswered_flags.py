"""What analyses leave out because it is not known: records by a flag of theirs, and people without an arm."""

from tests.spec.analysis_data import TWO_ARMS, tell
from tests.spec.events_data import Row, event_study, run_with_rows
from tests.spec.test_simulate import study as reference_study

PLAN = """
analyses:
  all: {label: Events, method: listing, topic: adverse events, dataset: ADAE, population: full, variables: [AETERM]}
  treated: {label: On treatment, method: occurrences, topic: adverse events, dataset: ADAE, population: full, flags: [TREATFL], variables: [AETERM]}
  again: {label: Once more, method: listing, topic: adverse events, dataset: ADAE, population: full, flags: [TREATFL], variables: [AETERM]}
  both: {label: Serious, method: listing, topic: adverse events, dataset: ADAE, population: full, flags: [AESER, TREATFL], variables: [AETERM]}
"""
# The first dose is on 2026-03-02.
PEOPLE = (
    (tell("01", "9.0"), (Row("Rash", "2026-03"), Row("Cold", "2026-03", serious=True), Row("Flu", 5))),
    (tell("02", "9.0"), (Row("Rash", "2026-02"), Row("Flu", "2026-04"))),
    (tell("03", "9.0", dosed=False), (Row("Rash", "2026-03"),)),  # in no population
    (tell("04", "9.0"), (Row("Rash", "2026"),)),
)


def warned(code, problems):
    return [(one.where.partition(":")[0], dict(one.parts)) for one in problems if one.code == code]


def test_records_whose_flag_is_not_known_are_counted_and_named_once():
    """Of 02 the month says enough. What is not serious is left out of "both" whenever it began."""
    results, _ = run_with_rows(event_study(PLAN), PEOPLE)
    found = warned("flag-not-known", results.problems)
    said = [(told["dataset"], told["flag"], str(told["count"]), told["codes"]) for _, told in found]

    assert said == [("ADAE", "TREATFL", "3", "01, 04"), ("ADAE", "TREATFL", "1", "01")]
    assert all(one.severity == "warning" for one in results.problems if one.code == "flag-not-known")


def test_nothing_is_said_where_every_flag_is_known():
    results, _ = run_with_rows(event_study(PLAN), PEOPLE[1:3])

    assert warned("flag-not-known", results.problems) == []


def test_who_has_no_arm_is_named_once_in_a_study_with_several():
    people = (
        (tell("01", "9.0", arm="A"), ()),
        (tell("02", "9.0", arm=""), ()),
        (tell("03", "9.0", arm="", dosed=False), ()),
    )
    several, _ = run_with_rows(event_study(PLAN, arms=TWO_ARMS, model="Parallel"), people)
    one, _ = run_with_rows(event_study(PLAN), people)

    assert [told["codes"] for _, told in warned("without-arm", several.problems)] == ["02"]
    assert warned("without-arm", one.problems) == []


# ---------------------------------------------------------------- the reference study

# The first dose on 2026-03-10 and the last on 2026-06-02; 84 days later is 2026-08-25.
EMERGENT = """
    dosed | start      | ongoing | end        || result
    yes   | 2026-03-10 | no      | 2026-03-10 || yes
    yes   | 2026-03-09 | yes     | ~          || no
    yes   | 2026-03    | yes     | ~          || yes
    yes   | 2026-02    | yes     | ~          || no
    yes   | 2026       | yes     | ~          || yes
    yes   | 2026-03    | no      | 2026-03-09 || no     # it was over before the first dose
    yes   | 2026-03    | no      | 2026-03    || yes
    yes   | 2026-03    | no      | !not_done  || yes    # when it was over is not known
    yes   | 2026-03    |         |            || ? not_yet_entered
    yes   | 2026-08-25 | yes     | ~          || yes
    yes   | 2026-08-26 | yes     | ~          || no
    yes   | 2026-08    | yes     | ~          || yes
    yes   | 2026-09    | yes     | ~          || no
    yes   | !not_done  | yes     | ~          || yes    # unless it is known not to be
    yes   | !not_done  | no      | 2026-02    || no
    no    | 2026-03-10 | yes     | ~          || no
"""
DOSES = {"first_dose": 'earliest("2026-03-10")', "last_dose": 'earliest("2026-06-02")'}


def test_an_event_is_treatment_emergent_unless_it_is_known_not_to_be(spec):
    rule = reference_study().forms["adverse_event"].items["treatment_emergent"].derive
    kinds = {"dosed": "boolean", "start": "partial_date", "ongoing": "boolean", "end": "partial_date"}

    spec(EMERGENT, rule.text, terms=DOSES, **kinds)


TAKEN = """
    ongoing | end        || result
    yes     | ~          || yes
    no      | 2026-03-10 || yes
    no      | 2026-03-09 || no
    no      | 2026-03    || yes
    no      | 2026-02    || no
    no      | !not_done  || yes
"""


def test_a_medication_is_concomitant_unless_it_is_known_not_to_be(spec):
    rule = reference_study().datasets["ADCM"].columns["CONFL"].rule

    spec(TAKEN, rule.text.replace("TRTSDT", "first_dose"), terms=DOSES, ongoing="boolean", end="partial_date")
