"""What a loaded study holds: grids and instruments unfolded, rules read, the built-in form, translations, hash."""

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.spec.small_study import DRUG, FILES, LIBRARY, STUDY, changed, errors_of, load_small, small_study

from trialwright.expr.nodes import Name, Number
from trialwright.expr.walk import walk
from trialwright.study.check import check
from trialwright.study.desk import Desk
from trialwright.study.formats import nearest
from trialwright.study.hash import canonical
from trialwright.study.items import item_spec
from trialwright.study.model import CodeBand, Curve, Lot
from trialwright.study.rename import rename
from trialwright.study.rules import rules_of
from trialwright.study.text import Text
from trialwright.study.undecided import question_about
from trialwright.study.vocabulary import BUILT_IN_FORMS
from trialwright.values.problem import Problem


def test_small_study_has_no_errors() -> None:
    loaded = load_small()
    assert errors_of(loaded) == []
    assert {found.code for found in loaded.problems} == {"decided", "licensed-wording", "missing-translation"}


def test_grid_becomes_items_row_by_row() -> None:
    form = small_study().forms["itch"]
    assert list(form.items) == ["arm_grade", "arm_score", "leg_grade", "leg_score", "worst", "total", "note"]
    grade = form.items["leg_grade"]
    assert (grade.row, grade.column, grade.label, grade.sdtm) == (
        "leg",
        "grade",
        "Leg: Grade of itch",
        "QS/ITCH2",
    )
    assert form.grid is not None
    assert [(line.id, line.constants) for line in form.grid.rows] == [
        ("arm", (("weight", Fraction(1, 2)),)),
        ("leg", (("weight", Fraction(1)),)),
    ]
    assert [line.id for line in form.grid.columns] == ["grade", "score"]


def test_rules_of_a_grid_use_the_names_and_constants_of_their_row() -> None:
    form = small_study().forms["itch"]
    derive = form.items["arm_score"].derive
    assert derive is not None
    nodes = list(walk(derive.node))
    assert [node.word for node in nodes if isinstance(node, Name)] == ["arm_grade"]
    assert [node.value for node in nodes if isinstance(node, Number)] == [Fraction(1, 2)]
    assert derive.text == "weight * grade"
    assert [one.id for one in form.checks] == ["itch.high.arm", "itch.high.leg", "itch.no_note", "itch.zero"]
    assert form.checks[0].about_item == "arm_grade"


def test_rename_reaches_every_kind_of_node() -> None:
    rule = Desk().rule(
        _text('not a and -a in (a, 1) or (a + b if a < b else a) == missing(a, "lost") or f.a or true')
    )
    assert rule is not None
    words = [node.word for node in walk(rename(rule.node, {"a": "x_a"})) if isinstance(node, Name)]
    assert set(words) == {"x_a", "b"}


def test_names_in_where_are_those_of_the_other_form() -> None:
    rule = Desk().rule(_text("any(therapy, where=grade > 1)"))
    assert rule is not None
    assert rename(rule.node, {"grade": "arm_grade"}) == rule.node


def _text(rule: str) -> Text:
    from trialwright.study.yaml import read_yaml

    tree = read_yaml("a.yaml", f"rule: '{rule}'".encode()).tree
    assert isinstance(tree, dict)
    return next(iter(tree.values()))  # type: ignore[no-any-return]  # a flat mapping


def test_instrument_gives_the_form_and_the_study_adds() -> None:
    study = small_study()
    form = study.forms["itch"]
    assert (form.instrument, form.label, form.filled_by, form.records) == (
        "itch/1",
        "Itch",
        "participant",
        "visit",
    )
    assert form.items["worst"].label == "Worst itch"
    assert (form.items["worst"].low_label, form.items["worst"].high) == ("None", Fraction(10))
    assert study.code_lists["grade"].bands[1] == CodeBand(Fraction(0), False, "1")
    assert [code.score for code in study.code_lists["grade"].codes] == [None, None, None, Fraction(0)]


