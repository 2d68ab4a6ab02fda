"""diary.yaml becomes forms of the study, each with its Ask; amendments of it are told like others."""

from dataclasses import replace

import pytest
from tests.spec.small_study import DIARY, FILES, changed, errors_of, load_small, small_study
from tests.spec.study_folders import REFERENCE, SECOND, casebook, study_of

from trialwright.datasets.frames import frames
from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.reader import Place
from trialwright.expr.record import evaluate
from trialwright.ledger.reader import CasebookReader
from trialwright.study.check_texts import texts_of
from trialwright.study.compare import compare
from trialwright.study.model import Form, Study

FILE = "diary.yaml"
DATASETS = "datasets.yaml"  # in which a score of the diary is a parameter


def form_of(name: str) -> Form:
    return small_study().forms[name]


@pytest.mark.parametrize(
    ("form", "records", "kind"),
    [
        ("diary_day", "many", "day"),
        ("diary_week", "many", "week"),
        ("diary_dose", "many_visit", "after"),
        ("diary_report", "many", "whenever"),
    ],
)
def test_a_form_of_the_diary_is_a_list_that_the_participant_fills(form: str, records: str, kind: str) -> None:
    found = form_of(form)
    assert found.ask is not None
    assert (found.records, found.ask.kind) == (records, kind)
    assert (found.filled_by, found.area, found.gate) == ("participant", "diary", None)
    assert not small_study().visits_of(form)


def test_an_ask_says_days_and_hours() -> None:
    day, dose, told = (form_of(name).ask for name in ("diary_day", "diary_dose", "diary_report"))
    assert day and dose and told and dose.after
    assert (day.first_visit, day.last_visit, day.opens, day.closes) == ("SCR", "V8", 1080, 2160)
    assert (dose.after.text, dose.days, dose.opens, dose.closes) == ("dose.date", 1, 480, 2160)
    assert (told.first_visit, told.opens, told.closes) == ("", 0, 0)


def test_what_holds_for_the_whole_diary() -> None:
    diary = small_study().diary
    assert diary is not None
    assert (diary.title, diary.contact) == ("Itch diary", "Call the clinic when you feel ill.")
    assert (diary.phone, diary.remind_at, diary.snooze_minutes) == ("+86 571 0000", 1200, (30, 60))
    assert (diary.silent_days, diary.silent_text) == (2, "No entry for more than 2 days.")
    assert [(score.id, score.label) for score in diary.scores] == [("itch_week", "Itch of the week")]


def test_what_a_diary_need_not_say() -> None:
    text = changed(FILE, "snooze_minutes: [30, 60]", "snooze_minutes: 15").replace(
        ", phone: +86 571 0000", ""
    )
    lines = [line for line in text.splitlines() if not line.startswith("silent:")]
    diary = small_study({FILE: "\n".join(lines) + "\n"}).diary
    assert diary is not None
    assert (diary.phone, diary.silent_days, diary.silent_text) == ("", 0, "")
    assert diary.snooze_minutes == (15,)


def test_a_check_of_the_diary_tells_the_participant() -> None:
    check = form_of("diary_day").checks[0]
    assert (check.id, check.level, check.within_hours) == ("diary_day.bad", "alert", 24)
    assert check.tell == "Call the clinic today."
    assert not any(check.tell for check in form_of("itch").checks)


def test_the_texts_of_the_diary_are_to_be_translated() -> None:
    wanted = {"Itch diary", "Call the clinic when you feel ill.", "No entry for more than 2 days."}
    wanted |= {"Itch of the week", "Call the clinic today.", "Very bad itch.", "Your day", "Front", "Palms"}
    assert wanted <= set(texts_of(small_study()))


def test_an_instrument_can_be_a_form_of_the_diary_with_its_licensed_text() -> None:
    worst = "      worst: {low: None, high: Worst}\n      kind:"
    form = changed(FILE, "    label: Tell us\n", "    instrument: itch/1\n    label: Itch now\n")
    form = form.replace("      kind:", worst)
    pack = "licence: Letter 9\nitems: {kind: {en: Kind of itch}}\n"
    study = small_study({FILE: form, "wording/diary_report.yaml": pack})
    found = study.forms["diary_report"]
    assert (found.label, found.records, found.instrument, found.area) == (
        "Itch now",
        "many",
        "itch/1",
        "diary",
    )
    assert found.grid is not None
    assert found.licence == "Letter 9"
    assert found.items["kind"].label == "Kind of itch"


