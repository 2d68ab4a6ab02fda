"""Rules as sentences: the table is read by the docs too."""

from fractions import Fraction

import pytest

from trialwright.expr.nodes import Rule
from trialwright.expr.parse import parse_rule
from trialwright.expr.vocabulary import (
    CodeInfo,
    CodeListInfo,
    FormInfo,
    ItemInfo,
    TermInfo,
    VisitInfo,
    Vocabulary,
)
from trialwright.expr.words import sentence
from trialwright.expr.words_templates import CHINESE, ENGLISH
from trialwright.expr.words_voice import number_words

ITEMS = {
    "score": ("Score form", "visit", {"total": ("TOT total", "decimal"), "sites": ("Number of sites", "integer")}),
    "life": ("Quality of life", "visit", {"total": ("LIFE total", "integer")}),
    "grade": ("Grade", "visit", {"value": ("Grade", "integer")}),
    "demography": (
        "Demography",
        "participant",
        {
            "sex": ("Sex", "code:sex"),
            "childbearing_potential": ("Of childbearing potential", "boolean"),
            "birth_date": ("Date of birth", "partial_date"),
            "initials": ("Initials", "text"),
        },
    ),
    "consent": ("Consent", "participant", {"date": ("Date of consent", "date")}),
    "history": (
        "History",
        "participant",
        {
            "other_trial": ("Took part in another trial", "boolean"),
            "other_trial_end": ("Last day of the other trial", "partial_date"),
        },
    ),
    "prior_therapy": (
        "Prior therapy",
        "many",
        {
            "kind": ("Kind", "code:therapy"),
            "duration": ("Days of treatment", "integer"),
            "end": ("End", "partial_date"),
        },
    ),
    "con_med": (
        "Concomitant medication",
        "many",
        {
            "is_immune": ("Systemic immune drug", "boolean"),
            "ongoing": ("Ongoing", "boolean"),
            "end": ("End", "partial_date"),
            "amount": ("Daily amount", "decimal"),
        },
    ),
    "cell": (
        "Region",
        "visit",
        {
            "area": ("Area", "integer"),
            "redness": ("Redness", "integer"),
            "thickness": ("Thickness", "integer"),
            "scaling": ("Scaling", "integer"),
        },
    ),
    "vital_signs": ("Vital signs", "visit", {"weight": ("Weight", "decimal")}),
    "dose": (
        "Dose",
        "visit",
        {"given": ("Injected", "boolean"), "amount": ("Amount", "integer"), "date": ("Date of dose", "date"),
         "kit": ("First pen", "text")},
    ),
    "plan": ("Plan", "visit", {"dose": ("Planned dose", "integer")}),
    "visit": ("Visit", "visit", {"id": ("Visit", "code:visit"), "date": ("Date of visit", "date")}),
    "participant": ("Participant", "participant", {"arm": ("Arm", "code:arm"), "site": ("Site", "code:site")}),
    "pregnancy": ("Pregnancy test", "visit", {"result": ("Result", "code:result")}),
    "infection": ("Infection test", "visit", {"result": ("Result", "code:result")}),
    "diary_day": ("Diary", "many", {"itch": ("Worst itch", "integer")}),
}  # fmt: skip

TERMS = {
    "age": ("Age at consent", "years(demography.birth_date, consent.date)"),
    "childbearing": ("Woman of childbearing potential", 'demography.sex == "female"'),
    "tot_90": ("TOT 90", "reduction(score.total) >= 0.9"),
    "tot_90_week_16": ("TOT 90 at week 16", "at(W16, tot_90)"),
    "first_dose": ("First dose", "min(dose.date, where=given)"),
}

CODES = {
    "sex": {"female": "Female", "male": "Male"},
    "therapy": {"biologic": "Biologic", "antibiotic": "Antibiotic", "topical": "Topical"},
    "result": {"positive": "Positive", "negative": "Negative"},
}