def test_two_forms_may_use_one_instrument() -> None:
    study = small_study(
        {
            "forms/again.yaml": "instrument: itch/1\nlabel: Again\nsdtm: {domain: QS}\n",
            "schedule.yaml": FILES["schedule.yaml"] + "  again: x x . . .\n",
        }
    )
    assert study.forms["again"].label == "Again"
    assert study.forms["again"].items["total"].form == "again"


def test_built_in_form_visit_is_collected_everywhere() -> None:
    study = small_study()
    assert next(iter(study.forms)) == "visit"
    assert study.visits_of("visit") == tuple(study.visits)
    assert list(study.forms["visit"].items) == ["date", "contact"]
    assert study.translations["zh-Hans"]["Date of the visit"] == "访视日期"


def test_forms_stand_in_the_order_of_the_schedule() -> None:
    assert list(small_study().forms) == [
        "visit",
        "demography",
        "eligibility",
        "itch",
        "body",
        "therapy",
        "dose",
        "end",
        "diary_day",
        "diary_week",
        "diary_dose",
        "diary_report",
    ]


def test_attested_criteria_are_items_of_the_eligibility_form() -> None:
    item = small_study().forms["eligibility"].items["i2"]
    assert (item.label, item.type) == ("The participant is suitable.", "boolean")
    assert item.when is not None
    assert item.when.text == 'visit.id in ("SCR")'
    everywhere = changed(
        "eligibility.yaml", "suitable.\n    decided_at: [SCR]", "suitable.\n    decided_at: [SCR, V0]"
    )
    assert small_study({"eligibility.yaml": everywhere}).forms["eligibility"].items["i2"].when is None


def test_visits_doses_and_stock() -> None:
    study = small_study()
    v4, screening = study.visits["V4"], study.visits["SCR"]
    assert (v4.day, v4.window_before_days, v4.window_after_days, v4.analysis_days) == (29, 3, 3, (15, 43))
    assert (screening.day, screening.day_first, screening.day_last) == (None, -28, -1)
    assert study.visits["UNS"].is_any_day and study.visits["UNS"].repeats
    assert study.visits["V8"].contact == "telephone"
    assert study.first_dose == "first_dose" and study.visits["V0"].is_anchor
    assert study.doses is not None
    assert study.doses.amounts["HIGH"] == {"V0": Fraction(160), "V4": Fraction(80)}
    assert (study.doses.unit, study.doses.form, study.doses.last_day) == ("mg", "dose", 40)
    assert study.stock == (Lot("01", "pen", "L1", "2027-06-30", tuple(f"A{n:03d}" for n in range(1, 11))),)
    pen = study.products["pen"]
    assert (pen.ingredient, pen.dosage_form, pen.storage) == ("Calmol", "", "temperature 2..8 °C")


def test_a_placebo_dose_is_nought_and_a_point_is_no_dose() -> None:
    text = (
        DRUG.replace("LOW:    80   80", "LOW:    0    .")
        .replace("  last_day: 40\n", "")
        .replace(", kits", ", kits")
    )
    study = small_study({"drug.yaml": text})
    assert study.doses is not None
    assert study.doses.amounts["LOW"] == {"V0": Fraction(0)}
    assert study.doses.last_day is None


def test_study_without_drug_roles_and_the_other_optional_files() -> None:
    text = STUDY.replace("interventions: [calmol]", "interventions: []").replace("  blinded: [nurse]\n", "")
    text = text.replace(
        "randomisation: {method: permuted_blocks, blocks: [2, 4], ratio: {LOW: 1, HIGH: 1}}\n", ""
    )
    text = text.replace(
        "  HIGH: {label: High dose, type: Experimental, text: Two pens., interventions: []}\n", ""
    )
    text = text.replace("baseline: {visits: [V0, SCR]}\n", "").replace(
        "masking: {value: Double, decided: usual}", "masking: {value: Double, blinded: []}"
    )
    plan = FILES["analysis.yaml"].replace("treatment: [calmol], ", "")
    gone = dict.fromkeys(
        [
            "drug.yaml",
            "roles.yaml",
            "laboratory.yaml",
            "datasets.yaml",
            "rehearsal.yaml",
            "translations/zh-Hans.yaml",
        ]
    )
    study = small_study(
        {
            "study.yaml": text,
            "analysis.yaml": plan,
            "forms/body.yaml": FILES["forms/body.yaml"].replace(", blinded_until: unblinding", ""),
            **gone,
        }
    )
    assert (study.doses, study.roles, study.stock, study.lab_limits, study.rehearsal) == (
        None,
        {},
        (),
        (),
        {},
    )
    assert study.allocation is None and study.baseline_visits == ()


