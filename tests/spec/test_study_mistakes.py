"""One seeded mistake per problem code: what is said, and at which file, line and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pytest
from tests.spec.small_study import FILES, LIBRARY, changed, load_small, place

from trialwright.study.load import load
from trialwright.study.messages import TEMPLATES
from trialwright.values.problem import Problem


@dataclass(frozen=True)
class Mistake:
    """old -> new in a file; `at` is the passage that the problem must point to, `skip` characters on."""

    code: str
    file: str
    old: str
    new: str
    at: str
    skip: int = 0
    where: str = ""  # the place itself, where it is in another file


S, C, E, T, K, D = "study.yaml", "schedule.yaml", "eligibility.yaml", "terms.yaml", "checks.yaml", "drug.yaml"
A, R, L, F = "analysis.yaml", "roles.yaml", "laboratory.yaml", "forms/body.yaml"
ITCH, DOSE, DEMO = "forms/itch.yaml", "forms/dose.yaml", "forms/demography.yaml"
Y, P, DS = "diary.yaml", "photos.yaml", "datasets.yaml"

DIARY_HEAD, DIARY_FORMS = FILES[Y].split("forms:")
DIARY_WEEK = "\n  diary_week:" + DIARY_FORMS.split("  diary_week:")[1].split("  diary_dose:")[0]
DIARY_REPORT = "\n  diary_report:" + DIARY_FORMS.split("  diary_report:")[1].split("scores:")[0]
DIARY_ITEMS = FILES[Y].split("ask: whenever\n    items:")[1].split("scores:")[0]

MISTAKES = [
    # YAML
    Mistake("tab", S, "amendment: original", "amendment:\toriginal", "\toriginal"),
    Mistake("control-character", S, "original", "ori\x07ginal", "\x07ginal"),
    Mistake("yaml-syntax", S, "amendment: original", "amendment: a: b", ": b"),
    Mistake("second-document", T, "age: {label", "---\na: {label: b, rule: c}\n---\nage: {label", "---\nage"),
    Mistake("alias", S, "acronym: CALM", "acronym: *x", "*x"),
    Mistake("anchor", S, "acronym: CALM", "acronym: &x CALM", "&x"),
    Mistake("tag", S, "acronym: CALM", "acronym: !!str CALM", "!!str"),
    Mistake("text-too-long", S, "acronym: CALM", f"acronym: {'x' * 100_001}", "xxx"),
    Mistake("nested-too-deep", S, "acronym: CALM", "acronym: " + "[" * 40 + "]" * 40, "[" * 40, 39),
    Mistake("key-is-not-a-text", S, "acronym: CALM", "? [a]\n: CALM", "[a]"),
    Mistake(
        "comma-in-braces", T, "'min(dose.date, where=given)'", "min(dose.date, where=given)", "where=given)"
    ),
    Mistake("empty-value", S, "acronym: CALM", "acronym:", "acronym"),
    Mistake("duplicate-key", S, "acronym: CALM", "acronym: CALM\nacronym: X", "acronym: X"),
    # shape
    Mistake("unknown-key", S, "acronym: CALM", "acronim: CALM", "acronim"),
    Mistake("unknown-key", C, "if_unknown: plan", "if_unknwn: plan", "if_unknwn"),
    Mistake("unknown-key", R, "never_together:", "deidentified: [monitor]\nnever_together:", "deidentified"),
    Mistake("key-not-built", "forms/eligibility.yaml", "items:", "sign: [doctor]\nitems:", "sign"),
    Mistake(
        "key-not-built", "forms/therapy.yaml", "type: text", "type: text, dictionary: MedDRA", "dictionary"
    ),
    Mistake("key-not-built", "codes.yaml", "  codes:", "  nci: C1\n  codes:", "nci"),
    Mistake("key-not-built", S, "Asia/Shanghai", "Asia/Shanghai, languages: [en]", "languages: [en]}"),
    Mistake("key-not-built", S, "epochs:", "cohorts: {a: b}\nepochs:", "cohorts"),
    Mistake(
        "key-not-built", C, "visits:\n", "early_termination: {then: [UNS]}\nvisits:\n", "early_termination"
    ),
    Mistake("key-not-built", A, "objectives:", "multiplicity: {a: b}\nobjectives:", "multiplicity"),
    Mistake(
        "unknown-key",
        S,
        "{value: Double, decided",
        "{value: Double, blind: [nurse], decided",
        "blind: [nurse]",
    ),
    Mistake("unknown-key", S, "target: 20", "target: {value: 20, blinded: [nurse]}", "blinded: [nurse]}"),
    Mistake("right-not-built", R, "rwa     rq", "rwas    rq", "s    rq"),
    Mistake("right-not-built", R, "rws .", "rws v", "v"),
    Mistake("right-not-built", R, "  drug: ", "  accounts: rw . .\n  drug: ", "rw . ."),
    Mistake("area-not-built", R, "  drug: ", "  exports: . . .\n  drug: ", "exports"),
    Mistake("widget-of-other-item", F, "range: 30..250", "range: 30..250, widget: scale", "scale"),
    Mistake("widget-of-other-item", F, "range: 30..250", "range: 30..250, widget: list", "list"),
    Mistake("widget-of-other-item", F, "range: 30..250", "range: 30..250, widget: lines", "lines"),
    Mistake(
        "widget-of-other-item", F, "type: integer, codes", "type: integer, widget: scale, codes", "scale"
    ),
    Mistake("missing-key", F, "records: one per visit\n", "", "form: body"),
    Mistake("missing-key", T, "{label: Age, rule: demography.age}", "{label: Age}", "age: {label"),
    Mistake("missing-key", DEMO, "{label: Age, type", "{type", "age: {type"),
    Mistake("missing-key", A, "population: full, treatment", "treatment", "primary: {endpoint"),
    Mistake("missing-key", A, "{label: Course, method: by_visit, of", "{label: Course, of", "course: {"),
    Mistake("text-expected", S, "acronym: CALM", "acronym: [CALM]", "acronym"),
    Mistake(
        "mapping-expected",
        S,
        "epochs:\n  treatment: {label: Treatment}",
        "epochs: none",
        "none",
    ),
    Mistake("list-expected", R, "[[nurse, monitor]]", "nurse", "nurse\n"),
    Mistake("not-an-id", T, "age: {label", "Age: {label", "Age: {label"),
    Mistake("not-an-id", R, "{doctor: Physician}", "{Doctor: Physician}", "Doctor: P"),
    Mistake("reserved-name", T, "age: {label", "where: {label", "where: {label"),
    Mistake("number-expected", L, "low: 9", "low: nine", "nine"),
    Mistake("whole-number-expected", D, "late_days: 7", "late_days: 7.5", "7.5"),
    Mistake("whole-number-expected", S, "target: 20", "target: many", "many"),
    Mistake("range-expected", F, "range: 30..250", "range: 250..30", "250..30"),
    Mistake("range-expected", C, "day: 57", "day: 0", "0, window"),
    Mistake("range-expected", C, "window: -3..+3", "window: +1..+3", "+1..+3"),
    Mistake("range-expected", C, "window: -3..+3", "window: 3", "3, analysis_days: 15"),
    Mistake("calendar-date-expected", D, "expiry: 2027-06-30", "expiry: 2027-06-31", "2027-06-31"),
    Mistake("calendar-date-expected", S, "start: 2025-05", "start: 2025-13", "2025-13"),
    Mistake("not-one-of", K, "level: deviation", "level: deviaton", "deviaton"),
    Mistake("not-one-of", S, "definition: trialwright/1", "definition: trialwright/2", "trialwright/2"),
    Mistake("whole-number-expected", K, "level: deviation", "level: alert\n  within_hours: 0.5", "0.5"),
    Mistake("hours-without-alert", K, "level: deviation", "level: deviation\n  within_hours: 24", "24"),
    Mistake("undecided", C, "day: 57", "day: TO DECIDE", "TO DECIDE"),
    # names
    Mistake("no-such-form", C, "  therapy:     x", "  therappy:    x", "therappy"),
    Mistake("no-such-form", K, "about: dose.date", "about: doze.date", "doze.date"),
    Mistake("no-such-form", D, "form: dose", "form: doze", "doze"),
    Mistake("no-such-item", K, "about: dose.date", "about: dose.dat", "dose.dat"),
    Mistake("no-such-item", ITCH, "about: note", "about: noet", "noet"),
    Mistake("no-such-item", L, "item: body.alt", "item: body.atl", "body.atl"),
    Mistake("no-such-item", S, "item: itch.total", "item: itch.totl", "itch.totl"),
    Mistake("no-such-item", A, "of: [itch.total, age]", "of: [itch.totl, age]", "itch.totl"),
    Mistake("no-such-visit", C, "SCR  V0  V4  V8  UNS", "SCR  V0  V5  V8  UNS", "V5"),
    Mistake("no-such-visit", E, "decided_at: [SCR, V0]", "decided_at: [SCR, VO]", "VO"),
    Mistake("no-such-visit", S, "visits: [V0, SCR]", "visits: [V0, SRC]", "SRC"),
    Mistake("no-such-visit", A, "visits: [V8, UNS]", "visits: [V9, UNS]", "V9"),
    Mistake("no-such-visit", D, "visits: V0   V4", "visits: V0   V9", "V9"),
    Mistake("no-such-visit", F, "blinded_until: unblinding", "blinded_until: unblind", "unblind}"),
    Mistake("no-such-code-list", "forms/therapy.yaml", "codes: kind", "codes: kinds", "kinds"),
    Mistake("no-such-arm", D, "HIGH:   160", "HIHG:   160", "HIHG"),
    Mistake("no-such-arm", S, "HIGH: 1}", "HIHG: 1}", "HIHG: 1"),
    Mistake("no-such-epoch", C, "epoch: treatment, day: 1,", "epoch: treat, day: 1,", "treat, day"),
    Mistake("no-such-site", L, 'site: "01"', 'site: "02"', '"02"', 1),
    Mistake("no-such-role", R, "[[nurse, monitor]]", "[[nurse, moniter]]", "moniter"),
    Mistake("no-such-role", R, "{doctor: Physician}", "{docter: Physician}", "docter"),
    Mistake("no-such-role", S, "blinded: [nurse]", "blinded: [nurs]", "nurs]"),
    Mistake("no-such-area", R, "  eligibility: rw", "  eligiblity: rw", "eligiblity"),
    Mistake("no-such-term", C, "anchor: first_dose", "anchor: firts_dose", "firts_dose"),
    Mistake("no-such-term", A, "of: [itch.total, age]", "of: [itch.total, aeg]", "aeg"),
    Mistake("no-such-product", D, "product: pen, route", "product: pan, route", "pan, route"),
    Mistake("no-such-product", D, "product: pen, lot", "product: pan, lot", "pan, lot"),
    Mistake(
        "no-such-intervention",
        S,
        "Two pens., interventions: [calmol]",
        "Two pens., interventions: [calmul]",
        "calmul",
    ),
    Mistake("no-such-intervention", A, "treatment: [calmol]", "treatment: [calmul]", "calmul"),
    Mistake("no-such-endpoint", A, "endpoints: [better_v4]", "endpoints: [beter_v4]", "beter_v4"),
    Mistake("no-such-population", A, "within: full", "within: ful", "ful}"),
    Mistake("no-such-population", A, "population: full}", "population: ful}", "ful}"),
    Mistake("no-such-event", A, "{stopped: composite}", "{stoped: composite}", "stoped"),
    Mistake(
        "endpoint-without-estimand", A, "{endpoint: worse_later,", "{endpoint: better_v4,", "worse_later:"
    ),
    Mistake(
        "blinded-sees-results",
        R,
        "  diary:  rw     r       rq",
        "  results: r     .       .\n  diary:  rw     r       rq",
        "results",
        where="study.yaml:28:13",
    ),
    Mistake("no-such-dataset", A, "of: [itch.total, age]", "of: [itch.total], dataset: ADX", "ADX"),
    Mistake("no-such-visit", A, "of: [itch.total, age]", "of: [itch.total], visits: [V44]", "V44"),
    Mistake("no-such-estimand", A, "{estimand: later,", "{estimand: latr,", "latr"),
    Mistake("no-such-analysis", A, "sensitivity_of: primary", "sensitivity_of: primry", "primry"),
    Mistake("no-such-analysis", A, "like: primary, sensitivity_of", "like: primry, sensitivity_of", "primry"),
    Mistake("no-such-instrument", ITCH, "itch/1", "ich/1", "ich/1"),
    Mistake("no-such-option", ITCH, "{fine: false}", "{finer: false}", "finer"),
    Mistake("no-such-timezone", S, "Asia/Shanghai", "Asia/Shanghi", "Asia/Shanghi"),
    # resolving
    Mistake("instrument-version", ITCH, "itch/1", "itch/2", "itch/2"),
    Mistake("refused-option", ITCH, "{fine: false}", "{fine: true}", "fine"),
    Mistake(
        "instrument-item-changed", ITCH, "{label: Worst itch,", "{label: Worst itch, type: text,", "worst: {"
    ),
    Mistake("instrument-item-changed", ITCH, "area: forms", "records: one per visit", "itch/1"),
    Mistake("item-without-type", F, "label: ALT, type: decimal, unit", "label: ALT, unit", "alt: {"),
    Mistake(
        "type-and-codes", "forms/therapy.yaml", "codes: kind}", "type: text, codes: kind}", "text, codes"
    ),
    Mistake(
        "codes-are-not-numbers",
        "forms/therapy.yaml",
        "codes: kind}",
        "type: integer, codes: kind}",
        "kind: {label: Kind, t",
    ),
    Mistake("gate-without-rows", "forms/end.yaml", "label: End\n", "label: End\ngate: Any?\n", "Any?"),
    Mistake(
        "earlier-scores-once",
        "forms/end.yaml",
        "label: End\n",
        "label: End\nearlier_scores: hidden\n",
        "hidden",
    ),
    Mistake("cell-count", C, "x    x   x   .   o", "x    x   x   .", "body:"),
    Mistake("cell-count", D, "LOW:    80   80", "LOW:    80", "LOW:"),
    Mistake("cell-count", R, "rwa    rwa     rq", "rwa    rwa", "forms:"),
    Mistake("unknown-cell", C, "x    x   x   .   o", "x    x   y   .   o", "y   .   o"),
    Mistake("unknown-cell", R, "rwa     rq", "rwza    rq", "za"),
    Mistake("unknown-cell", D, "80   80\n", "80   8o\n", "8o"),
    Mistake("matrix-without-head", D, "  visits: V0   V4\n", "", "LOW:"),
    Mistake("head-differs", C, "SCR  V0  V4  V8  UNS", "SCR  V4  V0  V8  UNS", "SCR  V4"),
    Mistake("day-and-window", C, "day: any,", "day: any, window: -1..+1,", "-1..+1"),
    Mistake("anchor-count", C, ", anchor: first_dose", "", "SCR: {"),
    Mistake("anchor-count", C, "V4:  {label", "V4:  {anchor: age, label", "age, label"),
    Mistake("ask-without-condition", C, "repeats: true", "repeats: true, if_unknown: ask", "ask"),
    Mistake("never-decided", E, "decided_at: [SCR, V0]", "decided_at: []", "E1:"),
    Mistake("rule-or-attest", E, "    attest: The participant is suitable.\n", "", "I2:"),
    Mistake("like-of-like", A, "course: {label", "more: {like: later}\n  course: {label", "later}\n"),
    Mistake(
        "translation-conflict", "translations/zh-Hans.yaml", "Grade of itch: 瘙痒分级", "Kind: 类", "Kind: 类"
    ),
    Mistake("form-name-differs", F, "form: body", "form: bdy", "bdy"),
    Mistake("kits-range", D, "A001..A010", "A001..A10", "A001..A10"),
    Mistake("product-strength", D, "strength: 80 mg", "strength: eighty", "eighty"),
    Mistake("variable-or-visit", A, "{visit: V8, why: later}", "{why: later}", "later}"),
    Mistake(
        "one-visit-or-many",
        A,
        "    visits: [V8, UNS]",
        "    visit: V8\n    visits: [V8, UNS]",
        "worse_later:",
    ),
    Mistake(
        "item-twice", ITCH, "  note: {", "  arm_grade: {label: Again, type: integer}\n  note: {", "arm_grade"
    ),
    Mistake(
        "empty-form",
        "forms/end.yaml",
        FILES["forms/end.yaml"].split("items:")[1],
        " {}\n",
        "",
        where="forms/end.yaml:1:1",
    ),
    # sense
    Mistake("wrong-kind", A, "date: end.date", "date: end.early", "end.early}"),
    Mistake("wrong-kind", C, "'at(V4, better)'", "'at(V4, itch.total)'", "at(V4"),
    Mistake(
        "derived-differs",
        "forms/end.yaml",
        "{label: Date of end, type: date}",
        "{label: X, type: date, derive: early}",
        "early}",
    ),
    Mistake(
        "form-never-collected",
        C,
        "  therapy:     x    .   .   .   .\n",
        "",
        "",
        where="forms/therapy.yaml:1:1",
    ),
    Mistake("nobody-enters", R, "  drug:   rw     r       r\n", "", "", where="forms/dose.yaml:1:1"),
    Mistake(
        "nobody-enters",
        R,
        "eligibility: rw rws .",
        "eligibility: rw rw .",
        "",
        where="forms/eligibility.yaml:1:1",
    ),
    Mistake("visit-unreachable", C, "day: 57, window: -7..+7", "day: 20", "V8:"),
    Mistake("windows-overlap", C, "day: 29, window: -3..+3", "day: 29, window: -29..+3", "V4:"),
    Mistake("analysis-days-overlap", C, "analysis_days: 15..43", "analysis_days: 1..43", "V4:"),
    Mistake(
        "endpoint-not-collected",
        A,
        "{visit: V8, why: later}",
        "{variable: dose.given, visit: V8, why: later}",
        "dose.given",
    ),
    Mistake("criterion-not-collected", E, "rule: 18 <= age <= 70", "rule: end.early", "end.early"),
    Mistake("criterion-not-collected", E, "rule: 18 <= age <= 70", "rule: dose.given", "dose.given"),
    Mistake(
        "condition-later", C, "day: 29, window", "day: 29, when: 'at(V8, itch.total > 1)', window", "at(V8"
    ),
    Mistake(
        "condition-on-itself", C, "day: 29, window", "day: 29, when: itch.total > 1, window", "itch.total > 1"
    ),
    Mistake("dose-not-whole", D, "160  80", "100  80", "100"),
    Mistake(
        "dose-visits-differ",
        C,
        "dose:        .    x   x   .   .",
        "dose:        .    x   .   .   .",
        "",
        where="drug.yaml:6:11",
    ),
    Mistake("arm-without-doses", D, "  HIGH:   160  80\n", "", "", where="study.yaml:31:3"),
    Mistake("allocation-arms", S, "ratio: {LOW: 1, HIGH: 1}", "ratio: {LOW: 2}", "LOW: 2"),
    Mistake("block-size", S, "blocks: [2, 4]", "blocks: [2, 3]", "3]"),
    Mistake(
        "no-allocation",
        S,
        "randomisation: {method: permuted_blocks, blocks: [2, 4], ratio: {LOW: 1, HIGH: 1}}\n",
        "",
        "HIGH: {",
    ),
    Mistake("dose-form-item", D, "form: dose", "form: therapy", "therapy"),
    Mistake(
        "dose-form-item", DOSE, "  given: {label: Given, type: boolean}\n", "", "", where="drug.yaml:10:9"
    ),
    Mistake("dose-form-item", DOSE, "Date, type: date,", "Date, type: text,", "", where="drug.yaml:10:9"),
    *(
        Mistake("dose-form-amount", DOSE, "  kit:", f"  amount: {wrong}\n  kit:", "", where="drug.yaml:10:9")
        for wrong in (
            "{label: Amount, type: decimal}",
            "{label: Amount, type: decimal, unit: mL}",
            "{label: Amount, type: text}",
        )
    ),
    Mistake("dose-form-records", D, "form: dose", "form: therapy", "therapy"),
    Mistake(
        "eligibility-form",
        "forms/eligibility.yaml",
        "one per visit",
        "one per participant",
        "eligibility\nitems",
    ),
    Mistake("nobody-may", R, "rw rws .", "rw rw .", "", where="roles.yaml:1:1"),
    Mistake("nobody-may", R, "  identity: rw rw .\n", "", "", where="roles.yaml:1:1"),
    Mistake("limit-without-sex", DEMO, ", sdtm: DM.SEX", "", "", where="laboratory.yaml:2:39"),
    Mistake("limit-of-no-number", L, "body.alt", "demography.sex", "demography.sex"),
    Mistake("no-such-code", DEMO, "male: Male,", "man: Male,", "", where="laboratory.yaml:2:39"),
    Mistake("range-reversed", L, "low: 9", "low: 90", "90"),
    Mistake("curve-needs-numbers", S, "item: itch.total", "item: demography.age", "demography.age"),
    Mistake("unused-translation", "translations/zh-Hans.yaml", "Kind: 种类", "Kinds: 种类", "种类"),
    Mistake(
        "term-unused",
        T,
        "heavy: {",
        "spare: {label: Spare, rule: demography.age}\nheavy: {",
        "demography.age}\nheavy",
    ),
    # rules
    Mistake("unknown-item", T, "reduction(itch.total)", "reduction(itch.totl)", "totl"),
    Mistake("unknown-form", T, "'min(dose.date", "'min(doze.date", "doze"),
    Mistake("unknown-visit", C, "'at(V4, better)'", "'at(V5, better)'", "V5, better"),
    Mistake("unknown-name", K, "not heavy'", "not hevy'", "hevy"),
    Mistake("unknown-code", E, '"steroid"', '"steriod"', '"steriod"'),
    Mistake("bare-number", T, '"100 kg"', "100", "100"),
    Mistake("rule-expected", E, "18 <= age <= 70", "18 <= age <=", "18 <= age <=", 12),
    Mistake("needs-visit", A, "rule: 'at(V4, better)'", "rule: better", "better, within"),
    Mistake(
        "circular-term",
        T,
        "rule: demography.age}",
        "rule: better2}\nbetter2: {label: B, rule: age}",
        "better2}",
    ),
    # what was once accepted in silence
    Mistake("blank-text", DEMO, "label: Demography", "label: ' '", "' '", 1),
    Mistake("blank-text", ITCH, "ask: Please add a note.", 'ask: ""', '""', 1),
    Mistake("blank-text", "translations/zh-Hans.yaml", "种类", '""', '""', 1),
    Mistake("positive-number-expected", F, "{lb: 0.45359237}", "{lb: 0}", "0}, range"),
    Mistake("level-expected", A, "level: 0.9}", "level: 95}", "95}"),
    Mistake("whole-number-expected", ITCH, "length: 80", "length: 0", "0, optional"),
    Mistake("not-an-id", S, "study: SMALL-1", "study: a b/../c", "a b/"),
    Mistake("not-an-id", S, "languages: [en, zh-Hans]", "languages: [en, chinese]", "chinese"),
    Mistake("english-missing", S, "languages: [en, zh-Hans]", "languages: [zh-Hans]", "zh-Hans]"),
    Mistake("range-reversed", S, "completion: 2026-06-30", "completion: 2025-04-30", "2025-04-30"),
    Mistake("nobody-blinded", S, "  blinded: [nurse]\n", "", "", where="forms/body.yaml:7:78"),
    Mistake("item-unblinds", F, "1: Some}}", "1: Some}, when: known(alt)}", "alt)}"),
    Mistake("form-unblinds", DOSE, 'demography.age >= "18 years"', "known(body.alt)", "body.alt"),
    Mistake("visit-unblinds", C, "'at(V4, better)'", "'at(V4, known(body.alt))'", "body.alt"),
    Mistake("criterion-unblinds", E, "18 <= age <= 70", "known(body.alt)", "body.alt"),
    Mistake("lifecycle-unblinds", S, "known(end.date)", "any(body, where=known(alt))", "alt))"),
    Mistake("anchor-unblinds", T, "where=given", "where=known(body.alt)", "body.alt"),
    Mistake("role-with-itself", R, "[[nurse, monitor]]", "[[nurse, nurse]]", "nurse, nurse"),
    Mistake("criterion-twice", E, "  E1:", "  I1:", "I1:\n    text: Earlier"),
    Mistake("anchor-day", C, "day: 1, anchor", "day: 2, anchor", "2, anchor"),
    Mistake("repeats-on-a-day", C, "day: any, repeats", "day: 80, repeats", "80, repeats"),
    Mistake("wrong-kind", C, "anchor: first_dose", "anchor: age", "", where="terms.yaml:1:25"),
    Mistake("needs-visit", C, "anchor: first_dose", "anchor: better", "", where="terms.yaml:3:49"),
    Mistake("analysis-days-apart", C, "analysis_days: 15..43", "analysis_days: 30..43", "V4:"),
    Mistake("no-answers", DEMO, "{male: Male, female: Female}", "{}", "sex: {"),
    Mistake("none-to-name", DEMO, "{male: Male, female: Female}", "{}", "", where="laboratory.yaml:2:39"),
    Mistake("answers-alike", DEMO, "female: Female", "female: Male", "Male}"),
    Mistake("answers-alike", "codes.yaml", "steroid: Steroid", "steroid: Other", "Other, unknown"),
    Mistake("key-of-other-type", DEMO, "unit: years, range", "decimals: 2, unit: years, range", "2, unit"),
    Mistake("key-of-other-type", F, "decimals: 1,", "decimals: 1, length: 5,", "5, unit"),
    Mistake("key-of-other-type", "forms/end.yaml", "boolean}", "boolean, unit: kg}", "kg}"),
    Mistake("key-of-other-type", "forms/end.yaml", "boolean}", "boolean, future: true}", "true}"),
    Mistake("key-of-other-type", "forms/end.yaml", "type: date}", "type: date, range: 1..2}", "1..2"),
    Mistake("unit-to-convert", F, "unit: kg, units: {lb", "units: {lb", "lb:"),
    Mistake("unit-to-convert", F, "{lb: 0.45359237}", "{kg: 2}", "kg: 2"),
    Mistake("endpoint-at-repeats", A, "    visit: V4\n", "    visit: UNS\n", "better_v4:"),
    Mistake(
        "circular-item",
        F,
        "  graded:",
        "  sum: {label: S, type: decimal, derive: sum + 1}\n  graded:",
        "sum + 1",
    ),
    Mistake(
        "circular-item",
        F,
        "  graded:",
        "  a: {label: A, type: decimal, derive: b}\n  b: {label: B, type: decimal, derive: c}\n"
        "  c: {label: C, type: decimal, derive: 2 * b}\n  graded:",
        "c}",
    ),
    Mistake(
        "circular-item",
        DEMO,
        "female: Female}",
        "female: Female}, when: pregnant",
        "pregnant, sdtm",
    ),
    Mistake("divided-by-zero", E, "rule: 18 <= age <= 70", "rule: age / (1 - 1) > 1", "(1 - 1)", 1),
    Mistake("rule-not-in-language", E, "18 <= age <= 70", "age ≥ 18", "≥"),
    Mistake("column-twice", R, "nurse  doctor  monitor", "nurse  doctor  nurse", "nurse\n"),
    Mistake(
        "kit-twice",
        D,
        "kits: A001..A010}",
        "kits: A001..A010}\n  - {site: '01', product: pen, lot: L2, expiry: 2027-06-30, kits: A010..A012}",
        "A010..A012",
    ),
    Mistake("late-before-on-time", D, "late_days: 7", "late_days: 2", "2\n"),
    Mistake(
        "limit-twice",
        L,
        "high: 50}",
        'high: 50}\n  - {site: "01", item: body.alt, sex: male, low: 1}',
        "body.alt, sex: male, low: 1",
    ),
    Mistake("rule-not-in-language", E, "18 <= age <= 70", "age > 18 AND age < 70", "AND"),
    # the diary
    Mistake("unknown-key", Y, "from: SCR", "form: SCR", "form: SCR"),
    Mistake("unknown-key", Y, "    label: Your day\n", "    lable: Your day\n", "lable"),
    Mistake("missing-key", Y, "    label: Your day\n", "", "diary_day:"),
    Mistake("missing-key", Y, "title: Itch diary\n", "", "contact: {"),
    Mistake("missing-key", Y, ", from: SCR", "", "diary_day:"),
    Mistake("missing-key", Y, "days: 1, ", "", "diary_dose:"),
    Mistake("time-expected", Y, 'V8, open: "18:00"', 'V8, open: "24:00"', '"24:00"', 1),
    Mistake("time-expected", Y, '"20:00"', "8 pm", "8 pm"),
    Mistake("not-one-of", Y, "ask: whenever", "ask: whenevr", "whenevr"),
    Mistake("not-one-of", Y, "every: day", "every: days", "days, from"),
    Mistake("not-one-of", Y, "per: week", "per: day", "day, derive"),
    Mistake("no-such-visit", Y, "from: SCR", "from: SRC", "SRC"),
    Mistake("no-such-visit", Y, "from: V0, to: V8", "from: V0, to: V9", "V9"),
    Mistake("ask-without-time", Y, "every: day, ", "", "diary_day:"),
    Mistake("key-of-other-ask", Y, "after: dose.date", "every: day, after: dose.date", "day, after"),
    Mistake("key-of-other-ask", Y, "every: day", "every: day, days: 1", "1, from"),
    Mistake("key-of-other-ask", Y, "ask: whenever", "ask: {every: whenever, from: SCR}", "SCR}"),
    Mistake("form-twice", Y, "  diary_report:", "  body:", "body:"),
    Mistake("empty-form", Y, DIARY_ITEMS, " {}\n", "diary_report:"),
    Mistake("tell-at-site", K, "level: deviation", "level: deviation\n  tell: Hello", "Hello"),
    Mistake("tell-at-site", ITCH, "ask: Please add a note.", "ask: Please add a note., tell: Hello", "Hello"),
    Mistake(
        "answer-given-before", Y, "range: 0..10, low: None", "range: 0..10, default: 0, low: None", "default"
    ),
    Mistake("answer-given-before", DEMO, "label: Age, type", "label: Age, answer: 50, type", "answer"),
    Mistake("diary-advances", Y, "title: Itch", "advance: auto\ntitle: Itch", "advance"),
    Mistake(
        "diary-several-a-page", Y, "    label: Tell us\n", "    label: Tell us\n    per_page: 3\n", "per_page"
    ),
    Mistake("diary-without-review", Y, "title: Itch", "review: false\ntitle: Itch", "review"),
    Mistake(
        "diary-without-back", Y, "    label: Tell us\n", "    label: Tell us\n    back: false\n", "back: f"
    ),
    Mistake("widget-of-diary", F, "range: 0..5000", "range: 0..5000, widget: shading", "alt: {"),
    Mistake("widget-of-diary", ITCH, "length: 80", "length: 80, widget: drawing", "note: {"),
    Mistake("widget-not-on-phone", Y, "codes: {itch", "widget: buttons, codes: {itch", "buttons, codes"),
    Mistake(
        "widget-not-on-phone",
        Y,
        "type: decimal, decimals: 1, range: 0..60, widget: shading",
        "type: text, widget: lines",
        "lines}",
    ),
    Mistake(
        "shading-outside-grid", Y, "high: Deepest red", "high: Deepest red, widget: shading", "shading, when"
    ),
    Mistake(
        "drawing-in-grid",
        Y,
        "type: decimal, decimals: 1, range: 0..60, widget: shading",
        "type: text, widget: drawing",
        "drawing}",
    ),
    Mistake("diary-in-matrix", C, "  body:  ", "  diary_day:   x  x  .  .  .\n  body:  ", "diary_day"),
    Mistake(
        "diary-without-contact",
        Y,
        "contact: {text: Call the clinic when you feel ill., phone: +86 571 0000}\n",
        "",
        "Itch diary",
    ),
    Mistake("reminder-outside-windows", Y, '"20:00"', '"12:00"', '12:00", snooze'),
    Mistake("diary-at-any-day", Y, "from: V0, to: V8", "from: V0, to: UNS", "UNS"),
    Mistake("visits-exchanged", Y, "from: V0, to: V8", "from: V8, to: V0", "V0"),
    Mistake(
        "window-opens-next-day",
        Y,
        '"17:30", close: "23:59"',
        '"18:00 next day", close: "23:59 next day"',
        '"18:00 next',
        1,
    ),
    Mistake("window-reversed", Y, '"23:59"', '"17:29"', "17:29"),
    Mistake("window-reversed", Y, '"23:59"', '"17:30"', '"17:30"}', 1),
    Mistake(
        "window-into-the-next",
        Y,
        'to: V8, open: "18:00", close: "12:00',
        'to: V8, open: "18:00", close: "18:01',
        "18:01",
    ),
    Mistake("alert-without-tell", Y, ", tell: Call the clinic today.", "", "itch >= 9"),
    Mistake(
        "several-free-texts",
        Y,
        "scores:",
        "      more: {label: Anything else, type: text}\nscores:",
        "more: {",
    ),
    Mistake(
        "type-not-on-phone", Y, "scores:", "      since: {label: Since when, type: date}\nscores:", "since: {"
    ),
    Mistake("scale-without-words", Y, "high: Deepest red, ", "", "red: {"),
    Mistake(
        "scale-without-words",
        Y,
        "type: decimal, decimals: 1, range: 0..60, widget: shading",
        "type: integer, range: 0..10",
        "palms: {label: Palms, ",
    ),
    Mistake(
        "too-many-answers", Y, "{itch: Itch,", "{a: A, b: B, c: C, d: D, e: E, f: F, itch: Itch,", "kind: {"
    ),
    Mistake("question-too-long", Y, "Is it sore?", f"Is it {'very ' * 31}sore?", "sore: {"),
    Mistake("answer-too-long", Y, "{itch: Itch,", f"{{itch: {'Itch ' * 13},", "kind: {"),
    Mistake("answer-too-long", Y, "high: Deepest red", f"high: {'red ' * 16}", "red: {"),
    Mistake(
        "too-many-questions",
        Y,
        "      words: {label",
        "".join(f"      more{at}: {{label: More {at}, type: boolean}}\n" for at in range(63))
        + "      words: {label",
        "diary_report:",
    ),
    Mistake("text-beyond-entry", Y, "length: 500", "length: 10001", "words: {"),
    Mistake("text-beyond-entry", Y, "length: 20000", "length: 30001", "drawing: {"),
    Mistake("name-beyond-entry", Y, "diary_report:", f"diary_{'x' * 59}:", "diary_x"),
    Mistake("name-beyond-entry", Y, "words: {label", f"{'x' * 65}: {{label", "xxxxx"),
    Mistake("name-beyond-entry", C, "  UNS:", f"  {'U' * 65}:", "", where="diary.yaml:27:3"),
    Mistake("drawing-count", Y, ", widget: drawing", "", "diary_week:"),
    Mistake(
        "drawing-count",
        Y,
        "type: text, length: 500",
        "type: text, widget: drawing, optional: true",
        "diary_report:",
    ),
    Mistake("drawing-not-optional", Y, "length: 20000, optional: true", "length: 20000", "drawing: {"),
    Mistake(
        "region-without-share", Y, "{label: Front, share: 40}", "{label: Front}", "palms: {label: Palms, "
    ),
    Mistake("range-below-share", Y, "range: 0..60", "range: 0..59", "palms: {label: Palms, "),
    Mistake("range-below-share", Y, "range: 0..60", "range: 1..60", "palms: {label: Palms, "),
    Mistake(
        "diary-reads-elsewhere", Y, "when: itch > 5", "when: known(demography.age)", "known(demography.age)"
    ),
    Mistake(
        "diary-reads-elsewhere", Y, "when: itch >= 9", "when: count(diary_day) > 9", "count(diary_day) > 9"
    ),
    Mistake(
        "diary-reads-elsewhere",
        Y,
        "derive: front_palms + back_palms",
        "derive: front_palms + demography.age / 1",
        "front_palms + dem",
    ),
    Mistake(
        "score-without-diary", Y, "'mean(diary_day.itch, at_least=4)'", "count(therapy)", "count(therapy)"
    ),
    Mistake(
        "score-reads-elsewhere",
        Y,
        "'mean(diary_day.itch, at_least=4)'",
        "mean(diary_day.itch) + demography.age",
        "mean(diary_day",
    ),
    Mistake(
        "score-reads-elsewhere",
        Y,
        "'mean(diary_day.itch, at_least=4)'",
        "'mean(diary_day.itch) if known(participant.arm) else 0'",
        "mean(diary_day",
    ),
    Mistake(
        "form-unblinds",
        DOSE,
        "{label: Date, type: date,",
        "{label: Date, type: date, blinded_until: unblinding,",
        "",
        where="diary.yaml:29:18",
    ),
    Mistake("wrong-kind", Y, "after: dose.date", "after: dose.given", "dose.given"),
    Mistake("wrong-kind", Y, "'mean(diary_day.itch, at_least=4)'", "any(diary_day)", "any(diary_day)"),
    Mistake("unknown-item", Y, "mean(diary_day.itch,", "mean(diary_day.ich,", "ich,"),
    Mistake("unknown-name", Y, "when: itch > 5", "when: ich > 5", "ich > 5"),
    Mistake(
        "instrument-item-changed",
        Y,
        "    label: Tell us\n",
        "    instrument: itch/1\n    grid: {rows: {a: {label: A}}, columns: {b: {label: B, type: integer}}}\n",
        "itch/1",
    ),
    Mistake("widget-of-other-item", Y, "widget: drawing", "codes: kind, widget: drawing", "drawing}"),
    Mistake("nobody-enters", R, "  diary:  rw     r       rq\n", "", "", where="diary.yaml:6:3"),
    # photos
    Mistake("unknown-key", P, "participant:", "patient:", "patient"),
    Mistake("missing-key", P, "text: From an arm's length, and no face.\n", "", "regions:"),
    Mistake("missing-key", P, "arm: {label: Arm}", "arm: {}", "arm:"),
    Mistake("not-an-id", P, "leg:", "Leg:", "Leg"),
    Mistake("blank-text", P, "label: Leg", "label: ' '", "' '", 1),
    Mistake("whole-number-expected", P, "per_day: 2", "per_day: 0", "0}"),
    Mistake("no-such-visit", P, "[V0, V4]", "[V0, V5]", "V5"),
    Mistake("photos-without-regions", P, "\n  arm: {label: Arm}\n  leg: {label: Leg}", " {}", "From an"),
    Mistake("photos-by-nobody", P, "site: {visits: [V0, V4]}\nparticipant: {per_day: 2}\n", "", "From an"),
    Mistake("regions-alike", P, "label: Leg", "label: Arm", "Arm}\nsite"),
    Mistake("photo-visit-twice", P, "[V0, V4]", "[V4, V0, V4]", "V4]"),
    Mistake("photos-by-telephone", P, "[V0, V4]", "[V0, V8]", "V8]"),
    # datasets
    Mistake("not-an-id", DS, "AGE: {label", "Age: {label", "Age: {label"),
    Mistake("not-an-id", DS, "RESPFL: {", "RESPONDFL: {", "RESPONDFL"),
    Mistake("not-an-id", DS, "CRIT1: {", "CRITA: {", "CRITA"),
    Mistake("not-one-of", DS, "class: OCCDS\n    form", "class: OCDS\n    form", "OCDS"),
    Mistake("no-such-column", DS, "keep: [AGE, FASFL]", "keep: [AGE, FAFSL]", "FAFSL]"),
    Mistake("no-such-parameter", DS, "of: ITCH", "of: ITHC", "ITHC"),
    Mistake("no-such-parameter", DS, "of: ITCH", "of: EASED", "EASED, rule"),
    Mistake("no-such-parameter", DS, "parameters: [ITCH]", "parameters: [ICH]", "ICH]"),
    Mistake("no-such-parameter", DS, "parameters: [BETTER]", "parameters: [BETER]", "BETER]"),
    Mistake("no-such-item", DS, "item: itch.total", "item: itch.totl", "itch.totl"),
    Mistake("no-such-form", DS, "form: therapy", "form: therappy", "therappy"),
    Mistake("no-such-population", DS, "population: responders", "population: responder", "responder}"),
    Mistake("no-such-population", DS, "population: full\n", "population: ful\n", "ful\n"),
    Mistake("no-such-estimand", DS, "estimand: primary", "estimand: primry", "primry"),
    Mistake("dataset-subject-count", DS, "class: ADSL", "class: BDS", "ADITCH:"),
    Mistake("dataset-subject-count", DS, "class: OCCDS\n    form", "class: ADSL\n    form", "ADITCH:"),
    Mistake("key-of-other-class", DS, "class: ADSL\n", "class: ADSL\n    keep: [AGE]\n", "ADSL:"),
    Mistake("missing-key", DS, "    form: therapy\n", "", "ADTHER:"),
    Mistake("missing-key", DS, "    windows: true\n", "", "ADITCH:"),
    Mistake("variable-twice", DS, "FALL: {label", "BASE: {label", "BASE: {label"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "CRIT1: {label", "CRIT1: {label: Fall of"),
    Mistake("variable-twice", DS, "flag: ANL02FL", "flag: ANL01FL", "ANL01FL"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "ANL02FL: {label", "ANL02FL, estimand"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "CRIT1FL: {label", "CRIT1: {label"),
    Mistake("variable-twice", DS, "keep: [AGE, FASFL]", "keep: [AGE, FASFL, AGE]", "AGE]"),
    Mistake("variable-twice", DS, "NAME: {label: Name", "ASTDTF: {label: Name", "ASTDT: {label: Start"),
    Mistake("variable-twice", DS, "NAME: {label: Name", "ASEQ: {label: Name", "ASEQ: {label"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "AWLO: {label", "AWLO: {label"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "IMPREAS: {label", "IMPREAS: {label"),
    Mistake("variable-twice", DS, "DOSEDFL: {label", "PARAMN: {label", "PARAMN: {label"),
    Mistake(
        "variable-twice",
        DS,
        "parameters: [BETTER]}",
        "parameters: [BETTER]}\n      ALL: {label: All, flag: ANL02FL, estimand: primary, parameters: [EASED]}",
        "ANL02FL, estimand: primary, parameters: [EASED]",
    ),
    Mistake("of-without-rule", DS, "of: ITCH, rule: better}", "of: ITCH, item: body.alt}", "BETTER: {"),
    Mistake("of-without-rule", DS, "of: ITCH, rule: better}", "of: ITCH, score: itch_week}", "BETTER: {"),
    Mistake("label-too-long", DS, "label: First Dose", f"label: {'Dose ' * 9}", "Dose Dose"),
    Mistake("item-or-rule", DS, "item: itch.total}", "item: itch.total, rule: better}", "ITCH: {label"),
    Mistake("item-or-rule", DS, ", item: itch.total}", "}", "ITCH: {label"),
    Mistake("item-or-rule", DS, "score: itch_week}", "score: itch_week, item: body.alt}", "WEEK: {label"),
    Mistake("item-or-rule", DS, "estimand: later}", "item: body.alt}", "WORSE: {label"),
    Mistake("item-or-rule", DS, "item: body.alt}", "estimand: later}", "ALT: {label"),
    Mistake("no-such-estimand", DS, "estimand: later}", "estimand: latter}", "latter}"),
    Mistake("times-without-visits", DS, "estimand: later}", "estimand: primary}", "WORSE: {label"),
    Mistake("key-of-other-class", DS, "class: TTE\n", "class: TTE\n    baseline: true\n", "ADTTE:"),
    Mistake("not-one-of", DS, "made_from: deviations", "made_from: deviation", "deviation\n"),
    Mistake(
        "form-or-made-from", DS, "made_from: deviations", "made_from: deviations\n    form: therapy", "ADDV:"
    ),
    Mistake(
        "form-or-made-from", DS, "made_from: deviations", "made_from: deviations\n    when: better", "ADDV:"
    ),
    Mistake("variable-twice", DS, "CLEARFL: {", "DVTERM: {", "DVTERM: {"),
    Mistake("no-such-score", DS, "score: itch_week", "score: itch_weak", "itch_weak"),
    Mistake("dated-by-no-date", DS, "dated_by: dose.date", "dated_by: dose.given", "dose.given\n"),
    Mistake("dated-by-no-date", DS, "dated_by: dose.date", "dated_by: end.date", "end.date\n"),
    Mistake(
        "no-limits",
        DS,
        "ALT: {label: ALT in blood, item: body.alt}",
        "ALT: {label: A, item: body.graded}",
        "ADLAB:",
    ),
    Mistake("rule-or-population", DS, "rule: age}", "rule: age, population: full}", "AGE: {label"),
    Mistake("shown-code", DS, "male: M, female", "mael: M, female", "SEX: {"),
    Mistake("shown-code", DS, "rule: age}", "rule: age, codes: {1: one}}", "AGE: {label"),
    Mistake("partial-not-said", DS, ", partial: first}", "}", "ASTDT: {"),
    Mistake("partial-name", DS, "ASTDT: {", "ASTRTDTC: {", "ASTRTDTC"),
    Mistake("impute-no-truth", DS, "parameters: [BETTER]", "parameters: [ITCH]", "ITCH: {label"),
    Mistake("impute-no-truth", DS, "of: ITCH, rule: better", "of: ITCH, rule: AVAL + 1", "BETTER: {"),
    Mistake(
        "impute-no-visit", DS, "estimand: primary, parameters", "estimand: later, parameters", "later, par"
    ),
    Mistake(
        "impute-missing",
        A,
        "missing: non-response, summary: proportion}",
        "missing: nonresponse, summary: proportion}",
        "",
        where=place(DS, FILES[DS], "primary, parameters"),
    ),
    Mistake(
        "impute-hypothetical",
        A,
        "{stopped: composite}",
        "{stopped: hypothetical}",
        "",
        where=place(DS, FILES[DS], "primary, parameters"),
    ),
    Mistake("wrong-kind", DS, "rule: FALL >= 2", "rule: FALL", "FALL, parameters"),
    Mistake("wrong-kind", DS, "rule: ADT >= TRTSDT", "rule: ADT", "ADT, flag"),
    Mistake("wrong-kind", DS, "rule: start, partial", "rule: name, partial", "name, partial"),
    Mistake("unknown-name", DS, "FALL >= 2", "FALLL >= 2", "FALLL >= 2"),
    Mistake("unknown-name", DS, "rule: 0 - CHG", "rule: 0 - CHNG", "CHNG"),
    Mistake("rule-expected", DS, "rule: 0 - CHG", "rule: 0 - (", "0 - (", 5),
    Mistake("rule-expected", DS, "rule: FALL >= 2", "rule: FALL >=", "FALL >=", 7),
    Mistake("always-true", DS, "rule: age}", "rule: '1 if age >= 0 else 2'}", "age >= 0"),
    Mistake("unknown-function", E, "18 <= age <= 70", "avg(age) > 1", "avg"),
]


@cache
def read(mistake: Mistake) -> tuple[str, tuple[Problem, ...]]:
    """The file with the mistake in it, and what is said of the study."""
    text = changed(mistake.file, mistake.old, mistake.new)
    return text, tuple(load_small({mistake.file: text}).problems)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.code}-{mistake.file}")
def test_mistake_is_reported_where_it_is(mistake: Mistake) -> None:
    text, found = read(mistake)
    places = [problem.where for problem in found if problem.code == mistake.code]
    expected = mistake.where or place(mistake.file, text, mistake.at, mistake.skip)
    assert expected in places, [(problem.where, problem.text) for problem in found]


@dataclass(frozen=True)
class Folder:
    """A mistake of a whole file, or of two together."""

    code: str
    changes: Mapping[str, str | None]
    where: str
    library: Mapping[str, str] = field(default_factory=lambda: LIBRARY)


OTHER_CODES = "grade: {codes: {0: None, 1: Other}}\n"
GRID = changed("itch/form.yaml", "[ITCH1, ITCH2]", "[A, B, C]", LIBRARY)
MISSPELT = LIBRARY["itch/form.yaml"] + "chekcs: {}\n"

RENAMED = {"forms/eligibility.yaml": None, "forms/suitability.yaml": FILES["forms/eligibility.yaml"]} | {
    C: changed(C, "  eligibility:", "  suitability:")
}

WHENEVER = changed(Y, "mean(diary_day.itch, at_least=4)", "count(diary_report)")

OF_DIARY = FILES[DS].replace("made_from: deviations", "made_from: diary")
FOLDERS = [
    Folder("score-undated", {Y: WHENEVER}, place(DS, FILES[DS], "WEEK:")),
    Folder("missing-file", {"schedule.yaml": None}, "schedule.yaml:1:1"),
    Folder("diary-without-forms", {Y: f"{DIARY_HEAD}forms: {{}}\n"}, "diary.yaml:1:8"),
    Folder("silent-without-days", {Y: f"{DIARY_HEAD}forms:{DIARY_REPORT}"}, "diary.yaml:4:22"),
    Folder("made-from-no-diary", {Y: None, DS: OF_DIARY}, place(DS, OF_DIARY, "ADDV:")),
    Folder("photos-without-diary", {Y: None}, "photos.yaml:6:24"),
    Folder("silent-too-soon", {Y: f"{DIARY_HEAD}forms:{DIARY_WEEK}"}, "diary.yaml:4:22"),
    Folder(
        "question-too-long",
        {"translations/zh-Hans.yaml": f"Your day: 今天\nIs it sore?: {'很' * 81}\n"},
        "diary.yaml:31:7",
    ),
    Folder("unknown-file", {"shedule.yaml": "a: b"}, "shedule.yaml:1:1"),
    Folder("unknown-file", {"forms/x.yml": "a: b"}, "forms/x.yml:1:1"),
    Folder("empty-file", {"checks.yaml": "# nothing\n"}, "checks.yaml:1:1"),
    Folder("mapping-expected", {"rehearsal.yaml": "- a\n"}, "rehearsal.yaml:1:1"),
    Folder("mapping-expected", {"study.yaml": "- a\n"}, "study.yaml:1:1"),
    Folder("missing-key", {"study.yaml": "study: A\n"}, "study.yaml:1:1"),
    Folder("no-such-language", {"translations/zh.yaml": "A: B\n"}, "translations/zh.yaml:1:1"),
    Folder("code-list-differs", {"codes.yaml": FILES["codes.yaml"] + OTHER_CODES}, "codes.yaml:3:1"),
    Folder("no-such-code", {"codes.yaml": "kind: {codes: {a: A}, scores: {b: 1}}\n"}, "codes.yaml:1:32"),
    Folder("eligibility-form", RENAMED, "forms/suitability.yaml:3:12"),
    Folder("no-eligibility-form", {"forms/eligibility.yaml": None}, "eligibility.yaml:6:3"),
    Folder("dose-without-form", {D: FILES[D].split("dosing:")[0]}, "drug.yaml:6:11"),
    Folder("grid-cell-count", {}, "instruments/itch/form.yaml:14:71", {"itch/form.yaml": GRID}),
    Folder("unknown-key", {}, "instruments/itch/form.yaml:23:1", {"itch/form.yaml": MISSPELT}),
    Folder(
        "no-such-form", {"wording/bdy.yaml": "licence: A\nitems: {alt: {en: A}}\n"}, "wording/bdy.yaml:1:1"
    ),
    Folder(
        "no-such-item", {"wording/body.yaml": "licence: A\nitems: {atl: {en: A}}\n"}, "wording/body.yaml:2:9"
    ),
    Folder("licensed-wording", {}, "forms/body.yaml:1:1"),
    Folder("missing-translation", {}, "translations/zh-Hans.yaml:1:1"),
    Folder("decided", {}, "study.yaml:21:28"),
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: f"{folder.code}-{folder.where}")
def test_mistake_of_a_folder_is_reported_where_it_is(folder: Folder) -> None:
    found = load_small(folder.changes, folder.library).problems
    places = [problem.where for problem in found if problem.code == folder.code]
    assert folder.where in places, [(problem.where, problem.text) for problem in found]


def test_a_score_that_goes_on_from_the_visit_before_is_no_circle() -> None:
    text = changed(
        F, "  graded:", "  sum: {label: S, type: decimal, derive: weight + previous(sum)}\n  graded:"
    )
    assert not [found for found in load_small({F: text}).problems if found.code == "circular-item"]


def test_a_circle_is_told_once_and_with_its_way() -> None:
    text = changed(
        F,
        "  graded:",
        "  a: {label: A, type: decimal, derive: b}\n  b: {label: B, type: decimal, derive: a}\n  graded:",
    )
    said = [found.text for found in load_small({F: text}).problems if found.code == "circular-item"]
    assert said == ["The item body.a would wait for itself: body.a → body.b → body.a; break the circle."]


def test_a_fault_of_a_term_is_told_where_it_is_and_not_wherever_its_name_stands() -> None:
    text = changed(T, "reduction(itch.total)", "reduction(itch.totl)")
    errors = [found.code for found in load_small({T: text}).problems if found.severity == "error"]
    assert errors == ["unknown-item"]


def test_a_form_of_which_nothing_is_left_is_not_missed_elsewhere() -> None:
    text = changed("forms/end.yaml", "one per participant", "one for participant")
    errors = {
        found.code for found in load_small({"forms/end.yaml": text}).problems if found.severity == "error"
    }
    assert errors == {"not-one-of"}


@pytest.mark.parametrize(
    ("rule", "code", "mended"),
    [
        ("at(V9, itch.total) > 3", "unknown-visit", "there are SCR, V0, V4, V8, UNS."),
        ('at("V4", itch.total) > 3', "unknown-visit", "write V4 without quotes."),
        ("at(1, itch.total) > 3", "unknown-visit", "there are SCR"),
        ("demography.sex == female", "unknown-name", 'an answer stands in quotes, "female".'),
        ("nothing > 3", "unknown-name", "could mean here."),
        ('missing(age, "forgot")', "unknown-reason", "there are not_done"),
    ],
)
def test_an_unknown_word_is_answered_with_what_to_write(rule: str, code: str, mended: str) -> None:
    text = changed(E, "18 <= age <= 70", f"'{rule}'")
    said = [found.text for found in load_small({E: text}).problems if found.code == code]
    assert len(said) == 1 and mended in said[0], said


def test_an_unknown_function_is_answered_with_those_that_there_are() -> None:
    text = changed(E, "18 <= age <= 70", "avg(age) > 1")
    said = next(found.text for found in load_small({E: text}).problems if found.code == "unknown-function")
    assert "min, max, mean" in said


def test_bytes_that_are_no_text_are_refused() -> None:
    bad = load({"study.yaml": b"a: 1\nb: \xff"}, {}).problems
    assert ("not-utf-8", "study.yaml:2:4") in [(problem.code, problem.where) for problem in bad]
    large = load({"study.yaml": b"#" * 2_000_001}, {}).problems
    assert ("file-too-large", "study.yaml:1:1") in [(problem.code, problem.where) for problem in large]


def test_every_code_of_the_study_room_has_a_seeded_mistake() -> None:
    seeded = {mistake.code for mistake in MISTAKES} | {folder.code for folder in FOLDERS}
    of_versions = {"refused-change", "version-too-low", "amendment-without-text"}
    assert set(TEMPLATES) - seeded - of_versions == {"not-utf-8", "file-too-large"}
    assert len(seeded) > 90


def test_every_problem_says_a_sentence_and_a_place() -> None:
    for mistake in MISTAKES:
        for problem in read(mistake)[1]:
            assert problem.text and problem.where.count(":") == 2, problem