def test_the_forms_of_a_broken_file_are_not_missed_elsewhere() -> None:
    text = changed(FILE, "    ask: whenever\n", "    ask: []\n")
    assert {code for _, code, _ in errors_of(load_small({FILE: text}))} == {"mapping-expected"}


def test_a_blinded_item_of_a_diary_names_its_visit() -> None:
    text = changed(FILE, "high: Worst, sdtm: ITCHDAY", "high: Worst, blinded_until: V9")
    places = [(where, code) for where, code, _ in errors_of(load_small({FILE: text}))]
    assert ("diary.yaml:11:107", "no-such-visit") in places


# ------------------------------------------------------------------ amendments


def amended(old: str, new: str) -> list[tuple[str, str]]:
    datasets = (
        {}
        if old.strip() != "itch_week: {"
        else {DATASETS: changed(DATASETS, "score: itch_week}", "score: itch_weekly}")}
    )
    later = small_study({FILE: changed(FILE, old, new), **datasets})
    return [(change.path, change.kind) for change in compare(small_study(), later)]


@pytest.mark.parametrize(
    ("old", "new", "path", "kind"),
    [
        ('V8, open: "18:00"', 'V8, open: "17:00"', "forms.diary_day.ask.opens", "meaning"),
        ("every: week", "every: day", "forms.diary_week.ask.kind", "meaning"),
        ("after: dose.date", "after: visit.date", "forms.diary_dose.ask.after", "meaning"),
        ("at_least=4", "at_least=5", "diary.scores.itch_week.rule", "meaning"),
        ("Itch of the week", "Weekly itch", "diary.scores.itch_week.label", "text"),
        ("Call the clinic when", "Call us when", "diary.contact", "text"),
        ('at: "20:00"', 'at: "21:00"', "diary.remind_at", "text"),
        ("title: Itch diary", "title: My itch", "diary.title", "text"),
        (
            "tell: Call the clinic today.",
            "tell: Call us.",
            "forms.diary_day.checks.diary_day.bad.tell",
            "text",
        ),
        ("ask: Very bad itch.", "ask: Bad itch.", "forms.diary_day.checks.diary_day.bad.ask", "text"),
        ("  itch_week: {", "  itch_weekly: {", "diary.scores.itch_week", "meaning"),
    ],
)
def test_an_amendment_of_the_diary(old: str, new: str, path: str, kind: str) -> None:
    assert (path, kind) in amended(old, new)


def test_a_diary_can_be_added_later_and_not_be_taken_away() -> None:
    week = changed(DATASETS, "      WEEK: {label: Itch week, score: itch_week}\n", "")
    without = small_study({FILE: None, "photos.yaml": None, DATASETS: week})
    added = {change.path: change for change in compare(without, small_study())}
    assert added["diary"].kind == added["forms.diary_day"].kind == "addition"
    assert added["diary"].new == "Itch diary"
    removed = {change.path: change.kind for change in compare(small_study(), without)}
    assert removed["diary"] == "meaning"
    assert removed["forms.diary_day"] == "refused"


def test_a_list_of_the_site_that_becomes_a_diary_changes_its_meaning() -> None:
    study = small_study()
    therapy = replace(study.forms["therapy"], ask=study.forms["diary_report"].ask)
    later = replace(study, forms={**study.forms, "therapy": therapy})
    assert [(one.path, one.kind, one.new) for one in compare(study, later)] == [
        ("forms.therapy.ask", "meaning", "whenever")
    ]


# ------------------------------------------------------------------ in rules


def answer(study: Study, entries: dict[tuple[str, str, int], dict[str, str]], text: str) -> object:
    """What a rule says of the participant."""
    rule = parse_rule(text, "x:1:1")
    assert isinstance(rule, Rule)
    return evaluate(rule.node, CasebookReader(casebook(study, entries)), Place()).value


DAY_1, DAY_2 = ("", "diary_day", 20260301), ("", "diary_day", 20260302)