def test_item_spec_carries_codes_bounds_and_units() -> None:
    study = small_study()
    spec = item_spec(study, study.forms["itch"].items["arm_grade"])
    assert (spec.type, spec.codes) == ("integer", ("0", "1", "2", "nr"))
    weight = item_spec(study, study.forms["body"].items["weight"])
    assert (weight.low, weight.high, weight.codes, weight.unit) == (Fraction(30), Fraction(250), (), "kg")
    assert weight.units == (("lb", Fraction("0.45359237")),)


def test_a_finding_has_the_domain_of_its_form_and_a_variable_its_own() -> None:
    items = [item for form in small_study().forms.values() for item in form.items.values()]
    assert {item.id: item.sdtm for item in items if item.sdtm} == {
        "arm_grade": "QS/ITCH1",
        "leg_grade": "QS/ITCH2",
        "itch": "QS/ITCHDAY",
        "weight": "VS/WEIGHT",
        "sex": "DM.SEX",
    }


def test_a_text_pack_brings_its_licence() -> None:
    pack = "licence: Letter of 2025-01-15\nitems: {alt: {en: ALT}}\n"
    assert small_study({"wording/body.yaml": pack}).forms["body"].licence == "Letter of 2025-01-15"
    assert small_study().forms["body"].licence == ""


def test_an_item_is_drawn_as_the_definition_says() -> None:
    body = FILES["forms/body.yaml"].replace("1: Some}}", "1: Some}, widget: list}")
    assert small_study({"forms/body.yaml": body}).forms["body"].items["graded"].widget == "list"
    assert small_study().forms["body"].items["graded"].widget is None


def test_vocabulary_has_bounds_of_coded_numbers_and_the_built_in_forms() -> None:
    words = small_study().vocabulary
    grade = words.forms["itch"].items["arm_grade"]
    assert (grade.low, grade.high) == (Fraction(0), Fraction(2))
    assert set(words.forms["visit"].items) == {"id", "date", "day", "days_outside", "in_order", "contact"}
    assert words.forms["plan"].items["dose"].unit == "mg"
    assert words.forms["participant"].records == "participant"
    assert list(words.code_lists["participant.arm"].codes) == ["LOW", "HIGH"]
    assert words.visits["UNS"].repeats and words.visits["V4"].order == 2
    assert words.forms["therapy"].has_gate


def test_like_takes_what_is_not_given() -> None:
    study = small_study()
    later = study.estimands["later"]
    assert (later.endpoint, later.population, later.missing) == ("worse_later", "full", "non-response")
    analysis = study.analyses["later"]
    assert (analysis.method, analysis.level, analysis.sensitivity_of) == ("one_proportion", 0.9, "primary")
    assert analysis.label == "Worse again"
    assert study.analyses["primary"].options == {"against": "0.5"}
    assert study.analyses["course"].items == ("itch.total", "age")


def test_curves_rehearsal_and_lifecycle_are_taken() -> None:
    study = small_study()
    assert study.curves == (Curve("itch.total", (("Half", Fraction(1, 2)),)),)
    assert study.rehearsal == {"enrolled": "20", "sites": {"01": ("a", "b")}}
    assert study.lifecycle.dosed is not None and study.lifecycle.treatment_ended is None


