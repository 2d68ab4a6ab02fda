"""What `check` refuses because it tells a blinded role of a hidden item, and what it leaves to `ledger.visible`."""

import pytest
from tests.spec.small_study import FILES, changed, load_small

S, C, E, T, K, D = "study.yaml", "schedule.yaml", "eligibility.yaml", "terms.yaml", "checks.yaml", "drug.yaml"
BODY, DOSE = "forms/body.yaml", "forms/dose.yaml"
ALT = "type: decimal, unit: U/L, range: 0..5000, blinded_until: unblinding"
Change = tuple[str, str, str]  # file, old, new


def told(*changes: Change) -> list[tuple[str, str]]:
    """Code and text of what the small study, changed so, would tell."""
    texts = dict(FILES)
    for file, old, new in changes:
        texts[file] = changed(file, old, new, texts)
    loaded = load_small({name: text for name, text in texts.items() if text != FILES.get(name)})
    errors = [found for found in loaded.problems if found.severity == "error"]
    assert {found.code.endswith("-unblinds") for found in errors} <= {True}, errors
    return [(found.code, found.text) for found in errors]


def codes(*changes: Change) -> list[str]:
    return [code for code, _ in told(*changes)]


UNTIL_V4: Change = (BODY, "blinded_until: unblinding", "blinded_until: V4")
SCORE: Change = (
    BODY,
    "  graded:",
    "  double: {label: D, type: decimal, unit: U/L, derive: alt * 2}\n  graded:",
)
TERM: Change = (T, "heavy:", "high: {label: High, rule: known(body.alt)}\nheavy:")
WHEN_GRADED = "1: Some}}"


def graded(rest: str) -> Change:
    return (BODY, WHEN_GRADED, f"1: Some}}, {rest}}}")


def visit_when(rule: str) -> Change:
    return (C, "'at(V4, better)'", f"'{rule}'")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # items
        ([graded("when: known(alt)")], ["item-unblinds"]),
        ([graded("when: known(alt), blinded_until: unblinding")], []),
        ([graded("when: known(alt), blinded_until: V4")], ["item-unblinds"]),
        ([UNTIL_V4, graded("when: known(alt), blinded_until: V4")], []),
        ([UNTIL_V4, graded("when: known(alt), blinded_until: V0")], ["item-unblinds"]),
        ([UNTIL_V4, graded("when: known(alt), blinded_until: unblinding")], []),
        # an unscheduled visit may never come
        (
            [
                (BODY, "blinded_until: unblinding", "blinded_until: UNS"),
                graded("when: known(alt), blinded_until: V8"),
            ],
            ["item-unblinds"],
        ),
        # what is derived is hidden with what it reads, and so tells as much
        ([SCORE], []),
        ([SCORE, graded("when: known(double)")], ["item-unblinds"]),
        ([TERM, graded("when: high")], ["item-unblinds"]),
        # the arm is hidden without being marked
        ([graded('when: participant.arm == "LOW"')], ["item-unblinds"]),
        ([graded('when: plan.dose > "80 mg"')], ["item-unblinds"]),
        # forms
        ([(DOSE, 'demography.age >= "18 years"', "known(body.alt)")], ["form-unblinds"]),
        # visits: those after the one that lifts the blind may hang on it, those of any day not
        ([visit_when("at(V4, known(body.alt))")], ["visit-unblinds"]),
        ([UNTIL_V4, visit_when("at(V4, known(body.alt))")], []),
        (
            [UNTIL_V4, (C, "day: any, repeats: true", "day: any, when: 'at(V4, known(body.alt))'")],
            ["visit-unblinds"],
        ),
        # criteria, by where they are decided
        ([(E, "18 <= age <= 70", "known(body.alt)")], ["criterion-unblinds"]),
        (
            [
                (BODY, "blinded_until: unblinding", "blinded_until: SCR"),
                (E, "18 <= age <= 70", "known(body.alt)"),
            ],
            [],
        ),
        # everybody sees where a participant stands, and on which day
        ([(S, "known(end.date)", "any(body, where=known(alt))")], ["lifecycle-unblinds"]),
        ([(S, "any(dose, where=given)", 'participant.arm == "LOW"')], ["lifecycle-unblinds"]),
        # day 1, and with it what counts from baseline: "better" reads a reduction
        ([(T, "where=given", "where=known(body.alt)")], ["visit-unblinds", "anchor-unblinds"]),
        # hidden where they are shown: checks, holds, notices
        (
            [
                (K, "and not heavy", "and known(body.alt)"),
                (K, "weight.}\n", "weight.}\nnew: {about: body.weight, when: heavy, ask: Heavy.}\n"),
            ],
            [],
        ),
        ([(D, "itch.total > 9", "known(body.alt)"), (E, "itch.total < 2", "known(body.alt)")], []),
    ],
)
def test_what_everybody_sees_hangs_on_nothing_hidden(changes: list[Change], expected: list[str]) -> None:
    assert codes(*changes) == expected


def test_the_condition_of_a_form_may_read_what_is_hidden_as_long_as_all_of_it() -> None:
    items = FILES[DOSE].replace("type: date,", "type: date, blinded_until: unblinding,")
    items = items.replace("type: boolean}", "type: boolean, blinded_until: unblinding}")
    kit = items.replace("type: text, when: given}", "type: text, when: given, blinded_until: unblinding}")
    rule = ('demography.age >= "18 years"', "known(body.alt)")
    seen, hidden = (
        load_small(
            {
                DOSE: text.replace(*rule),
                T: FILES[T].replace("dose.date, where=given", "visit.date"),
                "diary.yaml": FILES["diary.yaml"].replace("after: dose.date", "after: visit.date"),
            }
        )
        for text in (items, kit)
    )
    assert [found.code for found in seen.problems if found.severity == "error"].count("form-unblinds") == 1
    assert "form-unblinds" not in {found.code for found in hidden.problems}


def test_the_message_says_who_would_be_told_of_what_and_how_to_mend_it() -> None:
    (one,) = told(graded("when: known(alt)"))
    assert one[1] == (
        "Whether body.graded is asked would tell nurse of body.alt; "
        "give body.graded blinded_until: unblinding too, or let this condition not read body.alt."
    )
    (one,) = told(UNTIL_V4, graded("when: known(alt)"))
    assert "give body.graded blinded_until: V4 too" in one[1]


def test_where_nobody_is_blinded_nothing_is_told() -> None:
    open_label: Change = (S, "  blinded: [nurse]\n", "")
    unmarked: Change = (BODY, ", blinded_until: unblinding", "")
    assert codes(open_label, unmarked, graded('when: participant.arm == "LOW"')) == []
