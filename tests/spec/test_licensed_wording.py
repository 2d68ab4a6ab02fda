"""No licensed text is in this repository: the questions of the DLQI are placeholders, and no text pack is tracked."""

import re
import shutil
import subprocess
from typing import Final

import pytest
import yaml
from tests.spec.study_folders import LIBRARY, REFERENCE, ROOT, bytes_of, study_of

from trialwright.study.load import load

PLACEHOLDERS: Final = {
    **{f"q{number}": f"Question {number}" for number in (1, 2, 3, 4, 5, 6, 8, 9, 10)},
    "q7": "Question 7 scored",
    "q7a": "Question 7",
    "q7b": "Question 7 follow-up",
}
CHINESE: Final = {
    **{f"Question {number}": f"问题{number}" for number in range(1, 11)},
    "Question 7 follow-up": "问题7追问",
    "Question 7 scored": "问题7得分",
}
PACK: Final = re.compile(r"(^|/)wording/")
DIARY: Final = """\
title: Diary
contact: {text: Call the clinic.}
reminder: {at: "20:00"}
forms:
  diary_life:
    instrument: dlqi/1
    ask: {every: week, from: SCR, to: W16, open: "18:00", close: "12:00 next day"}
"""


def asked_labels(items: object) -> dict[str, str]:
    assert isinstance(items, dict)
    return {name: item["label"] for name, item in items.items() if re.fullmatch(r"q\d+[ab]?", name)}


def test_every_question_of_the_dlqi_is_its_placeholder() -> None:
    shipped = yaml.safe_load((LIBRARY / "dlqi/form.yaml").read_text("utf-8"))
    assert shipped["wording"] == "licensed"
    assert asked_labels(shipped["items"]) == PLACEHOLDERS


def test_every_question_of_the_dlqi_is_its_placeholder_in_chinese() -> None:
    texts = yaml.safe_load((LIBRARY / "dlqi/translations/zh-Hans.yaml").read_text("utf-8"))
    assert {english: text for english, text in texts.items() if english.startswith("Question ")} == CHINESE


def test_the_reference_study_asks_placeholders() -> None:
    form = study_of(REFERENCE).forms["dlqi"]
    assert (form.wording, form.licence) == ("licensed", "")
    labels = {item.id: item.label for item in form.items.values() if item.id in PLACEHOLDERS}
    assert labels == PLACEHOLDERS


def with_another_diary() -> dict[str, bytes]:
    """The reference study without its datasets, which read the diary that was there, and without their analyses."""
    files = {**bytes_of(ROOT / REFERENCE), "diary.yaml": DIARY.encode()}
    del files["datasets.yaml"]
    plan = yaml.safe_load(files["analysis.yaml"])
    analyses = plan["analyses"]
    of_rows = {name for name, one in analyses.items() if "dataset" in one}
    kept = {name: one for name, one in analyses.items() if not {name, one.get("like")} & of_rows}
    return files | {"analysis.yaml": yaml.safe_dump(plan | {"analyses": kept}, allow_unicode=True).encode()}


def test_a_licensed_form_of_a_diary_is_closed_without_its_text_pack() -> None:
    files = with_another_diary()
    found = load(files, bytes_of(LIBRARY))
    assert found.study is not None, [one.text for one in found.problems if one.severity == "error"]
    form = found.study.forms["diary_life"]
    assert form.wording == "licensed"
    assert {item.id: item.label for item in form.items.values() if item.id in PLACEHOLDERS} == PLACEHOLDERS
    assert [one.where for one in found.problems if one.code == "licensed-wording"] == [
        "diary.yaml:5:3",
        "forms/dlqi.yaml:1:1",
    ]


@pytest.mark.unmeasured
def test_a_text_pack_opens_a_licensed_form_of_a_diary() -> None:
    pack = "licence: Letter of 2025-01-15\nitems: {q1: {en: First question, zh-Hans: 第一题}}\n"
    files = with_another_diary()
    study = load({**files, "wording/diary_life.yaml": pack.encode()}, bytes_of(LIBRARY)).study
    assert study is not None
    form = study.forms["diary_life"]
    assert (form.wording, form.licence) == ("open", "Letter of 2025-01-15")
    assert study.say(form.items["q1"].label, "zh-Hans") == "第一题"


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="this is no working copy of git"
)
def test_no_text_pack_is_tracked() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = listed.stdout.decode().split("\0")
    assert "src/trialwright/instruments/dlqi/form.yaml" in paths
    assert not [path for path in paths if PACK.search(path)]