def test_roles_have_their_letters() -> None:
    roles = small_study().roles
    assert roles["doctor"].label == "Physician" and roles["nurse"].label == "Nurse"
    assert roles["monitor"].rights == {
        "identity": frozenset(),
        "forms": frozenset("rq"),
        "drug": frozenset("r"),
        "eligibility": frozenset(),
        "diary": frozenset("rq"),
    }


def test_translations_come_from_study_instrument_pack_and_parts() -> None:
    pack = "licence: Letter 7\nitems: {alt: {en: ALT today, zh-Hans: 今日ALT}, weight: {zh-Hans: 体重}}\n"
    study = small_study({"wording/body.yaml": pack})
    words = study.translations["zh-Hans"]
    assert words["Worst"] == "最严重"
    assert words["Arm: Grade of itch"] == "上肢：瘙痒分级"
    assert "Leg: Grade of itch" not in words
    assert words["ALT today"] == "今日ALT"
    assert study.forms["body"].wording == "open"
    assert study.forms["body"].items["alt"].label == "ALT today"
    assert study.forms["body"].items["weight"].label == "Weight"


def test_a_text_may_be_translated_at_the_root_of_a_list_too() -> None:
    loaded = load_small({"translations/zh-Hans.yaml": "- a\n"})
    assert loaded.study is not None


def test_a_complete_translation_is_not_complained_of() -> None:
    from trialwright.study.check_texts import texts_of

    study = small_study()
    lines = "".join(f"{_quoted(text)}: {_quoted('译' + text)}\n" for text in texts_of(study))
    codes = {found.code for found in load_small({"translations/zh-Hans.yaml": lines}).problems}
    assert "missing-translation" not in codes


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def test_a_dose_unit_without_a_readable_strength_does_not_hide_the_rest() -> None:
    text = DRUG.replace("strength: 80 mg", "strength: strong")
    assert {code for _, code, _ in errors_of(load_small({"drug.yaml": text}))} == {"product-strength"}


def test_what_is_left_out_is_not_reported_again() -> None:
    loaded = load_small(
        {"terms.yaml": changed("terms.yaml", "age: {label: Age, rule", "age: {label: [Age], rule")}
    )
    assert [code for _, code, _ in errors_of(loaded)] == ["text-expected"]


def test_list_entries_that_do_not_fit_are_left_out() -> None:
    text = DRUG.replace("stock:\n", "stock:\n  - {site: '01'}\n  - {lot: X}\n")
    places = {place for place, code, _ in errors_of(load_small({"drug.yaml": text})) if code == "missing-key"}
    assert places == {"drug.yaml:18:6", "drug.yaml:19:6"}


def test_hopeless_files_do_not_stop_the_others() -> None:
    codes = [code for _, code, _ in errors_of(load_small({"roles.yaml": "- a\n", "checks.yaml": "a: [b\n"}))]
    assert "mapping-expected" in codes and "yaml-syntax" in codes


def test_instrument_that_cannot_be_read_is_reported_in_the_library() -> None:
    broken = {**LIBRARY, "itch/form.yaml": "- a\n"}
    found = load_small({}, broken).problems
    assert ("mapping-expected", "instruments/itch/form.yaml:1:1") in [(one.code, one.where) for one in found]


def test_undecided_places_hide_what_follows_from_them() -> None:
    text = changed("schedule.yaml", "day: 57", "day: TO DECIDE")
    loaded = load_small(
        {"schedule.yaml": text, "study.yaml": STUDY.replace("acronym: CALM", "acronim: CALM")}
    )
    assert loaded.study is None
    assert [code for _, code, _ in errors_of(loaded)] == ["undecided", "unknown-key"]


def test_an_undecided_place_is_named_with_what_is_to_be_decided() -> None:
    loaded = load_small({"schedule.yaml": changed("schedule.yaml", "day: 57", "day: TO DECIDE")})
    (said,) = (found.text for found in loaded.problems if found.code == "undecided")
    assert said.startswith("visits / ")
    assert said.endswith(
        " / day is still to decide. On which study day? A whole number; day 1 is that of the first dose."
    )
    assert question_about(()) == question_about(("purpose",)) == "What does the protocol say?"