@pytest.mark.parametrize(
    ("entries", "rule", "value"),
    [
        ({}, "any(diary_day, where=itch > 5)", False),
        ({}, "count(diary_day)", 0),
        ({}, "mean(diary_day.itch, at_least=1)", None),
        ({DAY_1: {"itch": "6"}, DAY_2: {"itch": "3"}}, "any(diary_day, where=itch > 7)", False),
        ({DAY_1: {"itch": "6"}, DAY_2: {"itch": "3"}}, "count(diary_day)", 2),
        ({DAY_1: {"itch": "6"}, DAY_2: {"itch": "3"}}, "mean(diary_day.itch, at_least=2) == 4.5", True),
        ({DAY_1: {"itch": "6"}, DAY_2: {"itch": "3"}}, "mean(diary_day.itch, at_least=3)", None),
    ],
)
@pytest.mark.unmeasured
def test_what_is_there_of_a_diary_is_the_whole_list(
    entries: dict[tuple[str, str, int], dict[str, str]], rule: str, value: object
) -> None:
    assert answer(small_study(), entries, rule) == value


def test_the_columns_take_a_diary_for_complete_as_well() -> None:
    study = small_study()
    books = [casebook(study, {}), replace(casebook(study, {DAY_1: {"itch": "6"}}), participant="p2")]
    gates = frames(study, books).gates
    assert [row["gate"] for row in gates.to_dicts() if row["form"] == "diary_day"] == [False, True]


def test_an_answer_left_out_after_a_dose_is_not_entered() -> None:
    study = small_study()
    entries = {("V0", "visit", 0): {"date": "2026-03-02"}, ("V0", "diary_dose", 20260303): {"sore": "true"}}
    rule = "any(diary_dose, where=missing(red))"
    assert answer(study, entries, rule) is None  # it may still come
    table = frames(study, [casebook(study, entries)]).forms["diary_dose"]
    assert table["red__state"].to_list() == ["not_entered"]


# ------------------------------------------------------------------ the reference study


def test_the_diary_of_the_reference_study() -> None:
    study = study_of(REFERENCE)
    diary = study.diary
    assert diary is not None
    asks = {form.id: form.ask.kind for form in study.forms.values() if form.ask}
    assert asks == {
        "diary_day": "day",
        "diary_week": "week",
        "diary_injection": "after",
        "diary_report": "whenever",
    }
    scales = list(study.forms["diary_day"].items.values())
    assert [(item.id, item.low, item.high) for item in scales] == [
        (name, 0, 10) for name in ("itch", "pain", "tightness", "sleep")
    ]
    week = study.forms["diary_week"]
    assert week.grid is not None
    shares = {row.id: dict(row.constants)["share"] for row in week.grid.rows}
    assert shares == {"head": 10, "upper": 20, "trunk": 30, "lower": 40}
    assert [item.id for item in week.items.values() if item.widget == "shading"] == [
        "head_palms",
        "upper_palms",
        "trunk_palms",
        "lower_palms",
    ]
    assert [item.id for item in week.items.values() if item.widget == "drawing"] == ["drawing"]


def test_no_endpoint_of_the_reference_study_reads_the_diary() -> None:
    study = study_of(REFERENCE)
    rules = [one.variable.text for one in study.endpoints.values()]
    rules += [one.rule.text for one in (*study.terms.values(), *study.populations.values())]
    assert not [text for text in rules if "diary_" in text]


# ------------------------------------------------------------------ the second study


@pytest.mark.parametrize(
    ("answers", "minutes", "is_alert"),
    [
        ({"headache": "false"}, "0", False),
        ({"headache": "true", "strength": "9", "hours": "12.5", "tablet": "false"}, "750", True),
        ({"headache": "true", "strength": "9", "hours": "12", "tablet": "false"}, "720", False),
        ({"headache": "true", "strength": "9", "tablet": "false"}, None, False),
    ],
)
def test_the_headache_diary_branches_computes_and_alerts(
    answers: dict[str, str], minutes: str | None, is_alert: bool
) -> None:
    study, key = study_of(SECOND), ("", "head_day", 20260301)
    book = casebook(study, {key: answers})
    found = book.records[key].items.get("minutes")
    assert (getattr(found.datum, "text", None) if found else None) == minutes
    check = study.forms["head_day"].checks[0]
    place = Place(None, "head_day", 20260301)
    assert (evaluate(check.when.node, CasebookReader(book), place).value is True) == is_alert


def test_the_diaries_of_the_two_studies_share_no_name() -> None:
    asked = [{form.id for form in study_of(one).forms.values() if form.ask} for one in (REFERENCE, SECOND)]
    assert all(asked)
    assert not asked[0] & asked[1]


def test_the_small_diary_is_in_the_file_that_tests_change() -> None:
    assert FILES[FILE] == DIARY