CHINESE_LABELS = {
    "TOT total": "TOT总分",
    "LIFE total": "LIFE总分",
    "Age at consent": "签署知情同意时的年龄",
    "Prior therapy": "既往治疗",
    "Kind": "类别",
    "Biologic": "生物制剂",
    "Sex": "性别",
    "Female": "女",
    "Of childbearing potential": "有生育能力",
    "TOT 90": "TOT 90应答",
    "Week 16": "第16周",
    "Weight": "体重",
    "Worst itch": "最严重瘙痒",
    "Area": "面积",
    "Redness": "红斑",
    "Thickness": "浸润",
    "Scaling": "鳞屑",
    "Woman of childbearing potential": "育龄女性",
    "Pregnancy test": "妊娠试验",
    "Result": "结果",
    "Concomitant medication": "合并用药",
    "Systemic immune drug": "系统性免疫药物",
    "Ongoing": "仍在使用",
    "End": "结束日期",
    "Week 0": "第0周",
    "Grade": "分级",
    "Injected": "已注射",
    "Amount": "剂量",
    "Planned dose": "计划剂量",
    "Days of treatment": "治疗天数",
    "Antibiotic": "抗生素",
    "Topical": "外用药",
}


def node_of(text: str):
    rule = parse_rule(text, "terms.yaml:1:1")
    assert isinstance(rule, Rule), rule
    return rule.node


def make_vocabulary() -> Vocabulary:
    forms = {}
    for form, (label, records, items) in ITEMS.items():
        infos = {}
        for item, (item_label, kind) in items.items():
            type_, _, code_list = kind.partition(":")
            is_builtin = code_list in {"visit", "arm", "site"}
            infos[item] = ItemInfo(
                form, item, item_label, type_, code_list=None if is_builtin else code_list or None
            )
        forms[form] = FormInfo(form, label, records, infos)
    visits = {
        visit: VisitInfo(visit, label, order)
        for order, (visit, label) in enumerate({"W0": "Week 0", "W16": "Week 16", "W34": "Week 34"}.items())
    }
    terms = {term: TermInfo(term, label, node_of(rule)) for term, (label, rule) in TERMS.items()}
    code_lists = {
        name: CodeListInfo({code: CodeInfo(label) for code, label in codes.items()})
        for name, codes in CODES.items()
    }
    arms, sites = {"A": "Active"}, {"01": "First hospital"}
    return Vocabulary(forms, visits, terms, code_lists, ("W0",), "first_dose", arms, sites)


def read(text: str, language: str = "en", form: str | None = None) -> str:
    labels = CHINESE_LABELS if language == "zh-Hans" else {}
    return sentence(
        node_of(text),
        make_vocabulary(),
        language=language,
        say=lambda label: labels.get(label, label),
        form=form,
    )


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        ("18 <= age <= 70", "Age at consent is from 18 to 70", "签署知情同意时的年龄在18至70之间"),
        (
            "score.total >= 3 or life.total >= 6",
            "TOT total is at least 3, or LIFE total is at least 6",
            "TOT总分≥3，或LIFE总分≥6",
        ),
        (
            'none(prior_therapy, where=kind == "biologic")',
            "No record of prior therapy has kind Biologic",
            "既往治疗中没有类别为生物制剂的记录",
        ),
        (
            'sum(prior_therapy.duration, where=kind in ("antibiotic", "topical")) > 28',
            "Days of treatment of prior therapy where the kind is Antibiotic or Topical add up to more than 28",
            "既往治疗的治疗天数（限类别为抗生素或外用药）合计超过28",
        ),
        (
            "any(con_med, where=is_immune and (ongoing or days(end, at(W0, visit.date)) <= 28))",
            "A record of concomitant medication says yes to “Systemic immune drug” and "
            "(says yes to “Ongoing” or at most 28 days passed from its end to week 0)",
            "合并用药中有“系统性免疫药物”为是，且（“仍在使用”为是，或结束日期至第0周至多28天）的记录",
        ),
        (
            "history.other_trial and months(history.other_trial_end, consent.date) < 3",
            "Took part in another trial, and fewer than 3 months passed from the last day of the other trial "
            "to the date of consent",
            None,
        ),
        (
            'demography.sex == "female" and demography.childbearing_potential',
            "Sex is Female, and of childbearing potential",
            "性别为女，且有生育能力",
        ),
        (
            "reduction(score.total) >= 0.9",
            "TOT total fell from baseline by at least 90 %",
            "TOT总分较基线下降至少90%",
        ),
        ("at(W16, tot_90)", "At week 16: TOT 90", "第16周TOT 90应答"),
        (
            "reduction(score.total) == 1",
            "TOT total fell from baseline by exactly 100 %",
            "TOT总分较基线下降100%",
        ),
        (
            "grade.value <= 1 and change(grade.value) <= -2",
            "Grade is at most 1, and the grade fell from baseline by at least 2",
            "分级≤1，且分级较基线下降至少2",
        ),
        (
            "2 * (score.total - at(W16, score.total)) >= baseline(score.total) - at(W16, score.total)",
            "Twice (TOT total minus its week 16 value) is at least its baseline value minus its week 16 value",
            "2×（TOT总分－第16周值）≥基线值－第16周值",
        ),
        (
            "(cell.area == 0) != (cell.redness + cell.thickness + cell.scaling == 0)",
            "Exactly one of these holds: the area is 0; the redness plus the thickness plus the scaling is 0",
            "下列仅一项成立：面积为0；红斑＋浸润＋鳞屑为0",
        ),
        (
            "abs(score.total - previous(score.total)) > 15",
            "TOT total differs from the visit before by more than 15",
            "TOT总分与上次访视相差超过15",
        ),
        (
            "abs(relative_change(vital_signs.weight)) > 0.1",
            "Weight differs from baseline by more than 10 %",
            "体重较基线变化超过10%",
        ),
        (
            "dose.given and dose.amount != plan.dose",
            "Injected, and the amount is not the planned dose",
            "已注射，且剂量不等于计划剂量",
        ),
        (
            "dose.given and days(previous(dose.date), dose.date) < 7",
            "Injected, and fewer than 7 days passed from the previous date of dose to the date of dose",
            None,
        ),
        (
            'visit.id in ("W34", "W16") and not tot_90_week_16',
            "Visit is week 34 or week 16, and not TOT 90 at week 16",
            None,
        ),
        (
            "childbearing and missing(pregnancy.result)",
            "Woman of childbearing potential, and the pregnancy test result is missing with a reason",
            "育龄女性，且妊娠试验的结果缺失（已注明原因）",
        ),
        (
            "mean(diary_day.itch, at_least=4)",
            "Mean of worst itch, from at least 4 entries",
            "最严重瘙痒的均值（至少4次记录）",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, english, chinese):
    assert read(rule) == english
    if chinese is not None:
        assert read(rule, "zh-Hans") == chinese