def test_a_form_that_is_not_there_is_called_a_form() -> None:
    study = STUDY.replace("itch.total", "ich.total")
    checks = (
        changed("checks.yaml", "about: itch.total", "about: ich.total")
        if "about: itch.total" in FILES["checks.yaml"]
        else FILES["checks.yaml"]
    )
    loaded = load_small({"study.yaml": study, "checks.yaml": checks})
    said = {found.text for found in loaded.problems if found.code == "no-such-form"}
    assert said == {"There is no form “ich”; did you mean “itch”?"}


def test_where_no_name_is_near_the_most_alike_come_first() -> None:
    assert nearest("week_52", ["SCR", "W16", "W52", "week_2x_telephone"]).startswith("“week_2x_telephone”")
    assert nearest("W5", ["SCR", "UNS", "W52"]) == "“W52”"


def test_what_was_left_out_brings_no_word_of_translations() -> None:
    """The texts under a misspelt key are not lost: the key is."""
    files = {"eligibility.yaml": FILES["eligibility.yaml"].replace("inclusion:", "inclusoin:")}
    codes = {found.code for found in load_small(files).problems}
    assert "unknown-key" in codes
    assert not codes & {"unused-translation", "missing-translation"}


def test_other_files_of_a_folder_are_left_alone() -> None:
    assert load_small({"README.md": "# no", "record.json": "{}", "notes.txt": "x"}).study is not None


def test_problems_come_once_and_in_order() -> None:
    text = changed("schedule.yaml", "day: 57", "day: 0")
    problems = load_small({"schedule.yaml": text, "terms.yaml": "Bad: {label: a, rule: b}\n"}).problems
    keys = [(found.code, found.where) for found in problems]
    assert len(keys) == len(set(keys))
    order = {"error": 0, "warning": 1, "assumption": 2}
    assert [order[found.severity] for found in problems] == sorted(
        order[found.severity] for found in problems
    )


def test_hash_ignores_layout_and_comments_and_sees_meaning() -> None:
    study = small_study()
    with_comment = {
        "terms.yaml": "# a comment\n"
        + FILES["terms.yaml"].replace("rule: demography.age", "rule:  (demography.age)")
    }
    assert small_study(with_comment).hash == study.hash
    longer = {"terms.yaml": changed("terms.yaml", ">= 0.5", "> 0.5")}
    assert small_study(longer).hash != study.hash
    assert len(study.hash) == 64


def test_hash_ignores_the_order_of_terms_and_sees_the_order_of_items() -> None:
    lines = FILES["terms.yaml"].splitlines(keepends=True)
    assert small_study({"terms.yaml": "".join(reversed(lines))}).hash == small_study().hash
    form = "label: End\nrecords: one per participant\nitems:\n  date: {label: Date of end, type: date}\n  early: {label: Early, type: boolean}\n"
    assert small_study({"forms/end.yaml": form}).hash != small_study().hash


def test_nothing_of_the_files_is_left_in_a_study() -> None:
    canonical(small_study())  # refuses anything but plain values


def test_check_gives_what_load_gives_for_a_study() -> None:
    study = small_study()
    assert {found.code for found in check(study)} == {"decided", "licensed-wording", "missing-translation"}


def test_every_rule_is_asked_of_something() -> None:
    study = small_study()
    asked = list(rules_of(study))
    assert {one.asked for one in asked} == {"participant", "visit", "row"}
    assert len(asked) > 25


def test_desk_leaves_places_alone_that_are_of_no_rule() -> None:
    found = Problem("x", "a.yaml", "y")
    assert Desk().unfold(found) is found


