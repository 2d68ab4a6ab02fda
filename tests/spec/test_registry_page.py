"""The public page: every section, in the study's languages, and as HTML."""

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from tests.spec.page_texts import texts_of_page
from tests.spec.small_study import FILES, small_study

from trialwright.cli.page import _own_words
from trialwright.registry.countries import NAMES, country_name
from trialwright.registry.ends import completed_answer
from trialwright.registry.html import render_page
from trialwright.registry.messages import LABELS
from trialwright.registry.page import Live, live_of, public_page
from trialwright.registry.wording import age_in_words, date_in_words

SECTIONS = [
    "The trial today",
    "Brief summary",
    "Detailed description",
    "Recruitment and eligibility",
    "Study and design",
    "Arms and interventions",
    "Interventions",
    "Primary outcome measures",
    "Secondary outcome measures",
    "Sites",
    "What differs between sources",
]


def test_page_has_every_section() -> None:
    page = public_page(small_study(), Live(12, 3, 8, 2, 1, date(2026, 3, 14)))
    assert [section.title for section in page.sections] == SECTIONS
    assert [(fact.label, fact.texts) for fact in page.facts] == [
        ("Phase", ("Phase 2",)),
        ("Status in the registry record", ("Recruiting",)),
        ("Conditions", ("Itch", "Eczema")),
        ("Interventions", ("Calmol",)),
        ("Registration number", ("SMALL-1 (Own)",)),
        ("Lead sponsor", ("Clinic",)),
    ]
    today = page.sections[0]
    assert today.paragraphs == ("Participants on 14 Mar 2026.",)
    assert [(fact.label, fact.texts) for fact in today.facts] == [
        ("Screened", ("12",)),
        ("Left before enrolment", ("3",)),
        ("Enrolled", ("8",)),
        ("Completed", ("2",)),
        ("Discontinued", ("1",)),
    ]


def test_without_counts_nothing_is_said_of_the_trial_today() -> None:
    assert [section.title for section in public_page(small_study(), None).sections] == SECTIONS[1:]


def test_interventions_say_what_the_product_is_and_how_it_is_kept() -> None:
    page = public_page(small_study(), None)
    table = next(section.table for section in page.sections if section.title == "Interventions")
    assert table is not None
    assert table.head == ("Intervention", "Type", "Role", "Route", "Product", "Storage")
    assert table.rows == (
        ("Calmol", "Drug", "Investigational", "subcutaneous", "Pen 80 mg (Calmol)", "temperature 2..8 °C"),
    )


@pytest.mark.parametrize(
    ("product", "words"),
    [("pen: {label: Pen 80 mg, strength: 80 mg}", "Pen 80 mg"), ("", "")],
)
def test_an_intervention_needs_no_product_and_a_product_no_parts(product: str, words: str) -> None:
    drug = FILES["drug.yaml"].split("interventions:")[1].split("doses:")[0]
    if not product:
        drug = drug.replace(", product: pen", "")
    text = (f"products:\n  {product}\n" if product else "") + f"interventions:{drug}"
    page = public_page(small_study({"drug.yaml": text}), None)
    table = next(section.table for section in page.sections if section.title == "Interventions")
    assert table is not None and [row[4] for row in table.rows] == [words]


def test_outcomes_say_the_records_time_or_the_visit() -> None:
    page = public_page(small_study(), Live(1, 0, 1, 0, 0))
    tables = {section.title: section.table for section in page.sections if section.table}
    assert tables["Primary outcome measures"].rows == (("Better at week 4", "Week 4", "Proportion better."),)
    assert tables["Secondary outcome measures"].rows == (("Worse again", "Week 8", "Proportion worse."),)
    assert page.sections[0].paragraphs == ()


def test_an_outcome_of_no_visit_is_one_of_the_whole_study() -> None:
    study = small_study()
    later = replace(study.endpoints["worse_later"], time_frame="", visit=None, visits=())
    page = public_page(replace(study, endpoints={"worse_later": later}), None)
    tables = {section.title: section.table for section in page.sections if section.table}
    assert tables["Secondary outcome measures"].rows[0][1] == "During the study"