@pytest.mark.parametrize(
    ("rule", "english"),
    [
        ("true or false", "Always, or never"),
        ("not (score.total > 3)", "TOT total is at most 3"),
        ("not dose.given", "“Injected” is answered no"),
        ("(dose.given or score.total < 1) and known(life.total)",
         "(Injected, or TOT total is less than 1), and LIFE total is known"),
        ('missing(life.total, "refused")', "LIFE total is missing: refused"),
        ("any(dose)", "There is a record of dose"),
        ("none(dose, where=not given)", "No record of dose says no to “Injected”"),
        ("every(con_med, where=amount != 3 and amount > 1)",
         "Every record of concomitant medication has daily amount other than 3 and has daily amount more than 1"),
        ('any(prior_therapy, where=kind not in ("topical", "biologic"))',
         "A record of prior therapy has kind other than Topical or Biologic"),
        ('demography.sex not in ("female", "unheard")', "Sex is not Female or unheard"),
        ("any(con_med, where=1 < amount < 3)",
         "A record of concomitant medication has daily amount more than 1 and less than 3"),
        ("1 < score.total < 3", "TOT total is more than 1 and less than 3"),
        ("(score.total == 0) == (grade.value == 0)",
         "Both or neither of these hold: TOT total is 0; the grade is 0"),
        ("count(dose, where=given) >= 6", "Number of records of dose where “Injected” is answered yes is at least 6"),
        ("sum(con_med.amount)", "Sum of daily amount of concomitant medication"),
        ('days_covered(prior_therapy.end, consent.date, where=kind == "topical") > 28',
         "Number of days from the end to the date of consent covered by prior therapy where the kind is Topical is more than 28"),
        ("days_covered(prior_therapy.end, prior_therapy.end if true else consent.date)",
         "Number of days from the end to (the end if always, otherwise the date of consent) covered by prior therapy"),
        ("min(con_med.amount) > 1", "Least daily amount among the records of concomitant medication is more than 1"),
        ("max(dose.date, where=given)", "Last date of dose among the records of dose where “Injected” is answered yes"),
        ("first_dose", "First dose"),
        ("first_dose <= consent.date", "First dose is on or before the date of consent"),
        ('consent.date > "2026-01"', "Date of consent is after 2026-01"),
        ('demography.initials == "AB"', "Initials are “AB”"),
        ('"free"', "“free”"),
        ('participant.arm == "A" and participant.site == "01"', "Arm is Active, and the site is First hospital"),
        ('participant.arm == "Z" and visit.id == "W99"', "Arm is Z, and the visit is W99"),
        ("at(W16, score.total) > 3", "TOT total at week 16 is more than 3"),
        ("last(score.total) < baseline(life.total)", "Latest TOT total is less than LIFE total at baseline"),
        ("score.total > previous(score.total)", "TOT total is more than its value at the visit before"),
        ("days(consent.date, at(W99, visit.date))", "Days from the date of consent to W99"),
        ("round(score.total, 1)", "TOT total rounded to 1 decimals"),
        ("round(score.total)", "TOT total rounded to a whole number"),
        ('unknown("not decided")', "Not known (not decided)"),
        ('band(score.total, "bands")', "Band of TOT total"),
        ("least(score.total, life.total, 3)", "Least of TOT total, LIFE total and 3"),
        ("abs(change(score.total)) > 2", "TOT total differs from baseline by more than 2"),
        ("relative_change(score.total) < -0.5", "TOT total fell from baseline by more than 50 %"),
        ("reduction(score.total) > score.total / 3", "TOT total fell from baseline by more than TOT total divided by 3"),
        ("abs(score.total - previous(life.total)) > 1",
         "Size of TOT total minus the previous LIFE total is more than 1"),
        ("abs(age - previous(age)) > 1", "Age at consent differs from the visit before by more than 1"),
        ("abs(3 - previous(age)) > 1", "Size of 3 minus the previous age at consent is more than 1"),
        ("expiry(dose.kit) < dose.date", "Expiry date of the first pen is before the date of dose"),
        ("(score.total + 1) * (2 - score.total)", "(TOT total plus 1) times (2 minus TOT total)"),
        ("score.total - (1 - life.total)", "TOT total minus (1 minus LIFE total)"),
        ("score.total - 1 + life.total * 3 / 2", "TOT total minus 1 plus LIFE total times 3 divided by 2"),
        ("score.total / (life.total * 3)", "TOT total divided by (LIFE total times 3)"),
        ("-(score.total + 1)", "Minus (TOT total plus 1)"),
        ("-(score.total * 2)", "Minus (TOT total times 2)"),
        ("score.total * -life.total", "TOT total times (minus LIFE total)"),
        ("(score.total if dose.given else 1) + 1", "(TOT total if injected, otherwise 1) plus 1"),
        ("dose.given if score.total > 1 else not dose.given", "Injected if TOT total is more than 1, otherwise “Injected” is answered no"),
        ('dose.date if dose.given else "2026"', "Date of dose if injected, otherwise 2026"),
        ("score.total == (1 if dose.given else 2)", "TOT total is 1 if injected, otherwise 2"),
        ("dose.given == (dose.date > consent.date)",
         "Both or neither of these hold: injected; the date of dose is after the date of consent"),
        ("unheard", "Unheard"),
        ("unheard.item", "Unheard.item"),
        ('"A" in ("A", "B")', "“A” is “A” or “B”"),
        ("previous(dose.given) and baseline(dose.given)", "Previous injected, and injected at baseline"),
        ('known(life.total) != unknown("why")', "(LIFE total is known) is not not known (why)"),
        ('demography.sex in ("female")', "Sex is Female"),
        ("unknown(3)", "Not known ()"),
        ("2 == baseline(score.total)", "2 is TOT total at baseline"),
        ("not (demography.sex in (\"female\", \"unheard\"))", "Sex is not Female or unheard"),
        ("not any(dose, where=given)", "No record of dose says yes to “Injected”"),
        ("not none(dose)", "There is a record of dose"),
        ("not (dose.given and score.total > 3)",
         "At least one of these does not hold: injected; TOT total is more than 3"),
        ("not (dose.given or tot_90)", "None of these holds: injected; TOT 90"),
        ("not every(dose, where=given)",
         "It is not the case that (every record of dose says yes to “Injected”)"),
        ("not (1 < score.total < 3)", "It is not the case that (TOT total is more than 1 and less than 3)"),
        ("not tot_90", "Not TOT 90"),
        ('consent.date < dose.date <= "2026-03-01"',
         "Date of dose is after the date of consent and on or before 2026-03-01"),
        ("3 > score.total > 1", "3 is more than TOT total, and TOT total is more than 1"),
        ("change(score.total) > 2", "TOT total rose from baseline by more than 2"),
        ("relative_change(score.total) >= 0.25", "TOT total rose from baseline by at least 25 %"),
        ("change(score.total) > -2", "TOT total changed from baseline by more than -2"),
        ("relative_change(score.total) > -0.5", "TOT total changed from baseline by more than -50 %"),
        ("change(score.total) < 2", "TOT total changed from baseline by less than 2"),
        ("score.total != previous(score.total)", "TOT total differs from its value at the visit before"),
        ("score.total == baseline(score.total)", "TOT total equals its baseline value"),
        ("min(visit.date)", "First date of visit"),
    ],
)  # fmt: skip
def test_every_node_has_words(rule, english):
    assert read(rule) == english


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("Leukocytes", "Leukocytes are more than 3"),
        ("Days with headache", "Days with headache are more than 3"),
        ("Number of days", "Number of days is more than 3"),
        ("Diagnosis", "Diagnosis is more than 3"),
        ("Status", "Status is more than 3"),
        ("Loss", "Loss is more than 3"),
        ("ALT", "ALT is more than 3"),
    ],
)
def test_the_verb_agrees_with_what_the_sentence_is_about(label, english):
    assert labelled("score.total > 3", label) == english


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("Amount", "1 is the amount"),
        ("How it was asked", "1 is how it was asked"),
        ("Another amount", "1 is another amount"),
        ("Question 7 scored", "1 is question 7 scored"),
        ("Headache in the last 28 days", "1 is the headache in the last 28 days"),
        ("Head and neck: Area score", "1 is Head and neck: Area score"),
    ],
)
def test_an_article_stands_where_one_can(label, english):
    assert labelled("1 == score.total", label) == english


