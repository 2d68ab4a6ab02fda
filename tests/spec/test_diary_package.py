"""What a phone is told: all of the diary in every language, and nothing that a participant may not know."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from tests.spec.study_folders import REFERENCE, SECOND, casebook, study_of

from trialwright.diary.package import Part, package_of
from trialwright.diary.rules import module_of, rules_of
from trialwright.ledger.casebook import Casebook
from trialwright.study.model import Study
from trialwright.values.stored import canonical_json

TODAY = date(2026, 3, 10)
STUDIES = (REFERENCE, SECOND)


def screened(study: Study) -> Casebook:
    """Somebody whose first visit was held on 1 March."""
    first = next(iter(study.visits))
    return casebook(study, {(first, "visit", 0): {"date": "2026-03-01", "contact": "site"}})


def package(folder: str) -> Part:
    return package_of(screened(study_of(folder)), TODAY)


@pytest.mark.parametrize("folder", STUDIES)
def test_the_digest_is_over_everything_else_and_the_same_for_the_same(folder: str) -> None:
    content = package(folder)
    rest = {key: part for key, part in content.items() if key != "digest"}

    assert content["digest"] == hashlib.sha256(canonical_json(rest).encode()).hexdigest()
    assert package(folder) == content
    assert json.loads(json.dumps(content)) == content


def texts_in(part: object) -> list[dict[str, str]]:
    """Everything that is said to the participant."""
    if isinstance(part, dict):
        if "en" in part:
            return [part]
        return [found for inner in part.values() for found in texts_in(inner)]
    return [found for inner in part for found in texts_in(inner)] if isinstance(part, list) else []


@pytest.mark.parametrize("folder", STUDIES)
def test_every_text_is_there_in_every_language_of_the_study(folder: str) -> None:
    content, study = package(folder), study_of(folder)
    texts = texts_in(content)

    assert len(texts) > 20
    assert all(set(text) == set(study.languages) for text in texts)
    assert content["languages"] == list(study.languages)
    if "zh-Hans" in study.languages:
        assert all(
            re.search("[\u4e00-\u9fff]", text["zh-Hans"]) for text in texts if not text["en"].isdigit()
        )


@pytest.mark.parametrize("folder", STUDIES)
def test_pages_ask_every_item_once_and_none_that_is_derived(folder: str) -> None:
    forms = package(folder)["forms"]
    assert isinstance(forms, dict)
    for form in forms.values():
        asked = [item for page in form["pages"] for item in page.get("items", page.get("shading"))]
        drawn = {page["drawing"] for page in form["pages"] if page.get("drawing")}
        entered = {item for item, told in form["items"].items() if not told["derive"]}
        assert sorted(asked) == sorted(entered - drawn)
        assert all(len(page.get("items", "x")) == 1 for page in form["pages"])


def test_a_shaded_column_is_one_page_with_its_drawing_and_its_rows() -> None:
    week = package(REFERENCE)["forms"]["diary_week"]  # type: ignore[index,call-overload]  # JSON

    assert week["pages"][0] == {
        "shading": ["head_palms", "upper_palms", "trunk_palms", "lower_palms"],
        "drawing": "drawing",
    }
    trunk = week["items"]["trunk_palms"]
    assert (trunk["row"]["en"], trunk["share"], trunk["high"], trunk["decimals"]) == ("Trunk", "30", "40", 1)


@pytest.mark.parametrize("folder", STUDIES)
def test_every_rule_that_is_named_is_in_the_module(folder: str) -> None:
    study, forms = study_of(folder), package(folder)["forms"]
    assert isinstance(forms, dict)
    items = [item for form in forms.values() for item in form["items"].values()]
    named = {item[kind] for item in items for kind in ("when", "derive") if item[kind]}
    named |= {check["rule"] for form in forms.values() for check in form["checks"]}

    assert named == set(rules_of(study))
    assert named == set(re.findall(r'^  \["([^"]+)"\]: rule\(', module_of(study), re.MULTILINE))
    assert package(folder)["rules"] == f"/diary/rules/{study.hash}.js"


def test_checks_that_say_nothing_to_the_participant_stay_with_the_site() -> None:
    forms = package(REFERENCE)["forms"]
    assert isinstance(forms, dict)
    assert [check["rule"] for form in forms.values() for check in form["checks"]] == [
        "diary_injection.strong",
        "diary_report.hospital",
    ]


def test_days_windows_and_the_next_visit_follow_from_the_visits_held() -> None:
    content = package(REFERENCE)

    assert content["spans"] == [
        {"form": form, "visit": "", "first": "2026-03-01", "last": None, "every_days": days}
        for form, days in (("diary_day", 1), ("diary_week", 7))
    ]
    assert content["next_visit"] is not None
    assert (content["remind_at"], content["snooze_minutes"]) == (20 * 60, [30, 60])
    assert (content["timezone"], content["code"], content["closed"]) == ("Asia/Shanghai", "01-001", False)


def test_before_the_first_visit_nothing_is_asked_and_no_visit_is_promised() -> None:
    study = study_of(REFERENCE)
    content = package_of(casebook(study, {}), TODAY)

    assert (content["spans"], content["closed"]) == ([], False)


def test_a_visit_that_may_still_be_held_is_the_next_one_with_its_planned_day_and_its_last() -> None:
    study = study_of(REFERENCE)
    held = {
        ("SCR", "visit", 0): {"date": "2026-02-20", "contact": "site"},
        ("W0", "visit", 0): {"date": "2026-03-01", "contact": "site"},
        ("W0", "dose", 0): {"given": "true", "date": "2026-03-01"},
    }
    told = [package_of(casebook(study, held), date(2026, 3, day))["next_visit"] for day in (10, 16, 18, 19)]

    # week 2 is day 15, 15 March, with three days on either side
    week_2 = ("Week 2", "2026-03-15", "2026-03-18")
    assert [(one["label"]["en"], one["day"], one["last"]) for one in told] == [  # type: ignore[index,call-overload]  # JSON
        week_2, week_2, week_2, ("Week 4", "2026-03-29", "2026-04-01"),
    ]  # fmt: skip


def test_the_package_of_a_participant_who_has_ended_is_closed_and_asks_no_more() -> None:
    held = {
        ("SCR", "visit", 0): {"date": "2026-02-20", "contact": "site"},
        ("", "end_of_study", 0): {"date": "2026-03-05"},
    }
    content = package_of(casebook(study_of(REFERENCE), held), TODAY)
    spans = content["spans"]
    assert isinstance(spans, list)

    assert content["closed"] is True
    assert {span["last"] for span in spans} == {"2026-03-05"}


def test_a_study_without_a_diary_has_no_package() -> None:
    study = replace(study_of(REFERENCE), diary=None)
    with pytest.raises(ValueError, match="has no diary"):
        package_of(casebook(study, {}), TODAY)


# ------------------------------------------------------------------ what a participant may not know


def test_the_package_of_a_blinded_study_is_the_same_in_every_arm_and_names_none() -> None:
    study = study_of(SECOND)
    assert study.design.blinded
    book = screened(study)
    packages = {canonical_json(package_of(replace(book, arm=arm), TODAY)) for arm in (*study.arms, None)}
    (told,) = packages

    words = {word for arm in study.arms.values() for word in (arm.id, arm.label)}
    words |= {product.label for product in study.products.values()}
    assert words
    assert [
        word for word in sorted(words) if re.search(rf"\b{re.escape(word)}\b", told + module_of(study))
    ] == []


def test_no_answer_and_no_value_of_the_site_is_in_a_package() -> None:
    study = study_of(SECOND)
    book = casebook(
        study,
        {
            ("S", "visit", 0): {"date": "2026-03-01", "contact": "site"},
            ("M0", "antibodies", 0): {"titre": "8642.7"},
            ("", "demography", 0): {"birth_date": "1961", "height": "187"},
            ("", "head_note", 1772900000): {"words": "hidden words"},
        },
    )
    told = canonical_json(package_of(book, TODAY))

    assert [one for one in ("8642.7", "1961", "187", "hidden words") if one in told] == []


@pytest.mark.parametrize(
    ("form", "item", "most"), [("diary_report", "words", 10_000), ("diary_week", "drawing", 30_000)]
)
def test_a_text_without_a_length_is_bounded_by_what_can_be_sent(form: str, item: str, most: int) -> None:
    study = study_of(REFERENCE)
    whole = study.forms[form]
    without = replace(whole, items={**whole.items, item: replace(whole.items[item], length=None)})
    forms = package_of(screened(replace(study, forms={**study.forms, form: without})), TODAY)["forms"]
    assert isinstance(forms, dict)
    assert forms[form]["items"][item]["length"] == most


def test_a_package_tells_whose_it_is_by_what_never_changes() -> None:
    book = screened(study_of(REFERENCE))
    corrected = package_of(replace(book, code="HK01-070"), TODAY)

    assert package_of(book, TODAY)["participant"] == corrected["participant"] == book.participant
    assert corrected["code"] == "HK01-070"


def test_only_a_demonstration_with_a_calendar_of_its_own_tells_the_phone_so() -> None:
    book = screened(study_of(REFERENCE))
    real, demo = package_of(book, TODAY), package_of(book, TODAY, days_off=-40)

    assert "days_off" not in real
    assert demo["days_off"] == -40
    assert demo["digest"] != real["digest"]  # a phone that joined before hears of it