def test_each_cell_of_the_html_says_its_column_for_narrow_screens() -> None:
    assert '<td data-l="Country">China</td>' in render_page(public_page(small_study(), None))


@dataclass(frozen=True)
class Stands:
    status: str
    is_enrolled: bool
    has_answer: bool = False
    count: int = 1


STANDINGS = [
    Stands("screening", is_enrolled=False, count=2),
    Stands("screen_failed", is_enrolled=False),
    Stands("eligible", is_enrolled=False),
    Stands("ended", is_enrolled=False, count=3),  # during screening
    Stands("ended", is_enrolled=False, has_answer=True),  # so does a form that was filled in by mistake
    Stands("enrolled", is_enrolled=True),
    Stands("on_treatment", is_enrolled=True, has_answer=True),  # "completed" without a day does not end it
    Stands("follow_up", is_enrolled=True, count=2),
    Stands("ended", is_enrolled=True, count=5),
    Stands("ended", is_enrolled=True, has_answer=True, count=7),
]


def test_who_ended_is_completed_discontinued_or_was_never_enrolled() -> None:
    assert live_of(STANDINGS, tells_completed=True, as_of=date(2026, 1, 1)) == Live(
        screened=24, not_enrolled=5, enrolled=16, completed=7, discontinued=5, as_of=date(2026, 1, 1)
    )


def test_nobody_is_called_completed_where_the_study_does_not_tell() -> None:
    page = public_page(small_study(), live_of(STANDINGS, tells_completed=False))
    assert [fact.label for fact in page.sections[0].facts] == [
        "Screened",
        "Left before enrolment",
        "Enrolled",
    ]


def test_the_answer_that_says_completed_stands_in_the_form_of_the_end() -> None:
    study = small_study()
    assert completed_answer(study) is None
    assert completed_answer(replace(study, lifecycle=replace(study.lifecycle, ended=None))) is None

    end = study.forms["end"]
    reason = replace(end.items["date"], id="reason", type="code", code_list="ends", sdtm="DS.DSDECOD")
    codes = replace(next(iter(study.code_lists.values())), id="ends")
    told = {"forms": {**study.forms, "end": replace(end, items={**end.items, "reason": reason})}}
    without = replace(study, **told, code_lists={**study.code_lists, "ends": codes})
    assert completed_answer(without) is None  # a reason, and no code for "as planned"
    codes = replace(codes, codes=(replace(codes.codes[0], code="completed"),))
    telling = replace(study, **told, code_lists={**study.code_lists, "ends": codes})
    assert completed_answer(telling) == ("end", "reason", "completed")
    hidden = replace(end, items={**end.items, "reason": replace(reason, blinded_until="unblinding")})
    assert completed_answer(replace(telling, forms={**study.forms, "end": hidden})) is None


def facts_of(language: str, say=lambda text: text) -> dict[str, str]:
    page = public_page(small_study(), None, language=language, translate=say)
    return {fact.label: ", ".join(fact.texts) for section in page.sections for fact in section.facts}