@pytest.mark.parametrize(
    ("rule", "chinese"),
    [
        ("dose.given", "“是否已注射”为是"),
        ("not dose.given", "“是否已注射”为否"),
        ("at(W0, dose.given)", "第0周“是否已注射”为是"),
        ("any(dose, where=not given)", "Dose中有“是否已注射”为否的记录"),
        ("count(dose, where=given)", "Dose的记录数（限“是否已注射”为是）"),
    ],
)
def test_a_label_that_is_a_question_is_quoted_with_its_answer(rule, chinese):
    labels = {**CHINESE_LABELS, "Injected": "是否已注射"}
    said = sentence(
        node_of(rule), make_vocabulary(), language="zh-Hans", say=lambda label: labels.get(label, label)
    )
    assert said == chinese


@pytest.mark.parametrize(
    ("rule", "chinese"),
    [
        ("not tot_90", "不符合“TOT 90应答”"),
        ("1 < age <= 3", "签署知情同意时的年龄＞1且≤3"),
        ('visit.id != "W0"', "Visit不是第0周"),
        ("3 if age > 1 else (2 if age > 0 else 1)",
         "若签署知情同意时的年龄＞1则为3，否则若签署知情同意时的年龄＞0则为2，否则为1"),
        ("not (dose.given and age > 3)", "下列至少一项不成立：已注射；签署知情同意时的年龄＞3"),
    ],
)  # fmt: skip
def test_chinese_turns_of_phrase(rule, chinese):
    assert read(rule, "zh-Hans") == chinese


def labelled(rule: str, label: str) -> str:
    """In English, with that label in place of the first score's."""
    return sentence(
        node_of(rule),
        make_vocabulary(),
        language="en",
        say=lambda text: label if text == "TOT total" else text,
    )


def test_items_of_the_own_form_stand_bare():
    assert (
        read("given and date > consent.date", form="dose")
        == "Injected, and the date of dose is after the date of consent"
    )
    assert read('result == "positive"', form="pregnancy") == "Result is Positive"


def test_another_language_reads_english():
    assert read("dose.given", "fr") == "Injected"


def test_both_languages_have_the_same_templates():
    assert ENGLISH.keys() == CHINESE.keys()


def test_numbers_end_or_stay_fractions():
    assert [number_words(Fraction(n, d)) for n, d in [(9, 10), (-1, 3), (12, 1)]] == ["0.9", "-1/3", "12"]
