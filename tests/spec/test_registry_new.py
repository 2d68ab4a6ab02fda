"""A study folder from a record: what the record says, and what is to decide."""

import re
from collections.abc import Mapping

from tests.spec.page_texts import texts_of_page
from tests.spec.small_record import CONTENT

from trialwright.cli.files import read_library
from trialwright.registry.new import new_study
from trialwright.registry.page import public_page
from trialwright.registry.record import Record, leaves, part_of, read_record, unescape
from trialwright.registry.terms import in_words
from trialwright.registry.wording import date_in_words
from trialwright.study.load import load
from trialwright.study.model import Study

# What a person decides, by key; everything else of the record is taken over.
DECISIONS = {
    "variable": "consent.signed",
    "timezone": "Asia/Shanghai",
    "day": "-28..-1",
    "window": "-3..+3",
    "epoch": "treatment",
    "visit": "W4",
    "target": "30",
    "start": "2025",
    "completion": "2026",
}
RULES = {"terms.yaml": "min(visit.date)", "analysis.yaml": "consent.signed"}


def read(content: bytes = CONTENT) -> Record:
    record = read_record(content)
    assert isinstance(record, Record)
    return record


def decide(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The folder with every TO DECIDE decided, as a person would."""
    decided = {}
    for name, content in files.items():
        text = content.decode()
        for key, value in DECISIONS.items():
            text = re.sub(rf"\b{key}: TO DECIDE", f"{key}: {value}", text)
        text = text.replace("rule: TO DECIDE", f"rule: {RULES.get(name)}")
        decided[name] = text.replace("TO DECIDE", "Decided").encode()
    study = decided["study.yaml"].decode()
    ratio = "randomisation: {method: permuted_blocks, blocks: [2], ratio: {CALMOL: 1, ARM: 1}}\n"
    decided["study.yaml"] = (study + ratio).encode()
    return decided


def decided_study() -> Study:
    loaded = load(decide(new_study(read())), read_library())
    assert loaded.study is not None, [(found.where, found.text) for found in loaded.problems]
    return loaded.study


def test_check_lists_what_is_to_decide_and_nothing_else() -> None:
    loaded = load(new_study(read()), read_library())
    assert loaded.study is None
    assert {found.code for found in loaded.problems} == {"undecided"}
    places = {found.where.rpartition(":")[0].rpartition(":")[0] for found in loaded.problems}
    assert places == {"study.yaml", "schedule.yaml", "terms.yaml", "drug.yaml", "analysis.yaml"}


def test_a_record_without_anything_still_makes_a_folder() -> None:
    loaded = load(new_study(read(b'{"protocolSection": {}}')), read_library())
    assert {found.code for found in loaded.problems} == {"undecided"}


def test_the_record_itself_stays_beside_the_study() -> None:
    assert new_study(read())["record.json"] == CONTENT


def test_once_decided_the_study_loads_with_what_the_record_says() -> None:
    study = decided_study()
    assert study.id == "NCT99999901"
    assert study.registry.identifiers == (
        ("NCT99999901", "ClinicalTrials.gov"),
        ("OWN-7", "Sponsor"),
        ("2024-000000-11", "Eudract number"),
        ("X-1", "Hospital"),
    )
    assert study.registry.phase == "Phase 2 / Phase 3"
    assert study.design.start == "2025-05"
    assert study.design.age == "18 Years and older"
    assert [criterion.text for criterion in study.criteria.values()] == [
        "Itch >= 4",
        "Adult * of sound mind",
        "Allergy.",
    ]
    assert {arm: one.interventions for arm, one in study.arms.items()} == {"CALMOL": ("calmol",), "ARM": ()}
    assert list(study.visits) == ["SCR", "W0", "W4", "W8"]
    assert study.endpoints["itch_gone_2"].time_frame == "8 weeks"
    assert study.endpoints["itch_gone"].visit == "W4"


def test_outcome_without_a_time_frame_waits_for_its_visit() -> None:
    files = new_study(read(CONTENT.replace(b'"timeFrame": "Throughout"', b'"timeFrame": ""')))
    assert b"visit: TO DECIDE" in files["analysis.yaml"]


def test_ages_are_told_as_the_record_has_them() -> None:
    record = CONTENT.replace(b'"minimumAge": "18 Years"', b'"maximumAge": "70 Years"')
    assert b"age: up to 70 Years" in new_study(read(record))["study.yaml"]
    both = CONTENT.replace(b'"minimumAge"', b'"maximumAge": "70 Years", "minimumAge"')
    assert b"age: 18 Years to 70 Years" in new_study(read(both))["study.yaml"]


def test_every_text_of_the_record_stands_on_the_public_page() -> None:
    record = read()
    page = " ".join(texts_of_page(public_page(decided_study(), None)))
    plain = " ".join(page.split())
    for module in SHOWN:
        for leaf in leaves(part_of(record, *module)):
            said = " ".join(unescape(leaf).split())
            shown = (said, in_words(said), date_in_words(said, str))
            assert any(text in plain for text in shown), (module, leaf)


SHOWN = [
    ("identificationModule", "nctId"),
    ("identificationModule", "orgStudyIdInfo"),
    ("identificationModule", "briefTitle"),
    ("identificationModule", "acronym"),
    ("statusModule",),
    ("sponsorCollaboratorsModule",),
    ("descriptionModule",),
    ("conditionsModule",),
    ("designModule",),
    ("armsInterventionsModule", "armGroups", "label"),
    ("outcomesModule",),
    ("contactsLocationsModule",),
]