def test_ages_dates_and_countries_are_said_as_people_read_them() -> None:
    facts = facts_of("en")
    assert (facts["Age"], facts["Planned start"], facts["Planned completion"]) == (
        "18 to 70 years",
        "May 2025",
        "30 Jun 2026",
    )
    chinese = facts_of("zh-Hans", _own_words("zh-Hans"))
    assert (chinese["年龄"], chinese["计划开始"], chinese["计划完成"]) == (
        "18至70岁",
        "2025年5月",
        "2026年6月30日",
    )
    for language, country in (("en", "China"), ("zh-Hans", "中国")):
        sites = next(
            section.table
            for section in public_page(small_study(), None, language=language).sections
            if section.title == "Sites" and section.table
        )
        assert sites.rows == (("Clinic North", country),)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        ("18..70 years", "18 to 70 years"),
        ("18.. years", "18 years and older"),
        ("..17 Year", "Up to 17 years"),
        ("6..23 months", "6 to 23 months"),
        ("18..70 moons", "18 to 70 moons"),
        ("..", ".."),
        (".. years", ".. years"),
        ("Adults", "Adults"),
        ("18 Years to 70 Years", "18 Years to 70 Years"),
    ],
)
def test_an_age(age: str, said: str) -> None:
    assert age_in_words(age, str) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-05-31", "31 May 2025"),
        ("2025-12", "Dec 2025"),
        ("2025", "2025"),
        ("2025-13", "2025-13"),
        ("in May", "in May"),
    ],
)
def test_a_date(text: str, said: str) -> None:
    assert date_in_words(text, str) == said


def test_every_country_has_two_codes_and_two_names() -> None:
    for language in ("en", "zh"):
        assert len(NAMES[language]) == 2 * 249, "a code stands twice"
        assert all(name.strip() == name != "" for name in NAMES[language].values())
    assert country_name("Norway", "en") == "Norway"


def test_page_is_said_in_the_language_asked_for() -> None:
    chinese = "study:\n  Two doses of Calmol in itch: 止痒\n"
    study = small_study({"translations/zh-Hans.yaml": chinese})
    page = public_page(study, None, language="zh-Hans", translate=lambda text: f"«{text}»")
    assert page.title == "止痒"
    assert page.sections[0].title == "«Brief summary»"


def test_the_pages_own_words_are_all_listed_for_translation() -> None:
    page = public_page(small_study(), Live(1, 0, 1, 1, 0))
    words = {fact.label for fact in page.facts} | {section.title for section in page.sections}
    for section in page.sections:
        words |= {fact.label for fact in section.facts} | {listing.title for listing in section.lists}
        words |= set(section.table.head if section.table else ())
    assert words <= set(LABELS)
    assert len(LABELS) == len(set(LABELS))


def test_every_text_of_the_page_stands_in_the_html_escaped() -> None:
    study = small_study(
        {"eligibility.yaml": "inclusion:\n  I1: {text: 'a < b & <script>', attest: Yes, decided_at: [SCR]}\n"}
    )
    page = public_page(study, Live(1, 0, 1, 1, 0))
    html = render_page(page)
    assert "<script>" not in html
    assert "a &lt; b &amp; &lt;script&gt;" in html
    for text in texts_of_page(page):
        assert text.split("<")[0].split("&")[0] in html


def test_html_of_a_study_without_acronym_and_notice() -> None:
    text = small_study({"study.yaml": _without("acronym: CALM\n", "notice: An invented study.\n")})
    html = render_page(public_page(text, None))
    assert 'class="notice"' not in html


def _without(*lines: str) -> str:
    from tests.spec.small_study import STUDY

    text = STUDY
    for line in lines:
        text = text.replace(line, "")
    return text


@pytest.mark.skipif(
    "TRIALWRIGHT_TEST_DATA" not in os.environ, reason="TRIALWRIGHT_TEST_DATA names no folder of real records"
)
@pytest.mark.unmeasured
def test_real_records_make_folders_that_only_wait_for_decisions() -> None:
    import gzip

    from trialwright.cli.files import read_library
    from trialwright.registry.new import new_study
    from trialwright.registry.record import Record, read_record
    from trialwright.study.load import load

    folder = Path(os.environ["TRIALWRIGHT_TEST_DATA"]) / "registry"
    lines = gzip.decompress((folder / "real_v2.jsonl.gz").read_bytes()).splitlines()
    contents = [*(path.read_bytes() for path in folder.glob("*_reconstructed.json")), *lines]
    library = read_library()
    assert len(contents) > 30
    for content in contents:
        record = read_record(content)
        assert isinstance(record, Record)
        codes = {found.code for found in load(new_study(record), library).problems}
        assert codes == {"undecided"}