BROKEN_RULES = [
    ("analysis.yaml", "within: full", "within: full, decided: x", "'at(V4, better)'", "'at(V4, better'"),
    ("analysis.yaml", "level: primary\n", "level: primary\n", "variable: better\n", "variable: better or\n"),
    (
        "analysis.yaml",
        "label: Stopped",
        "label: Stopped",
        "rule: end.early, date",
        "rule: end.early or, date",
    ),
    ("forms/itch.yaml", "about: note", "about: note", "when: worst > 8 and", "when: worst > > 8 and"),
    ("terms.yaml", "label: Age", "label: Age", "rule: demography.age", "rule: demography."),
    ("checks.yaml", "about: dose.date", "about: dose.date", "when: dose.date ==", "when: dose.date = ="),
    ("study.yaml", "curves:", "curves:", "dosed: any(", "dosed: any(("),
    ("drug.yaml", "hold:", "hold:", "itch.total > 9", "itch.total >"),
]


def test_a_broken_rule_is_reported_and_the_rest_is_read() -> None:
    for file, old, new, rule, broken in BROKEN_RULES:
        text = changed(file, rule, broken).replace(old, new, 1)
        codes = {code for _, code, _ in errors_of(load_small({file: text}))}
        assert any(code.startswith("rule-") for code in codes), (file, codes)


def test_names_that_are_left_out_are_not_missed() -> None:
    assert load_small({"forms/end.yaml": "- a\n"}).study is None
    assert load_small({"forms/end.yaml": "records: [x]\n"}).study is None
    assert load_small({"study.yaml": STUDY.replace("start: 2025-05", "start: soon")}).study is None


def test_matrix_of_activities_needs_a_head() -> None:
    text = changed("schedule.yaml", "  visits:      SCR  V0  V4  V8  UNS\n", "")
    assert "matrix-without-head" in {code for _, code, _ in errors_of(load_small({"schedule.yaml": text}))}


def test_analysis_like_one_that_is_unknown_or_incomplete() -> None:
    text = changed(
        "analysis.yaml",
        "later: {endpoint: worse_later, like: primary}",
        "later: {endpoint: worse_later, like: first}",
    )
    assert "no-such-estimand" in {code for _, code, _ in errors_of(load_small({"analysis.yaml": text}))}
    bare = changed(
        "analysis.yaml", "endpoint: better_v4, population: full", "endpoint: beter_v4, population: full"
    )
    assert "no-such-endpoint" in {code for _, code, _ in errors_of(load_small({"analysis.yaml": bare}))}


def test_a_study_tells_its_forms_visits_checks_and_texts() -> None:
    study = small_study()
    assert study.forms_at("V8") == ("visit", "itch", "end")
    assert study.visits_of("body") == ("SCR", "V0", "V4", "UNS")
    assert [one.id for one in study.checks_about()][-2:] == ["dose_twice", "weight_jump"]
    assert study.say("Kind", "zh-Hans") == "种类"
    assert study.say("Kind", "fr") == "Kind"


def test_loading_is_quick() -> None:
    began = time.process_time()
    load_small()
    assert time.process_time() - began < 0.5


def test_a_language_of_strange_letters_does_not_confuse_the_order_of_problems() -> None:
    found = load_small({"translations/zh:x.yaml": "A: B\n"}).problems
    assert "translations/zh:x.yaml:1:1" in [one.where for one in found]


def test_labels_of_the_built_in_forms_are_said_in_chinese() -> None:
    study = small_study()
    built_in = [study.vocabulary.forms[name] for name in BUILT_IN_FORMS]
    labels = [form.label for form in built_in] + [
        item.label for form in built_in for item in form.items.values()
    ]
    assert [label for label in labels if study.say(label, "zh-Hans") == label] == []


# Of the small study of these tests. Where the study is the same and this hash changes, no existing data folder can
# be read any more.
GOLDEN_HASH = "47c5ccd745af51add239b5da6c1c4994853c45fba40da890f46713e722260b38"
HASH_BEFORE_DATASETS = "b76677db7701458fe31006f4488d550fc559fe206ad2b8bc4907a63f53a70c8e"
HASH_BEFORE_PHOTOS = "e0a96dbae8fc3fe6b774beac5f52468fc891acebcc900e20da1075fc4d232c42"
HASH_BEFORE_DIARIES = "7cdd6fc2db3c11568223258a48f1737c762e2af9c0d5d00e7d7fc60a18e5735d"


