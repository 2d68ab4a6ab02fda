"""The public page: every section, in the study's languages, and as HTML."""

import os
from pathlib import Path

import pytest
from tests.spec.small_study import small_study

from trialwright.registry.html import render_page
from trialwright.registry.messages import LABELS
from trialwright.registry.page import Live, live_of, public_page, texts_of_page

SECTIONS = [
    "The trial today",
    "Brief summary",
    "Detailed description",
    "Recruitment and eligibility",
    "Study and design",
    "Arms and interventions",
    "Primary outcome measures",
    "Secondary outcome measures",
    "Sites",
    "What differs between sources",
]


def test_page_has_every_section() -> None:
    page = public_page(small_study(), Live(12, 8, 3, "2026-03-14"))
    assert [section.title for section in page.sections] == SECTIONS
    assert [(fact.label, fact.texts) for fact in page.facts] == [
        ("Phase", ("Phase 2",)),
        ("Status", ("Recruiting",)),
        ("Conditions", ("Itch", "Eczema")),
        ("Interventions", ("Calmol",)),
        ("Registration number", ("SMALL-1 (Own)",)),
        ("Lead sponsor", ("Clinic",)),
    ]
    today = page.sections[0]
    assert today.paragraphs == ("2026-03-14",)
    assert [fact.texts for fact in today.facts] == [("12",), ("8",), ("3",)]


def test_without_counts_nothing_is_said_of_the_trial_today() -> None:
    assert [section.title for section in public_page(small_study(), None).sections] == SECTIONS[1:]


def test_outcomes_say_the_records_time_or_the_visit() -> None:
    page = public_page(small_study(), Live(1, 1, 0))
    tables = {section.title: section.table for section in page.sections if section.table}
    assert tables["Primary outcome measures"].rows == (("Better at week 4", "Week 4", "Proportion better."),)
    assert tables["Secondary outcome measures"].rows == (("Worse again", "Week 8", "Proportion worse."),)
    assert page.sections[0].paragraphs == ()


def test_counts_come_from_statuses_alone() -> None:
    statuses = ["screening", "screen_failed", "eligible", "enrolled", "on_treatment", "follow_up", "ended"]
    assert live_of(statuses, "2026-01-01") == Live(7, 4, 1, "2026-01-01")


def test_page_is_said_in_the_language_asked_for() -> None:
    chinese = "study:\n  Two doses of Calmol in itch: 止痒\n"
    study = small_study({"translations/zh-Hans.yaml": chinese})
    page = public_page(study, None, language="zh-Hans", translate=lambda text: f"«{text}»")
    assert page.title == "止痒"
    assert page.sections[0].title == "«Brief summary»"


def test_the_pages_own_words_are_all_listed_for_translation() -> None:
    page = public_page(small_study(), Live(1, 1, 1))
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
    page = public_page(study, Live(1, 1, 1))
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