def test_a_study_without_a_diary_has_the_hash_that_it_had_before_there_were_any() -> None:
    roles = changed("roles.yaml", "  diary:  rw     r       rq\n", "")
    files = {"diary.yaml": None, "photos.yaml": None, "datasets.yaml": None, "roles.yaml": roles}
    assert small_study(files).hash == HASH_BEFORE_DIARIES


def test_a_study_without_photos_has_the_hash_that_it_had_before_there_were_any() -> None:
    assert small_study({"photos.yaml": None, "datasets.yaml": None}).hash == HASH_BEFORE_PHOTOS


def test_a_study_without_datasets_has_the_hash_that_it_had_before_there_were_any() -> None:
    assert small_study({"datasets.yaml": None}).hash == HASH_BEFORE_DATASETS


def test_a_later_program_finds_the_same_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Built-in parts that a later program adds do not count."""
    from trialwright.study import builtin, resolve, resolve_translations

    assert small_study().hash == GOLDEN_HASH
    form = builtin.visit_form()
    more = replace(form, items={**form.items, "room": replace(form.items["date"], id="room", label="Room")})
    texts = {"zh-Hans": {**builtin.TRANSLATIONS["zh-Hans"], "Room": "房间"}}
    monkeypatch.setattr(resolve, "visit_form", lambda: more)
    monkeypatch.setattr(resolve_translations, "TRANSLATIONS", texts)
    later = small_study()
    assert "room" in later.forms["visit"].items
    assert later.hash == GOLDEN_HASH


def test_a_later_program_that_says_what_the_study_says_finds_the_same_hash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Built-in texts that a later program adds do not count, not even where they are those of the study."""
    from trialwright.study import builtin, resolve_translations

    texts = {"zh-Hans": {**builtin.TRANSLATIONS["zh-Hans"], "Kind": "种类", "Worst": "最严重", "Leg": "下肢"}}
    monkeypatch.setattr(resolve_translations, "TRANSLATIONS", texts)

    later = small_study()
    assert later.say("Leg: Grade of itch", "zh-Hans") == "下肢：瘙痒分级"
    assert later.hash == GOLDEN_HASH


# One file of which nothing can be read, and what is said of the folder: nothing else of it.
HOSTILE = {
    "alias": "a: &a [x, x]\nb: [*a, *a]\n",
    "tag": "age: !!python/object/apply:os.system [ls]\n",
    "syntax": "age: {label: Age\n",
    "second document": "a: {label: b, rule: c}\n---\nb: c\n",
    "tab": "age:\t{label: Age}\n",
    "too deep": "age: " + "[" * 50 + "]" * 50,
    "empty": "# nothing\n",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_of_a_file_that_cannot_be_read_only_that_is_said(hostile: str) -> None:
    found = errors_of(load_small({"terms.yaml": HOSTILE[hostile]}))
    assert [place.partition(":")[0] for place, _, _ in found] == ["terms.yaml"]


def test_a_file_that_cannot_be_read_comes_before_faults_of_others() -> None:
    text = changed("analysis.yaml", "label: Full set", "labl: Full set")
    found = errors_of(load_small({"terms.yaml": HOSTILE["alias"], "analysis.yaml": text}))
    assert [place.partition(":")[0] for place, _, _ in found] == [
        "terms.yaml",
        "analysis.yaml",
        "analysis.yaml",
    ]


def test_a_key_without_a_value_is_not_missed_elsewhere() -> None:
    text = changed("terms.yaml", "age: {label: Age, rule: demography.age}", "age:")
    assert [code for _, code, _ in errors_of(load_small({"terms.yaml": text}))] == ["empty-value"]
